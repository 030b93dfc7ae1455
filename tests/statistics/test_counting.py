"""Facts follow the events, and can be proved against them."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audits.models import AuditCase, CaseFact, CountyFact, ProvinceFact, StatisticsWatermark
from audits.procedure.words import Category, CostClass
from audits.statistics import rebuild, reconcile, refresh
from audits.statistics.counties import FIELDS
from audits.statistics.metrics import Effect
from tests.factories_audits import make_case, make_enterprise, publish, record
from tests.racing import at_once

NOW = datetime(2012, 1, 1, 2, 30, tzinfo=UTC)
ACTS = (
    *("disclose", "start_audit", "complete_audit", "submit_report", "decide_assessment", "decide_acceptance"),
    *("withdraw", "return_report", "order_redo", "correct", "record_implementation"),
)
UNITS = ("320509", "210202", "210102", "659001", "110105")


def sums(**lookup):
    """Stored sums by unit, year and metric."""
    rows = ProvinceFact.objects.filter(**{"dimension": "", "member": "", **lookup})
    return {(row.reporting_unit_id, row.year, row.metric): row.value for row in rows}


def everything():
    coarse = ProvinceFact.objects.values_list("reporting_unit_id", "year", "dimension", "member", "metric", "value")
    return {*coarse, *CountyFact.objects.values_list(*FIELDS, "value")}


@pytest.mark.django_db
def test_a_case_counts_once_in_the_total_and_once_in_each_category():
    case = make_case(make_enterprise("320509", industry="26"))
    publish(case, "2008-08-01", Category.TOXIC_USE, Category.EXCEEDS_STANDARD)
    refresh(NOW)
    assert sums() == {("320000", 2008, "listed"): 1}
    assert ProvinceFact.objects.filter(dimension="category").count() == 2
    for dimension, member in (("category", "toxic_use"), ("industry", "26"), ("kind", "mandatory")):
        assert sums(dimension=dimension, member=member) == {("320000", 2008, "listed"): 1}


@pytest.mark.django_db
def test_only_what_changed_is_counted_again():
    cases = [make_case(make_enterprise()) for _ in range(3)]
    for case in cases:
        publish(case)
    assert refresh(NOW).counted == 3
    record(cases[0], "start_audit", "2008-10-06")
    assert refresh(NOW + timedelta(days=1)).counted == 1
    assert refresh(NOW + timedelta(days=1)).counted == 0
    assert sums() == {("320000", 2008, "listed"): 3, ("320000", 2008, "started"): 1}


@pytest.mark.django_db
def test_the_cost_follows_the_change(django_assert_num_queries):
    case = make_case(make_enterprise())
    publish(case)
    refresh(NOW)
    record(case, "start_audit", "2008-10-06")
    with django_assert_num_queries(23):
        refresh(NOW + timedelta(days=1))
    for other in [make_case(make_enterprise()) for _ in range(5)]:
        publish(other, "2009-08-01")
    refresh(NOW + timedelta(days=2))
    record(case, "complete_audit", "2009-10-06")
    with django_assert_num_queries(23):
        refresh(NOW + timedelta(days=3))


@pytest.mark.django_db
def test_an_event_numbered_before_the_watermark_but_committed_later_is_seen():
    case = make_case(make_enterprise())
    publish(case)
    refresh(NOW)
    mark = StatisticsWatermark.objects.get()
    late = record(case, "start_audit", "2008-10-06", seen_at=NOW - timedelta(minutes=5))
    StatisticsWatermark.objects.update(event_id=late.pk + 10)
    assert refresh(NOW + timedelta(minutes=1)).counted == 1
    assert StatisticsWatermark.objects.get().event_id > mark.event_id


@pytest.mark.django_db
def test_a_transferred_case_leaves_one_unit_for_the_other():
    case = make_case(make_enterprise("320509"))
    publish(case)
    refresh(NOW)
    case.reporting_unit_id, case.scope_code = "330200", "330203"
    case.save()
    record(case, "transfer", "2009-01-05")
    refresh(NOW + timedelta(days=1))
    assert sums() == {("330200", 2008, "listed"): 1}
    assert reconcile().equal


def some_act(dice):
    """A random act in any order: more than the law allows."""
    on = f"{dice.randint(2008, 2011)}-{dice.randint(1, 12):02d}-{dice.randint(1, 28):02d}"
    action = dice.choice(ACTS)
    counted = ["start_audit", "complete_audit", "submit_report", "decide_assessment"]
    if action.startswith("decide"):
        return action, on, {"result": dice.choice(["pass", "not_pass", "qualified", "unqualified", "supplement"])}
    if action in ("withdraw", "return_report"):
        return action, on, {"undo": [dice.choice(counted)]}
    if action == "order_redo":
        return action, on, {"reset": dice.sample(counted, 2)}
    if action == "correct":
        return action, on, {"redate": {dice.choice(counted): "2010-02-28"}}
    if action == "record_implementation":
        effect = f"{dice.choice(list(Effect))}@{dice.randint(2008, 2011)}"
        option = {
            "name": "x",
            "cost_class": dice.choice(list(CostClass)).value,
            "done_on": dice.choice([None, on]),
            "investment_planned": dice.randint(-5, 10**12),
            "effects": {effect: {dice.choice(["planned", "verified"]): dice.randint(0, 10**12)}},
        }
        return action, on, {"options": {f"F{dice.randint(1, 3)}": option}}
    return action, on, {}


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(6))
def test_facts_equal_a_live_count_on_random_histories(seed):
    dice = random.Random(seed)
    cases = [make_case(make_enterprise(dice.choice(UNITS), industry=dice.choice(["26", "33"]))) for _ in range(6)]
    for case in cases:
        publish(case, "2008-08-01", *dice.sample(list(Category), dice.randint(1, 3)))
    for step in range(60):
        action, on, changes = some_act(dice)
        record(dice.choice(cases), action, on, **changes)
        if not step % 10:
            refresh(NOW + timedelta(days=step))
    refresh(NOW + timedelta(days=60))
    outcome = reconcile()
    assert (outcome.differences, outcome.cases, outcome.behind) == ([], 6, 0)
    followed = everything()
    rebuild(NOW + timedelta(days=61))
    assert everything() == followed


@pytest.mark.django_db
def test_reconcile_finds_a_tampered_fact_and_a_tampered_sum(capsys):
    case = make_case(make_enterprise())
    publish(case)
    refresh(NOW)
    call_command("reconcile")
    assert "1 cases agree" in capsys.readouterr().out
    CaseFact.objects.filter(metric="listed").update(value=2)
    CaseFact.objects.create(case=case, year=2009, metric="accepted", value=1)
    ProvinceFact.objects.filter(dimension="", metric="listed").update(value=7)
    with pytest.raises(CommandError, match="3 differences"):
        call_command("reconcile")
    assert sorted(capsys.readouterr().out.splitlines()) == [
        f"case {case.pk} 2008 listed: stored 2, from events 1",
        f"case {case.pk} 2009 accepted: stored 1, from events 0",
        "unit 320000 2008 listed: stored 7, from events 1",
    ]
    rebuild(NOW)
    assert reconcile().equal


@pytest.mark.django_db
def test_reconcile_holds_the_cells_of_one_unit_at_a_time_and_misses_none():
    for division in ("320509", "210202"):
        publish(make_case(make_enterprise(division)))
    moved = make_case(make_enterprise("320509"))
    publish(moved)
    refresh(NOW)
    AuditCase.objects.filter(pk=moved.pk).update(reporting_unit_id="330000", scope_code="330102")
    with CaptureQueriesContext(connection) as queries:
        outcome = reconcile()
    # The moved case still stands in the unit it was counted in: its place is told, and no sum differs.
    assert [(one.where[:41], one.metric) for one in outcome.differences] == [(f"case {moved.pk}", "")]
    assert (outcome.cases, outcome.behind) == (3, 0)
    read = [one["sql"] for one in queries if 'FROM "audits_countyfact"' in one["sql"]]
    assert (len(read), [sql for sql in read if '"reporting_unit_id" = ' not in sql]) == (37, [])

    CountyFact.objects.filter(scope_code="210202", category="").update(value=5)
    CountyFact.objects.filter(scope_code="320509", category="").delete()
    CountyFact.objects.create(
        reporting_unit_id="650000", scope_code="650102", year=2008, kind="x", lines="none", metric="listed", value=3
    )
    found = [(one.where[:13], one.stored, one.live) for one in reconcile().differences if one.where[:6] == "county"]
    assert sorted(found) == [("county 210202", 5, 1), ("county 320509", 0, 2), ("county 650102", 3, 0)]


@pytest.mark.django_db
def test_reconcile_finds_a_case_that_was_never_counted():
    publish(make_case(make_enterprise()))
    assert reconcile().equal  # not counted yet
    assert reconcile().behind == 1
    event = record(make_case(make_enterprise()), "register", "2008-08-01", set={"kind": "voluntary"})
    StatisticsWatermark.objects.create(name="facts", event_id=event.pk, refreshed_at=NOW)
    assert {(one.metric, one.stored, one.live) for one in reconcile().differences} == {("listed", 0, 1)}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_refreshing_four_times_at_once_counts_once():
    for number in range(40):
        case = make_case(make_enterprise(UNITS[number % len(UNITS)]))
        publish(case)
        record(case, "start_audit", "2008-10-06")
    at_once(lambda: refresh(NOW))
    assert sum(value for (_, _, metric), value in sums().items() if metric == "listed") == 40
    assert reconcile().equal
