"""Facts equal a live count after any history: corrections, exclusions, transfers, a division that goes into another."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import given, settings
from hypothesis import strategies as st

from audits.models import AuditCase, CaseFact, CaseSpan, CaseTally, CountyFact, ProvinceFact
from audits.procedure.words import Category, CostClass
from audits.statistics import rebuild, reconcile, recount, refresh
from audits.statistics.metrics import Effect
from enterprises.divisions import reporting_unit_of, resolve
from tests.factories_audits import make_case, make_enterprise, publish, record

NOW = datetime(2012, 1, 1, 2, 30, tzinfo=UTC)
# 110103 went into 110101 in 2010; Dalian reports by itself, the Corps has a root of its own.
PLACES = ("320509", "110103", "110101", "210202", "210102", "659001")
COUNTED = ("start_audit", "complete_audit", "submit_report", "decide_assessment", "decide_acceptance")
RESULTS = ("pass", "not_pass", "qualified", "unqualified", "supplement")


class Undo(Exception):
    """Ends a history: events cannot be deleted, so it is rolled back."""


days = st.dates(date(2008, 1, 1), date(2011, 12, 31)).map(str)
cases = st.integers(0, 3)
done = st.sampled_from(COUNTED)
amounts = st.integers(-5, 10**12)


@st.composite
def acts(draw):
    """Any act in any order, more than the law allows: (action, day, changes)."""
    action = draw(
        st.sampled_from(
            [*COUNTED, "disclose", "withdraw", "return_report", "order_redo", "correct", "record_implementation"]
        )
    )
    on = draw(days)
    if action.startswith("decide"):
        return action, on, {"result": draw(st.sampled_from(RESULTS))}
    if action in ("withdraw", "return_report"):
        return action, on, {"undo": [draw(done)]}
    if action == "order_redo":
        return action, on, {"reset": draw(st.lists(done, min_size=1, max_size=3, unique=True))}
    if action == "correct":
        return action, on, {"redate": {draw(done): draw(days)}}
    if action == "record_implementation":
        effect = f"{draw(st.sampled_from(Effect))}@{draw(st.integers(2008, 2011))}"
        option = {
            "name": "x",
            "cost_class": draw(st.sampled_from(CostClass)).value,
            "done_on": draw(st.none() | days),
            "investment_planned": draw(amounts),
            "effects": {effect: {draw(st.sampled_from(["planned", "verified"])): draw(amounts)}},
        }
        return action, on, {"options": {draw(st.sampled_from(["F1", "F2"])): option}}
    return action, on, {}


STEPS = st.one_of(
    st.tuples(st.just("act"), cases, acts()),
    st.tuples(st.just("act"), cases, acts()),
    st.tuples(st.just("transfer"), cases, st.sampled_from(PLACES)),
    st.tuples(st.just("exclude"), cases, st.booleans()),
    st.tuples(st.just("merge"), st.sampled_from(PLACES), st.sampled_from(PLACES)),
    st.tuples(st.just("refresh"), st.none(), st.none()),
)


def played(history):
    """The history written down, with a refresh now and then. Returns its last moment."""
    made = [make_case(make_enterprise(place, industry="26")) for place in PLACES[:4]]
    for number, case in enumerate(made):
        publish(case, "2008-08-01", *list(Category)[number : number + 2])
    now = NOW
    for kind, who, what in history:
        now += timedelta(days=1)
        if kind == "refresh":
            refresh(now)
        elif kind == "merge":
            here, there = resolve(who).division.scope_code, resolve(what).division.scope_code
            AuditCase.objects.filter(scope_code=here).update(
                scope_code=there, reporting_unit_id=reporting_unit_of(there)
            )
            for case in made:
                case.refresh_from_db()
        elif kind == "act":
            action, on, changes = what
            record(made[who], action, on, seen_at=now, **changes)
        elif kind == "exclude":
            why = {"reason": "duplicate", "grounds": "x", "on": "2011-01-01"} if what else None
            record(made[who], "decide_exclusion", "2011-01-01", seen_at=now, values={"exclusion": why})
        else:
            place = resolve(what).division.scope_code
            moved = {"scope_code": place, "reporting_unit": reporting_unit_of(place)}
            made[who].scope_code, made[who].reporting_unit_id = moved["scope_code"], moved["reporting_unit"]
            made[who].save()
            record(made[who], "transfer", "2011-01-01", seen_at=now, values=moved)
    return now


def everything():
    """All that is stored, without the ids."""
    grains = (
        (ProvinceFact, ("reporting_unit_id", "year", "dimension", "member", "metric", "value")),
        (
            CountyFact,
            (
                *("reporting_unit_id", "scope_code", "year", "category", "industry", "kind", "lines", "metric"),
                "value",
            ),
        ),
        (CaseSpan, ("case_id", "span", "year", "reporting_unit_id", "scope_code", "days")),
        (CaseTally, ("case_id", "version", "scope_code", "excluded", "excluded_years")),
    )
    return {(model.__name__, *row) for model, fields in grains for row in model.objects.values_list(*fields)}


@pytest.mark.django_db
@settings(max_examples=15)
@given(history=st.lists(STEPS, max_size=20))
def test_facts_equal_a_live_count_after_any_history(history):
    try:
        with transaction.atomic():
            now = played(history) + timedelta(hours=1)
            refresh(now)
            recount(now, days=0)  # what a merger of divisions moved without an event
            outcome = reconcile()
            assert (outcome.differences, outcome.cases, outcome.behind) == ([], 4, 0)
            followed = everything()
            rebuild(now)
            assert everything() == followed
            # Said again without the code under test: counted cases add up to both grains, in all and by county.
            by_place = {
                (scope, metric): total
                for scope, metric, total in CaseFact.objects.values_list("case__scope_code", "metric").annotate(
                    Sum("value")
                )
                if total
            }
            fine = CountyFact.objects.filter(category="").values_list("scope_code", "metric").annotate(Sum("value"))
            assert {(scope, metric): total for scope, metric, total in fine if total} == by_place
            held = set(CaseFact.objects.values_list("case_id", flat=True))
            assert not held & set(CaseTally.objects.filter(excluded=True).values_list("case_id", flat=True))
            raise Undo
    except Undo:
        pass
