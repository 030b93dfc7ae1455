"""From deadlines that are due to rows of the ledger: one scan, safe to repeat, late or in parallel.

A scan looks at the deadlines whose date has a rung since the day it last ran (an index finds them by date), and at
those of subjects that changed since. What the ledger already holds is refused by its unique key.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Max
from django.db.models.functions import Coalesce

from audits.models import Deadline, Event, Notice, ReminderRun
from audits.procedure.rungs import RUNGS
from audits.procedure.words import Function, Line, Party, Subject
from audits.reminders import ladder, ledger, steps
from audits.reminders.ledger import BATCH, Due, LedgerRow, Row
from audits.reminders.recipients import People, Place
from audits.reminders.webhooks import queueing

log = structlog.get_logger(__name__)

# No fault of a row: the database is away or too busy. Then the run ends, and the next one begins where it began.
UNREACHABLE = (OperationalError, InterfaceError)
# How long a transaction may stay open without its events being passed over: see `seen_until`.
OVERLAP = timedelta(minutes=15)
# After a longer gap every weekday has been missed and a range is cheaper than a list of dates.
LONGEST_GAP_BY_DATE = 6


@dataclass
class Scanned:
    """What a scan did: deadlines looked at, deadlines due, rows written, rows passed over, deadlines that could not be told."""

    looked_at: int = 0
    due: int = 0
    queued: int = 0
    superseded: int = 0
    without_recipient: int = 0
    set_aside: int = 0


def last_run(on: date) -> ReminderRun | None:
    """The latest scan for `on` or a day before; a scan for a later day (`--on`) does not count."""
    return ReminderRun.objects.filter(on__lte=on).order_by("-on").first()


def seen_until(before: ReminderRun | None, now: datetime) -> int:
    """The number up to which a scan that begins now sees every event; 0 without events.

    An event of a transaction that is still open may get an older number than one that is visible already. Where one is
    open, the answer is the newest event that is older than any such transaction may be.
    """
    newest = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    if not _events_are_being_written():
        return newest
    settled = Event.objects.filter(recorded_at__lt=now - OVERLAP).order_by("-recorded_at")
    return max(settled.values_list("pk", flat=True).first() or 0, before.event_id if before is not None else 0)


def _events_are_being_written() -> bool:
    """Whether another transaction is open that has written events. SQLite has one writer at a time: then it is us."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'relation' AND relation = %s::regclass"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND mode = 'RowExclusiveLock' AND pid <> pg_backend_pid())",
            [connection.ops.quote_name(Event._meta.db_table)],
        )
        return bool(cursor.fetchone()[0])


def scan(on: date, now: datetime, people: People, before: ReminderRun | None) -> Scanned:
    """Write the ledger rows for every deadline that is due on `on`. Holds one batch in memory at a time."""
    result = Scanned()
    for queryset in in_question(on, before):
        rows = _rows(queryset, result)
        while batch := list(islice(rows, BATCH)):
            result.looked_at += len(batch)
            try:
                _tell_batch(batch, people, now, before, result)
            except UNREACHABLE:
                raise
            except Exception:
                log.exception("deadlines_told_one_by_one", deadlines=len(batch))
                _tell_one_by_one(batch, people, now, before, result)
    return result


def _tell_batch(
    batch: Sequence[Row], people: People, now: datetime, before: ReminderRun | None, result: Scanned
) -> None:
    due = due_of(batch, people.on)
    if due:
        _write(tell(due, people), people, now, before, result)
        result.due += len(due)
        people.forget(row.owner for row in batch if row.owner is not None)
        people.forget_clients(row.client for row in batch if row.client is not None)


def _tell_one_by_one(
    batch: Sequence[Row], people: People, now: datetime, before: ReminderRun | None, result: Scanned
) -> None:
    """The same, each alone: one deadline that cannot be told is logged and keeps nobody else from being told."""
    for row in batch:
        try:
            with transaction.atomic():
                _tell_batch([row], people, now, before, result)
        except UNREACHABLE:
            raise
        except Exception:
            log.exception("deadline_not_told", deadline=row.pk)
            result.set_aside += 1


def in_question(on: date, before: ReminderRun | None) -> Iterator[Any]:
    """Querysets of running deadlines that may have something due, each deadline in one of them. One date query when nothing
    changed."""
    ladders = RUNGS.values()
    ahead = on + timedelta(days=ladder.horizon(ladders))
    still_open = Deadline.objects.running().filter(due_on__lte=ahead).order_by("due_on", "pk")
    if before is None or (on - before.on).days > LONGEST_GAP_BY_DATE:
        yield still_open
        return
    dates: frozenset[date] = frozenset()
    if on > before.on:
        earliest = still_open.values_list("due_on", flat=True).first()
        if earliest is not None:
            dates = ladder.dates_in_question(ladders, before.on, on, earliest)
            yield still_open.filter(due_on__among=dates)
    changed = Event.objects.filter(pk__gt=before.event_id)
    kinds = set(changed.order_by().values_list("subject_kind", flat=True).distinct())
    others = still_open.exclude(due_on__among=dates) if dates else still_open
    if Subject.CASE in kinds:
        yield others.filter(case_id__in=changed.filter(subject_kind=Subject.CASE).values("subject_id"))
    if Subject.DUTY in kinds:
        yield others.filter(duty_id__in=changed.filter(subject_kind=Subject.DUTY).values("subject_id"))


