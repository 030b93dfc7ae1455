"""The enterprise's side: what the public will see, what changed after a return, the second person's yes or no."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, User
from audits.api.errors import words
from audits.api.readable import fields_of
from audits.demo.papers import paper
from audits.models import AuditCase, Draft, Event, Preparation
from audits.procedure.regime_a.audit import DISCLOSURE
from audits.procedure.words import Role
from audits.web.boxes import Box
from audits.web.differences import bodies_of, came_back, changes
from audits.web.portfolio import loads
from audits.workflow.actions import ActionStatus, actions_for
from audits.workflow.documents import stage
from tests.browser.visitor import Parts

pytestmark = pytest.mark.django_db
Visitor = Callable[[str], Client]
BROWSER = {"Accept": "text/html,application/xhtml+xml"}
ARTICLE = re.compile(r'<article class="public">.*?</article>', re.S)


def signed_in(member: Membership) -> Client:
    """A browser of a member."""
    client = Client()
    client.force_login(member.user, backend="accounts.backends.AuthenticationBackend")
    client.post(reverse("web-act-as"), {"membership": str(member.pk)})
    return client


def preparers() -> Iterator[Membership]:
    """People of enterprises who prepare."""
    yield from (
        Membership.objects.active(timezone.localdate())
        .with_people()
        .filter(role=Role.PREPARER)
        .order_by("organization__name")
    )


def second(member: Membership) -> Membership:
    """The certifier of the same enterprise."""
    people = Membership.objects.active(timezone.localdate()).with_people()
    return people.get(organization=member.organization, role=Role.CERTIFIER)


def turn(action: str) -> tuple[Membership, AuditCase, ActionStatus]:
    """A preparer who can do, or prepare, an act now."""
    for member in preparers():
        for case in AuditCase.objects.visible_to(member).select_related("enterprise", "site", "reporting_unit"):
            for one in actions_for(case, member):
                if one.action == action and (one.allowed or one.drafting):
                    return member, case, one
    raise AssertionError(action)


def returned() -> tuple[Membership, AuditCase]:
    """A case whose report came back, and the preparer of its enterprise."""
    for member in preparers():
        for case in AuditCase.objects.visible_to(member).select_related("enterprise", "site", "reporting_unit"):
            back = came_back(bodies_of(case, member))[1].get("submit_report")
            if back is not None and back.returns[-1]["action"] == "return_report":
                return member, case
    raise AssertionError


def typed(page: str) -> dict[str, Any]:
    """What a browser would send back of the hidden inputs of a page's last form."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.rpartition("<form")[2]):
        found.setdefault(name, []).append(value)
    return dict(found)


def fill(boxes: list[Box], today: str) -> dict[str, str]:
    """Something plausible for every plain box of a form."""
    given = {}
    for box in boxes:
        for one in [line for row in box.rows for line in row] or [box]:
            kind = one.field.kind.value
            given[one.name] = {"date": today, "decimal": "12.5", "integer": "3"}.get(
                kind, f"填报：{one.field.label.zh}<"
            )
            if kind == "choice":
                given[one.name] = one.choices[0].value
            if kind == "files" or (kind == "reference" and not one.choices):
                del given[one.name]
    return given


