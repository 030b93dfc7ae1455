"""What a form is told while somebody types: of a second text, of acts of others, of a session that ended."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, User
from audits.models import AuditCase, Draft
from audits.workflow.actions import actions_for

pytestmark = pytest.mark.django_db
Visitor = Callable[[str], Client]
SCRIPT = {"X-From-Page": "1"}


def member(username: str) -> Membership:
    """The membership a demo user acts with."""
    user = User.objects.get(username=username)
    return Membership.objects.active(timezone.localdate()).of(user).with_people()[0]


@pytest.fixture
def shared(demo: Any, db: None) -> AuditCase:
    """A case whose options the enterprise and its consultancy record in one draft."""
    for case in AuditCase.objects.visible_to(member("enterprise")).order_by("number"):
        both = [
            {one.action for one in actions_for(case, member(who)) if one.allowed or one.drafting}
            for who in ("enterprise", "consultancy")
        ]
        if "record_implementation" in both[0] & both[1]:
            Draft.objects.filter(subject_id=case.pk, action="record_implementation").delete()
            return case
    raise AssertionError


def address(name: str, case: AuditCase) -> str:
    return reverse(name, args=["case", case.pk, "record_implementation"])


def draft_of(case: AuditCase) -> Draft:
    return Draft.objects.get(subject_id=case.pk, action="record_implementation")


# --- two at one draft ---------------------------------------------------------------------------------------------


def test_who_comes_second_is_told_who_saved_and_where_the_texts_differ(shared: AuditCase, visitor: Visitor) -> None:
    url, firm = address("web-draft", shared), member("consultancy")
    assert visitor("consultancy").post(url, {"revision": 0, "option": "F1"}).json()["revision"] == 1
    answer = visitor("enterprise").post(url, {"revision": 0, "option": "F2"}, headers=SCRIPT)
    assert (answer.status_code, answer["X-Refused"]) == (200, "409")
    told = answer.json()["conflict"]
    wanted = (f"{firm.user}（{firm.organization}）", "F1", "F2", 'data-conflict="1"', address("web-act", shared))
    assert [one for one in wanted if one not in told] == []
    assert draft_of(shared).payload == {"option": "F1"}


def test_who_only_looks_is_no_author_and_the_last_to_save_stands_last(shared: AuditCase, visitor: Visitor) -> None:
    url = address("web-draft", shared)
    visitor("consultancy").post(url, {"revision": 0, "option": "F1"})
    assert visitor("enterprise").post(url, {"revision": 1, "option": "F1"}).json()["revision"] == 1
    firm, own = (str(member(who).user_id) for who in ("consultancy", "enterprise"))
    assert [one["user"] for one in draft_of(shared).authors] == [firm]
    visitor("enterprise").post(url, {"revision": 1, "option": "F2"})
    visitor("consultancy").post(url, {"revision": 2, "option": "F3"})
    assert [one["user"] for one in draft_of(shared).authors] == [own, firm]


def test_an_empty_form_is_no_draft(shared: AuditCase, visitor: Visitor) -> None:
    client, url = visitor("enterprise"), address("web-draft", shared)
    assert client.post(url, {"revision": 0, "option": " "}).json() == {"revision": 0, "text": ""}
    assert not Draft.objects.filter(subject_id=shared.pk, action="record_implementation").exists()
    assert visitor("county").post(url, {"revision": 0}).status_code == 400  # who may not prepare it is told so
    assert client.post(url, {"revision": 0, "option": "F1"}).json()["revision"] == 1
    assert client.post(url, {"revision": 1, "option": ""}).json()["revision"] == 2  # emptied on purpose


def test_who_saves_what_stands_there_already_has_nothing_to_choose(shared: AuditCase, visitor: Visitor) -> None:
    url, page = address("web-draft", shared), address("web-act", shared)
    visitor("consultancy").post(url, {"revision": 0, "option": "F1"})
    for client in (visitor("enterprise"), visitor("consultancy")):
        assert client.post(url, {"revision": 0, "option": "F1"}).json()["revision"] == 1
    sent = {"version": shared.version, "key": uuid4().hex, "revision": 0, "option": "F1"}
    answer = visitor("enterprise").post(page, sent)  # not refused for the draft, but for what is missing
    assert (answer.status_code, answer.context["form"].conflict) == (422, None)
    assert visitor("enterprise").post(page, sent | {"prepare": "1"}).status_code == 302
    assert draft_of(shared).revision == 2


def test_a_page_that_is_left_follows_on_its_own_save_and_on_no_other(shared: AuditCase, visitor: Visitor) -> None:
    url, client = address("web-draft", shared), visitor("enterprise")
    client.post(url, {"revision": 0, "option": "F1"})
    assert client.post(url, {"revision": 0, "option": "F12", "leaving": "1"}).json()["revision"] == 2
    visitor("consultancy").post(url, {"revision": 2, "option": "F9"})
    assert client.post(url, {"revision": 2, "option": "F13", "leaving": "1"}).status_code == 409
    assert draft_of(shared).payload == {"option": "F9"}


def test_sending_throws_nobody_s_draft_away_unread(shared: AuditCase, visitor: Visitor) -> None:
    client, page = visitor("enterprise"), address("web-act", shared)
    visitor("consultancy").post(address("web-draft", shared), {"revision": 0, "option": "F1"})
    said = {
        "version": shared.version,
        "option": "F2",
        "title": "改进",
        "cost_class": "low",
        "done": "true",
        "done_on": timezone.localdate().isoformat(),
        "investment_cny": "1",
    }
    first = client.post(page, {**said, "revision": 0, "key": uuid4().hex})
    form = first.context["form"]
    assert (first.status_code, form.conflict.revision, form.revision, draft_of(shared).payload) == (
        409,
        1,
        1,
        {"option": "F1"},
    )
    assert [(one.old, one.new) for one in form.conflict.changes if one.label == form.boxes[0].field.label.zh] == [
        ("F1", "F2")
    ]
    assert 'value="F2"' in first.content.decode()
    second = client.post(page, {**said, "revision": 1, "key": uuid4().hex})
    assert second.status_code == 302, (
        [(one.name, one.errors) for one in second.context["form"].boxes if one.errors],
        second.context["form"].errors,
    )


def test_a_form_that_comes_back_wrong_does_not_write_over_a_draft_saved_meanwhile(
    shared: AuditCase, visitor: Visitor
) -> None:
    client, page = visitor("enterprise"), address("web-act", shared)
    client.post(address("web-draft", shared), {"revision": 0, "option": "F1"})
    back = client.post(page, {"edit": "1", "revision": 1, "option": "F2"})
    visitor("consultancy").post(address("web-draft", shared), {"revision": 1, "option": "F9"})
    again = client.post(page, {"edit": "1", "revision": 1, "option": "F2"})
    assert [one.context["form"].revision for one in (back, again)] == [1, 1]


def test_a_stale_version_keeps_the_form_and_does_not_ask_to_reload(shared: AuditCase, visitor: Visitor) -> None:
    said = {
        "version": shared.version - 1,
        "option": "F2",
        "title": "改进",
        "cost_class": "low",
        "done": "true",
        "done_on": timezone.localdate().isoformat(),
        "investment_cny": "1",
    }
    answer = visitor("enterprise").post(address("web-act", shared), {**said, "key": uuid4().hex})
    page, form = answer.content.decode(), answer.context["form"]
    assert (answer.status_code, form.version, form.typed) == (409, shared.version, True)
    assert ("仍完整保留在下面" in page, "刷新" in page, 'value="F2"' in page) == (True, False, True)
    assert form.look == reverse("web-case", args=[shared.pk])


def test_the_preview_says_saved_only_where_it_was(demo: Any, visitor: Visitor) -> None:
    by, client = member("enterprise"), visitor("enterprise")
    case = next(
        case
        for case in AuditCase.objects.visible_to(by)
        for one in actions_for(case, by)
        if one.action == "disclose" and one.allowed
    )
    Draft.objects.filter(subject_id=case.pk, action="disclose").delete()
    page = reverse("web-act", args=["case", case.pk, "disclose"])
    saved = client.post(page, {"preview": "1", "revision": 0}).content.decode()
    refused = client.post(page, {"preview": "1", "revision": 7}).content.decode()
    assert ("已存为草稿。" in saved, "没有存为草稿" in saved) == (True, False)
    assert ("已存为草稿。" in refused, "没有存为草稿" in refused) == (False, True)


# --- acts of others -------------------------------------------------------------------------------------------------


def test_an_open_page_hears_of_acts_and_drafts_of_others_once(shared: AuditCase, visitor: Visitor) -> None:
    client, url = visitor("enterprise"), reverse("web-version", args=["case", shared.pk])
    seen = {"seen": shared.version, "typing": "1", "draft": "record_implementation", "revision": 1}
    client.post(address("web-draft", shared), {"revision": 0, "option": "F1"})
    assert client.get(url, seen).status_code == 204
    visitor("consultancy").post(address("web-draft", shared), {"revision": 1, "option": "F2"})
    told = client.get(url, seen).content.decode()
    assert (str(member("consultancy").organization) in told, "told=2" in told) == (True, True)
    assert client.get(url, {**seen, "told": "2"}).status_code == 204
    acted = client.get(url, {**seen, "seen": shared.version - 1, "told": "2"}).content.decode()
    assert ("表单保持原样" in acted, f"seen={shared.version}&" in acted) == (True, True)
    bare = client.get(url, {"seen": shared.version - 1}).content.decode()
    assert ("显示最新情况" in bare, "表单" in bare, "草稿" in bare) == (True, False, False)
    assert visitor("stranger").get(url, seen).status_code == 404
    assert client.get(reverse("web-version", args=["draft", shared.pk])).status_code == 404


# --- the session ends -------------------------------------------------------------------------------------------------


def test_a_script_of_a_page_is_told_that_its_reader_is_signed_out(shared: AuditCase) -> None:
    nobody, page = Client(), address("web-act", shared)
    for asked in (
        nobody.post(address("web-draft", shared), {"revision": 0}, headers=SCRIPT),
        nobody.post(reverse("web-stage"), headers=SCRIPT),
        nobody.get(reverse("web-version", args=["case", shared.pk]), headers={"HX-Request": "true"}),
        nobody.get(reverse("web-exports"), headers={"HX-Request": "true"}),
    ):
        assert (asked.status_code, asked["X-Signed-Out"], asked.json()["signed_out"]) == (401, "1", True)
    assert nobody.get(page)["Location"] == f"/accounts/login/?next={page}"
    sent = nobody.post(address("web-draft", shared), {"revision": 0}, headers={"Referer": f"http://testserver{page}"})
    assert sent["Location"] == f"/accounts/login/?next={page}"
    foreign = nobody.post(page, headers={"Referer": "http://elsewhere.example/x/"})
    assert foreign["Location"] == "/accounts/login/?next=/"


def test_a_page_finds_out_who_is_signed_in_now(demo: Any, visitor: Visitor) -> None:
    client, by = visitor("enterprise"), member("enterprise")
    told = client.get(reverse("web-session"))
    assert (told.json()["who"], told["Cache-Control"]) == (f"{by.user_id}/{by.pk}", "private, no-store")
    assert f'data-who="{by.user_id}/{by.pk}"' in client.get("/").content.decode()
    assert Client().get(reverse("web-session")).json()["who"] == ""


def test_the_token_asked_for_sends_a_form_made_before_signing_in_again(demo: Any) -> None:
    client, by = Client(enforce_csrf_checks=True), member("enterprise")
    client.force_login(by.user, backend="accounts.backends.AuthenticationBackend")
    old = client.get(reverse("web-session")).json()["token"]
    client.cookies.pop("csrftoken")
    new = client.get(reverse("web-session")).json()["token"]
    answers = [
        client.post(reverse("web-theme"), {"theme": "dark"}, headers={"X-CSRFToken": token}).status_code
        for token in (old, new)
    ]
    assert answers == [403, 302]
