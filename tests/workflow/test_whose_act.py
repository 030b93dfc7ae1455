"""Whose act it is to take back or correct, and who is competent: judged today, whatever day the act is dated."""

from datetime import date
from typing import Any

import pytest

from accounts.acting import acting_of
from audits.procedure.words import Function, Line, Role
from audits.workflow import clock
from audits.workflow.door import perform
from audits.workflow.errors import Forbidden, Refused, WorkflowError
from audits.workflow.registers import Registers
from enterprises.authority_register import delegate, end_delegation
from enterprises.delegations import authority_of
from tests.scenarios.runner import day
from tests.workflow.making import Made, act, at, made
from tests.workflow.test_corrected_orders import CORRECTED, corrected, decided_of, ordered

pytestmark = pytest.mark.django_db

ON = date(2009, 8, 25)


def tried(told: Made, who: str, does: str, on: date = ON, **payload: Any) -> str:
    """The code of the refusal, empty when done."""
    by = told.person(who)
    body = {**payload, "grounds": "误录", "evidence": [told.world.staged(by)]}
    try:
        with day(on):
            act(told, told.case, does, by, on, body)
    except WorkflowError as error:
        return error.code
    return ""


def test_a_county_does_not_move_a_date_the_province_ordered() -> None:
    told = made("notified")
    with day(date(2008, 11, 1)):
        told.runner.take(
            1,
            {
                "on": date(2008, 11, 1),
                "who": "province approver",
                "does": "order_audit",
                "with": {"report_by": "2009-12-31"},
            },
        )
    event = told.case.version
    change = {"event": event, "field": "report_by", "value": "2010-12-31"}
    on = date(2008, 11, 5)
    assert tried(told, "county approver", "correct", on, **change) == "act_of_own_authority"
    assert decided_of(told)["submit_report"] == "2009-12-31"
    assert tried(told, "province approver", "correct", on, **change) == ""
    assert decided_of(told)["submit_report"] == "2010-12-31"


@pytest.mark.parametrize("level", ["county", "city", "province", "nation"])
def test_what_the_enterprise_sent_is_for_its_authority_and_those_above(level: str) -> None:
    told = made("completed")
    assert tried(told, f"{level} approver", "reopen", step="complete_audit") == ""
    assert set(told.case.state["done"]) & {"complete_audit"} == set()


def test_above_means_on_the_same_line_and_around_the_same_place() -> None:
    told = made("reported")
    case = told.case
    case.enterprise  # noqa: B018
    register = Registers(case, ON)
    county = {str(told.person("county approver").organization_id)}
    energy = told.world.person(told.world.authority("32", Line.ENERGY), Role.APPROVER)
    elsewhere = told.world.person(told.world.authority("3202"), Role.APPROVER)
    told_of = {
        by.organization.name: register.is_above(acting_of(by), county)
        for by in (told.person("city approver"), told.person("county approver"), energy, elsewhere)
    }
    assert list(told_of.values()) == [True, False, False, False]


def test_a_province_is_not_above_its_separately_planned_city() -> None:
    told = made("reported", place="210211", **{"list kept by": "city"})
    register = Registers(told.case, ON)
    county = {str(told.person("county approver").organization_id)}
    assert register.is_above(acting_of(told.person("city approver")), county) is True
    assert register.is_above(acting_of(told.person("province approver")), county) is False
    assert register.is_above(acting_of(told.person("nation approver")), county) is True


def test_an_experts_opinion_is_for_the_authority_that_reviews() -> None:
    told = made("opined")
    on = date(2009, 9, 18)
    assert tried(told, "county approver", "reopen", on, step="submit_opinion") == "act_of_own_authority"
    assert tried(told, "province approver", "reopen", on, step="submit_opinion") == ""


def test_who_exercises_the_power_today_corrects_what_another_recorded_before() -> None:
    told = made("completed")
    ordered(told, "submit_report", "2009-10-31")
    county, city = (authority_of(told.person(f"{level} approver")) for level in ("county", "city"))
    assert county is not None
    assert city is not None
    with day(CORRECTED):
        delegate(
            Function.SUPERVISE,
            scope_code=county.scope_code,
            from_authority=county,
            to_authority=city,
            valid_from=CORRECTED,
            document="委托书",
        )
    corrected(told, "order_correction", "correct_by", "2009-11-15", by="city approver")
    assert decided_of(told) == {"submit_report": "2009-11-15"}
    assert clock.next_due(told.case.state)[1] == "submit_report"


# --- competence is judged today --------------------------------------------------------------------------------------

LAST, TODAY = date(2009, 9, 10), date(2009, 9, 20)


def delegated() -> Made:
    """The province let the city decide for the list authority until 10 September."""
    told = made("completed")
    province, city = (authority_of(told.person(f"{level} approver")) for level in ("province", "city"))
    assert province is not None
    assert city is not None
    with day(LAST):
        given = delegate(
            Function.LIST,
            scope_code=city.scope_code,
            from_authority=province,
            to_authority=city,
            valid_from=date(2009, 8, 1),
            document="委托书",
        )
        end_delegation(given, on=LAST, reason="到期")
    return told


def credited(told: Made, who: str, on: date, today: date) -> None:
    by = told.person(who)
    body = {"ground": "other", "completed_on": "2009-06-30", "basis": "依据"}
    with day(today):
        paper = told.world.staged(by)
        perform(
            told.case,
            "credit_round",
            by=by,
            payload={**body, "basis_document": [paper]},
            expected_version=told.case.version,
            idempotency_key=told.world.key(),
            on=on,
            now=at(today),
        )


def test_who_was_competent_once_does_not_act_with_an_older_date() -> None:
    told = delegated()
    with pytest.raises(Forbidden) as error:
        credited(told, "city approver", LAST, TODAY)
    assert error.value.code == "wrong_jurisdiction"


def test_who_is_competent_today_records_what_happened_under_another() -> None:
    told = delegated()
    credited(told, "province approver", LAST, TODAY)
    assert told.case.state["done"]["credit_round"]["on"] == LAST.isoformat()


def test_while_the_delegation_ran_the_delegate_acted() -> None:
    told = delegated()
    credited(told, "city approver", LAST, LAST)
    with pytest.raises(Refused):
        credited(told, "city approver", LAST, LAST)
