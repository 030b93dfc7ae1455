"""Dates move by event: old date, new date and why; nothing else in the case changes, and the deadline keeps its identity."""

import dataclasses
import json
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from audits.models import AuditCase, Deadline, DutyYear, Event
from audits.procedure import registry
from audits.procedure.words import Mark, RegimeKey
from audits.workflow import clock, duties, recompute, verify
from audits.workflow.state import fold, overdue_steps
from enterprises.models import UnitParameter
from enterprises.parameters import end_parameter, set_parameter
from enterprises.rest_days import DayRow, calendar, load_year
from tests.scenarios.runner import day
from tests.workflow.making import Made, act, made

pytestmark = pytest.mark.django_db

COURSE_2026 = """
published: {listing: {nominated: 2026-08-17, submitted: 2026-08-18, verified: 2026-08-20, confirmed: 2026-08-24, published: 2026-10-30}}
started: {audit: {notified: 2026-11-01, started: 2026-11-10}}
"""


def tighten(key: str, value: int, valid_from: date = date(2008, 1, 1)) -> UnitParameter:
    return set_parameter(key, value, valid_from=valid_from, source="实例", mark=Mark.OWN, reporting_unit="320000")


def due(case: AuditCase, key: str) -> date:
    return Deadline.objects.get(case=case, key=key).due_on


def recomputed(on: date) -> int:
    with day(on):
        return recompute.recompute_changed(timezone.now())


def event_of(case: AuditCase) -> dict[str, Any]:
    """The last event's body."""
    body: dict[str, Any] = json.loads(Event.objects.filter(subject_id=case.pk).order_by("-seq")[0].text)
    return body


def test_nothing_changed_no_event() -> None:
    made("started")
    assert recomputed(date(2008, 11, 1)) == 0
    assert Event.objects.filter(action="recompute").count() == 0


def test_a_tightened_period_moves_the_date_by_event() -> None:
    told = made("started")
    case, before = told.case, told.case.version
    assert due(case, "complete_audit:published_on") == date(2009, 8, 3)
    held = Deadline.objects.get(case=case, key="complete_audit:published_on").pk
    tighten("complete_months", 10)
    assert recomputed(date(2008, 11, 1)) == 1
    assert recomputed(date(2008, 11, 1)) == 0
    assert told.case.version == before + 1
    body = event_of(case)
    assert body["action"] == "recompute"
    assert body["by"]["party"] == "system"
    assert body["payload"]["causes"] == ["parameters"]
    assert body["payload"]["changes"] == [
        {
            "deadline": "complete_audit:published_on",
            "old_due_on": "2009-08-03",
            "new_due_on": "2009-06-01",
            "why": "parameters",
        }
    ]
    assert due(case, "complete_audit:published_on") == date(2009, 6, 1)
    assert Deadline.objects.get(case=case, key="complete_audit:published_on").pk == held
    assert told.case.state["done"].keys() == case.state["done"].keys()
    assert list(verify.verify_all()) == []


def test_a_parameter_that_ends_again_moves_the_date_back() -> None:
    told = made("started")
    row = tighten("complete_months", 10)
    recomputed(date(2008, 11, 1))
    end_parameter(row, on=date(2008, 7, 31), reason="实例：自始无效")
    assert recomputed(date(2008, 11, 2)) == 1
    assert due(told.case, "complete_audit:published_on") == date(2009, 8, 3)


def test_the_parameter_of_the_day_of_publication_counts() -> None:
    told = made("started")
    tighten("complete_months", 10, valid_from=date(2008, 8, 2))
    assert recomputed(date(2008, 11, 1)) == 0
    assert due(told.case, "complete_audit:published_on") == date(2009, 8, 3)


def test_another_provinces_parameter_moves_nothing_here() -> None:
    made("started")
    set_parameter(
        "complete_months", 10, valid_from=date(2008, 1, 1), source="实例", mark=Mark.OWN, reporting_unit="330000"
    )
    assert recomputed(date(2008, 11, 1)) == 0


def test_a_deadline_that_was_met_stays_as_it_was_met() -> None:
    told = made("started")
    tighten("start_months", 1)
    assert recomputed(date(2008, 11, 1)) == 1
    row = Deadline.objects.get(case=told.case, key="start_audit:published_on")
    assert (row.due_on, row.met_on) == (date(2008, 10, 6), date(2008, 9, 20))
    assert event_of(told.case)["payload"] == {"causes": ["parameters"], "changes": []}


