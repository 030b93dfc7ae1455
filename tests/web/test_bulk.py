"""One step on many cases: shown case by case with the door's own answer, done case by case, repeated never."""

import html
import re
from typing import Any
from uuid import uuid4

import pytest
import yaml
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from audits.models import AuditCase, Event
from audits.procedure.registry import PROCEDURES
from audits.procedure.words import Level, Role
from audits.web.bulk import MOST, is_for_many, steps_for_many
from audits.workflow.actions import actions_for
from tests.factories_audits import make_authority, make_case, make_member
from tests.workflow.making import COURSE_A, Made, made

pytestmark = pytest.mark.django_db
PAGE = "web-cases-bulk"
ASSESSED = "assessed"


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user, backend="accounts.backends.AuthenticationBackend")
    client.post(reverse("web-act-as"), {"membership": str(member.pk)})
    return client


def three_cases() -> Made:
    """Two cases whose assessment is decided, and a third that was just published."""
    course: dict[str, Any] = {}
    for name, told in yaml.safe_load(COURSE_A).items():
        for number in (1, 2) if course else (0,):
            course[f"{name}{number}"] = {**told, "case": number, "plant": number} if number else told
    return made(f"{ASSESSED}2", course=yaml.safe_dump(course, allow_unicode=True, sort_keys=False), plants=3)


def confirmation(client: Client, cases: list[AuditCase]) -> Any:
    return client.get(reverse(PAGE), {"action": "publish_result", "case": [str(one.pk) for one in cases]})


def typed(page: Any, **more: Any) -> dict[str, Any]:
    """The form of the confirmation page, filled."""
    acts = [line.act for line in page.context["lines"] if line.act]
    today = timezone.localdate().isoformat()
    told = {"review": "assessment", "medium": "县政府网站", "appeared_on": today}
    return {"action": "publish_result", "act": acts, **told, **more}


def published() -> list[str]:
    found = Event.objects.filter(action="publish_result").order_by("subject_id")
    return sorted(str(pk) for pk in found.values_list("subject_id", flat=True))


def test_only_steps_that_are_the_same_for_all_are_offered() -> None:
    offered = {step.key for one in PROCEDURES.values() for step in one.steps if is_for_many(step)}
    assert offered == {"close", "publish_result"}


def test_each_case_is_shown_with_the_answer_of_the_door_and_done_by_itself() -> None:
    told = three_cases()
    by = told.person("province approver")
    client, cases = signed_in(by), told.cases
    assert set(steps_for_many(by)) >= {"publish_result"}
    listed = client.get(reverse("web-cases")).content.decode()
    assert len(re.findall(r'name="case"[^>]* form="bulk"', listed)) == 3
    page = confirmation(client, cases)
    lines = {line.case.pk: line for line in page.context["lines"]}
    for case in cases:
        status = next(one for one in actions_for(case, by) if one.action == "publish_result")
        assert bool(lines[case.pk].act) == status.allowed
        assert lines[case.pk].reasons == tuple(one.text for one in status.reasons)
    assert [bool(lines[case.pk].act) for case in cases] == [True, True, False]
    assert published() == []

    form = typed(page)
    done = client.post(reverse(PAGE), form)
    assert done.status_code == 200
    assert [(one.done, one.replayed) for one in done.context["outcomes"]] == [(True, False)] * 2
    assert published() == sorted(str(one.pk) for one in cases[:2])
    again = client.post(reverse(PAGE), form)
    assert [(one.done, one.replayed) for one in again.context["outcomes"]] == [(True, True)] * 2
    assert published() == sorted(str(one.pk) for one in cases[:2])
    other = client.post(reverse(PAGE), {**form, "medium": "另一报纸"})  # same keys, other content: nothing more
    assert (other.status_code, len(published())) == (409, 2)


def test_a_case_changed_meanwhile_and_one_not_ready_stop_no_other() -> None:
    told = three_cases()
    client, cases = signed_in(told.person("province approver")), told.cases
    form = typed(confirmation(client, cases))
    first, second = form["act"]
    stale = re.sub(r":[0-9]+:", ":1:", first)
    forced = f"{cases[2].pk}:{cases[2].version}:{uuid4().hex}"  # not offered: the page says no, and so does the door
    answer = client.post(reverse(PAGE), {**form, "act": [stale, forced, second]})
    assert answer.status_code == 200
    assert [one.done for one in answer.context["outcomes"]] == [False, False, True]
    assert all(one.told for one in answer.context["outcomes"][:2])
    assert published() == [second.split(":")[0]]
    assert reverse("web-case", args=[cases[2].pk]) in answer.content.decode()


def test_a_wrong_form_does_nothing_and_keeps_what_was_ticked() -> None:
    told = three_cases()
    client, cases = signed_in(told.person("province approver")), told.cases
    form = typed(confirmation(client, cases), medium="", case=[str(one.pk) for one in cases])
    answer = client.post(reverse(PAGE), {**form, "act": form["act"][:1]})
    assert answer.status_code == 422
    kept = {line.case.pk: line for line in answer.context["lines"]}
    assert kept[cases[0].pk].act == form["act"][0]
    assert (kept[cases[0].pk].left_out, kept[cases[1].pk].left_out) == (False, True)
    assert published() == []
    for broken in ("x", f"{cases[0].pk}:1:", f"{'-' * 36}:1:{uuid4().hex}"):
        assert client.post(reverse(PAGE), {**form, "act": [broken]}).status_code == 400


