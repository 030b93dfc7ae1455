"""An act recorded by mistake is taken back whole: what it ordered, suspended, credited or said goes with it."""

from datetime import date
from typing import Any

import pytest

from audits.models import Deadline, Option
from audits.workflow.errors import InvalidPayload, Refused
from audits.workflow.state import is_suspended
from audits.workflow.verify import verify_all
from tests.workflow.making import Made, act, made

pytestmark = pytest.mark.django_db

ORDER = {"addressee": "enterprise", "legal_basis": "law_2002_40", "breach": "未按期办理"}


def state_of(told: Made) -> dict[str, Any]:
    return dict(told.case.state)


def order(told: Made, on: date, duty: str, by: str) -> None:
    payload = {"duty": duty, "correct_by": by, **ORDER}
    act(told, told.case, "order_correction", told.person("county approver"), on, payload)


def reopen(told: Made, step: str, on: date, who: str = "county approver") -> None:
    by = told.person(who)
    act(told, told.case, "reopen", by, on, {"step": step, "grounds": "误录", "evidence": [told.world.staged(by)]})


def correct(told: Made, event: int, field: str, value: str, on: date, who: str = "county approver") -> None:
    by = told.person(who)
    said = {"event": event, "field": field, "value": value, "grounds": "误录", "evidence": [told.world.staged(by)]}
    act(told, told.case, "correct", by, on, said)


def suspend(told: Made) -> None:
    by = told.person("province approver")
    payload = {"suspended_on": "2008-10-20", "grounds": "停产", "basis_document": [told.world.staged(by)]}
    act(told, told.case, "suspend", by, date(2008, 10, 20), payload)


def decided(told: Made) -> set[tuple[str, str]]:
    """Open deadlines that a decision has set: step and date."""
    rows = Deadline.objects.filter(case=told.case).open()
    return {(row.step, row.due_on.isoformat()) for row in rows if row.detail["nature"] == "decided"}


def test_an_order_taken_back_binds_nobody() -> None:
    told = made("completed")
    before = state_of(told)
    order(told, date(2009, 9, 1), "submit_report", "2009-10-15")
    assert decided(told) == {("submit_report", "2009-10-15")}
    reopen(told, "order_correction", date(2009, 9, 2))
    assert decided(told) == set()
    after = state_of(told)
    assert (after["dates"], after["values"]) == (before["dates"], before["values"])
    assert [str(one) for one in verify_all()] == []


def test_a_corrected_order_moves_the_date_of_its_own_duty_alone() -> None:
    told = made("completed")
    order(told, date(2009, 9, 1), "submit_report", "2009-10-15")
    number = told.case.state["done"]["order_correction"]["seq"]
    correct(told, number, "correct_by", "2009-11-30", date(2009, 9, 3))
    assert decided(told) == {("submit_report", "2009-11-30")}
    assert told.case.state["values"]["corrections"] == [{"duty": "submit_report", "by": "2009-11-30"}]
    reopen(told, "order_correction", date(2009, 9, 4))
    assert (decided(told), told.case.state["values"].get("corrections")) == (set(), None)


def test_of_two_orders_the_later_goes_first() -> None:
    told = made("notified")
    order(told, date(2009, 9, 1), "start_audit", "2009-10-15")
    order(told, date(2009, 9, 2), "complete_audit", "2009-12-15")
    reopen(told, "order_correction", date(2009, 9, 3))
    assert decided(told) == {("start_audit", "2009-10-15")}
    assert told.case.state["done"]["order_correction"]["on"] == "2009-09-01"
    reopen(told, "order_correction", date(2009, 9, 4))
    assert decided(told) == set()


def test_a_suspension_recorded_by_mistake_ends() -> None:
    told = made("started")
    suspend(told)
    assert is_suspended(told.case.state)
    reopen(told, "suspend", date(2008, 10, 21), "province approver")
    assert (is_suspended(told.case.state), told.case.state["suspended"]) == (False, [])


def test_the_date_of_a_suspension_is_not_corrected_beside_it() -> None:
    told = made("started")
    suspend(told)
    number = told.case.state["done"]["suspend"]["seq"]
    with pytest.raises(InvalidPayload) as refused:
        correct(told, number, "suspended_on", "2008-10-15", date(2008, 10, 22), "province approver")
    assert [(one.path, one.code) for one in refused.value.details] == [("fields.field", "takes_effect")]


def test_an_opinion_taken_back_can_be_given_again() -> None:
    told = made("opined")
    given = told.case.state["values"]["opinions.assessment.1"]
    assert given
    number = told.case.state["done"]["submit_opinion"]["seq"]
    reopen(told, "submit_opinion", date(2009, 9, 17), "province approver")
    left = told.case.state["values"]["opinions.assessment.1"]
    assert left == given[:-1]
    assert told.case.state["done"].get("submit_opinion", {}).get("seq") != number


def test_an_option_recorded_by_mistake_goes_with_its_row() -> None:
    told = made("staged")
    before = set(Option.objects.filter(case=told.case).values_list("code", flat=True))
    last = told.case.state["done"]["record_implementation"]
    reopen(told, "record_implementation", date(2009, 1, 12))
    after = set(Option.objects.filter(case=told.case).values_list("code", flat=True))
    assert len(before - after) == 1
    assert after == set(told.case.state["options"])
    assert told.case.state["done"].get("record_implementation", {}).get("seq", 0) < last["seq"]
    assert [str(one) for one in verify_all()] == []


def test_what_a_later_act_rests_on_stays_until_that_is_taken_back() -> None:
    told = made("applied")
    with pytest.raises(Refused) as refused:
        reopen(told, "submit_report", date(2009, 8, 12))
    assert [one.code for one in refused.value.details] == ["only_recording_errors"]