def test_the_public_sees_exactly_what_the_preview_showed(demo: Any) -> None:
    member, case, status = turn("disclose")
    client, today = signed_in(member), timezone.localdate().isoformat()
    address = reverse("web-act", args=["case", case.pk, "disclose"])
    form = client.get(address).context["form"]
    scan = stage(SimpleUploadedFile("版面扫描.pdf", paper("版面", "示例")), by=member)
    given = {**fill(form.boxes, today), "date": today, "scan": str(scan.pk), "page_address": "https://example.cn/1"}
    events = Event.objects.count()

    preview = client.post(address, {**given, "preview": "1", "version": case.version, "revision": form.revision})
    page = preview.content.decode()
    assert (preview.status_code, Event.objects.count()) == (200, events)
    assert "预览，未公布" in page
    shown = ARTICLE.search(page)
    assert shown is not None
    asked = {words(box.field.label) for box in form.boxes if box.field.public}  # of the categories of the case
    assert set(re.findall(r"<dt>(.*?)</dt>", shown.group())) == asked
    assert {one.key for one in status.step.fields if not one.public} == {"scan"}
    assert "版面扫描" not in shown.group()
    assert "版面扫描" in page  # told apart: for the authorities only
    assert "https://example.cn/1" in shown.group()
    written = next(one for one in given.values() if one.startswith("填报：")).replace("<", "&lt;")
    assert written in shown.group()
    assert Draft.objects.get(subject_id=case.pk, action="disclose").payload["page_address"] == "https://example.cn/1"

    again = client.post(address, {**typed(page), "edit": "1"}).content.decode()
    assert written in again.replace("&amp;lt;", "&lt;")
    assert str(scan.pk) in again

    import html

    sent = client.post(address, {name: [html.unescape(one) for one in all_] for name, all_ in typed(page).items()})
    assert (sent.status_code, sent["Location"]) == (302, reverse("web-case", args=[case.pk]))
    public_page = ARTICLE.search(client.get(reverse("web-case-public", args=[case.pk])).content.decode())
    assert public_page is not None
    assert public_page.group() == shown.group()


def test_a_preview_of_an_unfinished_form_says_what_is_missing_and_cannot_be_sent(demo: Any) -> None:
    member, case, _ = turn("disclose")
    client = signed_in(member)
    address = reverse("web-act", args=["case", case.pk, "disclose"])
    page = client.post(
        address, {"preview": "1", "size": "中型", "version": case.version, "revision": "0"}
    ).content.decode()
    assert "提交前还须补正" in page
    assert "中型" in page
    assert 'name="edit"' in page
    assert '<button class="btn btn-primary">' not in page


def test_a_returned_report_is_corrected_beside_the_reasons_and_read_with_its_differences(demo: Any) -> None:
    preparer, case = returned()
    certifier, client = second(preparer), signed_in(preparer)
    before = came_back(bodies_of(case, preparer))[1]["submit_report"].body
    old = before["files"][0]
    address = reverse("web-act", args=["case", case.pk, "submit_report"])
    form = client.get(address)
    page = form.content.decode()
    assert "退回意见" in page
    assert form.context["form"].boxes[0].files == []  # documents are never submitted twice
    kept = {one.key: value for one in fields_of("submit_report").values() if (value := before["payload"].get(one.key))}
    assert form.context["form"].comparison.changes == []  # what was filled in before is there again
    assert "尚未重新上传" in page

    report = paper("修订后的审核报告", "示例")
    revised = stage(SimpleUploadedFile(old["name"], report), by=preparer)
    certifiers = kept["certifiers"]
    rows = {f"certifiers.{at}.{key}": value for at, row in enumerate(certifiers) for key, value in row.items()}
    rows["certifiers.0.position"] = "新任总经理"
    field = old["field"].removeprefix("fields.").partition(".")[0]
    body = {**rows, "remarks": "已按退回意见更正", field: str(revised.pk), "revision": form.context["form"].revision}
    assert client.post(reverse("web-draft", args=["case", case.pk, "submit_report"]), body).status_code == 200
    panel = client.get(reverse("web-changes", args=["case", case.pk, "submit_report"])).content.decode()
    assert [one for one in ("新任总经理", certifiers[0]["position"], "同名新版", "退回意见") if one not in panel] == []

    other = signed_in(certifier)
    record = other.get(address)
    assert "web/certify.html" in [one.name for one in record.templates]
    assert [one for one in ("新任总经理", "同名新版", "审签并提交") if one not in record.content.decode()] == []
    assert "<fieldset disabled" not in record.content.decode()
    file = reverse("web-draft-file", args=["case", case.pk, "submit_report", revised.pk])
    assert file in record.content.decode()
    for one in (other, client):
        content = one.get(file)  # its certifier did not stage it; read to its end, the test client closes it
        assert content.getvalue() == report
    assert Client().get(file).status_code == 302
    today = timezone.localdate().isoformat()
    told = {"version": case.version, "key": uuid4().hex, "date": today}
    stale = other.post(address, {**told, "revision": record.context["form"].revision - 1})
    assert stale.status_code == 409  # what would go out is not what was read
    sent = other.post(address, {**told, "revision": record.context["form"].revision})
    assert sent.status_code == 302, sent.context["form"].errors
    assert set(
        Preparation.objects.filter(subject_id=case.pk, action="submit_report").values_list("membership", flat=True)
    ) >= {preparer.pk}

    regulator = next(
        one
        for one in Membership.objects.active(timezone.localdate()).with_people().filter(organization__level="county")
        if AuditCase.objects.visible_to(one).filter(pk=case.pk).exists()
    )
    reader = signed_in(regulator)
    case.refresh_from_db()
    seq = case.version
    where = reverse("web-case-again", args=[case.pk, seq])
    assert where in reader.get(reverse("web-case", args=[case.pk])).content.decode()
    assert where in reader.get(reverse("web-case-history", args=[case.pk])).content.decode()
    read = reader.get(where).content.decode()
    assert [one for one in ("新任总经理", certifiers[0]["position"], "同名新版", "退回意见") if one not in read] == []
    deciding = reader.get(reverse("web-act", args=["case", case.pk, "return_report"])).content.decode()
    assert "新任总经理" in deciding
    assert reader.get(reverse("web-case-again", args=[case.pk, 1])).status_code == 404


