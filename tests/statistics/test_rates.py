"""Rates, medians, energy in one unit, and who is left out."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from accounts.acting import system_membership
from audits.models import CaseFact, CaseSpan, CountyFact, Deadline, ProvinceFact, StatisticsWatermark
from audits.procedure.articles import DOCUMENTS, own
from audits.procedure.conversion import FACTORS, Factor, FactorKey, FactorValue
from audits.procedure.words import Mark
from audits.statistics import counties, provinces, reconcile, recount, refresh, sums
from audits.statistics.case_facts import facts_of_case
from audits.statistics.counting import HEADING, under_headings
from audits.statistics.energy import Energy, energy_of, energy_of_years
from audits.statistics.rates import Rate, not_yet_due, rates_of
from audits.statistics.scoped import Answer, Dimension, Question, table
from enterprises.models import Industry
from tests.factories_audits import make_case, make_deadline, make_enterprise, publish, record
from tests.statistics.test_case_facts import BY, OPENING

NOW = datetime(2012, 1, 1, 2, 30, tzinfo=UTC)
EVERYWHERE = Q()


def asked(year: int, **of: str) -> Answer:
    """Everything of one year, as somebody who sees all of it is told."""
    return table(Question(Dimension.NATION, year, **of), system_membership(), date(2012, 1, 1))


def parts(*acts, deadlines=None):
    """Facts of a case, given deadlines of the law by step."""
    told = {
        f"{step}:x": {"step": step, "due_on": due, "nature": "statutory", "met_on": None, "void": False}
        for step, due in (deadlines or {}).items()
    }
    bodies = [
        {"action": action, "on": on, "seq": seq, "by": BY, "changes": changes, "deadlines": told}
        for seq, (action, on, changes) in enumerate((OPENING, *acts), 1)
    ]
    return facts_of_case(bodies).facts


def test_in_time_is_counted_in_the_year_of_the_legal_date_whenever_it_was_done():
    due = {"start_audit": "2008-12-31", "complete_audit": "2009-12-31"}
    late = parts(("start_audit", "2009-01-05", {}), ("complete_audit", "2009-12-31", {}), deadlines=due)
    assert {key: late.get(key) for key in ((2008, "start_due"), (2008, "started_in_time"))} == {
        (2008, "start_due"): 1,
        (2008, "started_in_time"): None,
    }
    assert (late[2009, "completion_due"], late[2009, "completed_in_time"]) == (1, 1)
    undone = parts(deadlines=due)
    assert (undone[2009, "completion_due"], undone.get((2009, "completed_in_time"))) == (1, None)


def test_passed_first_time_is_the_first_decision_whatever_it_was():
    at_once = parts(("decide_assessment", "2010-01-15", {"result": "pass"}))
    assert (at_once[2010, "assessed"], at_once[2010, "assessed_passed_first"]) == (1, 1)
    supplemented = parts(
        ("decide_assessment", "2010-01-15", {"result": "supplement"}),
        ("decide_assessment", "2010-03-15", {"result": "pass"}),
    )
    assert (supplemented[2010, "assessed"], supplemented.get((2010, "assessed_passed_first"))) == (1, None)


def test_rates_are_unknown_without_anything_below_the_line():
    assert set(rates_of({}).values()) == {None}
    figures = {
        "start_due": 4,
        "started_in_time": 1,
        "options_planned_medium": 2,
        "options_planned_high": 1,
        "options_implemented_high": 1,
        "options_planned_low": 9,
    }
    rates = rates_of(figures)
    assert (rates[Rate.STARTED_IN_TIME], rates[Rate.MEDIUM_HIGH_IMPLEMENTED]) == (Decimal("0.25"), Decimal("0.3333"))
    assert rates[Rate.PASSED_FIRST_TIME] is None
    assert rates_of(figures, {"start_due": 3})[Rate.STARTED_IN_TIME] == Decimal(1)
    assert rates_of({"start_due": 1}, {"start_due": 1})[Rate.STARTED_IN_TIME] is None


@pytest.mark.django_db
def test_who_still_has_time_is_neither_in_time_nor_late():
    for due in (date(2008, 10, 6), date(2008, 12, 1), date(2009, 1, 5)):
        case = make_case(make_enterprise())
        publish(case)
        make_deadline(case, due)
    refresh(NOW)
    assert not_yet_due(date(2008, 11, 1), EVERYWHERE, 2008, 2008) == {"320000": {"start_due": 1}}
    assert not_yet_due(date(2008, 12, 1), EVERYWHERE, 2008, 2008) == {"320000": {"start_due": 1}}
    assert not_yet_due(date(2008, 12, 2), EVERYWHERE, 2008, 2008) == {}
    assert Deadline.objects.count() == 3


def four_started() -> None:
    """Four cases, started 1, 3, 10 and 30 days after their list was published, in three cities of two provinces."""
    for division, day in (
        ("320509", "2008-08-11"),
        ("320509", "2008-08-04"),
        ("210202", "2008-08-31"),
        ("320205", "2008-08-02"),
    ):
        case = make_case(make_enterprise(division))
        publish(case)
        record(case, "start_audit", day)
    refresh(NOW)


@pytest.mark.django_db
def test_a_median_is_the_middle_of_exactly_the_cases_asked_for():
    four_started()
    assert asked(2008).medians == {"listed_started": (4, "6.5")}  # 1, 3, 10, 30
    assert asked(2008, unit="320000").medians == {"listed_started": (3, "3")}
    assert asked(2008, unit="210200").medians == {"listed_started": (1, "30")}
    assert asked(2008, place="320509").medians == {"listed_started": (2, "6.5")}
    assert asked(2009).medians == {}


@pytest.mark.django_db
def test_medians_by_place_are_those_of_its_own_cases_in_one_query():
    four_started()

    def by_row(by: Dimension) -> dict[str, dict[str, tuple[int, str]]]:
        with CaptureQueriesContext(connection) as queries:
            answer = table(Question(by, 2008), system_membership(), date(2012, 1, 1))
        assert len([one for one in queries if "audits_casespan" in one["sql"]]) == 1
        assert answer.medians == {"listed_started": (4, "6.5")}
        return {row.key: dict(row.medians) for row in answer.rows}

    span = "listed_started"
    assert by_row(Dimension.UNIT) == {"210200": {span: (1, "30")}, "320000": {span: (3, "3")}}
    assert by_row(Dimension.CITY) == {"2102": {span: (1, "30")}, "3202": {span: (1, "1")}, "3205": {span: (2, "6.5")}}
    assert by_row(Dimension.COUNTY)["320509"] == {span: (2, "6.5")}
    assert by_row(Dimension.KIND) == {"mandatory": {}}


def test_energy_is_unknown_where_no_source_gives_a_factor():
    assert energy_of({"standard_coal_saved_tce": 1500}, 2007).tce == 1500
    told = energy_of({"electricity_saved_kwh": 1, "standard_coal_saved_tce": 1500}, 2007)
    assert told == Energy(None, None, (FactorKey.TCE_PER_KWH, FactorKey.CO2_PER_TCE, FactorKey.CO2_PER_KWH))
    assert energy_of({}, 2007) == Energy(0, 0, ())
    assert energy_of({"coal_saved_t": 1000}, 2023) == Energy(714, None, (FactorKey.CO2_PER_T_COAL,))


def test_every_factor_says_where_it_stands_and_none_claims_to_have_been_read():
    held = [one for factor in FACTORS.values() for one in factor.values]
    assert held
    assert {one.source.mark for one in held} <= {Mark.RECALLED, Mark.UNCERTAIN}
    assert {one.source.document for one in held} <= set(DOCUMENTS)


def test_values_of_a_factor_follow_each_other_without_overlap():
    for factor in FACTORS.values():
        for earlier, later in pairwise(factor.values):
            assert earlier.valid_until is not None
            assert earlier.valid_until < later.valid_from


def test_standard_coal_by_the_reference_values():
    # Raw coal: 5,000 kcal/kg beside 7,000 kcal/kgce. Electricity: 860 kcal/kWh beside the same.
    assert energy_of({"electricity_saved_kwh": 1_000_000}, 2010) == Energy(123, None, (FactorKey.CO2_PER_KWH,))
    assert energy_of({"coal_saved_t": 1_000_000}, 2010).tce == 714_300
    assert energy_of({"electricity_saved_kwh": 1_000_000_000}, 2023) == Energy(122_900, 530_600, ())


def test_energy_takes_the_factor_of_the_year():
    old = FactorValue(Decimal("0.5"), date(2008, 1, 1), own(), date(2009, 12, 31))
    new = FactorValue(Decimal("0.25"), date(2010, 1, 1), own())
    factors = {key: Factor(key, factor.label, factor.unit, (old, new)) for key, factor in FACTORS.items()}
    figures = {"electricity_saved_kwh": 3, "coal_saved_t": 100, "planned_coal_saved_t": 8}
    assert energy_of(figures, 2009, factors=factors) == Energy(52, 52, ())  # 51.5, half up
    assert energy_of(figures, 2010, factors=factors) == Energy(26, 26, ())  # 25.75
    assert energy_of(figures, 2010, of_plan=True, factors=factors) == Energy(2, 2, ())
    assert energy_of(figures, 2007, factors=factors).tce is None


def test_energy_of_several_years_is_the_sum_of_each_by_its_own_factors():
    old = FactorValue(Decimal("0.5"), date(2008, 1, 1), own(), date(2009, 12, 31))
    new = FactorValue(Decimal("0.25"), date(2010, 1, 1), own())
    factors = {key: Factor(key, factor.label, factor.unit, (old, new)) for key, factor in FACTORS.items()}
    known = {2009: {"coal_saved_t": 100, "planned_coal_saved_t": 8}, 2010: {"coal_saved_t": 100}}
    assert energy_of_years(known, factors=factors) == Energy(75, 75, ())
    assert energy_of_years(known, of_plan=True, factors=factors) == Energy(4, 4, ())
    unknown = (FactorKey.CO2_PER_T_COAL, FactorKey.TCE_PER_T_COAL)
    assert energy_of_years({**known, 2007: {"coal_saved_t": 1}}, factors=factors) == Energy(None, None, unknown)
    assert energy_of_years({**known, 2007: {"water_saved_t": 1}}, factors=factors) == Energy(75, 75, ())
    assert energy_of_years({}) == Energy(0, 0, ())


@pytest.mark.django_db
def test_tables_over_several_years_tell_energy_by_row_and_in_all():
    for division, year, coal in (("320509", 2009, 1_000), ("320509", 2010, 2_000), ("210202", 2010, 10_000)):
        case = make_case(make_enterprise(division))
        publish(case)
        effects = {f"coal_saved_t@{year}": {"planned": 2 * coal, "verified": coal}}
        option = {"name": "x", "cost_class": "low", "done_on": f"{year}-05-01", "effects": effects}
        record(case, "record_implementation", f"{year}-06-01", options={"F1": option})
    refresh(NOW)

    def told(by: Dimension, year: int = 2010, *, to_date: bool = False) -> dict[str, tuple[int | None, int | None]]:
        answer = table(Question(by, year, to_date=to_date), system_membership(), date(2012, 1, 1))
        return {row.key: (row.energy[0].tce, row.energy[1].tce) for row in (*answer.rows, answer.total)}

    assert told(Dimension.UNIT, to_date=True) == {"210200": (7143, 14286), "320000": (2143, 4286), "": (9286, 18572)}
    assert told(Dimension.YEAR) == {"2008": (0, 0), "2009": (714, 1429), "2010": (8572, 17143), "": (9286, 18572)}
    # Of 2007 and before no factor is known: whatever holds such a year is unknown, the rest is not.
    case = make_case(make_enterprise("210202"))
    publish(case)
    early = {"name": "x", "cost_class": "low", "effects": {"coal_saved_t@2007": {"verified": 1}}}
    record(case, "record_implementation", "2008-09-01", options={"F1": early})
    refresh(NOW)
    assert told(Dimension.UNIT, to_date=True) == {"210200": (None, 14286), "320000": (2143, 4286), "": (None, 18572)}
    assert told(Dimension.UNIT) == {"210200": (7143, 14286), "320000": (1429, 2857), "": (8572, 17143)}


@pytest.mark.django_db
def test_an_excluded_case_counts_nowhere_and_is_listed_with_its_reason():
    case, other = make_case(make_enterprise()), make_case(make_enterprise())
    for one in (case, other):
        publish(one)
        record(one, "start_audit", "2008-10-06")
        make_deadline(one, date(2008, 12, 1), step="complete_audit")
    why = {"reason": "duplicate", "grounds": "counted with T-2", "on": "2009-03-01"}
    record(case, "decide_exclusion", "2009-03-01", values={"exclusion": why})
    refresh(NOW)
    assert reconcile().equal
    [row] = provinces(2008, date(2012, 1, 1)).rows
    assert [row.metrics[key] for key in ("listed", "started", "overdue")] == ["1", "1", "1"]
    assert CaseFact.objects.filter(case=case).count() + CaseSpan.objects.filter(case=case).count() == 0
    assert asked(2008, unit="320000").excluded == {"duplicate": 1}
    assert asked(2009).excluded == {}
    assert asked(2008, unit="210000").excluded == {}
    record(case, "decide_exclusion", "2009-04-01", values={"exclusion": None})
    refresh(NOW + timedelta(days=1))
    assert asked(2008).excluded == {}
    [row] = provinces(2008, date(2012, 1, 1)).rows
    assert (row.metrics["listed"], row.metrics["started"]) == ("2", "2")


@pytest.mark.django_db
def test_the_nightly_recount_mends_recent_facts_and_what_a_register_moved():
    old, recent, moved = (make_case(make_enterprise()) for _ in range(3))
    publish(old)
    record(old, "start_audit", "2008-10-06", seen_at=NOW - timedelta(days=400))
    publish(moved)
    publish(recent)
    refresh(NOW)
    mark = StatisticsWatermark.objects.get()
    # What an older version of the code counted differently: the fact and the sums agree with each other, not with today.
    wrong = {(2008, "listed"): 4}
    CaseFact.objects.filter(case=recent).update(value=5)
    sums.add(ProvinceFact, HEADING, under_headings(recent.tally, wrong))
    counties.move(counties.cells(recent.tally, wrong))
    moved.enterprise.sites.update(industry=Industry.objects.get(code="33"))
    assert recount(NOW + timedelta(days=10**4), days=1).counted == 1
    assert ProvinceFact.objects.get(dimension="industry", member="33", metric="listed").value == 1
    assert not reconcile().equal
    assert recount(NOW, days=10**4).counted == 3
    assert CountyFact.objects.filter(category="", metric="listed", industry="26").get().value == 2
    assert reconcile().differences == []
    assert StatisticsWatermark.objects.get().event_id == mark.event_id
