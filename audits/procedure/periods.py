"""Computing periods: start day excluded, corresponding day or month's end, rolled off rest days.

By analogy with Civil Code arts 200-204 (before 2017-10 the General Principles of Civil Law art. 154, with equal
results); law text section 15. Fixed dates, decided dates and intervals between rounds are dates, not periods: they
never roll (section 19, no. 8).
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from audits.procedure.calendar import Calendar
from audits.procedure.schema import Roll
from audits.procedure.words import Text


@dataclass(frozen=True, slots=True)
class PeriodEnd:
    """The end of a period. `years` are the years whose rest-day tables the result rests on (empty: none)."""

    raw_end: date
    due_on: date
    rolled: bool
    rest_reason: Text | None
    provisional: bool
    calendar_unknown: bool
    years: tuple[int, ...] = ()


def add_months(start: date, count: int) -> date:
    """The corresponding day `count` months later, or the last day of that month if it has none."""
    month = start.year * 12 + start.month - 1 + count
    year, month = month // 12, month % 12 + 1
    return end_of_month_date(year, month, start.day)


def add_years(start: date, count: int) -> date:
    """The corresponding day `count` years later; 29 February becomes 28 February in common years."""
    return add_months(start, 12 * count)


def period_end(
    start: date,
    *,
    months: int = 0,
    years: int = 0,
    working_days: int = 0,
    roll: Roll = Roll.NEXT,
    calendar: Calendar,
) -> PeriodEnd:
    """The end of a period that begins the day after `start`.

    Give months and years, or working days, never both and never nothing (`ValueError`). A period in working days ends
    on a working day, so it has nothing to roll. `roll=NEVER` looks at no calendar and is never provisional.
    """
    if working_days and (months or years):
        raise ValueError("A period is counted in months and years or in working days, not both.")
    if min(months, years, working_days) < 0 or not (months or years or working_days):
        raise ValueError("A period needs a positive length.")
    return _end(start, 12 * years + months, working_days, roll, calendar)


@lru_cache(maxsize=4096)
def _end(start: date, months: int, working_days: int, roll: Roll, calendar: Calendar) -> PeriodEnd:
    """Kept, since the thousands of entries of one list share the same few periods."""
    if working_days:
        end = calendar.add_working_days(start, working_days)
        return _settled(end, end, calendar, (start + timedelta(days=1)).year)
    raw_end = add_months(start, months)
    if roll is Roll.NEVER:
        return PeriodEnd(raw_end, raw_end, False, None, False, False)
    return _settled(raw_end, calendar.next_working_day(raw_end), calendar, raw_end.year)


def end_of_month_date(year: int, month: int, day: int) -> date:
    """The day of the month, or the month's last if it has none (29 February in a common year)."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def fixed_date(day: date) -> PeriodEnd:
    """A date set by law, list or decision: it is what it is."""
    return PeriodEnd(day, day, False, None, False, False)


def _settled(raw_end: date, due_on: date, calendar: Calendar, from_year: int) -> PeriodEnd:
    """A result with how sure it is: every year from `from_year` to the due date (and after, at year's end) counts."""
    years = tuple(range(from_year, calendar.years_of_day(due_on)[-1] + 1))
    known = {calendar.status(year) for year in range(from_year, due_on.year + 1)} | {calendar.status_of_day(due_on)}
    return PeriodEnd(
        raw_end=raw_end,
        due_on=due_on,
        rolled=due_on != raw_end,
        rest_reason=calendar.rest_reason(raw_end) if due_on != raw_end else None,
        provisional="provisional" in known,
        calendar_unknown="unknown" in known,
        years=years,
    )
