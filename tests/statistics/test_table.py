"""The provincial table through the API: a partition, summed once, in a few queries."""

from datetime import UTC, date, datetime

import pytest

from audits.models import ProvinceFact, UnitReturn
from audits.procedure.words import Party
from audits.statistics import provinces, refresh
from tests.factories_audits import make_case, make_deadline, make_enterprise, publish, record

pytestmark = pytest.mark.django_db
NOW = datetime(2012, 1, 1, 2, 30, tzinfo=UTC)
ADDRESS = "/api/v1/statistics/provinces/?year=2010"
WATER = {
    "name": "x",
    "cost_class": "low",
    "done_on": "2010-05-01",
    "effects": {"water_saved_t@2010": {"planned": 2_500, "verified": 1_125}},
}


@pytest.fixture
def two_units():
    """A case in Shenyang (Liaoning), two in Dalian, which lies in Liaoning and reports by itself."""
    for division in ("210102", "210202", "210203"):
        case = make_case(make_enterprise(division), published_on=date(2010, 3, 1))
        publish(case, "2010-03-01")
        record(case, "record_implementation", "2010-06-01", options={"F1": WATER})
    refresh(NOW)


def test_a_separately_planned_city_is_counted_once_and_beside_its_province(client, two_units):
    table = client.get(ADDRESS, headers={"Accept-Language": "en"}).json()
    told = {
        row["unit"]: (row["code"], row["metrics"]["listed"], row["metrics"]["water_saved_t"]) for row in table["rows"]
    }
    assert told == {"Liaoning": ("210000", "1", "1.125"), "Dalian": ("210200", "2", "2.25")}
    total = table["total"]["metrics"]
    assert (total["listed"], total["water_saved_t"], total["planned_water_saved_t"]) == ("3", "3.375", "7.5")
    assert (total["options_done_low"], total["accepted"]) == ("3", "0")
    assert (table["coverage"]["reported"], table["coverage"]["due"]) == (2, 37)
    assert "Dalian" not in table["coverage"]["missing"]
    assert len(table["coverage"]["missing"]) == 35
    assert table["as_of"] == "2012-01-01T10:30:00+08:00"
    assert table["national_return"] is None


def test_a_table_costs_the_same_few_queries_with_one_unit_and_with_three(client, two_units, django_assert_num_queries):
    with django_assert_num_queries(6):
        client.get(ADDRESS)
    publish(make_case(make_enterprise("320509"), published_on=date(2010, 3, 1)), "2010-03-01")
    refresh(NOW)
    with django_assert_num_queries(6):
        assert len(client.get(ADDRESS).json()["rows"]) == 3


def test_overdue_is_counted_for_a_day_and_once_for_a_case(two_units):
    case = make_case(make_enterprise("320509"))
    make_deadline(case, date(2010, 3, 31))
    make_deadline(case, date(2010, 5, 4), step="disclose")
    make_deadline(case, date(2010, 5, 4), step="check_disclosure", party=Party.AUTHORITY)
    on_the_day, day_after = (
        {row.unit.code: row.metrics["overdue"] for row in provinces(2010, day).rows}
        for day in (date(2010, 3, 31), date(2010, 6, 1))
    )
    assert on_the_day == {"210000": "0", "210200": "0"}
    assert day_after == {"210000": "0", "210200": "0", "320000": "1"}


def test_a_unit_that_only_sent_a_return_reports_by_it(client, two_units):
    UnitReturn.objects.create(
        reporting_unit_id="370000",
        year=2010,
        metrics={"water_saved_t": {"value": "100.5", "unit": "t"}, "trained_local": {"value": "40", "unit": ""}},
        source="return",
        frozen_at=NOW,
    )
    UnitReturn.objects.create(reporting_unit_id="110000", year=2010, metrics={}, source="draft")
    table = client.get(ADDRESS).json()
    assert [row["code"] for row in table["rows"]] == ["210000", "370000", "210200"]
    assert (table["total"]["metrics"]["water_saved_t"], table["total"]["metrics"]["trained_local"]) == ("103.875", "40")


def test_a_year_without_anything_says_so(client):
    table = client.get("/api/v1/statistics/provinces/?year=2011").json()
    assert (table["rows"], table["as_of"], table["coverage"]["reported"]) == ([], None, 0)
    assert set(table["total"]["metrics"].values()) == {"0"}