def test_the_certifier_sends_a_draft_back_and_certifies_only_what_was_changed(demo: Any) -> None:
    preparer, case = returned()
    client, other = signed_in(preparer), signed_in(second(preparer))
    address = reverse("web-act", args=["case", case.pk, "submit_report"])
    draft = reverse("web-draft", args=["case", case.pk, "submit_report"])
    Draft.objects.filter(subject_id=case.pk, action="submit_report").delete()
    assert client.post(draft, {"revision": 0, "remarks": "初稿"}).json()["revision"] == 1

    empty = other.post(address, {"refuse": "1", "refusal": " ", "revision": 1})
    assert (empty.status_code, "请写明退回的原因" in empty.content.decode()) == (422, True)
    assert other.post(address, {"refuse": "1", "refusal": "数字与台账不符", "revision": 1}).status_code == 302
    page = client.get(address).content.decode()
    assert "数字与台账不符" in page
    assert "退回了草稿" in page
    waiting = other.get(address).content.decode()
    assert ("审签并提交" in waiting, "修改后方可审签" in waiting) == (False, True)
    refused = other.post(address, {"version": case.version, "revision": 2, "key": uuid4().hex})
    assert refused.status_code in (409, 422)
    assert client.post(draft, {"revision": 1, "remarks": "没看到退回"}).status_code == 409  # not over it unseen
    assert client.post(draft, {"revision": 2, "remarks": "已改"}).status_code == 200
    assert "审签并提交" in other.get(address).content.decode()
    assert client.post(address, {"refuse": "1", "refusal": "我自己", "revision": 3}).status_code == 409


def test_a_browser_is_told_of_a_refusal_without_an_error_status(demo: Any) -> None:
    member, case, _ = turn("disclose")
    client = signed_in(member)
    address = reverse("web-act", args=["case", case.pk, "disclose"])
    said = {"version": case.version, "key": uuid4().hex}
    program = client.post(address, said)
    browser = client.post(address, said, headers=BROWSER)
    assert (program.status_code, program.headers.get("X-Refused")) == (422, None)
    assert (browser.status_code, browser["X-Refused"], "Accept" in browser["Vary"]) == (200, "422", True)
    assert 'id="errors"' in browser.content.decode()
    assert client.post("/api/v1/auth/token/", {}, headers={"Accept": "text/html, */*"}).status_code == 415
    missing = reverse("web-act", args=["case", uuid4(), "disclose"])
    assert client.post(missing, said, headers=BROWSER).status_code == 404
    script = client.post(
        reverse("web-draft", args=["case", case.pk, "disclose"]), {"revision": "77"}, headers={"X-From-Page": "1"}
    )
    assert (script.status_code, script["X-Refused"]) == (200, "409")