def due_of(rows: Sequence[Row], on: date) -> list[Due]:
    """Those rows that have a rung on or before `on` which is not in the ledger yet."""
    known: dict[tuple[str, str, date, int | None], ladder.DueRung | None] = {}

    def rung_of(row: Row, last_sent: int | None) -> ladder.DueRung | None:
        key = (row.step, row.regime, row.due_on, last_sent)
        if key not in known:
            known[key] = ladder.due_rung(row.due_on, on, steps.ladder_of(row.step, row.regime), last_sent)
        return known[key]

    reached = [row for row in rows if rung_of(row, None) is not None]
    sent = {
        (deadline, due_on): rung
        for deadline, due_on, rung in Notice.objects.filter(deadline_id__among=[row.pk for row in reached])
        .order_by()
        .values_list("deadline_id", "due_on")
        .annotate(Max("rung"))
    }
    found = ((row, rung_of(row, sent.get((row.pk, row.due_on)))) for row in reached)
    return [Due(row, rung) for row, rung in found if rung is not None]


def tell(due: Sequence[Due], people: People) -> list[Due]:
    """The same with the people to tell: the owner with the consultancies that work for it, and the levels above."""
    asked = {(one.row.place, _function(one.row), bool(one.rung.levels)) for one in due}
    people.load_competent({(place, function) for place, function, _ in asked})
    people.load_above(
        authority for place, function, climbs in asked if climbs for authority in people.competent(place, function)
    )
    found: dict[Any, list[tuple[int, list[UUID]]]] = {}

    def organizations(one: Due) -> list[tuple[int, list[UUID]]]:
        row = one.row
        own_duty = row.party is Party.AUTHORITY
        key = (row.place, _function(row), own_duty, one.rung.levels)
        if key not in found:
            found[key] = _authorities(*key, people)
        if own_duty:
            return found[key]
        owner = [row.owner] if row.owner is not None else []
        helping = people.consultancies(row.client, row.site) if row.client is not None else []
        return [(0, [*owner, *helping]), *found[key]]

    people.load_contracts({one.row.client for one in due if one.row.client is not None})
    chosen = [(one, organizations(one)) for one in due]
    people.load_members({organization for _, levels in chosen for _, own in levels for organization in own})
    return [
        one._replace(
            told=[
                (level, [person for organization in own for person in people.members(organization)])
                for level, own in levels
            ]
        )
        for one, levels in chosen
    ]


def _function(row: Row) -> Function:
    """By which function the first authority concerned is found: the one that owes it, else the supervising one."""
    return steps.function_of(row.step, row.regime) if row.party is Party.AUTHORITY else Function.SUPERVISE


def _authorities(
    place: Place, function: Function, own_duty: bool, climbed: Sequence[int], people: People
) -> list[tuple[int, list[UUID]]]:
    """The authorities to tell, by level: the one that owes it itself (0), and those it has climbed to."""
    competent = people.competent(place, function)
    levels = [(0, [authority.organization_id for authority in competent])] if own_duty else []
    for level in climbed:
        told: list[UUID] = []
        for authority in competent:
            above = people.above(authority, place.unit_scope)
            chain = above if own_duty else [authority.organization_id, *above]
            told += chain[level - 1 : level]
        levels.append((level, told))
    return levels


def _write(due: Sequence[Due], people: People, now: datetime, before: ReminderRun | None, result: Scanned) -> None:
    """Store the rows of one batch, and mark what they supersede. The first activation tells no programs."""
    on = people.on
    rows = [row for one in due for row in ledger.about_deadline(one, on, now)]
    missed = [row for one in due for row in ledger.missed(one, on, now, before)]
    with transaction.atomic():
        given_way = _supersede_waiting(rows)
        ledger.store([*missed, *rows])
        if before is not None:
            queueing.queue(rows, people, now)
    result.superseded += len(missed) + given_way
    result.queued += len(rows)
    result.without_recipient += sum(1 for one in due if not any(persons for _, persons in one.told))


def _supersede_waiting(rows: Sequence[LedgerRow]) -> int:
    """Earlier rungs, and rungs of an earlier date, that still wait to be sent to somebody give way to what is told now.

    Only where that person is told anew on that channel: a level above the owner hears once, and waits for its one mail.
    """
    current = {(row.deadline_id, row.recipient_id, row.channel): (row.due_on, row.rung) for row in rows}
    waiting = Notice.objects.filter(
        deadline_id__among=list({row.deadline_id for row in rows}), state=Notice.State.PENDING
    ).values_list("pk", "deadline_id", "recipient_id", "channel", "due_on", "rung")
    stale = [
        pk
        for pk, deadline, person, channel, due_on, rung in waiting
        if (due_on, rung) != current.get((deadline, person, channel), (due_on, rung))
    ]
    return Notice.objects.filter(pk__among=stale, state=Notice.State.PENDING).update(state=Notice.State.SUPERSEDED)


def _rows(queryset: Any, result: Scanned) -> Iterator[Row]:
    """Rows of a queryset of deadlines, read in pages. One that names no party we know is logged and left out."""
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
        # The contracts of an enterprise that was merged into another stand with that one.
        Coalesce("case__enterprise__merged_into_id", "case__enterprise_id"),
        "case__site_id",
    )
    places: dict[tuple[Any, ...], Place] = {}
    parties = {party.value: party for party in Party}
    for pk, case, step, party, due_on, regime, *where, owner, client, site in values.iterator(BATCH):
        if party not in parties:
            log.error("deadline_not_told", deadline=pk, party=party)
            result.set_aside += 1
            continue
        key = tuple(where)
        if key not in places:
            scope, unit, environment, energy = where
            leads = ((Line.ENVIRONMENT, environment), (Line.ENERGY, energy))
            places[key] = Place(scope, unit, frozenset(line for line, yes in leads if yes))
        yield Row(pk, case, step, parties[party], due_on, regime, places[key], owner, client, site)
