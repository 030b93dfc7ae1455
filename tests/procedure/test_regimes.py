"""What changed from one regime to the next (law text section 1), and how sure each table is."""

from datetime import date

import pytest

from audits.procedure.articles import GUIDE_2018, ORDER_38
from audits.procedure.parameters import RULES
from audits.procedure.registry import CATEGORIES, PROCEDURES, steps_for
from audits.procedure.words import EXCESS, TOXIC, Category, Mark, RegimeKey, Subject

DAYS = {
    RegimeKey.A: date(2011, 1, 10),
    RegimeKey.B: date(2013, 1, 10),
    RegimeKey.C: date(2020, 1, 10),
    RegimeKey.D: date(2026, 10, 10),
}


def case(key: RegimeKey):
    return steps_for(Subject.CASE, published_on=DAYS[key], applied_on=DAYS[key], acted_on=DAYS[key])


def field_keys(step) -> set[str]:
    return {one.key for one in step.fields}


def field(step, key: str):
    return next(one for one in step.fields if one.key == key)


def test_categories_of_each_regime():
    assert {
        RegimeKey.A: EXCESS | TOXIC | {Category.DESIGNATED},
        RegimeKey.B: EXCESS | TOXIC | {Category.DESIGNATED, Category.ENERGY},
        RegimeKey.C: EXCESS | TOXIC | {Category.ENERGY, Category.STATE_OTHER},
        RegimeKey.D: EXCESS | TOXIC | {Category.STATE_OTHER},
    } == CATEGORIES


@pytest.mark.parametrize("key", list(RegimeKey))
def test_nomination_offers_the_categories_of_its_regime(key):
    steps = steps_for(Subject.LIST, published_on=DAYS[key], acted_on=DAYS[key])
    columns = {one.key: one for one in field(steps["nominate"], "candidates").columns}
    assert {value for value, _ in columns["categories"].choices} == set(CATEGORIES[key])
    entries = {one.key: one for one in field(steps["confirm"], "entries").columns}
    assert {value for value, _ in entries["categories"].choices} == set(CATEGORIES[key])


@pytest.mark.parametrize("key", [RegimeKey.B, RegimeKey.C, RegimeKey.D])
def test_enterprise_publishes_results_since_2012(key):
    assert case(key)["publish_audit_result"].basis.mark is Mark.SEEN
    assert case(key)["publish_audit_result"].due is None  # no text sets a period
    assert "publish_audit_result" not in case(RegimeKey.A)


def test_head_counts_end_with_order_38():
    assert {"self_audit_capacity_151", "consultancy_conditions_151"} <= set(
        case(RegimeKey.B)["file_arrangement"].guards
    )
    guards = case(RegimeKey.C)["file_arrangement"].guards
    assert guards == ("self_audit_capacity_o38", "consultancy_conditions_o38", "contract_running")


def test_self_audit_needs_two_of_the_four_conditions_of_order_38():
    fields = {
        one.key: one.only_if for one in case(RegimeKey.C)["file_arrangement"].fields if one.key.startswith("condition_")
    }
    assert {key for key, only_if in fields.items() if only_if and "self" in only_if[1]} == {
        "condition_instruments",
        "condition_sector_staff",
    }
    assert len([only_if for only_if in fields.values() if only_if and "entrusted" in only_if[1]]) == 4


def test_no_national_filing_period_since_order_38():
    due = case(RegimeKey.C)["file_arrangement"].due
    assert due is not None
    assert RULES[due.parameter].default is None
    assert case(RegimeKey.C)["file_arrangement"].basis.mark is Mark.UNCERTAIN
    assert RULES[case(RegimeKey.B)["file_arrangement"].due.parameter].default == 45


@pytest.mark.parametrize("key", [RegimeKey.C, RegimeKey.D])
def test_disclosure_of_every_category_has_its_own_content(key):
    step = case(key)["disclose"]
    by_category = {one.key: one.only_categories for one in step.fields if one.only_categories}
    assert by_category == {
        "pollutants": EXCESS,
        "energy_kinds_and_use": {Category.ENERGY},
        "energy_per_output_value": {Category.ENERGY},
        "energy_per_product": {Category.ENERGY},
        "excess_over_limit": {Category.ENERGY},
        "toxic_feedstock": {Category.TOXIC_USE},
        "toxic_discharge": {Category.TOXIC_DISCHARGE},
        "hazardous_waste": TOXIC,
        "risk_prevention": TOXIC,
    }
    assert step.due is not None
    assert step.due.parameter == "disclosure_months"


def test_only_cases_in_scope_are_assessed_under_order_38():
    assert "assessment_in_scope" in case(RegimeKey.C)["apply_assessment"].when
    assert "assessment_in_scope" not in case(RegimeKey.B)["apply_assessment"].when


def test_bands_of_2018():
    step = case(RegimeKey.C)["decide_assessment"]
    assert [value for value, _ in field(step, "result").choices] == ["pass", "supplement", "not_pass"]
    assert "result_matches_score_2018" in step.guards
    assert (RULES["assess_redo_below"].default, RULES["assess_ok_above"].default, RULES["accept_min"].default) == (
        70,
        90,
        60,
    )
    assert field(step, "score").required
    assert "score" not in field_keys(case(RegimeKey.A)["decide_assessment"])


def test_vetoes_of_2018():
    step = case(RegimeKey.C)["decide_acceptance"]
    assert len(field(step, "vetoes").choices) == 6
    assert "acceptance_result_2018" in step.guards
    assert "rectify_by" not in field_keys(step)  # unqualified: redo (V16)
    assert "rectify_by" in field_keys(case(RegimeKey.B)["decide_acceptance"])


@pytest.mark.parametrize(
    ("key", "correction", "penalty"),
    [
        (RegimeKey.A, "40", "40, 41"),
        (RegimeKey.B, "39", "36, 39"),
        (RegimeKey.C, "39", "36, 39"),
        (RegimeKey.D, "1221", "1110, 1221"),
    ],
)
def test_penalties_cite_the_law_of_their_day(key, correction, penalty):
    assert case(key)["order_correction"].basis.article == correction
    assert case(key)["record_penalty"].basis.article == penalty


def test_what_rests_on_order_38_is_uncertain_under_the_code():
    marks = {
        step.key: step.basis.mark
        for step in PROCEDURES[RegimeKey.D].steps
        if step.basis.document in (ORDER_38, GUIDE_2018)
    }
    assert set(marks.values()) == {Mark.UNCERTAIN}
    assert {"disclose", "start_audit", "complete_audit", "submit_report", "decide_assessment"} <= set(marks)


def test_national_periods():
    assert {key: RULES[key].default for key in ("disclosure_months", "arrangement_working_days", "start_months",
            "complete_months", "report_months", "interval_years", "acceptance_max_months", "stable_months")} == {
        "disclosure_months": 1,
        "arrangement_working_days": 45,
        "start_months": 2,
        "complete_months": 12,
        "report_months": 12,
        "interval_years": 5,
        "acceptance_max_months": 24,
        "stable_months": 3,
    }  # fmt: skip
    assert {
        RULES[key].tighten for key in ("disclosure_months", "start_months", "complete_months", "interval_years")
    } == {"min"}
