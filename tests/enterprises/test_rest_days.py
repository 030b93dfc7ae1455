"""The table of rest days: seeded, loadable by year, all rows or none."""

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from audits.procedure.calendar import builtin_calendar
from enterprises.models import RestDay, RestDayYear
from enterprises.rest_days import RestDayFileError, calendar, read_year

pytestmark = pytest.mark.django_db

HEADER = "year,date,kind,name_zh,name_en\n"
GOOD = HEADER + "".join(
    f"2027,{day},{kind},{zh},{en}\n"
    for day, kind, zh, en in [
        ("2027-01-01", "holiday", "元旦", "New Year's Day"),
        ("2027-02-05", "holiday", "春节", "Spring Festival"),
        ("2027-02-06", "holiday", "春节", "Spring Festival"),
        ("2027-02-07", "holiday", "春节", "Spring Festival"),
        ("2027-02-08", "rest_moved", "春节", "Spring Festival"),
        ("2027-02-20", "workday_moved", "春节", "Spring Festival"),
        ("2027-05-03", "rest_moved", "劳动节", "Labour Day"),
        ("2027-10-01", "holiday", "国庆节", "National Day"),
        ("2027-10-04", "rest_moved", "国庆节", "National Day"),
    ]
)


def _load(path: Path, text: str, *options: str) -> str:
    path.write_text(text, encoding="utf-8")
    out = StringIO()
    call_command(
        "load_rest_days", str(path), "--year", "2027", "--notice", "国办发明电〔2026〕1号", *options, stdout=out
    )
    return out.getvalue()


def test_the_seeded_table_is_the_procedures_own() -> None:
    stored = calendar()
    assert stored.version == builtin_calendar().version
    assert (stored.first_year, stored.last_year) == (2004, 2026)
    assert stored.rest_reason(date(2008, 10, 1)) == builtin_calendar().rest_reason(date(2008, 10, 1))
    assert stored.years == builtin_calendar().years


def test_loading_a_year_makes_it_known(tmp_path: Path) -> None:
    before = calendar()
    assert before.status(2027) == "provisional"
    assert before.is_working_day(date(2027, 2, 8))
    assert "2027: 9 days loaded" in _load(tmp_path / "2027.csv", GOOD)
    after = calendar()
    assert (after.status(2027), after.status(2028)) == ("known", "provisional")
    assert after.is_rest_day(date(2027, 2, 8))
    assert after.is_working_day(date(2027, 2, 20))
    assert after.version != before.version
    assert RestDayYear.objects.get(pk=2027).notice_number == "国办发明电〔2026〕1号"


def test_loading_again_replaces_the_year(tmp_path: Path) -> None:
    _load(tmp_path / "2027.csv", GOOD)
    _load(tmp_path / "2027.csv", GOOD.replace("2027-05-03", "2027-05-04"))
    assert calendar().is_working_day(date(2027, 5, 3))
    assert RestDay.objects.filter(year=2027).count() == 9


def test_a_dry_run_stores_nothing(tmp_path: Path) -> None:
    assert "9 days checked" in _load(tmp_path / "2027.csv", GOOD, "--dry-run")
    assert not RestDayYear.objects.filter(pk=2027).exists()


@pytest.mark.parametrize(
    ("old", "new", "row", "column"),
    [
        ("2027-02-06", "2027-02-30", 4, "date"),
        ("2027-02-06", "2027-02-05", 4, "date"),
        ("2027-01-01", "2026-12-01", 2, "date"),
        ("2027-01-01,holiday", "2027-01-01,feast", 2, "kind"),
        ("2027-02-20,workday", "2027-02-22,workday", 7, "kind"),
        ("2027-02-08,rest_moved", "2027-02-13,rest_moved", 6, "kind"),
        ("2027,2027-05-03", "2026,2027-05-03", 8, "year"),
        ("2027-10-01,holiday", "2027-10-05,holiday", 0, "date"),
        ("kind", "sort", 1, "kind"),
    ],
)
def test_a_faulty_file_is_named_by_row_and_column_and_loads_nothing(
    tmp_path: Path, old: str, new: str, row: int, column: str
) -> None:
    text = GOOD.replace(old, new, 1)
    with pytest.raises(RestDayFileError) as caught:
        read_year(text, 2027)
    assert [(one.row, one.column) for one in caught.value.problems] == [(row, column)]
    assert caught.value.problems[0].text.zh
    with pytest.raises(CommandError, match="Nothing was loaded"):
        _load(tmp_path / "2027.csv", text)
    assert not RestDayYear.objects.filter(pk=2027).exists()


def test_a_cut_file_is_refused() -> None:
    with pytest.raises(RestDayFileError) as caught:
        read_year("".join(GOOD.splitlines(keepends=True)[:4]), 2027)
    assert len(caught.value.problems) == 2  # too few days, no National Day


def test_new_years_eve_may_stand_in_the_next_years_table() -> None:
    text = GOOD + "2027,2026-12-31,rest_moved,元旦,New Year's Day\n"
    assert len(read_year(text, 2027)) == 10


@pytest.mark.parametrize("arguments", [("missing.csv", "--year", "2027"), ("missing.csv", "--year", "2003")])
def test_an_unreadable_file_or_year_is_an_error(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        call_command("load_rest_days", *arguments, "--notice", "x")
