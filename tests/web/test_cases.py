"""Pages of cases: shown to whom the queries show them, to nobody else; forms reach the door."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, User
from audits.models import AuditCase, Deadline, Draft, Event
from audits.models.reviews import ReviewAssignment
from audits.procedure.words import Party
from audits.web.addresses import act_address
from audits.web.readers import readers_of
from audits.workflow.actions import actions_for
from audits.workflow.decide import AFTER_CLOSING
from audits.workflow.state import opinions_on

pytestmark = pytest.mark.django_db
PARTS = (
    "web-case",
    "web-case-documents",
    "web-case-effects",
    "web-case-history",
    "web-case-told",
    "web-case-readers",
    "web-case-record",
)
Visitor = Callable[[str], Client]


def member(username: str) -> Membership:
    """The membership a demo user acts with."""
    return Membership.objects.active(timezone.localdate()).of(User.objects.get(username=username)).with_people()[0]


@pytest.mark.parametrize("username", ["enterprise", "consultancy", "county", "city", "province", "expert", "liaoning"])
def test_every_page_of_every_case_in_sight_is_shown_and_of_others_none(visitor: Visitor, username: str) -> None:
    client, by = visitor(username), member(username)
    seen = AuditCase.objects.visible_to(by)
    hidden = AuditCase.objects.exclude(pk__in=seen.values("pk"))
    assert seen.exists()
    assert hidden.exists()
    for case in seen[:4]:
        assert [client.get(reverse(part, args=[case.pk])).status_code for part in PARTS] == [200] * len(PARTS)
    for case in hidden[:3]:
        assert [client.get(reverse(part, args=[case.pk])).status_code for part in PARTS] == [404] * len(PARTS)
    assert client.get(reverse("web-cases")).status_code == 200


def test_who_can_see_a_case_is_told_as_the_queries_have_it(visitor: Visitor) -> None:
    today = timezone.localdate()
    everybody = Membership.objects.active(today).with_people().exclude(organization__party__in=["system", "operator"])
    for case in AuditCase.objects.select_related("enterprise__merged_into", "enterprise__organization")[::7]:
        told = {one.pk for party, those in readers_of(case) if party is not Party.EXPERT for one in those}
        seeing = {
            by.organization_id
            for by in everybody
            if by.organization.party != Party.EXPERT and AuditCase.objects.visible_to(by).filter(pk=case.pk).exists()
        }
        with_people = {by.organization_id for by in everybody}
        assert told & with_people == seeing


@pytest.mark.parametrize("username", ["enterprise", "consultancy", "county", "province", "province_approver"])
def test_every_act_in_sight_has_a_form_or_says_why_not(visitor: Visitor, username: str) -> None:
    client, by = visitor(username), member(username)
    for case in AuditCase.objects.visible_to(by).select_related("enterprise", "site", "reporting_unit")[:2]:
        for status in actions_for(case, by):
            answer = client.get(act_address(case, status.action))
            assert answer.status_code == 200
            form = '<form method="post" class="card"' in answer.content.decode()
            begins = form or bool(answer.context.get("acts"))  # a correction begins with the act it is about
            assert begins == (status.allowed or status.drafting)


def test_lists_ask_as_much_for_few_cases_as_for_many(
    visitor: Visitor, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for username in ("enterprise", "province"):
        client = visitor(username)
        client.get(reverse("web-cases"))
        with django_assert_max_num_queries(12):  # type: ignore[attr-defined]
            client.get(reverse("web-cases"))


def test_a_wrong_form_keeps_what_was_typed_and_stores_nothing(visitor: Visitor) -> None:
    client, by = visitor("county"), member("county")
    case = next(
        case
        for case in AuditCase.objects.visible_to(by).select_related("enterprise", "site", "reporting_unit")
        if any(one.action == "return_report" and one.allowed for one in actions_for(case, by))
        or any(one.action == "suspend" and one.allowed for one in actions_for(case, by))
        or any(one.action == "correct" and one.allowed for one in actions_for(case, by))
    )
    action = next(one for one in actions_for(case, by) if one.allowed and any(f.required for f in one.fields))
    before = Event.objects.count()
    address = reverse("web-act", args=["case", case.pk, action.action])
    tomorrow = timezone.localdate() + timedelta(days=1)
    answer = client.post(
        address,
        {"version": case.version, "key": uuid4().hex, "date": tomorrow.isoformat(), "reason": "为何如此<b>"},
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "为何如此&lt;b&gt;" in page
    assert 'id="errors"' in page
    assert Event.objects.count() == before


def test_a_draft_is_saved_while_somebody_types(visitor: Visitor) -> None:
    client, by = visitor("enterprise"), member("enterprise")
    found = [
        (case, one)
        for case in AuditCase.objects.visible_to(by).select_related("enterprise", "site", "reporting_unit")
        for one in actions_for(case, by)
        if (one.drafting or one.allowed)
        and any(f.kind == "text" for f in one.fields)
        and not Draft.objects.filter(subject_id=case.pk, action=one.action).exists()
    ]
    case, status = found[0]
    key = next(one.key for one in status.fields if one.kind == "text")
    address = reverse("web-draft", args=["case", case.pk, status.action])
    answer = client.post(address, {"revision": 0, key: "写了一半"})
    assert answer.status_code == 200, answer.content
    assert answer.json()["revision"] == 1
    assert Draft.objects.get(subject_id=case.pk, action=status.action).payload == {key: "写了一半"}
    assert client.post(address, {"revision": 0, key: "别人写的"}).status_code == 409
    assert "写了一半" in client.get(reverse("web-act", args=["case", case.pk, status.action])).content.decode()


def test_the_page_names_as_next_what_carries_the_case_on(visitor: Visitor) -> None:
    """An opinion given is no longer asked of that expert, though others' are still missing; and the other way round."""
    by, client = member("expert"), visitor("expert")
    asked = {}
    for one in ReviewAssignment.objects.filter(membership=by, ended_on=None).select_related("case"):
        given = str(by.user_id) in opinions_on(one.case.state, one.review_kind)
        course = client.get(reverse("web-case", args=[one.case_id])).context["course"]
        asked.setdefault(given, set()).add("submit_opinion" in {status.action for status in course})
    assert asked == {True: {False}, False: {True}}


def test_only_what_may_follow_closing_is_left_to_draft_in_a_closed_case(visitor: Visitor) -> None:
    by = member("consultancy")
    closed = list(AuditCase.objects.visible_to(by).exclude(closed_on=None).select_related("enterprise", "site"))
    assert closed
    assert {status.action for case in closed for status in actions_for(case, by) if status.drafting} <= AFTER_CLOSING


def test_a_date_that_stands_still_counts_no_days(visitor: Visitor) -> None:
    row = Deadline.objects.filter(held=True, step="apply_acceptance").select_related("case").get()
    html = visitor("province").get(reverse("web-case", args=[row.case_id])).content.decode()
    [line] = re.findall(r'data-step="apply_acceptance"(.*?)</li>', html, re.S)
    assert [part in line for part in ("中止期间停止计算", "due-left")] == [True, False]
