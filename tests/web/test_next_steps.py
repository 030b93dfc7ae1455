"""What is offered as the next step: what carries the case on, and not what could also be done."""

from datetime import date

import pytest

from audits.web.nextsteps import is_next
from audits.workflow.actions import actions_for
from tests.workflow.making import made

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("state", "next_ones"),
    [
        ("completed", set()),
        ("reported", {"return_report"}),  # it was received already
        ("applied", {"return_report"}),
        ("paneled", set()),
        ("assessed", set()),
    ],
)
def test_a_return_is_the_next_step_only_while_nothing_else_has_answered_the_enterprise(
    state: str, next_ones: set[str]
) -> None:
    told = made(state)
    by = told.person("county approver")
    statuses = actions_for(told.case, by, on=date(2009, 9, 21))
    assert any(one.action == "return_report" and one.allowed for one in statuses) == (state != "completed")
    assert {one.action for one in statuses if is_next(one, told.case, frozenset())} == next_ones