def test_hidden_cases_are_as_good_as_none_and_others_have_no_such_page() -> None:
    told = three_cases()
    cases = told.cases
    client = signed_in(told.person("province approver"))
    far, _ = make_authority("43", Level.PROVINCE)
    elsewhere = signed_in(make_member(far.organization, Role.APPROVER))
    page = confirmation(elsewhere, cases)
    assert page.status_code == 404  # a step of his own, on cases he may not see
    assert cases[0].enterprise.name not in page.content.decode()
    sent = elsewhere.post(reverse(PAGE), typed(confirmation(client, cases)))
    assert sent.status_code == 404
    plain = client.get(reverse(PAGE), {"action": "publish_result", "case": [str(cases[0].pk), str(uuid4())]})
    assert (plain.context["unknown"], len(plain.context["lines"])) == (1, 1)
    gone = {"action": "publish_result", "review": "assessment", "medium": "网站", "appeared_on": "2026-01-05"}
    assert client.post(reverse(PAGE), {**gone, "act": f"{uuid4()}:1:{uuid4().hex}"}).status_code == 404
    for action in ("notify", "decide_assessment", "nothing"):
        assert client.get(reverse(PAGE), {"action": action, "case": str(cases[0].pk)}).status_code == 404
    stranger = signed_in(told.plant.preparer)
    assert confirmation(stranger, cases).status_code == 404
    assert stranger.post(reverse(PAGE), gone).status_code == 404
    assert 'form="bulk"' not in stranger.get(reverse("web-cases")).content.decode()
    assert published() == []


def test_at_most_fifty_at_once() -> None:
    told = made()
    client = signed_in(told.person("province approver"))
    ids = [str(uuid4()) for _ in range(MOST)]
    answer = client.get(reverse(PAGE), {"action": "publish_result", "case": [*ids, str(told.case.pk)]})
    assert answer.status_code == 422
    assert f"一次最多办理 {MOST} 个案件" in answer.content.decode()
    acts = [f"{one}:1:{uuid4().hex}" for one in [*ids, str(told.case.pk)]]
    assert client.post(reverse(PAGE), {"action": "publish_result", "act": acts}).status_code == 422
    assert client.get(reverse(PAGE)).status_code == 302  # nothing ticked: back to the list, told why


def test_a_case_more_costs_few_queries() -> None:
    told = three_cases()
    client, cases = signed_in(told.person("province approver")), told.cases
    asked: list[int] = []
    for count in (1, 1, 2, 3):  # the first fills caches
        with CaptureQueriesContext(connection) as queries:
            confirmation(client, cases[:count])
        asked.append(len(queries))
    per_case = max(asked[2] - asked[1], asked[3] - asked[2])
    assert per_case <= 12, asked


def test_a_page_of_the_list_can_be_ticked_as_a_whole() -> None:
    told = made(plants=1)
    by = told.person("province approver")
    for plant in told.world.enterprises("320509", MOST):
        make_case(plant.enterprise)
    listed = signed_in(by).get(reverse("web-cases"))
    assert (len(listed.context["page"]), listed.context["most"]) == (MOST, MOST)
    text = listed.content.decode()
    assert len(re.findall(r'name="case"[^>]* data-tick[ >]', text)) == MOST
    assert (text.count("data-tick-all"), text.count("cpaudit/ticks.js")) == (1, 1)
    assert listed.context["page"].next != ""


def test_the_way_back_leads_to_the_list_as_it_was_left() -> None:
    told = three_cases()
    client, cases = signed_in(told.person("province approver")), told.cases
    conditions = {"q": "染织", "place": "3205"}
    listed = client.get(reverse("web-cases"), conditions).content.decode()
    sent = html.unescape(re.findall(r'name="back" value="([^"]*)"', listed)[0])
    assert QueryDict(sent).dict() == conditions
    ticked = {"action": "publish_result", "case": [str(one.pk) for one in cases], "back": sent}
    page = client.get(reverse(PAGE), ticked)
    address = f"{reverse('web-cases')}?{sent}"
    assert page.context["cases"] == address
    assert page.content.decode().count(html.escape(address)) == 1
    wrong = client.post(reverse(PAGE), typed(page, medium="", back=page.context["back"]))
    assert (wrong.status_code, wrong.context["back"]) == (422, sent)
    done = client.post(reverse(PAGE), typed(page, back=page.context["back"]))
    assert (done.status_code, done.context["cases"]) == (200, address)
    assert done.content.decode().count(html.escape(address)) == 1
    none = client.get(reverse(PAGE), {"action": "publish_result", "back": sent})
    assert (none.status_code, none.headers["Location"]) == (302, address)
    away = client.get(reverse(PAGE), {"back": "https://example.com/"})
    assert away.headers["Location"].startswith(f"{reverse('web-cases')}?")  # read as a condition nobody knows
