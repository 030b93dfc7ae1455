"""From deadlines that are due to rows of the ledger: one scan, safe to repeat, late or in parallel.

A scan looks at the deadlines whose date has a rung since the day it last ran (an index finds them by date), and at
those of subjects that changed since. What the ledger already holds is refused by its unique key.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max, Q
from django.db.models.functions import Coalesce

from audits.models import Channel, Deadline, Event, Notice, ReminderRun
from audits.procedure.rungs import RUNGS
from audits.procedure.words import Function, Line, Party, Subject
from audits.reminders import ladder, steps
from audits.reminders.kinds import REMINDER
from audits.reminders.recipients import People, Person, Place
from audits.reminders.webhooks import queueing

BATCH = 1000
# An event of a transaction that was still open when the last scan looked may have an older number: look back so far.
OVERLAP = timedelta(minutes=15)
# After a longer gap every weekday has been missed and a range is cheaper than a list of dates.
LONGEST_GAP_BY_DATE = 6


@dataclass
class Scanned:
    """What a scan did: deadlines looked at, deadlines due, rows written, rows passed over."""

    looked_at: int = 0
    due: int = 0
    queued: int = 0
    superseded: int = 0
    without_recipient: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """An open deadline with what its recipients are found by."""

    pk: int
    case_id: UUID | None
    step: str
    party: Party
    due_on: date
    regime: str
    place: Place
    owner: UUID | None


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline with the rung to send now."""

    row: Row
    rung: ladder.DueRung
    told: Sequence[tuple[int, Sequence[Person]]] = field(default=())


def last_run(on: date) -> ReminderRun | None:
    """The latest scan for `on` or a day before; a scan for a later day (`--on`) does not count."""
    return ReminderRun.objects.filter(on__lte=on).order_by("-on").first()


def newest_event() -> int:
    """The number of the newest event; 0 without events."""
    return Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def scan(on: date, now: datetime, people: People, before: ReminderRun | None) -> Scanned:
    """Write the ledger rows for every deadline that is due on `on`."""
    result = Scanned()
    seen: set[int] = set()
    for queryset in in_question(on, before):
        rows = (row for row in _rows(queryset) if row.pk not in seen)
        while batch := list(islice(rows, BATCH)):
            seen.update(row.pk for row in batch)
            result.looked_at += len(batch)
            due = due_of(batch, on)
            if due:
                result.due += len(due)
                _write(tell(due, people), people, now, before, result)
    return result


def in_question(on: date, before: ReminderRun | None) -> Iterator[Any]:
    """Querysets of open deadlines that may have something due. One date query when nothing changed."""
    ladders = RUNGS.values()
    ahead = on + timedelta(days=ladder.horizon(ladders))
    still_open = Deadline.objects.open().filter(due_on__lte=ahead)
    if before is None or (on - before.on).days > LONGEST_GAP_BY_DATE:
        yield still_open
        return
    if on > before.on:
        earliest = still_open.order_by("due_on").values_list("due_on", flat=True).first()
        if earliest is not None:
            yield still_open.filter(due_on__in=ladder.dates_in_question(ladders, before.on, on, earliest))
    changed = Event.objects.filter(Q(pk__gt=before.event_id) | Q(recorded_at__gte=before.started_at - OVERLAP))
    kinds = set(changed.order_by().values_list("subject_kind", flat=True).distinct())
    if Subject.CASE in kinds:
        yield still_open.filter(case_id__in=changed.filter(subject_kind=Subject.CASE).values("subject_id"))
    if Subject.DUTY in kinds:
        yield still_open.filter(duty_id__in=changed.filter(subject_kind=Subject.DUTY).values("subject_id"))


def due_of(rows: Sequence[Row], on: date) -> list[Due]:
    """Those rows that have a rung on or before `on` which is not in the ledger yet."""
    reached = [row for row in rows if ladder.due_rung(row.due_on, on, steps.ladder_of(row.step, row.regime))]
    sent = {
        (deadline, due_on): rung
        for deadline, due_on, rung in Notice.objects.filter(deadline_id__in=[row.pk for row in reached])
        .order_by()
        .values_list("deadline_id", "due_on")
        .annotate(Max("rung"))
    }
    found = []
    for row in reached:
        ladder_of_step = steps.ladder_of(row.step, row.regime)
        rung = ladder.due_rung(row.due_on, on, ladder_of_step, sent.get((row.pk, row.due_on)))
        if rung is not None:
            found.append(Due(row, rung))
    return found


def tell(due: Sequence[Due], people: People) -> list[Due]:
    """The same with the people to tell: the owner, and the levels above it that the rung has reached."""
    people.load_competent((one.row.place, _function(one.row)) for one in due)
    people.load_above(
        authority for one in due if one.rung.levels for authority in people.competent(one.row.place, _function(one.row))
    )
    chosen = [(one, _organizations(one, people)) for one in due]
    people.load_members({organization for _, levels in chosen for _, own in levels for organization in own})
    return [
        Due(
            one.row,
            one.rung,
            [
                (level, [person for organization in own for person in people.members(organization)])
                for level, own in levels
            ],
        )
        for one, levels in chosen
    ]


