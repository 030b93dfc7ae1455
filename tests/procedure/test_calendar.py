"""The table of rest days: against a second source day by day, and what is unknown or not yet published."""

import csv
from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.procedure import calendar as rest_days
from audits.procedure.calendar import Calendar, CalendarError, YearTable, builtin_calendar, load_csv
from audits.procedure.data.seed_rest_days import rest_day_rows
from audits.procedure.words import Mark

CALENDAR = builtin_calendar()
FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)


def every_day():
    return (FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1))


def read(name):
    with (rest_days.DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_differs_from_chinesecalendar_only_where_the_committed_list_says_why():
    listed = read("calendar_differences.csv")
    assert all(row["reason"] and row["source"] for row in listed)
    words = {True: "workday", False: "rest"}
    found = {
        (day.isoformat(), words[CALENDAR.is_working_day(day)], words[chinese_calendar.is_workday(day)])
        for day in every_day()
        if CALENDAR.is_working_day(day) != chinese_calendar.is_workday(day)
    }
    assert found == {(row["date"], row["ours"], row["chinesecalendar"]) for row in listed}


def test_the_committed_table_is_what_its_source_says():
    committed = [tuple(row.values()) for row in read("rest_days.csv")]
    assert committed == [(str(year), day.isoformat(), *rest) for year, day, *rest in rest_day_rows()]


def test_every_year_has_a_notice_row_and_no_number_without_a_reading():
    notices = {int(row["year"]): row for row in read("rest_day_notices.csv")}
    assert sorted(notices) == list(range(2004, 2027)) == sorted(CALENDAR.years)
    assert [year for year, row in notices.items() if not row["notice_number"]] == [2004, 2005]
    assert {row["mark"] for row in notices.values() if not row["notice_number"]} == {Mark.UNCERTAIN}
    assert CALENDAR.years[2006].notice_number == "国办发明电〔2005〕35号"
    assert CALENDAR.years[2006].mark is Mark.SEEN


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2008-09-27", True),  # a Saturday worked for National Day
        ("2008-09-29", False),  # a Monday free by exchange
        ("2005-12-31", True),  # a Saturday worked for New Year 2006
        ("2007-12-31", False),  # a Monday free for New Year 2008
        ("2020-01-31", False),  # the Spring Festival of 2020 was prolonged
        ("2026-02-28", True),
        ("2008-10-09", True),
    ],
)
def test_days_people_remember(day, worked):
    assert CALENDAR.is_working_day(date.fromisoformat(day)) is worked
    assert CALENDAR.is_rest_day(date.fromisoformat(day)) is not worked


def test_status_of_years():
    assert [CALENDAR.status(year) for year in (2003, 2004, 2026, 2027)] == ["unknown", "known", "known", "provisional"]
    assert Calendar({}).status(2020) == "unknown"
    gap = Calendar({2004: CALENDAR.years[2004], 2006: CALENDAR.years[2006]})
    assert gap.status(2005) == "unknown"


def test_the_last_days_of_the_last_year_wait_for_the_next_arrangement():
    assert CALENDAR.status_of_day(date(2026, 12, 27)) == "known"
    assert CALENDAR.status_of_day(date(2026, 12, 31)) == "provisional"
    assert CALENDAR.status_of_day(date(2025, 12, 31)) == "known"
    moved = YearTable(2027, frozenset({date(2027, 1, 1), date(2026, 12, 31)}), frozenset({date(2026, 12, 27)}))
    loaded = CALENDAR.with_table(moved)
    assert loaded.status_of_day(date(2026, 12, 31)) == "known"
    assert loaded.is_rest_day(date(2026, 12, 31))
    assert not CALENDAR.is_rest_day(date(2026, 12, 31))


def test_an_unpublished_year_knows_weekends_only():
    assert CALENDAR.is_working_day(date(2027, 1, 1))
    assert CALENDAR.is_rest_day(date(2027, 1, 2))
    assert CALENDAR.rest_reason(date(2027, 1, 2)).en == "a Saturday"


def test_rest_reasons_in_both_languages():
    assert CALENDAR.rest_reason(date(2008, 10, 1)).en == "in the National Day holiday"
    assert CALENDAR.rest_reason(date(2008, 9, 29)).zh == "国庆节假期"
    assert CALENDAR.rest_reason(date(2008, 5, 31)).zh == "星期六"
    assert CALENDAR.rest_reason(date(2008, 9, 27)) is None


def test_the_version_follows_the_days_and_nothing_else():
    same = Calendar(dict(reversed(CALENDAR.years.items())))
    assert same.version == CALENDAR.version
    renamed = CALENDAR.with_table(
        YearTable(2026, CALENDAR.years[2026].holidays, CALENDAR.years[2026].workdays, "another number", "elsewhere")
    )
    assert renamed.version == CALENDAR.version
    later = CALENDAR.with_table(YearTable(2027, frozenset({date(2027, 1, 1)}), frozenset()))
    assert later.version != CALENDAR.version
    earlier = CALENDAR.with_table(YearTable(2026, CALENDAR.years[2026].holidays, frozenset()))
    assert earlier.version not in (CALENDAR.version, later.version)


@given(st.dates(date(2003, 6, 1), date(2027, 6, 1)), st.integers(1, 300))
def test_working_days_are_counted_one_by_one(start, count):
    day, left = start, count
    while left:
        day += timedelta(days=1)
        left -= CALENDAR.is_working_day(day)
    assert CALENDAR.add_working_days(start, count) == day
    assert CALENDAR.working_days_between(start, day) == count


@given(st.dates(date(2003, 6, 1), date(2027, 6, 1)))
def test_next_working_day_is_the_first_one(start):
    day = CALENDAR.next_working_day(start)
    assert CALENDAR.is_working_day(day)
    assert all(CALENDAR.is_rest_day(start + timedelta(days=number)) for number in range((day - start).days))


def test_working_days_count_forward_only():
    assert CALENDAR.add_working_days(date(2008, 10, 4), 0) == date(2008, 10, 4)
    assert CALENDAR.working_days_between(date(2008, 10, 9), date(2008, 10, 1)) == 0
    with pytest.raises(ValueError, match="forward only"):
        CALENDAR.add_working_days(date(2008, 10, 4), -1)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("2027,2027-13-01,holiday,,", "cannot be read"),
        ("next,2027-01-01,holiday,,", "cannot be read"),
        ("2027,2027-01-01,feast,,", "kind 'feast'"),
        ("2027,2028-01-01,holiday,,", "does not belong"),
        ("2027,2026-12-01,holiday,,", "does not belong"),
        ("2027,2027-01-04,workday_moved,,", "no weekend"),
        ("2027,2027-02-08,holiday,,", "stands twice"),
        ("2027", "cannot be read"),
    ],
)
def test_a_faulty_table_is_refused_with_its_line(tmp_path, line, fault):
    path = tmp_path / "days.csv"
    path.write_text(f"year,date,kind,name_zh,name_en\n2027,2027-02-08,holiday,春节,Spring Festival\n{line}\n")
    with pytest.raises(CalendarError, match=f"line 3: .*{fault}"):
        load_csv(path)


def test_a_table_saved_by_a_spreadsheet_is_read(tmp_path):
    path = tmp_path / "days.csv"
    path.write_bytes(
        "\ufeffyear,date,kind,name_zh,name_en\r\n2027,2026-12-31,rest_moved,元旦,New Year's Day\r\n".encode()
    )
    loaded = load_csv(path)
    assert loaded.years[2027].holidays == {date(2026, 12, 31)}
    assert loaded.rest_reason(date(2026, 12, 31)).en == "in the New Year's Day holiday"
