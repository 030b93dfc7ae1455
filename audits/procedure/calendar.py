"""Working days of mainland China: weekends, national holidays and weekends moved by the State Council (调休).

A table belongs to the *year of the arrangement*; a December day moved for New Year stands in the table of the year that
follows (so it happened in 2005, 2006, 2007, 2011 and 2018). Dates are Asia/Shanghai dates. Law text section 15.3-15.5.
"""

import csv
import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Literal

from audits.procedure.words import Mark, Text

DATA = Path(__file__).parent / "data"
YEAR_END = (12, 28)  # from this day on, next year's arrangement may still move a day of this year
YearStatus = Literal["known", "provisional", "unknown"]
KINDS = ("holiday", "rest_moved", "workday_moved")
SATURDAY = Text("星期六", "a Saturday")
SUNDAY = Text("星期日", "a Sunday")
REST_DAY = Text("法定休息日", "a rest day")


class CalendarError(ValueError):
    """A table of rest days that cannot be read; the message names the file's line."""


@dataclass(frozen=True, slots=True)
class YearTable:
    """One published arrangement: rest days (weekdays made free included) and weekend days worked instead."""

    year: int
    holidays: frozenset[date]
    workdays: frozenset[date]
    notice_number: str = ""
    source: str = ""
    mark: Mark = Mark.UNCERTAIN
    names: Mapping[date, Text] = field(default_factory=dict)


class Calendar:
    """Answers which days are working days, and how sure that is. Immutable; years are computed on first use."""

    def __init__(self, years: Mapping[int, YearTable], version: str = "") -> None:
        self.years: dict[int, YearTable] = dict(years)
        self.version = version or version_of(self.years.values())
        self.first_year = min(self.years, default=None)
        self.last_year = max(self.years, default=None)
        self._holidays = frozenset().union(*(table.holidays for table in self.years.values()))
        self._workdays = frozenset().union(*(table.workdays for table in self.years.values()))
        self._names = {day: name for table in self.years.values() for day, name in table.names.items()}
        self._ordinals: dict[int, list[int]] = {}

    def __repr__(self) -> str:
        return f"Calendar({self.first_year}..{self.last_year}, version={self.version!r})"

    def status(self, year: int) -> YearStatus:
        """`known` with a table; `provisional` after the last table; `unknown` before the first or in a gap."""
        if year in self.years:
            return "known"
        return "unknown" if self.last_year is None or year < self.last_year else "provisional"

    def status_of_day(self, day: date) -> YearStatus:
        """As `status`, but the last days of a year also depend on next year's arrangement, see `YEAR_END`."""
        own = self.status(day.year)
        if own == "known" and (day.month, day.day) >= YEAR_END and self.status(day.year + 1) == "provisional":
            return "provisional"
        return own

    def years_of_day(self, day: date) -> tuple[int, ...]:
        """The years whose arrangements decide whether the day is a working day."""
        return (day.year, day.year + 1) if (day.month, day.day) >= YEAR_END else (day.year,)

    def is_rest_day(self, day: date) -> bool:
        """Whether the day is free; years without a table know weekends only."""
        if day in self._holidays:
            return True
        return day.weekday() >= 5 and day not in self._workdays

    def is_working_day(self, day: date) -> bool:
        """The contrary of `is_rest_day`."""
        return not self.is_rest_day(day)

    def next_working_day(self, day: date) -> date:
        """The day itself if it is worked, else the first working day after the rest period."""
        while self.is_rest_day(day):
            day += timedelta(days=1)
        return day

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after `day` (which is not counted); `count` 0 returns the day itself."""
        if count < 0:
            raise ValueError("Working days are counted forward only.")
        if count == 0:
            return day
        year = day.year
        worked = self._working_ordinals(year)
        position = bisect_right(worked, day.toordinal()) + count - 1
        while position >= len(worked):
            position -= len(worked)
            year += 1
            worked = self._working_ordinals(year)
        return date.fromordinal(worked[position])

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days lie after `start` up to and including `end`; 0 when `end` is not later."""
        total = 0
        for year in range(start.year, end.year + 1):
            worked = self._working_ordinals(year)
            low = bisect_right(worked, start.toordinal()) if year == start.year else 0
            high = bisect_right(worked, end.toordinal()) if year == end.year else len(worked)
            total += high - low
        return max(total, 0)

    def rest_reason(self, day: date) -> Text | None:
        """Why a day is free, to stand after a date: "in the National Day holiday", "a Saturday"; None if worked."""
        if not self.is_rest_day(day):
            return None
        if name := self._names.get(day):
            return Text(f"{name.zh}假期", f"in the {name.en} holiday")
        return SATURDAY if day.weekday() == 5 else SUNDAY if day.weekday() == 6 else REST_DAY

    def _working_ordinals(self, year: int) -> list[int]:
        """The working days of a year as ordinals, ascending; kept, since thousands of dates ask for the same year."""
        known = self._ordinals.get(year)
        if known is None:
            first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
            known = [number for number in range(first, last + 1) if self.is_working_day(date.fromordinal(number))]
            self._ordinals[year] = known
        return known

    def with_table(self, table: YearTable) -> "Calendar":
        """A new calendar in which this year's table is added or replaced."""
        return Calendar({**self.years, table.year: table})


