"""The named conditions, by what each would wrongly allow or forbid."""

import inspect
import re
from datetime import date
from typing import Any

import pytest

from audits.procedure import penalties, predicates
from audits.procedure.sectors import SECTORS, cycle_of, round_interval_years
from audits.procedure.view import View
from audits.procedure.words import CaseKind, Category, RegimeKey, Subject

DAY = date(2009, 1, 1)


def view(**given: Any) -> View:
    values: dict[str, Any] = {"subject": Subject.CASE, "on": DAY, "regime": RegimeKey.A, "kind": CaseKind.MANDATORY}
    return View(**{**values, **given})


@pytest.mark.parametrize(
    ("regime", "category", "applies"),
    [
        (RegimeKey.A, Category.EXCEEDS_QUOTA, True),
        (RegimeKey.A, Category.TOXIC_USE, False),
        (RegimeKey.B, Category.ENERGY, True),
        (RegimeKey.B, Category.TOXIC_DISCHARGE, False),
        (RegimeKey.C, Category.TOXIC_USE, True),
        (RegimeKey.C, Category.ENERGY, True),
        (RegimeKey.D, Category.STATE_OTHER, True),
    ],
)
def test_who_must_publish(regime, category, applies):
    assert predicates.disclosure_applies(view(regime=regime, categories=frozenset({category}))) is applies


def test_a_province_may_have_all_publish():
    """Gansu asked it of all listed in 2008 (law text 17.7)."""
    toxic = frozenset({Category.TOXIC_USE})
    assert predicates.disclosure_applies(view(categories=toxic, params={"disclosure_categories": ["toxic_use"]}))


def test_only_the_categories_under_the_duty_set_its_date():
    """A category added later starts its own period; one that brings no duty starts none (law text 19.11)."""
    both = frozenset({Category.TOXIC_USE, Category.EXCEEDS_STANDARD})
    assert predicates.disclosing_categories(view(categories=both)) == {Category.EXCEEDS_STANDARD}
    assert predicates.disclosing_categories(view(categories=both, regime=RegimeKey.C)) == both


def test_facts_named_are_facts_read():
    source = inspect.getsource(predicates)
    assert set(re.findall(r'facts\.get\("(\w+)"', source)) == set(predicates.FACTS)


def test_a_voluntary_case_has_nothing_to_publish():
    assert not predicates.disclosure_applies(view(kind=CaseKind.VOLUNTARY, regime=RegimeKey.C))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, False),
        ({"facts": {"review_scope": ["national_plan"]}}, True),
        ({"facts": {"review_scope": []}}, False),
        ({"facts": {"applies_for_funds": True}}, True),
        ({"params": {"assessment_scope": "all"}}, True),
        ({"params": {"assessment_scope": "order_38_art_20"}}, False),
        ({"kind": CaseKind.VOLUNTARY}, True),
    ],
)
def test_scope_of_assessment(given, expected):
    assert predicates.assessment_in_scope(view(**given)) is expected


@pytest.mark.parametrize(
    ("results", "passed"),
    [
        ({}, False),
        ({"decide_assessment": "pass"}, True),
        ({"decide_assessment": "not_pass"}, False),
        ({"decide_assessment": "supplement"}, False),
        ({"decide_assessment": "supplement", "review_supplement": "supplement"}, False),
        ({"decide_assessment": "supplement", "review_supplement": "pass"}, True),
    ],
)
def test_assessment_passed(results, passed):
    assert predicates.assessment_passed(view(results=results)) is passed


def test_combined_reviews_let_both_applications_run_but_not_after_a_failure():
    combined = {"combined_review": True}
    assert predicates.assessment_passed_or_combined(view(params=combined))
    assert not predicates.assessment_passed_or_combined(
        view(params=combined, results={"decide_assessment": "not_pass"})
    )
    assert not predicates.assessment_passed_or_combined(view())


@pytest.mark.parametrize(
    ("results", "failed"),
    [
        ({"decide_assessment": "not_pass"}, True),
        ({"decide_assessment": "supplement"}, False),
        ({"decide_acceptance": "unqualified"}, True),
        ({"decide_acceptance": "qualified", "decide_assessment": "pass"}, False),
        ({"review_results": "not_pass"}, True),
        ({}, False),
    ],
)
def test_not_passed(results, failed):
    assert predicates.not_passed(view(results=results)) is failed


DONE = {"submit_report": DAY, "publish_audit_result": DAY}