def _function(row: Row) -> Function:
    """By which function the first authority concerned is found: the one that owes it, else the supervising one."""
    return steps.function_of(row.step, row.regime) if row.party is Party.AUTHORITY else Function.SUPERVISE


def _organizations(due: Due, people: People) -> list[tuple[int, list[UUID]]]:
    """Organizations to tell by level: 0 the owner, 1 the first authority above it, and so on."""
    row = due.row
    competent = people.competent(row.place, _function(row))
    own_duty = row.party is Party.AUTHORITY
    if own_duty:
        owners = [authority.organization_id for authority in competent]
    else:
        owners = [row.owner] if row.owner is not None else []
    levels = [(0, owners)]
    for level in due.rung.levels:
        told = []
        for authority in competent:
            above = people.above(authority, row.place.unit_scope)
            chain = above if own_duty else [authority.organization_id, *above]
            told += chain[level - 1 : level]
        levels.append((level, told))
    return levels


def _write(due: Sequence[Due], people: People, now: datetime, before: ReminderRun | None, result: Scanned) -> None:
    """Store the rows of one batch, and mark what they supersede. The first activation tells no programs."""
    on = people.on
    notices: list[Notice] = []
    for one in due:
        told: set[UUID] = set()
        for level, persons in one.told:
            for person in persons:
                if person.user_id not in told:
                    told.add(person.user_id)
                    notices += rows_for(person, on, now, kind=REMINDER, due=one, climb=level)
        if not told:
            result.without_recipient += 1
    missed = [row for one in due for row in _missed(one, on, now, before)]
    with transaction.atomic():
        result.superseded += len(missed) + _supersede_waiting(due)
        Notice.objects.bulk_create([*missed, *notices], batch_size=BATCH, ignore_conflicts=True)
        if before is not None:
            queueing.queue(notices, people, now)
    result.queued += len(notices)


def rows_for(
    person: Person,
    on: date,
    now: datetime,
    *,
    kind: str,
    due: Due | None = None,
    climb: int = 0,
    intent_id: int | None = None,
    case_id: UUID | None = None,
) -> list[Notice]:
    """Unsaved rows that tell one person once, one for each channel. In the app it is told by standing there."""
    about: dict[str, Any] = {"intent_id": intent_id, "case_id": case_id}
    if due is not None:
        about = {"deadline_id": due.row.pk, "case_id": due.row.case_id, "due_on": due.row.due_on, "rung": due.rung.rung}
    return [
        Notice(
            **about,
            kind=kind,
            climb=climb,
            recipient_id=person.user_id,
            membership_id=person.membership_id,
            channel=channel,
            state=Notice.State.SENT if channel is Channel.IN_APP else Notice.State.PENDING,
            sent_at=now if channel is Channel.IN_APP else None,
            send_on=on,
            created_at=now,
        )
        for channel in person.channels(kind)
    ]


def _missed(due: Due, on: date, now: datetime, before: ReminderRun | None) -> Iterator[Notice]:
    """Rows for rungs that fell into days without a run: they stay on record as superseded, for the owner."""
    if before is None:
        return
    for rung in due.rung.passed:
        if due.row.due_on + timedelta(days=rung) <= before.on:
            continue
        for level, persons in due.told:
            for person in persons if level == 0 else ():
                yield Notice(
                    deadline_id=due.row.pk,
                    case_id=due.row.case_id,
                    kind=REMINDER,
                    due_on=due.row.due_on,
                    rung=rung,
                    recipient_id=person.user_id,
                    membership_id=person.membership_id,
                    channel=Channel.EMAIL,
                    state=Notice.State.SUPERSEDED,
                    send_on=on,
                    created_at=now,
                )


def _supersede_waiting(due: Sequence[Due]) -> int:
    """Earlier rungs, and rungs of an earlier date, that still wait to be sent give way to the new one."""
    current = {one.row.pk: (one.row.due_on, one.rung.rung) for one in due}
    waiting = Notice.objects.filter(deadline_id__in=list(current), state=Notice.State.PENDING).values_list(
        "pk", "deadline_id", "due_on", "rung"
    )
    stale = [pk for pk, deadline, due_on, rung in waiting if (due_on, rung) != current[deadline]]
    return Notice.objects.filter(pk__in=stale, state=Notice.State.PENDING).update(state=Notice.State.SUPERSEDED)


def _rows(queryset: Any) -> Iterator[Row]:
    """Rows of a queryset of deadlines, read in pages."""
    values = queryset.values_list(
        "pk",
        "case_id",
        "step",
        "party",
        "due_on",
        Coalesce("case__regime", "duty__regime"),
        Coalesce("case__scope_code", "duty__scope_code"),
        Coalesce("case__reporting_unit__scope_code", "duty__reporting_unit__scope_code"),
        Coalesce(F("case__line_environment"), True),
        Coalesce(F("case__line_energy"), False),
        Coalesce("case__enterprise__merged_into__organization_id", "case__enterprise__organization_id"),
    )
    for pk, case, step, party, due_on, regime, scope, unit, environment, energy, owner in values.iterator(BATCH):
        lines = frozenset(line for line, leads in ((Line.ENVIRONMENT, environment), (Line.ENERGY, energy)) if leads)
        yield Row(pk, case, step, Party(party), due_on, regime, Place(scope, unit, lines), owner)
