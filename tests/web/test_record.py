"""The record of a case on paper: everything its tabs show to the reader, uncut, and nothing they keep back."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from audits.models import Channel, Document, Event, Notice, Option, OptionEffect
from tests.workflow.making import Made, made

pytestmark = pytest.mark.django_db


def signed_in(by: Membership, language: str = "en") -> Client:
    client = Client()
    client.force_login(by.user, backend="accounts.backends.AuthenticationBackend")
    client.cookies["django_language"] = language
    return client


def record(told: Made, by: Membership, language: str = "en", status: int = 200) -> str:
    answer = signed_in(by, language).get(reverse("web-case-record", args=[told.case.pk]))
    assert answer.status_code == status
    return answer.content.decode()


def text(html: str) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", html))


def objected(told: Made, number: int) -> None:
    """That many objections, each with a document."""
    for _ in range(number):
        said = {"against": "误列", "evidence": [told.world.staged(told.person("preparer"))]}
        told.runner.take(9, {"on": date(2008, 9, 1), "who": "preparer", "does": "object", "with": said})


def noticed(told: Made, number: int) -> None:
    """That many notices to the enterprise, and as many options with an effect each."""
    by = told.person("preparer")
    for n in range(number):
        Notice.objects.create(
            case=told.case,
            kind="object",
            recipient=by.user,
            membership=by,
            channel=Channel.EMAIL,
            send_on=date(2008, 9, 1),
            created_at=timezone.now(),
        )
        option = Option.objects.create(case=told.case, code=f"X{n}", name=f"方案{n}", cost_class="low")
        OptionEffect.objects.create(option=option, metric="water_saved_t", year=2009, planned=1500, verified=None)


def test_all_acts_and_documents_stand_there_however_many() -> None:
    told = made("published")
    objected(told, 55)
    html = record(told, told.person("province approver"))
    events = Event.objects.filter(subject_id=told.case.pk).order_by("seq")
    assert events.count() == 56
    assert re.findall(r"Hash</span> <code class=\"hash\">(\w+)</code>", html) == [one.hash for one in events]
    assert re.findall(r"Head of the chain \(version 56\) <code class=\"hash\">(\w+)</code>", html) == [
        told.case.head_hash
    ]
    documents = Document.objects.filter(case=told.case)
    assert documents.count() == 55
    part = html[html.index("4. Documents") : html.index("5. Options")]
    assert sorted(re.findall(r'<code class="hash">(\w+)</code>', part)) == sorted(one.sha256 for one in documents)
    assert 'rel="next"' not in html


def test_steps_deadlines_options_and_old_values_stand_there() -> None:
    told = made("closed")
    told_by = told.person("province approver")
    html = record(told, told_by)
    said = text(html)
    deadlines = told.case.deadlines.all()
    assert deadlines.count() > 3
    part = html[html.index("3. Deadlines") : html.index("4. Documents")]
    assert part.count("<tr>") == deadlines.count() + 1
    assert "List published 2008-08-01; +2 months = 2008-10-01" in text(part)
    done = dict(re.findall(r'<tr data-step="(\w+)" data-standing="(done)">', html))
    assert {"start_audit", "submit_report", "decide_acceptance"} <= set(done)
    assert [one.code for one in told.case.options.all() if f"{one.code} {one.name}" not in said] == []
    assert "Deadline of “Start the audit” (2008-10-06): open → changed to met on 2008-09-20" in said


def test_it_says_when_it_was_printed_by_whom_and_of_which_version(time_machine_at: Callable[[str], None]) -> None:
    told = made("notified")
    by = told.person("county officer")
    time_machine_at("2026-03-01T20:30:00Z")
    name = f"{by.user.get_full_name()} · {by.organization.name}"
    assert f"version 2 · printed 2026-03-02 04:30 (China time) by {name}" in text(record(told, by))
    assert f"第 2 版 · 2026-03-02 04:30（北京时间）由 {name} 打印" in text(record(told, by, "zh-hans"))


@pytest.fixture
def time_machine_at(time_machine: object) -> Callable[[str], None]:
    """The clock stands still at an instant."""
    return lambda instant: time_machine.move_to(instant, tick=False)  # type: ignore[attr-defined]


def test_a_stranger_gets_none_and_the_enterprise_no_opinion_of_single_experts() -> None:
    told = made("opined")
    stranger = told.world.person(told.world.place("330106").province, told.person("province approver").role)
    record(told, stranger, status=404)
    opinions = [
        one for one in Event.objects.filter(subject_id=told.case.pk, action="submit_opinion") if "opinion" in one.text
    ]
    assert opinions != []
    whole, theirs = record(told, told.person("province approver")), record(told, told.person("preparer"))
    assert whole.count("Something here is not shown to you.") == 0
    assert theirs.count("Something here is not shown to you.") == len(opinions)
    expert = record(told, told.world.expert("1"))
    hidden = Event.objects.filter(subject_id=told.case.pk).exclude(hash__in=re.findall(r"\w{64}", expert))
    assert f"{hidden.count()} more are not shown to you." in expert
    assert "None that you may see." in expert[expert.index("3. Deadlines") : expert.index("4. Documents")]
    assert 'data-standing="done"' in expert


@pytest.mark.parametrize("number", [1, 3])
def test_it_asks_as_much_for_one_as_for_three(number: int) -> None:
    told = made("published")
    objected(told, number)
    noticed(told, number)
    client, address = signed_in(told.person("province approver")), reverse("web-case-record", args=[told.case.pk])
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        html = client.get(address).content.decode()
    documents = html[html.index("4. Documents") : html.index("5. Options")].count('<code class="hash">')
    assert (html.count("Hash</span>"), documents) == (number + 1, number)
    assert len(asked) == 21


def test_the_button_of_every_tab_leads_there() -> None:
    told = made("notified")
    client, address = signed_in(told.person("county officer")), reverse("web-case-record", args=[told.case.pk])
    tabs = ("web-case", "web-case-documents", "web-case-effects", "web-case-history", "web-case-told")
    for tab in tabs:
        html = client.get(reverse(tab, args=[told.case.pk])).content.decode()
        assert re.findall(r'<a class="btn" href="([^"]+)"><svg[^>]*icon-tabler-printer', html) == [address], tab


def test_a_page_of_a_longer_list_says_on_paper_that_it_is_one() -> None:
    told = made("published")
    client, address = signed_in(told.person("county officer")), reverse("web-case-history", args=[told.case.pk])
    said = "This is one page of a longer list; the rest is not printed here."
    assert said not in client.get(address).content.decode()
    objected(told, 25)
    html = client.get(address).content.decode()
    assert re.findall(r'<p class="d-none d-print-block[^"]*">([^<]+)</p>', html) == [said]


def test_on_paper_every_part_is_open() -> None:
    css = (Path(settings.BASE_DIR) / "cpaudit_site/static/cpaudit/app.css").read_text()
    printed = css[css.index("@media print") :]
    assert re.findall(r"details::details-content \{ content-visibility: (\w+);", printed) == ["visible"]
