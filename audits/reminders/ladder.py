"""When somebody is told of a deadline, and how far it has climbed: pure arithmetic on the rungs of the table.

A rung is a number of days relative to the due date: -7 is a week before, 0 the day itself, 7 a week late.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from audits.procedure.rungs import Rungs


@dataclass(frozen=True, slots=True)
class DueRung:
    """What is due: the most urgent rung not yet sent, those it passes over, and which levels above the owner hear it.

    Level 1 is the authority first above the owner. It hears every rung once the deadline has climbed to it; each
    higher level hears once, when it is reached.
    """

    rung: int
    passed: tuple[int, ...]
    levels: tuple[int, ...]


def fixed_rungs(rungs: Rungs) -> tuple[int, ...]:
    """The rungs of the table in order, without the repeats. A day on which it climbs is a rung too."""
    return tuple(sorted({*(-days for days in rungs.before), *rungs.after, *rungs.climb}))


def last_rung(rungs: Rungs, days: int) -> int | None:
    """The latest rung on or before `days` relative to the date; None while the first lies ahead."""
    reached = [rung for rung in fixed_rungs(rungs) if rung <= days]
    start = max(rungs.after, default=0)
    if rungs.repeat and days > start:
        reached.append(start + (days - start) // rungs.repeat * rungs.repeat)
    return max(reached, default=None)


def due_rung(due_on: date, today: date, rungs: Rungs, last_sent: int | None = None) -> DueRung | None:
    """The rung to send today, on or before which nothing was sent since; None when nothing is due.

    `last_sent` is the latest rung already in the ledger for this deadline *and this date*. Rungs missed in between are
    `passed`: only the most urgent goes out.
    """
    rung = last_rung(rungs, (today - due_on).days)
    if rung is None or (last_sent is not None and rung <= last_sent):
        return None
    after = last_sent if last_sent is not None else -(10**6)
    passed = tuple(one for one in fixed_rungs(rungs) if after < one < rung)
    levels = tuple(
        level for level, day in enumerate(sorted(rungs.climb), 1) if day <= rung and (level == 1 or day > after)
    )
    return DueRung(rung, passed, levels)


def dates_in_question(ladders: Iterable[Rungs], since: date, today: date, earliest: date) -> frozenset[date]:
    """Every due date for which some ladder has a rung after `since` up to `today`; none before `earliest`.

    So a scan asks an index for some dates instead of reading every open deadline.
    """
    return frozenset(
        day - timedelta(days=rung)
        for day in _days(since, today)
        for ladder in ladders
        for rung in _rungs_until(ladder, (day - earliest).days)
    )


def horizon(ladders: Iterable[Rungs]) -> int:
    """How many days ahead of its date a deadline is first spoken of."""
    return max((days for ladder in ladders for days in ladder.before), default=0)


def _days(since: date, today: date) -> Iterator[date]:
    return (since + timedelta(days=number) for number in range(1, (today - since).days + 1))


def _rungs_until(ladder: Rungs, days: int) -> Iterator[int]:
    yield from (rung for rung in fixed_rungs(ladder) if rung <= days)
    start = max(ladder.after, default=0)
    if ladder.repeat:
        yield from range(start + ladder.repeat, days + 1, ladder.repeat)
