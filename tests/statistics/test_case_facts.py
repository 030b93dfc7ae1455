"""What a case counts for: a pure function of its events."""

import pytest

from audits.procedure.fields import EFFECTS_OF_OPTIONS
from audits.statistics.case_facts import facts_of_case
from audits.statistics.metrics import METRICS, Effect, as_stored, as_text

BY = {"user": "u", "organization": "o"}
OPENING = (
    "publish",
    "2008-08-01",
    {"set": {"kind": "mandatory", "published_on": "2008-08-01"}, "categories": {"toxic_use": "2008-08-01"}},
)


def count(*acts):
    """Facts of a case that was published on 2008-08-01 and then took these acts `(action, on, changes)`."""
    bodies = [
        {"action": action, "on": on, "seq": seq, "by": BY, "changes": changes}
        for seq, (action, on, changes) in enumerate((OPENING, *acts), 1)
    ]
    facts = dict(facts_of_case(bodies).facts)
    assert facts.pop((2008, "listed")) == 1
    return {(year, metric): value for (year, metric), value in facts.items() if metric in METRICS}


def test_each_point_counts_in_the_year_of_its_legal_date():
    assert count(
        ("disclose", "2008-08-20", {}),
        ("file_arrangement", "2008-09-10", {}),
        ("start_audit", "2008-10-06", {}),
        ("complete_audit", "2009-10-06", {}),
        ("submit_report", "2009-11-01", {}),
        ("decide_assessment", "2010-01-15", {"result": "pass"}),
        ("decide_acceptance", "2011-06-01", {"result": "qualified"}),
    ) == {
        (2008, "disclosed"): 1,
        (2008, "arranged"): 1,
        (2008, "started"): 1,
        (2009, "completed"): 1,
        (2009, "reported"): 1,
        (2010, "assessed"): 1,
        (2010, "assessed_passed"): 1,
        (2011, "accepted"): 1,
    }


def test_who_discloses_in_default_does_not_make_it_disclosed():
    assert count(("disclose_in_default", "2008-10-20", {})) == {}


@pytest.mark.parametrize("way_back", ["withdraw", "reopen"])
def test_what_was_recorded_in_error_was_never_done(way_back):
    taken_back = (("start_audit", "2008-10-06", {}), (way_back, "2008-10-07", {"undo": ["start_audit"]}))
    assert count(*taken_back) == {}
    assert count(*taken_back, ("start_audit", "2009-01-05", {})) == {(2009, "started"): 1}


def test_a_corrected_date_counts_in_the_corrected_year():
    assert count(
        ("start_audit", "2009-01-05", {}),
        ("correct", "2009-02-01", {"redate": {"start_audit": "2008-12-30"}}),
    ) == {(2008, "started"): 1}


def test_a_report_that_was_returned_counts_when_it_first_came():
    assert count(
        ("submit_report", "2009-12-20", {}),
        ("return_report", "2010-01-05", {"undo": ["submit_report"]}),
        ("submit_report", "2010-02-01", {}),
    ) == {(2009, "reported"): 1}


def test_a_redo_counts_each_point_once_and_passing_when_it_passed():
    facts = count(
        ("complete_audit", "2009-10-01", {}),
        ("decide_assessment", "2009-12-01", {"result": "not_pass"}),
        ("order_redo", "2009-12-05", {"result": "reopen_case", "reset": ["complete_audit", "decide_assessment"]}),
        ("complete_audit", "2010-06-01", {}),
        ("decide_assessment", "2010-08-01", {"result": "pass"}),
    )
    assert facts == {(2009, "completed"): 1, (2009, "assessed"): 1, (2010, "assessed_passed"): 1}


def test_a_supplement_decides_nothing_yet():
    supplement = ("decide_assessment", "2018-12-01", {"result": "supplement"})
    assert count(supplement) == {}
    assert count(supplement, ("decide_assessment", "2019-02-01", {"result": "not_pass"})) == {(2019, "assessed"): 1}


def test_options_count_by_cost_class_and_effects_by_their_year_planned_apart_from_verified():
    told = {
        "name": "中水回用",
        "cost_class": "high",
        "done_on": None,
        "investment_planned": 1_500_000_500,
        "effects": {"water_saved_t@2010": {"planned": 80_000_125}},
    }
    done = {
        **told,
        "done_on": "2010-05-01",
        "investment_actual": 1_600_000_000,
        "effects": {"water_saved_t@2010": {"verified": 75_000_000}, "benefit_saving_cny@2011": {"verified": 9}},
    }
    assert count(
        ("record_implementation", "2009-09-01", {"options": {"F1": told}}),
        ("record_implementation", "2010-06-01", {"options": {"F1": done}}),
    ) == {
        (2009, "options_planned_high"): 1,
        (2009, "investment_planned_high_cny"): 1_500_000_500,
        (2010, "options_done_high"): 1,
        (2010, "investment_actual_high_cny"): 1_600_000_000,
        (2010, "planned_water_saved_t"): 80_000_125,
        (2010, "water_saved_t"): 75_000_000,
        (2011, "benefit_saving_cny"): 9,
    }


def test_effects_of_options_are_exactly_the_effects_that_are_summed():
    assert [key for key, _ in EFFECTS_OF_OPTIONS] == [effect.value for effect in Effect]


@pytest.mark.parametrize(
    ("metric", "stored", "text"),
    [
        ("water_saved_t", 75_000_125, "75000.125"),
        ("water_saved_t", 75_000_120, "75000.12"),
        ("water_saved_t", 75_000_000, "75000"),
        ("water_saved_t", -5, "-0.005"),
        ("water_saved_t", 0, "0"),
        ("listed", 3, "3"),
    ],
)
def test_amounts_are_exact_at_the_edge(metric, stored, text):
    assert as_text(metric, stored) == text
    assert as_stored(metric, text) == stored


def test_what_cannot_be_stored_exactly_is_refused():
    for metric, text in (("water_saved_t", "0.0005"), ("listed", "1.5")):
        with pytest.raises(ValueError, match="exactly"):
            as_stored(metric, text)


def test_names_of_metrics_fit_their_column_and_are_the_ones_agreed():
    assert max(map(len, METRICS)) <= 48
    assert {"listed", "overdue", "electricity_saved_kwh", "benefit_reduction_cny", "trained_local"} <= METRICS.keys()
