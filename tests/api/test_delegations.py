"""Delegations through the API: the same answers as on the page."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audits.procedure.words import Function, Role
from enterprises.models import Delegation
from tests.api.conftest import V1, codes
from tests.api.test_permissions import As
from tests.factories import World

pytestmark = pytest.mark.django_db


def test_given_read_by_both_sides_and_ended(as_: As) -> None:
    world = World()
    place, today = world.place("320509"), timezone.localdate()
    by = as_(world.person(place.province, Role.APPROVER))
    body = {
        "function": Function.REVIEW.value,
        "scope_code": "3205",
        "to_authority": str(place.city.pk),
        "valid_from": today.isoformat(),
        "document": "实例委〔2026〕1号",
        "reason": "实例",
    }
    past = {**body, "valid_from": (today - timedelta(days=1)).isoformat()}
    refused = by.post(V1 + "delegations/", past, format="json")
    assert (refused.status_code, codes(refused)) == (400, ["delegation_past"])
    given = by.post(V1 + "delegations/", body, format="json")
    assert given.status_code == 201
    officer = as_(world.person(place.city, Role.OFFICER))
    assert officer.see("delegations/").json()["results"] == [given.json()]
    end = f"{V1}delegations/{given.json()['id']}/end/"
    told = {"on": today.isoformat(), "reason": "到期"}
    barred = as_(world.person(place.city, Role.APPROVER)).post(end, told, format="json")
    assert (barred.status_code, codes(barred)) == (403, ["not_entitled"])
    assert by.post(end, told, format="json").json()["valid_until"] == today.isoformat()
    assert Delegation.objects.get().valid_until == today