def test_a_closed_case_is_left_alone() -> None:
    told = made("closed")
    tighten("complete_months", 10)
    assert recomputed(date(2011, 6, 1)) == 0
    assert told.case.closed_on == date(2011, 5, 10)


def test_dates_of_2027_are_provisional_until_the_arrangement_is_loaded() -> None:
    told = made("started", course=COURSE_2026)
    case = told.case
    row = Deadline.objects.get(case=case, key="complete_audit:published_on")
    assert (row.due_on, row.provisional) == (date(2027, 11, 1), True)  # 30 October 2027 is a Saturday
    disclose = Deadline.objects.get(case=case, key="disclose:published_on")
    assert (disclose.due_on, disclose.provisional) == (date(2026, 11, 30), False)
    # The arrangement makes Saturday 30 October a working day, and 1 November a day off.
    days = [DayRow(date=date(2027, 10, 30), kind="workday_moved", name_zh="调休", name_en="moved")]
    load_rest_days(2027, days)
    assert recomputed(date(2026, 11, 25)) == 1
    row.refresh_from_db()
    assert (row.due_on, row.provisional) == (date(2027, 10, 30), False)
    body = event_of(case)
    assert body["payload"]["causes"] == ["calendar"]
    assert {
        "deadline": "complete_audit:published_on",
        "old_due_on": "2027-11-01",
        "new_due_on": "2027-10-30",
        "why": "calendar",
    } in body["payload"]["changes"]
    assert list(verify.verify_all()) == []


def test_a_loaded_year_confirms_dates_that_do_not_move() -> None:
    told = made("started", course=COURSE_2026)
    load_rest_days(2027, [])
    assert recomputed(date(2026, 11, 25)) == 1
    row = Deadline.objects.get(case=told.case, key="complete_audit:published_on")
    assert (row.due_on, row.provisional) == (date(2027, 11, 1), False)
    assert event_of(told.case)["payload"]["changes"] == []


def load_rest_days(year: int, days: list[DayRow]) -> None:
    load_year(year, days, notice_number="国办发明电〔2026〕实例号", source="实例", mark=Mark.OWN)
    assert calendar().years[year] is not None


def test_a_changed_table_moves_dates_by_event(monkeypatch: pytest.MonkeyPatch) -> None:
    """As after an upgrade of the program: regime A's row of completion gets eleven months of its own."""
    told = made("started")
    rows = tuple(
        dataclasses.replace(step, due=dataclasses.replace(step.due, parameter="", months=11))
        if step.key == "complete_audit" and step.due is not None
        else step
        for step in registry.PROCEDURES[RegimeKey.A].steps
    )
    changed = dataclasses.replace(registry.PROCEDURES[RegimeKey.A], steps=rows, version=registry.version_of(rows))
    monkeypatch.setitem(registry.PROCEDURES, RegimeKey.A, changed)
    registry.steps_for.cache_clear()
    try:
        assert recomputed(date(2008, 11, 1)) == 1
    finally:
        monkeypatch.undo()
        registry.steps_for.cache_clear()
    body = event_of(told.case)
    assert body["payload"]["causes"] == ["table"]
    assert body["payload"]["changes"] == [
        {
            "deadline": "complete_audit:published_on",
            "old_due_on": "2009-08-03",
            "new_due_on": "2009-07-01",
            "why": "table",
        }
    ]
    assert body["basis"]["table"] == changed.version
    # An event tells the table it was computed with, so the fold gives the same state under any later table.
    assert list(verify.verify_all()) == []


def test_yearly_duties_move_too() -> None:
    with day(date(2011, 1, 5)):
        assert duties.open_duties(2011) == 37
        assert duties.open_duties(2011) == 0
    row = DutyYear.objects.get(reporting_unit="320000", year=2011)
    assert {d.key: d.due_on for d in row.deadlines.all()} == {
        "submit_annual_plan:fixed": date(2011, 3, 31),
        "submit_annual_report:fixed": date(2011, 12, 31),
    }
    set_parameter(
        "local_due",
        {"submit_annual_plan": "02-15"},
        valid_from=date(2011, 1, 1),
        source="实例",
        mark=Mark.OWN,
        reporting_unit="320000",
    )
    assert recomputed(date(2011, 1, 10)) == 1
    row.refresh_from_db()
    assert (row.next_due_on, row.next_due_step) == (date(2011, 2, 15), "submit_annual_plan")
    assert {d.key: d.due_on for d in row.deadlines.all()} == {
        "submit_annual_plan:fixed": date(2011, 3, 31),
        "submit_annual_plan:local": date(2011, 2, 15),
        "submit_annual_report:fixed": date(2011, 12, 31),
    }
    assert list(verify.verify_all()) == []