def version_of(tables: Iterable[YearTable]) -> str:
    """16 hex digits over the days alone: the same days give the same version, wherever they were read from."""
    digest = hashlib.sha256()
    for table in sorted(tables, key=lambda one: one.year):
        digest.update(f"{table.year}".encode())
        for sign, days in (("-", table.holidays), ("+", table.workdays)):
            digest.update("".join(f"{sign}{day.isoformat()}" for day in sorted(days)).encode())
    return digest.hexdigest()[:16]


def load_csv(path: Path, notices: Path | None = None) -> Calendar:
    """Read `year,date,kind,name_zh,name_en` (kind of `KINDS`) and, if given, `year,notice_number,source,mark`.

    Raises `CalendarError` naming the line: unknown kind, bad date, a day twice, a day outside its year, a moved
    working day that is no weekend.
    """
    days: dict[int, dict[str, set[date]]] = {}
    names: dict[int, dict[date, Text]] = {}
    seen: set[date] = set()
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            try:
                year, day, kind = int(row["year"]), date.fromisoformat(row["date"]), row["kind"]
            except (KeyError, TypeError, ValueError) as error:
                raise CalendarError(f"{path.name}, line {number}: year or date cannot be read.") from error
            problem = _problem(year, day, kind, seen)
            if problem:
                raise CalendarError(f"{path.name}, line {number}: {problem}")
            seen.add(day)
            days.setdefault(year, {}).setdefault(kind, set()).add(day)
            if kind != "workday_moved" and row.get("name_en"):
                names.setdefault(year, {})[day] = Text(row.get("name_zh") or row["name_en"], row["name_en"])
    told = _notices(notices) if notices else {}
    tables = {}
    for year, kinds in days.items():
        rest = frozenset(kinds.get("holiday", set()) | kinds.get("rest_moved", set()))
        number_, source, mark = told.get(year, ("", path.name, Mark.UNCERTAIN))
        work = frozenset(kinds.get("workday_moved", set()))
        tables[year] = YearTable(year, rest, work, number_, source, mark, names.get(year, {}))
    return Calendar(tables)


def _problem(year: int, day: date, kind: str, seen: set[date]) -> str:
    if kind not in KINDS:
        return f"kind {kind!r} is none of {', '.join(KINDS)}."
    if day in seen:
        return f"{day} stands twice."
    if day.year != year and not (day.year == year - 1 and (day.month, day.day) >= YEAR_END):
        return f"{day} does not belong to the arrangement of {year}."
    if kind == "workday_moved" and day.weekday() < 5:
        return f"{day} is no weekend and cannot become a working day."
    return ""


def _notices(path: Path) -> dict[int, tuple[str, str, Mark]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return {int(row["year"]): (row["notice_number"], row["source"], Mark(row["mark"])) for row in rows}


@lru_cache(maxsize=1)
def builtin_calendar() -> Calendar:
    """The committed table, 2004 to 2026."""
    return load_csv(DATA / "rest_days.csv", DATA / "rest_day_notices.csv")


__all__ = [
    "Calendar",
    "CalendarError",
    "YearStatus",
    "YearTable",
    "builtin_calendar",
    "load_csv",
    "version_of",
]
