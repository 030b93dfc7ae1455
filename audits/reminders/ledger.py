"""Rows of the ledger: who is told what on which channel, and how many of them are stored at once."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

from django.db import IntegrityError, connection, transaction

from audits.models import Channel, Notice, ReminderRun
from audits.procedure.words import Party
from audits.reminders.kinds import REMINDER
from audits.reminders.ladder import DueRung
from audits.reminders.recipients import Person, Place
from enterprises.bulk import insert_values

BATCH = 1000
SENT, PENDING, SUPERSEDED = Notice.State.SENT.value, Notice.State.PENDING.value, Notice.State.SUPERSEDED.value


class Row(NamedTuple):
    """An open deadline with what its recipients are found by; `client` is the enterprise as consultancies know it."""

    pk: int
    case_id: UUID | None
    step: str
    party: Party
    due_on: date
    regime: str
    place: Place
    owner: UUID | None
    client: UUID | None
    site: UUID | None


class Due(NamedTuple):
    """A deadline with the rung to send now, and whom to tell by level: 0 the owner, 1 the first authority above it."""

    row: Row
    rung: DueRung
    told: Sequence[tuple[int, Sequence[Person]]] = ()


class LedgerRow(NamedTuple):
    """The values of a `Notice`, by the names of its columns. Tens of thousands are made in a run: no objects."""

    id: UUID
    deadline_id: int | None
    intent_id: int | None
    case_id: UUID | None
    kind: str
    due_on: date | None
    rung: int | None
    climb: int
    recipient_id: UUID
    membership_id: UUID
    channel: str
    state: str
    send_on: date
    sent_at: datetime | None
    error: str
    created_at: datetime


def about_deadline(due: Due, on: date, now: datetime) -> Iterator[LedgerRow]:
    """What a rung tells: each person once, as on the lowest level it hears at."""
    told: set[UUID] = set()
    for level, persons in due.told:
        for person in persons:
            if person.user_id in told:
                continue
            told.add(person.user_id)
            for channel in person.channels(REMINDER):
                yield _of_rung(due, due.rung.rung, level, person, channel, _state(channel), on, now)


def about_act(
    person: Person, on: date, now: datetime, *, kind: str, intent_id: int, case_id: UUID | None
) -> Iterator[LedgerRow]:
    """What tells one person of an act, one row for each channel."""
    for channel in person.channels(kind):
        yield _row(person, channel, _state(channel), on, now, kind=kind, case_id=case_id, intent_id=intent_id)


def missed(due: Due, on: date, now: datetime, before: ReminderRun | None) -> Iterator[LedgerRow]:
    """Rows for rungs that fell into days without a run: they stay on record as superseded, for the owner."""
    if before is None:
        return
    for rung in due.rung.passed:
        if due.row.due_on + timedelta(days=rung) <= before.on:
            continue
        for level, persons in due.told:
            for person in persons if level == 0 else ():
                yield _of_rung(due, rung, 0, person, Channel.EMAIL, SUPERSEDED, on, now)


def _state(channel: Channel) -> str:
    """In the app a thing is told by standing there; elsewhere it waits to be sent."""
    return SENT if channel is Channel.IN_APP else PENDING


def _of_rung(
    due: Due, rung: int, climb: int, person: Person, channel: Channel, state: str, on: date, now: datetime
) -> LedgerRow:
    row = due.row
    return _row(
        person,
        channel,
        state,
        on,
        now,
        kind=REMINDER,
        case_id=row.case_id,
        deadline_id=row.pk,
        due_on=row.due_on,
        rung=rung,
        climb=climb,
    )


def _row(
    person: Person,
    channel: Channel,
    state: str,
    on: date,
    now: datetime,
    *,
    kind: str,
    case_id: UUID | None,
    deadline_id: int | None = None,
    intent_id: int | None = None,
    due_on: date | None = None,
    rung: int | None = None,
    climb: int = 0,
) -> LedgerRow:
    return LedgerRow(
        uuid4(),
        deadline_id,
        intent_id,
        case_id,
        kind,
        due_on,
        rung,
        climb,
        person.user_id,
        person.membership_id,
        channel.value,
        state,
        on,
        now if state == SENT else None,
        "",
        now,
    )


def store(rows: Sequence[LedgerRow]) -> None:
    """Insert rows; those the ledger holds already are left as they are. Runs in the caller's transaction.

    On PostgreSQL they are copied as if none were there yet: only scans that run at the same time make the same rows,
    and the later of them then asks row by row.
    """
    if not rows:
        return
    if connection.vendor == "postgresql":
        try:
            with transaction.atomic():
                insert_values(Notice, LedgerRow._fields, rows)
        except IntegrityError:
            pass
        else:
            return
    notices = [Notice(**row._asdict()) for row in rows]
    Notice.objects.bulk_create(notices, batch_size=BATCH, ignore_conflicts=True)
