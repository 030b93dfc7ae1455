"""Periods: section 15's vectors, the rules of the month's end, and properties that hold for every start."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.procedure.calendar import YearTable, builtin_calendar
from audits.procedure.periods import add_months, add_years, end_of_month_date, fixed_date, period_end
from audits.procedure.schema import Roll

CALENDAR = builtin_calendar()
STARTS = st.dates(date(2003, 1, 1), date(2030, 12, 31))
KNOWN_STARTS = st.dates(date(2004, 1, 1), date(2024, 12, 31))
RULES = st.one_of(
    st.fixed_dictionaries({"months": st.integers(1, 60)}),
    st.fixed_dictionaries({"years": st.integers(1, 10)}),
    st.fixed_dictionaries({"working_days": st.integers(1, 250)}),
)

# Publication date; then raw end and due date of +1 month, +45 working days, +2 months, +1 year (law text section 15).
VECTORS = {
    "2008-03-31": (
        ("2008-04-30", "2008-04-30"),
        ("2008-06-04", "2008-06-04"),
        ("2008-05-31", "2008-06-02"),
        ("2009-03-31", "2009-03-31"),
    ),
    "2008-08-01": (
        ("2008-09-01", "2008-09-01"),
        ("2008-10-09", "2008-10-09"),
        ("2008-10-01", "2008-10-06"),
        ("2009-08-01", "2009-08-03"),
    ),
    "2007-12-31": (
        ("2008-01-31", "2008-01-31"),
        ("2008-03-07", "2008-03-07"),
        ("2008-02-29", "2008-02-29"),
        ("2008-12-31", "2008-12-31"),
    ),
    "2025-12-31": (
        ("2026-01-31", "2026-02-02"),
        ("2026-03-11", "2026-03-11"),
        ("2026-02-28", "2026-02-28"),
        ("2026-12-31", "2026-12-31"),
    ),
}
VECTOR_RULES = ({"months": 1}, {"working_days": 45}, {"months": 2}, {"years": 1})


@pytest.mark.parametrize(
    ("published_on", "rule", "raw_end", "due_on"),
    [
        (published_on, rule, *ends)
        for published_on, row in VECTORS.items()
        for rule, ends in zip(VECTOR_RULES, row, strict=True)
    ],
)
def test_vectors_of_the_law_text(published_on, rule, raw_end, due_on):
    end = period_end(date.fromisoformat(published_on), **rule, calendar=CALENDAR)
    assert (end.raw_end, end.due_on) == (date.fromisoformat(raw_end), date.fromisoformat(due_on))
    assert end.rolled == (raw_end != due_on)
    assert (end.rest_reason is not None) == end.rolled


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2007-12-31", 2, "2008-02-29"),
        ("2008-12-31", 2, "2009-02-28"),
        ("2008-01-31", 1, "2008-02-29"),
        ("2008-02-29", 1, "2008-03-29"),
        ("2008-02-29", 12, "2009-02-28"),
        ("2008-11-30", 3, "2009-02-28"),
        ("2008-05-31", 1, "2008-06-30"),
        ("2008-12-15", 1, "2009-01-15"),
        ("2008-12-31", 24, "2010-12-31"),
    ],
)
def test_corresponding_day_or_the_end_of_the_month(start, months, end):
    assert add_months(date.fromisoformat(start), months) == date.fromisoformat(end)


def test_a_leap_day_ends_on_28_february_of_common_years():
    assert add_years(date(2008, 2, 29), 1) == date(2009, 2, 28)
    assert add_years(date(2008, 2, 29), 4) == date(2012, 2, 29)
    assert end_of_month_date(2009, 2, 29) == date(2009, 2, 28)


@given(STARTS, st.integers(1, 120))
def test_months_end_on_the_same_day_or_on_the_last_of_the_month(start, count):
    end = add_months(start, count)
    assert (end.year - start.year) * 12 + end.month - start.month == count
    assert end.day == start.day or (end.day < start.day and (end + timedelta(days=1)).day == 1)


@given(STARTS, STARTS, RULES)
def test_a_later_start_never_ends_earlier(one, other, rule):
    first, second = sorted((one, other))
    before = period_end(first, **rule, calendar=CALENDAR)
    after = period_end(second, **rule, calendar=CALENDAR)
    assert before.due_on <= after.due_on
    assert before.raw_end <= after.raw_end


@given(STARTS, RULES)
def test_the_due_date_is_the_first_working_day_from_the_raw_end(start, rule):
    end = period_end(start, **rule, calendar=CALENDAR)
    assert end.due_on >= end.raw_end > start
    assert CALENDAR.is_working_day(end.due_on)
    between = (end.raw_end + timedelta(days=number) for number in range((end.due_on - end.raw_end).days))
    assert all(CALENDAR.is_rest_day(day) for day in between)
    assert end.rolled == (end.due_on != end.raw_end)


@given(STARTS, st.integers(1, 250))
def test_working_days_are_counted_exactly_without_the_start_day(start, count):
    end = period_end(start, working_days=count, calendar=CALENDAR)
    days = (start + timedelta(days=number) for number in range(1, (end.due_on - start).days + 1))
    assert sum(CALENDAR.is_working_day(day) for day in days) == count
    assert not end.rolled


@given(STARTS, st.integers(1, 10))
def test_what_never_rolls_keeps_its_date_and_asks_no_calendar(start, years):
    end = period_end(start, years=years, roll=Roll.NEVER, calendar=CALENDAR)
    assert end.due_on == end.raw_end == add_years(start, years)
    assert (end.rolled, end.rest_reason, end.provisional, end.calendar_unknown, end.years) == (
        False,
        None,
        False,
        False,
        (),
    )


def test_a_fixed_date_on_a_rest_day_stays():
    assert fixed_date(date(2011, 10, 1)).due_on == date(2011, 10, 1)


@given(KNOWN_STARTS, st.integers(1, 12))
def test_within_the_table_nothing_is_in_doubt(start, months):
    end = period_end(start, months=months, calendar=CALENDAR)
    assert (end.provisional, end.calendar_unknown) == (False, False)


@pytest.mark.parametrize(
    ("start", "rule", "provisional", "unknown"),
    [
        ("2026-11-20", {"months": 1}, False, False),
        ("2026-11-20", {"months": 2}, True, False),  # ends in 2027
        ("2026-11-20", {"working_days": 45}, True, False),  # counts into 2027
        ("2026-10-31", {"months": 2}, True, False),  # ends on 31 December, which the arrangement of 2027 may move
        ("2025-12-31", {"years": 1}, True, False),
        ("2003-11-28", {"months": 1}, False, True),
        ("2003-11-28", {"working_days": 45}, False, True),  # counts through 2003
        ("2003-11-28", {"months": 3}, False, False),  # only its end is looked up, and that lies in 2004
        ("2003-12-31", {"working_days": 5}, False, False),  # the start day is not counted
    ],
)
def test_every_year_a_date_rests_on_counts_for_its_doubt(start, rule, provisional, unknown):
    end = period_end(date.fromisoformat(start), **rule, calendar=CALENDAR)
    assert (end.provisional, end.calendar_unknown) == (provisional, unknown)


def test_loading_the_missing_year_settles_and_moves_the_date():
    before = period_end(date(2026, 12, 1), months=1, calendar=CALENDAR)
    assert (before.due_on, before.provisional, before.years) == (date(2027, 1, 1), True, (2027,))
    arrangement = YearTable(2027, frozenset({date(2027, 1, 1)}), frozenset())
    after = period_end(date(2026, 12, 1), months=1, calendar=CALENDAR.with_table(arrangement))
    assert (after.due_on, after.provisional) == (date(2027, 1, 4), False)


@pytest.mark.parametrize("rule", [{}, {"months": 0}, {"months": -1}, {"months": 1, "working_days": 5}])
def test_a_period_has_one_positive_length(rule):
    with pytest.raises(ValueError, match="period"):
        period_end(date(2008, 8, 1), **rule, calendar=CALENDAR)