# --- suspension and extension ---------------------------------------------------------------------------------------


def order(told: Made, on: date, **dates: str) -> None:
    act(told, told.case, "order_audit", told.person("province approver"), on, {"basis": "逾期", **dates})


def test_a_running_suspension_stops_a_decided_date_but_not_a_statutory_one() -> None:
    told = made("notified")
    order(told, date(2008, 10, 10), start_by="2008-11-30", report_by="2009-11-30")
    act(
        told,
        told.case,
        "suspend",
        told.person("province approver"),
        date(2008, 11, 20),
        {
            "suspended_on": "2008-11-20",
            "grounds": "停产",
            "basis_document": [told.world.staged(told.person("province approver"))],
        },
    )
    state = told.case.state
    decided = state["deadlines"]["start_audit:order_audit:start_audit"]
    assert clock.late_days(decided, date(2009, 3, 1)) == 0
    assert clock.late_days(state["deadlines"]["start_audit:published_on"], date(2009, 3, 1)) == 146
    assert overdue_steps(state, date(2009, 3, 1)) == frozenset({"disclose", "file_arrangement", "start_audit"})
    ordered = {**state, "deadlines": {"start_audit:order_audit:start_audit": decided}}
    assert overdue_steps(ordered, date(2009, 3, 1)) == frozenset()
    assert clock.next_due(ordered) == (None, "")


def test_suspended_before_the_date_only() -> None:
    """A suspension that begins after a date has passed changes nothing of it."""
    told = made("notified")
    order(told, date(2008, 10, 10), start_by="2008-11-30", report_by="2009-11-30")
    by = told.person("province approver")
    act(
        told,
        told.case,
        "suspend",
        by,
        date(2008, 12, 5),
        {"suspended_on": "2008-12-05", "grounds": "停产", "basis_document": [told.world.staged(by)]},
    )
    act(
        told,
        told.case,
        "resume",
        by,
        date(2009, 1, 5),
        {"resumed_on": "2009-01-05", "grounds": "复产", "basis_document": [told.world.staged(by)]},
    )
    deadlines = told.case.state["deadlines"]
    assert deadlines["start_audit:order_audit:start_audit"]["due_on"] == "2008-11-30"
    assert deadlines["submit_report:order_audit:submit_report"]["due_on"] == "2009-12-31"  # its 31 days
    assert deadlines["submit_report:published_on"]["due_on"] == "2009-08-03"
    assert deadlines["submit_report:published_on"]["adjusted_due_on"] == "2009-09-03"


def test_lateness_is_computed_for_a_date_and_never_stored() -> None:
    told = made("notified")
    state = told.case.state
    row = state["deadlines"]["start_audit:published_on"]
    assert [
        clock.late_days(row, on) for on in (date(2008, 10, 5), date(2008, 10, 6), date(2008, 10, 7), date(2009, 10, 6))
    ] == [0, 0, 1, 365]
    assert "late" not in json.dumps(state)
    assert [field.name for field in Deadline._meta.fields if "late" in field.name] == []


def test_no_deadline_is_not_due_today() -> None:
    told = made("closed")
    assert (told.case.next_due_on, told.case.next_due_step) == (date(2014, 6, 30), "propose_next_round")
    voluntary = fold([])
    assert clock.next_due(voluntary) == (None, "")
    assert overdue_steps(voluntary, date(2030, 1, 1)) == frozenset()


def test_the_explanation_is_one_sentence_in_both_languages() -> None:
    told = made("published")
    row = told.case.state["deadlines"]["start_audit:published_on"]
    assert clock.explain(row, "en").startswith("List published 2008-08-01; +2 months = 2008-10-01,")
    assert "2008-10-06" in clock.explain(row, "zh-hans")