def test_a_jump_against_last_year_is_flagged_and_changes_nothing(client, two_units):
    case = make_case(make_enterprise("210102"), published_on=date(2010, 3, 1))
    publish(case, "2010-03-01")
    more = {**WATER, "effects": {"water_saved_t@2011": {"verified": 11_251}}}
    record(case, "record_implementation", "2011-06-01", options={"F1": more})
    refresh(NOW)
    [liaoning] = client.get("/api/v1/statistics/provinces/?year=2011", headers={"Accept-Language": "en"}).json()["rows"]
    flags = [(flag["rule"], flag["metric"]) for flag in liaoning["flags"]]
    assert liaoning["metrics"]["water_saved_t"] == "11.251"
    assert flags[0] == ("jump_against_last_year", "water_saved_t")


def frozen_return(unit: str, year: int, revision: int = 1, **figures: str) -> UnitReturn:
    told = {key: {"value": value, "unit": ""} for key, value in figures.items()}
    return UnitReturn.objects.create(
        reporting_unit_id=unit, year=year, revision=revision, metrics=told, source="return", frozen_at=NOW
    )


def row_of(client, unit: str, year: int):
    table = client.get(f"/api/v1/statistics/provinces/?year={year}", headers={"Accept-Language": "en"}).json()
    rows = {row["code"]: row for row in table["rows"]}
    return rows.get(unit), table


def test_that_a_period_of_the_law_ended_in_a_year_is_no_figure_of_it(client):
    ProvinceFact.objects.create(reporting_unit_id="210000", year=2011, metric="start_due", value=1)
    ProvinceFact.objects.create(reporting_unit_id="330000", year=2011, metric="listed", value=1)
    row, table = row_of(client, "210000", 2011)
    assert (row, [one["code"] for one in table["rows"]]) == (None, ["330000"])
    assert (table["coverage"]["reported"], table["coverage"]["missing"].count("Liaoning")) == (1, 1)
    frozen_return("210000", 2011, water_saved_t="5")
    row, _ = row_of(client, "210000", 2011)
    assert (row["source"], row["metrics"], row["events_beside"]) == ("return", {"water_saved_t": "5"}, None)


def test_capacity_comes_from_the_newest_frozen_return_whatever_cases_tell(client, two_units):
    first = frozen_return("210000", 2010, trained_local="39", water_saved_t="77")
    UnitReturn.objects.create(
        reporting_unit_id="210000",
        year=2010,
        revision=2,
        supersedes=first,
        metrics={"trained_local": {"value": "40"}, "auditors": {"value": "7"}, "water_saved_t": {"value": "78"}},
        source="revision",
        frozen_at=NOW,
    )
    row, table = row_of(client, "210000", 2010)
    told = {key: row["metrics"].get(key) for key in ("listed", "water_saved_t", "trained_local", "auditors")}
    assert told == {"listed": "1", "water_saved_t": "1.125", "trained_local": "40", "auditors": "7"}
    assert (row["source"], row["events_beside"], table["total"]["metrics"]["trained_local"]) == ("events", None, "40")


def test_before_the_first_case_of_a_unit_its_return_speaks_and_a_late_effect_stands_beside_it(client):
    case = make_case(make_enterprise("210102"), published_on=date(2010, 3, 1))
    publish(case, "2010-03-01")
    effects = {"water_saved_t@2009": {"verified": 3_000}}
    record(case, "record_implementation", "2010-06-01", options={"F1": {**WATER, "effects": effects}})
    refresh(NOW)
    row, table = row_of(client, "210000", 2009)
    assert (row["source"], row["metrics"]["water_saved_t"]) == ("events", "3")  # nobody else tells of it
    frozen_return("210000", 2009, water_saved_t="500", listed="12")
    row, table = row_of(client, "210000", 2009)
    assert (row["source"], row["metrics"], row["events_beside"]) == (
        "return",
        {"listed": "12", "water_saved_t": "500"},
        {"water_saved_t": "3"},
    )
    assert table["total"]["metrics"]["water_saved_t"] == "500"
    frozen_return("210000", 2010, water_saved_t="600", listed="13")
    row, _ = row_of(client, "210000", 2010)
    assert (row["source"], row["metrics"]["listed"], row["events_beside"]) == ("events", "1", None)
