"""What is recorded long after it happened needs evidence and a second person; a unit may set a shorter time."""

from datetime import date

import pytest

from audits.procedure.words import Mark
from audits.workflow.door import Result, perform
from audits.workflow.errors import Refused
from enterprises.parameters import set_parameter
from tests.workflow.making import Made, at, made

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
