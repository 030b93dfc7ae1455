"""What is recorded long after it happened needs evidence and a second person; a unit may set a shorter time."""

from datetime import date, timedelta

import pytest

from audits.procedure.words import Mark
from audits.workflow.door import Result, perform
from audits.workflow.drafts import save_draft
from audits.workflow.errors import Refused
from enterprises.parameters import set_parameter
from tests.workflow.making import Made, act, at, made

pytestmark = pytest.mark.django_db


def object_on(told: Made, on: date, recorded: date) -> Result:
    return perform(
        told.case,
        "object",
        by=told.person("preparer"),
        payload={"against": "名单", "grounds": "误列"},
        expected_version=told.case.version,
        idempotency_key=told.world.key(),
        on=on,
        now=at(recorded),
    )


def refusals_of(told: Made, on: date, recorded: date) -> set[str]:
    with pytest.raises(Refused) as refused:
        object_on(told, on, recorded)
    return {one.code for one in refused.value.details}


NEEDED = {"backdating_needs_evidence", "backdating_needs_second_person"}


def test_thirty_days_are_soon_enough_and_one_more_is_not() -> None:
    told = made("notified")
    assert refusals_of(told, date(2008, 8, 10), date(2008, 9, 10)) == NEEDED
    assert object_on(told, date(2008, 8, 10), date(2008, 9, 9)).on == date(2008, 8, 10)


def test_a_unit_sets_a_shorter_time() -> None:
    told = made("notified")
    set_parameter(
        "backdate_days", 10, valid_from=date(2008, 1, 1), source="实例", mark=Mark.OWN, reporting_unit="320000"
    )
    assert refusals_of(told, date(2008, 8, 10), date(2008, 8, 21)) == NEEDED
    assert object_on(told, date(2008, 8, 10), date(2008, 8, 20)).on == date(2008, 8, 10)


# --- a correction is no way around it ---------------------------------------------------------------------------------


def started() -> Made:
    """A case whose audit began on 2008-09-20, recorded that day."""
    return made("started")


def correction(told: Made, value: str) -> dict[str, object]:
    entry = told.case.state["done"]["start_audit"]
    return {"event": entry["seq"], "field": "date", "value": value, "grounds": "误录"}


def test_a_correction_far_back_needs_a_second_person_like_late_recording() -> None:
    told = started()
    on = date.fromisoformat(told.case.state["done"]["start_audit"]["on"])
    today = on + timedelta(days=20)
    by, evidence = told.person("county approver"), told.world.staged(told.person("county approver"))
    near, far = (today - timedelta(days=days) for days in (30, 31))
    with pytest.raises(Refused) as refused:
        act(told, told.case, "correct", by, today, {**correction(told, far.isoformat()), "evidence": [evidence]})
    assert {one.code for one in refused.value.details} == {"backdating_needs_second_person"}
    assert told.case.state["done"]["start_audit"]["on"] == on.isoformat()
    act(told, told.case, "correct", by, today, {**correction(told, near.isoformat()), "evidence": [evidence]})
    assert told.case.state["done"]["start_audit"]["on"] == near.isoformat()


def test_a_colleague_prepares_the_correction_and_another_submits_it() -> None:
    told = started()
    on = date.fromisoformat(told.case.state["done"]["start_audit"]["on"])
    officer, approver = told.person("county officer"), told.person("county approver")
    evidence = told.world.staged(officer)
    early = (on - timedelta(days=60)).isoformat()
    body = {**correction(told, early), "evidence": [evidence]}
    save_draft(told.case, "correct", by=officer, payload=body, expected_revision=0)
    act(told, told.case, "correct", approver, on + timedelta(days=1), {}, from_draft=True, draft_revision=1)
    assert told.case.state["done"]["start_audit"]["on"] == early


def test_a_correction_to_a_later_date_is_no_backdating() -> None:
    told = started()
    on = date.fromisoformat(told.case.state["done"]["start_audit"]["on"])
    by, evidence = told.person("county approver"), told.world.staged(told.person("county approver"))
    later = (on + timedelta(days=5)).isoformat()
    body = {**correction(told, later), "evidence": [evidence]}
    act(told, told.case, "correct", by, on + timedelta(days=200), body)
    assert told.case.state["done"]["start_audit"]["on"] == later