def test_work_counts_after_the_draft_is_gone(demo: Any, visitor: Visitor) -> None:
    auditors = Membership.objects.active(timezone.localdate()).with_people().filter(role=Role.AUDITOR)
    for auditor in auditors:
        cases = AuditCase.objects.visible_to(auditor).filter(closed_on=None)
        made = set(
            Preparation.objects.filter(membership=auditor, subject_id__in=cases.values("pk")).values_list(
                "subject_id", flat=True
            )
        )
        mine = next(one for one in loads(auditor, cases, timezone.localdate()) if one.member.pk == auditor.pk)
        assert mine.cases >= len(made)
    assert Preparation.objects.filter(membership__in=auditors).exists()


def test_words_for_programs_stand_on_no_form(demo: Any) -> None:
    member, case, _ = turn("disclose")
    client = signed_in(member)
    client.cookies["django_language"] = "en"
    page = client.get(reverse("web-act", args=["case", case.pk, "disclose"])).content.decode()
    assert "Supporting documents" in page
    assert "ids of" not in page.lower()
    login = Client(headers={"Accept-Language": "zh-hans"}).get(reverse("account_login")).content.decode()
    assert "placeholder" not in login.partition("<main")[2]


def test_differences_are_told_line_by_line() -> None:
    fields = DISCLOSURE
    old = {
        "size": "小型",
        "pollutants": [
            {"name": "COD", "concentration": "50", "standard": "甲"},
            {"name": "氨氮", "concentration": "5"},
        ],
        "page_address": "",
    }
    new = {
        "size": "中型",
        "pollutants": [
            {"name": "总磷", "concentration": "1"},
            {"name": "COD", "concentration": "50.0", "standard": "乙"},
        ],
    }
    assert [(one.label, one.old, one.new) for one in changes(fields, old, new)] == [
        ("企业规模", "小型", "中型"),
        ("主要污染物 · COD · 执行的排放标准", "甲", "乙"),
        ("主要污染物 · 氨氮", [[("污染物", "氨氮"), ("排放浓度", "5")]], None),
        ("主要污染物 · 总磷", None, [[("污染物", "总磷"), ("排放浓度", "1")]]),
    ]
    assert changes(fields, old, old) == []


def test_pages_of_a_returned_case_ask_as_much_for_few_acts_as_for_many(
    demo: Any, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    preparer, case = returned()
    client = signed_in(preparer)
    for address in (
        reverse("web-act", args=["case", case.pk, "submit_report"]),
        reverse("web-case-public", args=[case.pk]),
        reverse("web-case-history", args=[case.pk]),
    ):
        client.get(address)
        with django_assert_max_num_queries(30):  # type: ignore[attr-defined]
            assert client.get(address).status_code == 200


def test_nobody_else_sees_what_was_published_in_a_case(demo: Any, visitor: Visitor) -> None:
    member, case, _ = turn("disclose")
    stranger = User.objects.get(username="stranger")
    assert not AuditCase.objects.visible_to(
        Membership.objects.active(timezone.localdate()).of(stranger).with_people()[0]
    ).filter(pk=case.pk)
    client = visitor("stranger")
    assert client.get(reverse("web-case-public", args=[case.pk])).status_code == 404
    assert client.get(reverse("web-changes", args=["case", case.pk, "disclose"])).status_code == 404
    assert Parts(signed_in(member).get(reverse("web-case-public", args=[case.pk])).content.decode()).inline == []


def test_no_template_of_ours_greys_a_form_to_be_read() -> None:
    templates = Path(__file__).parents[2] / "audits" / "templates"
    assert [one.name for one in templates.rglob("*.html") if "fieldset disabled" in one.read_text()] == []
