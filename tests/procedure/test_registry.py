"""Which row holds on which date, and what a change of a row does to the version."""

from dataclasses import replace
from datetime import date

import pytest

from audits.procedure.registry import (
    PROCEDURES,
    BeforeTheLaw,
    find,
    regime_on,
    steps_for,
    table_version,
    version_of,
)
from audits.procedure.words import Category, RegimeKey, Subject


@pytest.mark.parametrize(
    ("on", "key"),
    [
        (date(2003, 1, 1), RegimeKey.A),
        (date(2012, 6, 30), RegimeKey.A),
        (date(2012, 7, 1), RegimeKey.B),
        (date(2016, 6, 30), RegimeKey.B),
        (date(2016, 7, 1), RegimeKey.C),
        (date(2026, 8, 14), RegimeKey.C),
        (date(2026, 8, 15), RegimeKey.D),
        (date(2040, 1, 1), RegimeKey.D),
    ],
)
def test_regime_of_a_date(on, key):
    assert regime_on(on) is key


def test_regimes_follow_each_other_without_gap():
    ends = [procedure.valid_until for procedure in PROCEDURES.values()]
    starts = [procedure.valid_from for procedure in PROCEDURES.values()]
    assert [(start - end).days for end, start in zip(ends, starts[1:], strict=False) if end] == [1, 1, 1]
    assert ends[-1] is None


@pytest.mark.parametrize("subject", list(Subject))
def test_before_the_law_there_is_no_procedure(subject):
    with pytest.raises(BeforeTheLaw) as caught:
        steps_for(subject, published_on=date(2002, 12, 31), acted_on=date(2008, 1, 1))
    assert "2002-12-31" in caught.value.text.zh


def case(published: date, applied: date | None = None, acted: date | None = None):
    return steps_for(Subject.CASE, published_on=published, applied_on=applied, acted_on=acted or applied or published)


@pytest.mark.parametrize(
    ("published", "step", "has_due"),
    [
        # one month, two months and a year since Order 16; 45 working days since document 151 (law text 19.5)
        (date(2004, 9, 30), "disclose", False),
        (date(2004, 10, 1), "disclose", True),
        (date(2004, 9, 30), "start_audit", False),
        (date(2004, 10, 1), "start_audit", True),
        (date(2004, 9, 30), "complete_audit", False),
        (date(2004, 10, 1), "complete_audit", True),
        (date(2005, 12, 13), "file_arrangement", True),
    ],
)
def test_periods_begin_inside_regime_a(published, step, has_due):
    assert (case(published)[step].due is not None) is has_due


def test_filing_is_a_duty_only_since_document_151():
    assert "file_arrangement" not in case(date(2005, 12, 12))
    assert "file_arrangement" in case(date(2005, 12, 13))
    assert "order_audit" not in case(date(2005, 12, 12))


def test_review_rows_follow_the_application_not_the_publication():
    published = date(2007, 9, 1)
    assert "review_results" in case(published, date(2008, 6, 30))
    assert "apply_assessment" not in case(published, date(2008, 6, 30))
    assert "review_results" not in case(published, date(2008, 7, 1))
    assert case(published, date(2008, 7, 1))["apply_assessment"].basis.document == "Huanfa [2008] 60, annex 2"


def test_a_case_of_a_later_regime_keeps_its_own_listing_rows():
    """Published under A, applying for acceptance under C: reviewed by C's rows, audited by A's."""
    steps = case(date(2012, 6, 1), date(2019, 3, 1))
    assert steps["start_audit"].regime is RegimeKey.A
    assert steps["apply_acceptance"].regime is RegimeKey.C
    assert steps["apply_acceptance"].basis.document == "Huanbankeji [2018] 5"


def test_the_guidance_of_2008_goes_on_until_the_guide_of_2018():
    assert case(date(2016, 8, 1), date(2018, 3, 31))["decide_assessment"].basis.document == "Huanfa [2008] 60, annex 2"
    assert case(date(2016, 8, 1), date(2018, 4, 1))["decide_assessment"].basis.document == "Huanbankeji [2018] 5"
    assert "submit_supplement" not in case(date(2016, 8, 1), date(2018, 3, 31))
    assert "submit_supplement" in case(date(2016, 8, 1), date(2018, 4, 1))


def test_penalty_rows_follow_the_act():
    published = date(2012, 1, 10)
    assert case(published, acted=date(2012, 6, 30))["record_penalty"].basis.document.endswith("2002")
    assert case(published, acted=date(2012, 7, 1))["record_penalty"].basis.document.endswith("Law 2012")
    assert case(published, acted=date(2026, 8, 15))["record_penalty"].basis.document.startswith("Ecological")
    assert "disclose_in_default" in case(published, acted=date(2012, 6, 30))
    assert "disclose_in_default" not in case(published, acted=date(2012, 7, 1))


def test_yearly_duties_follow_the_calendar():
    def duties(year: int):
        return steps_for(Subject.DUTY, acted_on=date(year, 1, 1))

    assert "submit_annual_plan" not in duties(2010)
    assert "submit_annual_plan" in duties(2011)
    assert "submit_annual_report" not in duties(2005)
    assert duties(2006)["submit_annual_report"].due is not None
    assert duties(2018)["submit_annual_report"].due is None  # Order 38 art. 26 fixes no date


def test_list_rows_of_2010_are_those_of_document_54():
    before = steps_for(Subject.LIST, published_on=date(2010, 4, 21), acted_on=date(2010, 4, 21))
    after = steps_for(Subject.LIST, published_on=date(2010, 4, 22), acted_on=date(2010, 4, 22))
    assert before["publish"].basis.document == "Huanfa [2005] 151"
    assert after["publish"].basis.document == "Huanfa [2010] 54"


def test_a_case_without_a_list_is_judged_by_the_day_it_was_opened():
    steps = steps_for(Subject.CASE, published_on=None, acted_on=date(2020, 1, 1))
    assert steps["start_audit"].regime is RegimeKey.C


def test_the_answer_cannot_be_changed_by_who_asked():
    steps = case(date(2008, 8, 1))
    with pytest.raises(TypeError):
        steps["disclose"] = None  # type: ignore[index]
    assert case(date(2008, 8, 1)) is steps


def test_rows_know_their_regime_and_find_lists_them_all():
    assert {step.regime for step in find("disclose")} == set(RegimeKey)
    assert find("no_such_action") == ()


def test_version_changes_with_any_row():
    rows = PROCEDURES[RegimeKey.A].steps
    assert version_of(rows) == PROCEDURES[RegimeKey.A].version
    changed = (replace(rows[0], categories=frozenset({Category.TOXIC_USE, Category.ENERGY})), *rows[1:])
    assert version_of(changed) != version_of(rows)
    assert version_of(changed) == version_of(
        (replace(rows[0], categories=frozenset({Category.ENERGY, Category.TOXIC_USE})), *rows[1:])
    )
    assert len(table_version()) == 12
