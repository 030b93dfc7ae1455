"""The table of rest days: reading a year's file with full validation, storing it, and the calendar made of it."""

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db import transaction

from audits.procedure.calendar import DATA, KINDS, YEAR_END, Calendar, YearTable, builtin_calendar
from audits.procedure.words import Mark, Text
from enterprises import snapshot
from enterprises.models import RestDay, RestDayKind, RestDayYear

COLUMNS = ("year", "date", "kind", "name_zh", "name_en")
FIRST_YEAR = 2004
FEWEST_DAYS = 7  # fewer days than this are no arrangement of a year


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day of an arrangement."""

    date: date
    kind: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a file: the row (1 is the header), the column, and what to do in both languages."""

    row: int
    column: str
    text: Text


class RestDayFileError(ValueError):
    """A file that was not loaded; nothing was changed. `problems` holds every fault found."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"row {one.row}, {one.column}: {one.text.en}" for one in problems))


def read_year(text: str, year: int) -> list[DayRow]:
    """The days of one year's file, `year,date,kind,name_zh,name_en` (the column `year` may be absent).

    Raises `RestDayFileError` with every fault: missing column, other year, bad date, day twice, unknown kind, a day
    outside the year (its New Year holiday may reach back into December), a moved working day that is no weekend, a
    moved rest day that is one, no Spring Festival or National Day, too few days.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    missing = [name for name in COLUMNS[1:] if name not in (reader.fieldnames or ())]
    if missing:
        raise RestDayFileError(
            [Problem(1, name, Text(f"缺少列 {name}。", f"The column {name} is missing.")) for name in missing]
        )
    rows: list[DayRow] = []
    problems: list[Problem] = []
    seen: dict[date, int] = {}
    for number, cells in enumerate(reader, start=2):
        day, found = _read_row(number, cells, year, seen)
        problems.extend(found)
        if day is not None:
            seen[day.date] = number
            rows.append(day)
    if not problems:
        problems.extend(_whole_year(rows, year))
    if problems:
        raise RestDayFileError(problems)
    return rows


def load_year(year: int, rows: Iterable[DayRow], *, notice_number: str, source: str, mark: Mark) -> RestDayYear:
    """Store a year's arrangement, replacing an earlier one, all or nothing. Dates computed before are not touched here:
    the workflow recomputes them by event when it finds the calendar's version changed."""
    days = sorted(rows, key=lambda one: one.date)
    with transaction.atomic():
        row, _ = RestDayYear.objects.update_or_create(
            year=year,
            defaults={
                "notice_number": notice_number,
                "source": source,
                "mark": mark.value,
                "digest": _digest(year, days, notice_number),
            },
        )
        row.days.all().delete()
        taken = {one.date: one.year_id for one in RestDay.objects.filter(date__in=[one.date for one in days])}
        if taken:
            raise RestDayFileError(
                [
                    Problem(
                        0,
                        "date",
                        Text(f"{day} 已属于 {other} 年的安排。", f"{day} already stands in the table of {other}."),
                    )
                    for day, other in sorted(taken.items())
                ]
            )
        RestDay.objects.bulk_create(
            [RestDay(date=one.date, year=row, kind=one.kind, name_zh=one.name_zh, name_en=one.name_en) for one in days],
            batch_size=500,
        )
    snapshot.forget()
    return row


def builtin_rows() -> dict[int, tuple[YearTable, list[DayRow]]]:
    """The committed tables of the procedure room, by year, in the shape of `load_year`."""
    lines = (DATA / "rest_days.csv").read_text(encoding="utf-8-sig").splitlines()
    years = builtin_calendar().years
    by_year: dict[int, list[str]] = {year: [lines[0]] for year in sorted(years)}
    for line in lines[1:]:
        by_year[int(line.split(",", 1)[0])].append(line)
    return {year: (years[year], read_year("\n".join(own), year)) for year, own in by_year.items()}


def calendar() -> Calendar:
    """The calendar of the stored table, kept in the process until a year's digest changes: one small query each call,
    none inside an open `snapshot()`."""
    return snapshot.remembered("calendar", lambda: _calendar(_version()))


