"""A case leaves the statistics through the door, by two persons of its reporting unit, and comes back the same way."""

from datetime import date

import pytest

from audits.models import CaseFact
from audits.statistics import reconcile, refresh
from audits.workflow.errors import WorkflowError
from tests.workflow.making import act, at, made

pytestmark = pytest.mark.django_db
ASKED, DECIDED = date(2009, 3, 2), date(2009, 3, 3)


def ask(told, what, **more):
    officer = told.person("province approver")
    payload = {"what": what, "grounds": "两次统计", "basis_document": [told.world.staged(officer, at(ASKED))], **more}
    return act(told, told.case, "request_exclusion", officer, ASKED, payload)


def decide(told, by, result="approved"):
    return act(told, told.case, "decide_exclusion", told.person(by), DECIDED, {"result": result})


def codes(error):
    details = error.value.details
    return (error.value.code, str(details))


def test_two_persons_take_a_case_out_and_bring_it_back():
    told = made("started")
    refresh(at(ASKED))
    counted = CaseFact.objects.count()
    assert counted > 0
    ask(told, "exclude", reason="duplicate")
    refresh(at(ASKED))
    assert CaseFact.objects.count() == counted  # asked is not decided
    with pytest.raises(WorkflowError) as same:
        decide(told, "province approver")
    assert "exclusion_by_another" in codes(same)[1]
    decide(told, "province approver 2")
    assert told.case.state["values"]["exclusion"] == {"reason": "duplicate", "grounds": "两次统计", "on": "2009-03-03"}
    refresh(at(DECIDED))
    assert CaseFact.objects.count() == 0
    with pytest.raises(WorkflowError) as again:
        ask(told, "exclude", reason="duplicate")
    assert "exclusion_changes_something" in codes(again)[1]
    ask(told, "include")
    decide(told, "province approver 2", "rejected")
    assert told.case.state["values"]["exclusion"]["reason"] == "duplicate"
    ask(told, "include")
    decide(told, "province approver 2")
    refresh(at(DECIDED))
    assert CaseFact.objects.count() == counted
    assert reconcile().equal


def test_another_province_and_the_county_have_no_say():
    told = made("started")
    for who in ("county approver", "stranger"):
        with pytest.raises(WorkflowError):
            act(
                told,
                told.case,
                "request_exclusion",
                told.person(who),
                ASKED,
                {"what": "exclude", "reason": "duplicate", "grounds": "x"},
            )
    assert told.case.state["values"].get("exclusion_asked") is None
