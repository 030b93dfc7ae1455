"""The corrected date of an order moves the deadline of the duty the order names, and of no other."""

from datetime import date
from typing import Any

import pytest

from audits.workflow import verify
from tests.scenarios.runner import day
from tests.workflow.making import Made, act, made

pytestmark = pytest.mark.django_db

ORDERED, CORRECTED = date(2009, 8, 20), date(2009, 8, 25)


def ordered(told: Made, duty: str, correct_by: str, on: date = ORDERED) -> None:
    body = {"addressee": "enterprise", "duty": duty, "breach": "未提交", "legal_basis": "law_2002_40"}
    with day(on):
        act(told, told.case, "order_correction", told.person("county approver"), on, {**body, "correct_by": correct_by})


def corrected(told: Made, step: str, field: str, value: str, by: str = "county approver") -> None:
    person = told.person(by)
    body = {"event": told.case.state["done"][step]["seq"], "field": field, "value": value, "grounds": "误录"}
    with day(CORRECTED):
        act(told, told.case, "correct", person, CORRECTED, {**body, "evidence": [told.world.staged(person)]})


def decided_of(told: Made) -> dict[str, Any]:
    """Open decided deadlines: step to date."""
    held = told.case.state["deadlines"].values()
    return {one["step"]: one["due_on"] for one in held if one["nature"] == "decided" and not one["void"]}


def test_a_corrected_order_binds_the_duty_it_names_and_no_other() -> None:
    told = made("completed")
    ordered(told, "submit_report", "2009-10-31")
    assert decided_of(told) == {"submit_report": "2009-10-31"}
    corrected(told, "order_correction", "correct_by", "2009-11-15")
    assert decided_of(told) == {"submit_report": "2009-11-15"}
    assert told.case.state["values"]["corrections"] == [{"duty": "submit_report", "by": "2009-11-15"}]
    assert [str(one) for one in verify.verify_all()] == []


def test_of_two_orders_the_corrected_one_is_moved() -> None:
    told = made("completed")
    ordered(told, "disclose", "2009-10-10")
    ordered(told, "submit_report", "2009-10-31")
    corrected(told, "order_correction", "correct_by", "2009-11-15")
    assert decided_of(told) == {"disclose": "2009-10-10", "submit_report": "2009-11-15"}
    assert [one["by"] for one in told.case.state["values"]["corrections"]] == ["2009-10-10", "2009-11-15"]
