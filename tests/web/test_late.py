"""Late recording on pages: what is told long after needs evidence and a second person, and the page leads there."""

from datetime import date
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from audits.models import Draft, Event, Preparation
from audits.workflow.events import read_body
from tests.workflow.making import Made, made

pytestmark = pytest.mark.django_db
BODY = {"against": "名单", "grounds": "误列", "date": "2008-08-10"}


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user, backend="accounts.backends.AuthenticationBackend")
    client.post(reverse("web-act-as"), {"membership": str(member.pk)})
    return client


def address(told: Made) -> str:
    return reverse("web-act", args=["case", told.case.pk, "object"])


def typed(told: Made, **more: str) -> dict[str, str]:
    return {**BODY, "version": str(told.case.version), "key": uuid4().hex, **more}


def recorded(told: Made) -> list[Event]:
    return list(Event.objects.filter(subject_id=told.case.pk, action="object"))


def test_a_second_person_sends_what_a_colleague_prepared() -> None:
    told = made("notified")
    first, other = told.person("preparer"), told.person("certifier")
    proof = told.world.staged(first)
    page = signed_in(first).post(address(told), typed(told, evidence=proof))
    assert page.status_code == 409
    shown = page.content.decode()
    assert "须由另一人填报草稿" in shown
    assert 'name="prepare"' in shown  # the way on stands beside the refusal
    kept = signed_in(first).post(address(told), typed(told, prepare="1", evidence=proof))
    assert kept.status_code == 302
    assert recorded(told) == []

    client = signed_in(other)
    form = client.get(address(told)).context["form"]
    assert form.saved.payload == {"against": BODY["against"], "grounds": BODY["grounds"], "evidence": [proof]}
    changed = client.post(address(told), typed(told, grounds="另有理由", evidence=proof))
    assert changed.status_code == 409  # what he changed nobody else has seen
    assert recorded(told) == []
    sent = client.post(address(told), typed(told, evidence=proof))
    assert sent.status_code == 302, sent.context["form"].errors
    (event,) = recorded(told)
    assert (event.legal_date, event.membership_id) == (date(2008, 8, 10), other.pk)
    assert not Draft.objects.filter(action="object").exists()
    (drafted,) = read_body(event)["prepared_by"]  # that there were two persons outlives the draft
    assert (drafted["membership"], drafted["name"]) == (str(first.pk), first.user.get_full_name())
    shown = client.get(reverse("web-case-history", args=[told.case.pk])).content.decode()
    assert f"填报：{drafted['name']}" in shown
    assert [one.membership_id for one in Preparation.objects.filter(subject_id=told.case.pk, event_seq=event.seq)] == [
        first.pk
    ]


def test_who_prepared_it_is_not_his_own_second_person() -> None:
    told = made("notified")
    first = told.person("preparer")
    client = signed_in(first)
    assert client.post(address(told), typed(told, prepare="1")).status_code == 302
    page = client.post(address(told), typed(told, evidence=told.world.staged(first)))
    assert page.status_code == 409
    assert recorded(told) == []
