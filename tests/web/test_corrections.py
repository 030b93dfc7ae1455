"""A recording error is corrected by choosing the act and its field by name; the door gets what the step asks for."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audits.models import AuditCase, Event
from audits.workflow.events import read_body
from tests.scenarios.runner import Runner
from tests.web.test_late import signed_in
from tests.workflow.making import Made, made, story_to

pytestmark = pytest.mark.django_db


def page_of(case: AuditCase) -> str:
    return reverse("web-case-correct", args=[case.pk])


def number_of(told: Made, action: str) -> int:
    return Event.objects.get(subject_id=told.case.pk, action=action).seq


def sent(told: Made, by: Any, **more: Any) -> dict[str, Any]:
    base = {"grounds": "录入有误", "evidence": told.world.staged(by), "date": timezone.localdate().isoformat()}
    return {**base, "version": str(told.case.version), "key": uuid4().hex, **more}


def test_act_and_field_are_chosen_by_name_and_the_correction_is_done() -> None:
    told = made("started")
    by = told.person("county approver")
    client, page = signed_in(by), page_of(told.case)
    assert client.get(reverse("web-act", args=["case", told.case.pk, "correct"])).headers["Location"] == page
    acts = client.get(page).context["acts"]
    standing = {entry["seq"] for entry in told.case.state["done"].values()}
    assert {one["version"] for one in acts} == standing
    seq = number_of(told, "start_audit")
    act = next(one for one in acts if one["version"] == seq)
    text = client.get(page).content.decode()
    assert (act["date"], act["title"] in text, act["by"]["organization"] in text) == ("2008-09-20", True, True)
    assert f'href="?event={seq}"' in text

    fields = client.get(page, {"event": seq})
    now = {line.field.key: line.now for line in fields.context["lines"]}
    assert (now["started_on"], now["route"], now["launch_meeting"]) == ("2008-09-20", "自行组织审核", None)
    assert "date" not in now  # the date of this act is one of its fields
    assert "team_order" not in now

    form = client.get(page, {"event": seq, "field": "started_on"})
    assert (form.context["value"].field.kind, form.context["value"].input_type) == ("date", "date")
    html = form.content.decode()
    assert (f'name="event" value="{seq}"' in html, 'name="field" value="started_on"' in html) == (True, True)
    assert html.count('name="value"') == 1
    wrong = client.post(page, sent(told, by, event=seq, field="started_on", value="2008-9-1"))
    assert (wrong.status_code, len(wrong.context["value"].errors)) == (422, 1)
    done = client.post(page, sent(told, by, event=seq, field="started_on", value="2008-09-22"))
    assert done.status_code == 302
    body = read_body(Event.objects.get(subject_id=told.case.pk, action="correct"))
    assert {key: body["payload"][key] for key in ("event", "field", "value")} == {
        "event": seq,
        "field": "started_on",
        "value": "2008-09-22",
    }
    again = client.get(page, {"event": seq})
    assert {line.field.key: line.now for line in again.context["lines"]}["started_on"] == "2008-09-22"


def test_a_choice_is_corrected_by_its_wording_and_an_act_without_date_field_by_its_date() -> None:
    told = made("started")
    client, page = signed_in(told.person("county approver")), page_of(told.case)
    route = client.get(page, {"event": number_of(told, "start_audit"), "field": "route"}).context["value"]
    assert [one.value for one in route.choices] == ["self", "entrusted"]
    assert route.template == "web/boxes/choice.html"
    filed = client.get(page, {"event": number_of(told, "notify")}).context["lines"]
    assert any(line.now == "2008-08-05" for line in filed)


def test_every_act_that_is_offered_has_a_field_to_correct() -> None:
    told = made("started")
    client, page = signed_in(told.person("county approver")), page_of(told.case)
    acts = {one["action"]: one["version"] for one in client.get(page).context["acts"]}
    offered = {action: client.get(page, {"event": seq}).context["lines"] for action, seq in acts.items()}
    assert [action for action, lines in offered.items() if not lines] == []
    assert [(line.field.key, line.now) for line in offered["publish"]] == [("date", "2008-08-01")]  # done on the list


def test_what_is_no_act_of_the_case_leads_back_to_the_choice() -> None:
    told = made("started")
    by = told.person("county approver")
    client, page = signed_in(by), page_of(told.case)
    for wrong in ({"event": "999"}, {"event": "x"}, {"event": "٣"}):
        assert "acts" in client.get(page, wrong).context
    seq = number_of(told, "start_audit")
    unknown = client.get(page, {"event": seq, "field": "password"})
    assert (unknown.context["line"], unknown.context["value"]) == (None, None)
    refused = client.post(page, sent(told, by, event=seq, field="password", value="x"))
    assert (refused.status_code, Event.objects.filter(action="correct").count()) == (422, 0)
    assert "lines" in refused.context
    assert signed_in(told.person("stranger")).get(page).status_code == 404


def test_a_long_course_asks_as_much_as_a_short_one() -> None:
    told, asked = made("started"), []
    client, number = signed_in(told.person("county approver")), number_of(told, "start_audit")
    further = Runner({**told.runner.told, "story": story_to("reported")}, told.runner.client, told.world).story
    for steps in ([], further[len(told.runner.story) :]):
        for at, step in enumerate(steps):
            told.runner.take(at, step)
        for query in ({}, {"event": str(number)}):
            client.get(page_of(told.case), query)
            with CaptureQueriesContext(connection) as queries:
                client.get(page_of(told.case), query)
            asked.append(len(queries))
    assert asked[:2] == asked[2:]
