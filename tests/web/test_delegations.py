"""Delegation by an authority's own approver: it changes who is competent, from its first to its last day, and nobody else can."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from audits.procedure.words import Function, Role
from enterprises.competence import competent_authority
from enterprises.models import Delegation
from tests.api.conftest import publish
from tests.factories import World
from tests.web.test_late import signed_in

pytestmark = pytest.mark.django_db
PAGE = "web-delegations"


@pytest.fixture
def world() -> World:
    return World()


def approver(world: World) -> Membership:
    return world.person(world.place("320509").province, Role.APPROVER)


def competent(function: Function, days: int = 0) -> str:
    found = competent_authority("320509", function, timezone.localdate() + timedelta(days=days))
    return str(found) if found else ""


def body(world: World, **more: str) -> dict[str, str]:
    today = timezone.localdate()
    return {
        "function": Function.REVIEW.value,
        "to_authority": str(world.place("320509").city.pk),
        "scope_code": "3205",
        "valid_from": today.isoformat(),
        "document": "苏环委〔2026〕1号",
        "reason": "试点",
        **more,
    }


def test_what_is_delegated_is_done_by_the_receiver_until_it_ends(world: World) -> None:
    place, by = world.place("320509"), approver(world)
    client = signed_in(by)
    assert competent(Function.REVIEW) == str(place.province)
    assert client.post(reverse(PAGE), body(world)).status_code == 302
    (given,) = Delegation.objects.all()
    assert competent(Function.REVIEW) == str(place.city)
    assert competent(Function.REVIEW, -1) == str(place.province)
    page = client.get(reverse(PAGE)).content.decode()
    assert page.count("苏环委〔2026〕1号") == 1
    twice = client.post(reverse(PAGE), body(world))
    assert (twice.status_code, Delegation.objects.count()) == (422, 1)
    today = timezone.localdate().isoformat()
    ended = client.post(reverse("web-delegation-end", args=[given.pk]), {"on": today, "reason": "到期"})
    assert ended.status_code == 302
    assert (competent(Function.REVIEW), competent(Function.REVIEW, 1)) == (str(place.city), str(place.province))


@pytest.mark.parametrize(
    "wrong",
    [
        {"valid_from": "2020-01-01"},
        {"scope_code": "32"},  # more than the receiver's own
        {"scope_code": "3206"},
        {"function": Function.SUPERVISE.value, "scope_code": "3205"},  # not the province's to give
        {"document": " "},
        {"reason": ""},
        {"valid_until": "2020-01-01"},
        {"function": "all"},
    ],
)
def test_what_cannot_be_given_is_refused_with_what_was_typed(world: World, wrong: dict[str, str]) -> None:
    if "function" in wrong and wrong["function"] == Function.SUPERVISE.value:
        wrong = {**wrong, "scope_code": "320509"}
    answer = signed_in(approver(world)).post(reverse(PAGE), body(world, **wrong))
    assert (answer.status_code, Delegation.objects.count()) == (422, 0)
    assert answer.context["errors"]
    assert "苏环委" in answer.content.decode() or "document" in wrong


def test_nobody_else_gives_or_ends(world: World) -> None:
    place = world.place("320509")
    signed_in(approver(world)).post(reverse(PAGE), body(world))
    (given,) = Delegation.objects.all()
    end = reverse("web-delegation-end", args=[given.pk])
    told = {"on": timezone.localdate().isoformat(), "reason": "x"}
    for by in (world.person(place.province, Role.OFFICER), world.person(place.city, Role.OFFICER)):
        client = signed_in(by)
        assert client.get(reverse(PAGE)).content.decode().count("苏环委") == 1  # both sides read it
        assert client.post(reverse(PAGE), body(world, scope_code="320505")).status_code in (404, 422)
        assert [client.get(end).status_code, client.post(end, told).status_code] == [404, 404]
    receiver = signed_in(world.person(place.city, Role.APPROVER))
    assert receiver.post(end, told).status_code == 404
    other = signed_in(world.person(world.place("210211").province, Role.APPROVER))
    assert "苏环委" not in other.get(reverse(PAGE)).content.decode()
    assert other.post(reverse(PAGE), body(world)).status_code == 422  # nobody below it
    plant = publish(world, 1).plant
    assert signed_in(plant.preparer).get(reverse(PAGE)).status_code == 404
    assert Client().get(reverse(PAGE)).status_code == 302
    given.refresh_from_db()
    assert (Delegation.objects.count(), given.valid_until) == (1, None)


def test_the_page_asks_as_much_for_one_as_for_many(world: World) -> None:
    place, by = world.place("320509"), approver(world)
    client, counted = signed_in(by), []
    for number in (1, 3, 45):
        Delegation.objects.bulk_create(
            Delegation(
                function=Function.REVIEW.value,
                scope_code="3205",
                from_authority=place.province,
                to_authority=place.city,
                valid_from=timezone.localdate(),
                document=f"文{at}",
            )
            for at in range(Delegation.objects.count(), number)
        )
        client.get(reverse(PAGE))
        with CaptureQueriesContext(connection) as asked:
            assert len(client.get(reverse(PAGE)).context["page"].rows) == number
        counted.append(len(asked))
    assert len(set(counted)) == 1