def _version() -> tuple[tuple[int, str], ...]:
    return tuple(RestDayYear.objects.order_by("year").values_list("year", "digest"))


@lru_cache(maxsize=4)
def _calendar(version: tuple[tuple[int, str], ...]) -> Calendar:
    years: dict[int, YearTable] = {}
    days: dict[int, list[RestDay]] = {}
    for day in RestDay.objects.all():
        days.setdefault(day.year_id, []).append(day)
    for row in RestDayYear.objects.all():
        mine = days.get(row.year, [])
        worked = frozenset(day.date for day in mine if day.kind == RestDayKind.WORKDAY_MOVED)
        years[row.year] = YearTable(
            year=row.year,
            holidays=frozenset(day.date for day in mine) - worked,
            workdays=worked,
            notice_number=row.notice_number,
            source=row.source,
            mark=Mark(row.mark),
            names={day.date: Text(day.name_zh, day.name_en) for day in mine if day.name_en and day.date not in worked},
        )
    return Calendar(years)


def _digest(year: int, days: Iterable[DayRow], notice_number: str) -> str:
    lines = [f"{year} {notice_number}", *(f"{one.date} {one.kind} {one.name_zh} {one.name_en}" for one in days)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _read_row(
    number: int, cells: Mapping[str, str | None], year: int, seen: Mapping[date, int]
) -> tuple[DayRow | None, list[Problem]]:
    problems: list[Problem] = []

    def wrong(column: str, zh: str, en: str) -> None:
        problems.append(Problem(number, column, Text(zh, en)))

    given_year = (cells.get("year") or "").strip()
    if given_year and given_year != str(year):
        wrong("year", f"年份是 {given_year}，应为 {year}。", f"The year is {given_year}, not {year}.")
    kind = (cells.get("kind") or "").strip()
    if kind not in KINDS:
        wrong("kind", f"类型 {kind!r} 应为 {'、'.join(KINDS)} 之一。", f"{kind!r} is none of {', '.join(KINDS)}.")
    given = (cells.get("date") or "").strip()
    try:
        day = date.fromisoformat(given)
    except ValueError:
        wrong("date", f"日期 {given!r} 应写作 2027-01-01。", f"{given!r} is no date; write 2027-01-01.")
        return None, problems
    if day in seen:
        wrong("date", f"{day} 与第 {seen[day]} 行重复。", f"{day} already stands in row {seen[day]}.")
    if day.year != year and not (day.year == year - 1 and (day.month, day.day) >= YEAR_END):
        wrong("date", f"{day} 不属于 {year} 年的安排。", f"{day} does not belong to the arrangement of {year}.")
    weekend = day.weekday() >= 5
    if kind == RestDayKind.WORKDAY_MOVED and not weekend:
        wrong("kind", f"{day} 不是周末，不能调为工作日。", f"{day} is no weekend and cannot become a working day.")
    if kind == RestDayKind.REST_MOVED and weekend:
        wrong("kind", f"{day} 是周末，本来就休息。", f"{day} is a weekend and free anyway.")
    if problems:
        return None, problems
    return DayRow(day, kind, (cells.get("name_zh") or "").strip(), (cells.get("name_en") or "").strip()), []


def _whole_year(rows: list[DayRow], year: int) -> list[Problem]:
    """Faults of the table as a whole: a cut or wrong file must not pass as a year with few holidays."""
    free = {one.date for one in rows if one.kind != RestDayKind.WORKDAY_MOVED}
    problems = []
    if len(free) < FEWEST_DAYS:
        problems.append(
            Problem(
                0,
                "date",
                Text(f"{year} 年只有 {len(free)} 个休息日，文件不完整。", f"Only {len(free)} free days for {year}."),
            )
        )
    if date(year, 10, 1) not in free:
        problems.append(
            Problem(0, "date", Text(f"缺少 {year}-10-01 国庆节。", f"National Day {year}-10-01 is missing."))
        )
    if not any(day.month in (1, 2) and (day.month, day.day) > (1, 15) for day in free):
        problems.append(Problem(0, "date", Text("缺少春节假期。", "The Spring Festival is missing.")))
    return problems