@pytest.mark.parametrize(
    ("given", "closable"),
    [
        ({"results": {"decide_acceptance": "qualified"}}, True),
        ({"results": {"decide_acceptance": "unqualified"}}, False),
        ({"results": {"decide_assessment": "pass"}, "done": {"apply_assessment": DAY}}, False),
        ({"results": {"review_results": "pass"}}, True),
        ({"done": {"exit_listing": DAY}}, True),
        ({"facts": {"credited": True}}, True),
        ({"facts": {"redo_mode": "next_list"}}, True),
        ({"facts": {"redo_mode": "reopen_case"}}, False),
        # outside the scope of O38-20 the case ends with report and published results, whatever regime it is of
        ({"on": date(2017, 1, 1), "done": DONE}, True),
        ({"on": date(2017, 1, 1), "done": {"submit_report": DAY}}, False),
        ({"on": date(2016, 6, 30), "done": DONE}, False),
        ({"on": date(2017, 1, 1), "done": DONE, "facts": {"applies_for_funds": True}}, False),
        ({"on": date(2017, 1, 1), "done": {**DONE, "apply_assessment": DAY}}, False),
        ({"kind": CaseKind.VOLUNTARY, "done": {"submit_report": DAY}}, True),
        ({"kind": CaseKind.VOLUNTARY, "done": {"submit_report": DAY, "apply_assessment": DAY}}, False),
    ],
)
def test_when_a_case_may_be_closed(given, closable):
    assert predicates.closable(view(**given)) is closable


def test_the_interval_binds_toxic_and_cycle_sectors_only():
    excess = frozenset({Category.EXCEEDS_STANDARD})
    published = date(2010, 5, 1)
    assert not predicates.is_toxic_or_cycle_sector(view(categories=excess, published_on=published))
    assert predicates.is_toxic_or_cycle_sector(view(categories=excess, sector="steel", published_on=published))
    assert predicates.is_toxic_or_cycle_sector(view(categories=frozenset({Category.TOXIC_USE}), published_on=published))


@pytest.mark.parametrize(
    ("categories", "sector", "on", "years"),
    [
        ({Category.TOXIC_USE}, "", date(2009, 1, 1), 5),
        ({Category.TOXIC_USE}, "lead_acid_batteries", date(2010, 4, 21), 5),
        ({Category.TOXIC_USE}, "lead_acid_batteries", date(2010, 4, 22), 2),
        ({Category.EXCEEDS_QUOTA}, "steel", date(2011, 1, 1), 3),
        ({Category.EXCEEDS_QUOTA}, "directory_other", date(2011, 1, 1), 5),
        ({Category.EXCEEDS_QUOTA}, "", date(2011, 1, 1), None),
    ],
)
def test_interval_is_the_least_of_law_and_cycle(categories, sector, on, years):
    found = round_interval_years(frozenset(categories), sector, on, 5)
    assert (found[0] if found else None) == years


def test_a_unit_may_shorten_a_cycle_but_not_lengthen_it():
    excess, on = frozenset({Category.EXCEEDS_QUOTA}), date(2011, 1, 1)
    assert round_interval_years(excess, "steel", on, 5, sector_years=2) == (2, ("P01", "P06"))
    assert round_interval_years(excess, "steel", on, 5, sector_years=4) == (3, ("P01", "P06"))


def test_twelve_sectors_of_document_54():
    assert sorted(sector.cycle_years for sector in SECTORS.values()) == [2] * 5 + [3] * 7
    assert cycle_of("paper", date(2011, 1, 1)) is None


@pytest.mark.parametrize(
    ("key", "amount", "inside"),
    [
        ("law_2002_40", 100_000, True),
        ("law_2002_40", 100_001, False),
        ("law_2012_39", 49_999, False),
        ("law_2012_39", 50_000, True),
        ("code_1110", 200_000, True),
        ("code_1221", 500_001, False),
    ],
)
def test_bands_of_fines(key, amount, inside):
    from decimal import Decimal

    assert penalties.inside(penalties.FINE_BANDS[key], Decimal(amount)) is inside


def test_only_publication_breaches_are_fined_at_once():
    at_once = {band.key for band in penalties.FINE_BANDS.values() if band.at_once}
    assert at_once == {"law_2002_41", "law_2012_36", "code_1110"}


def test_bands_follow_each_other():
    bands = penalties.FINE_BANDS
    assert penalties.in_force(bands["law_2012_39"], date(2026, 8, 14))
    assert not penalties.in_force(bands["law_2012_39"], date(2026, 8, 15))
    assert penalties.in_force(bands["code_1221"], date(2026, 8, 15))
