"""A hand-over needs two persons, whoever enters the request."""

from typing import Any

import pytest
from django.utils import timezone

from accounts import errors, handover
from accounts.memberships import grant
from accounts.models import Membership, Organization
from audits.procedure.words import Role
from tests.accounts.conftest import make_user

pytestmark = pytest.mark.django_db


def test_the_officer_who_enters_a_request_cannot_decide_it(
    registers: None, county: Organization, plant: Organization
) -> None:
    now = timezone.now()
    officer = grant(county, make_user("first"), Role.OFFICER, by=None, starts_on=timezone.localdate(now))
    second = grant(county, make_user("second"), Role.OFFICER, by=None, starts_on=timezone.localdate(now))
    wanted: dict[str, Any] = {"new_username": "newboss", "new_full_name": "New Boss", "grounds": "a letter", "now": now}
    asked = handover.request_handover(
        plant,
        requested_by=officer.user,
        requested_by_text="letter of the plant",
        new_email="newboss@example.test",
        **wanted,
    )
    with pytest.raises(errors.HandoverNeedsTwo):
        handover.decide_handover(asked, by=officer, approve=True, reason="ok", now=now)
    done = handover.decide_handover(asked, by=second, approve=True, reason="ok", now=now)
    assert done.new_membership is not None
    assert done.new_membership.organization == plant
    again = handover.request_handover(
        plant, requested_by=officer.user, requested_by_text="letter", new_email=second.user.email, **wanted
    )
    with pytest.raises(errors.HandoverNeedsTwo):  # nobody of an authority becomes an enterprise's administrator
        handover.decide_handover(again, by=second, approve=True, reason="ok", now=now)
    assert Membership.objects.filter(organization=plant, user=second.user).count() == 0
