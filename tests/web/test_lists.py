"""Pages of lists, their import, nominations, letters, duties and voluntary cases: right people, few queries, the door."""

import io
import uuid
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import activation
from accounts.models import Membership
from audits.models import AuditCase, DutyYear, Event
from audits.procedure.words import CaseKind, EntryStatus, Line, Role, Subject
from audits.web.addresses import OWN_PAGES
from audits.workflow.lists import create_list
from enterprises.enterprise_register import EnterpriseDraft, create_enterprise
from enterprises.models import KeyEnterpriseList, Listing, ReportingUnit
from tests.api.conftest import publish
from tests.factories import World, credit_code

pytestmark = pytest.mark.django_db
INCOMING = Path(__file__).parent.parent / "data" / "incoming_list_voluntary.xlsx"
CSV = "企业名称,统一社会信用代码,行政区划代码,注册地址,类别\n"
Visit = Callable[[Membership], Client]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def visit() -> Visit:
    """A browser of a person, in Chinese."""

    def sign_in(by: Membership) -> Client:
        client = Client(headers={"accept-language": "zh-hans"})
        client.force_login(by.user, backend="accounts.backends.AuthenticationBackend")
        return client

    return sign_in


def new_list(world: World, kind: CaseKind = CaseKind.MANDATORY, division: str = "320509") -> KeyEnterpriseList:
    keeper = world.person(world.place(division).province, Role.APPROVER)
    unit = ReportingUnit.objects.get(scope_code=division[:2])
    return create_list(
        by=keeper, reporting_unit=unit, year=2026, batch=1, title="甲名单", kind=kind, line=Line.ENVIRONMENT
    )


def keeper(world: World) -> Membership:
    return world.person(world.place("320509").province, Role.APPROVER)


def officer(world: World) -> Membership:
    return world.person(world.place("320509").local, Role.OFFICER)


# --- who sees what -----------------------------------------------------------------------------------------------


def test_a_list_is_shown_to_whom_the_queries_show_it(world: World, visit: Visit) -> None:
    scene = publish(world, 2)
    pages = [reverse(name, args=[scene.list.pk]) for name in ("web-list", "web-list-history")]
    for by in (scene.people["approver"], scene.people["officer"], scene.plant.preparer):
        client = visit(by)
        assert [client.get(page).status_code for page in pages] == [200, 200]
        assert scene.list.title in client.get(reverse("web-lists")).content.decode()
    stranger = visit(world.stranger("32"))
    assert [stranger.get(page).status_code for page in pages] == [404, 404]
    assert scene.list.title not in stranger.get(reverse("web-lists")).content.decode()


def test_an_enterprise_sees_its_own_entry_and_no_act(world: World, visit: Visit) -> None:
    scene = publish(world, 2)
    page = visit(scene.plants[0].preparer).get(reverse("web-list", args=[scene.list.pk]))
    text = page.content.decode()
    assert scene.plants[0].enterprise.name in text
    assert scene.plants[1].enterprise.name not in text
    assert page.context["total"] == 1
    assert page.context["now"] == []
    assert visit(scene.plant.preparer).get(reverse("web-list-letters", args=[scene.list.pk])).status_code == 404
    assert visit(scene.plant.preparer).get(reverse("web-list-import", args=[scene.list.pk])).status_code == 404


def test_queries_do_not_grow_with_the_entries(world: World, visit: Visit, django_assert_max_num_queries: Any) -> None:
    names = ("web-lists", "web-list", "web-list-letters", "web-list-history")
    counts: dict[str, list[int]] = {name: [] for name in names}
    for year, number in ((2008, 1), (2009, 3), (2010, 300)):
        scene = publish(world, number, year=year)
        client = visit(scene.people["approver"])
        for name in names:
            address = reverse(name) if name == "web-lists" else reverse(name, args=[scene.list.pk])
            client.get(address)
            with django_assert_max_num_queries(80) as seen:
                page = client.get(address)
            assert page.status_code == 200
            assert len(page.content) < 500_000
            counts[name].append(len(seen))
    assert {name: len(set(those)) for name, those in counts.items()} == dict.fromkeys(names, 1)


# --- a new list --------------------------------------------------------------------------------------------------


def test_only_the_list_authority_is_offered_a_new_list(world: World, visit: Visit) -> None:
    place = world.place("320509")
    given = {"reporting_unit": "320000", "year": "2026", "batch": "1", "title": "第一批", "kind": "mandatory"}
    client = visit(world.person(place.province, Role.APPROVER))
    assert reverse("web-list-new") in client.get(reverse("web-lists")).content.decode()
    answer = client.post(reverse("web-list-new"), given)
    row = KeyEnterpriseList.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("web-list", args=[row.pk]))
    assert (row.title, row.year, row.line) == ("第一批", 2026, "environment")
    again = client.post(reverse("web-list-new"), given)
    assert (again.status_code, "已存在" in again.content.decode()) == (409, True)
    wrong = client.post(reverse("web-list-new"), {**given, "year": "26", "title": ""})
    assert (wrong.status_code, set(wrong.context["errors"])) == (422, {"year", "title"})
    other = visit(world.person(place.local, Role.OFFICER))
    assert other.get(reverse("web-list-new")).status_code == 404
    assert other.post(reverse("web-list-new"), given).status_code == 404


# --- import ------------------------------------------------------------------------------------------------------


def upload(client: Client, row: Any, content: bytes, name: str = "名单.csv") -> Any:
    return client.post(reverse("web-list-import", args=[row.pk]), {"file": SimpleUploadedFile(name, content)})


def form_of(page: Any) -> dict[str, Any]:
    """What the preview would send when nothing is touched."""
    shown = page.context["preview"]
    return {
        "digest": page.context["report"].digest,
        "version": page.context["list"].version,
        "key": page.context["key"],
        "shown": [row.number for row in shown.rows],
        "offered": [" ".join(fix.repair.id for fix in row.fixes) for row in shown.rows],
        "repair": [fix.repair.id for row in shown.rows for fix in row.fixes if fix.agreed],
        **{cell.name: cell.typed for row in shown.rows for cell in row.cells},
    }


def test_a_file_is_judged_row_by_row_completed_by_hand_and_put_on_the_list(world: World, visit: Visit) -> None:
    row, client = new_list(world), visit(keeper(world))
    good, bad = f"甲厂,{credit_code(1).lower()},320509,路1号,超标", "乙厂,,320509,路2号,超标"
    answer = upload(client, row, f"{CSV}{good}\n{bad}\n".encode())
    assert answer.status_code == 302
    page = client.get(answer["Location"])
    rows = {one.number: one for one in page.context["preview"].rows}
    assert (rows[2].verdict, rows[3].verdict) == ("repaired", "rejected")
    assert [(fix.repair.column, fix.repair.new) for fix in rows[2].fixes] == [("code", credit_code(1))]
    assert [cell.name for cell in rows[3].cells] == ["fix.3.code"]
    assert not Listing.objects.exists()

    wrong = client.post(answer["Location"], {**form_of(page), "fix.3.code": "91320509XX"})
    assert (wrong.status_code, Listing.objects.count()) == (422, 0)
    (cell,) = wrong.context["preview"].rows[0].cells
    assert (cell.typed, len(cell.messages)) == ("91320509XX", 1)
    assert "10 位" in cell.messages[0].zh

    sent = {**form_of(page), "fix.3.code": credit_code(2)}
    done = client.post(answer["Location"], sent)
    assert (done.status_code, done["Location"]) == (302, reverse("web-list", args=[row.pk]))
    assert set(Listing.objects.values_list("name_at_listing", flat=True)) == {"甲厂", "乙厂"}
    event = Event.objects.get(subject_kind=Subject.LIST, subject_id=row.pk)
    assert event.action == "nominate"
    assert client.post(answer["Location"], sent).status_code == 302  # sent twice: done once
    assert Listing.objects.count() == 2


def test_a_refused_repair_and_a_row_left_out_are_obeyed(world: World, visit: Visit) -> None:
    row, client = new_list(world), visit(keeper(world))
    lines = [f"甲 厂,{credit_code(1)},320509,路1号,超标", f"乙厂,{credit_code(2)},320509,路2号,超标"]
    address = upload(client, row, (CSV + "\n".join(lines) + "\n").encode())["Location"]
    page = client.get(address)
    sent = form_of(page)
    names = [one for one in sent["repair"] if ".name." in one]
    assert names
    done = client.post(address, {**sent, "repair": [one for one in sent["repair"] if one not in names], "leave": ["3"]})
    assert done.status_code == 302
    assert list(Listing.objects.values_list("name_at_listing", flat=True)) == ["甲 厂"]


def test_a_world_that_changed_meanwhile_is_shown_before_anything_is_taken(world: World, visit: Visit) -> None:
    row, client = new_list(world), visit(keeper(world))
    address = upload(client, row, f"{CSV}甲厂,{credit_code(1)},320509,路1号,超标\n".encode())["Location"]
    sent = form_of(client.get(address))
    answer = client.post(address, {**sent, "digest": "0" * 64})
    assert (answer.status_code, Listing.objects.count()) == (409, 0)
    assert "有变化" in answer.content.decode()


def test_looking_at_a_verdict_changes_nothing_and_what_was_seen_can_be_confirmed(world: World, visit: Visit) -> None:
    row, client = new_list(world), visit(keeper(world))
    address = upload(client, row, f"{CSV}甲厂,{credit_code(1)},320509,路1号,超标\n".encode())["Location"]
    before = row.imports.get().digest
    known = create_enterprise(EnterpriseDraft(name="甲厂", credit_code=credit_code(1)))  # the world changed
    page = client.get(address)
    assert page.context["report"].digest != before
    assert row.imports.get().digest == before

    assert client.post(address, form_of(page)).status_code == 302
    assert [one.enterprise for one in Listing.objects.all()] == [known]


def test_the_list_as_it_was_received_is_previewed(world: World, visit: Visit) -> None:
    row, client = new_list(world, CaseKind.VOLUNTARY, "440000"), None
    client = visit(world.person(world.place("440100").province, Role.APPROVER))
    answer = upload(client, row, INCOMING.read_bytes(), "名单.xlsx")
    assert answer.status_code == 302
    page = client.get(answer["Location"])
    assert page.status_code == 200
    report = page.context["report"]
    rest = client.get(answer["Location"], {"page": "2"}).context["preview"].rows
    assert len({row.number for row in [*page.context["preview"].rows, *rest]}) == report.rows
    assert sum(page.context["preview"].counts.values()) == report.rows


def _bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<a/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 80_000_000)
    return target.getvalue()


def _macro() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("[Content_Types].xml", "<a/>")
        archive.writestr("xl/vbaProject.bin", b"x")
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"PK\x03\x04 broken", "a.xlsx", "文件已损坏"),
        (_macro(), "a.xlsx", "文件含有宏"),
        (_bomb(), "a.xlsx", "文件解压后异常庞大"),
        ("一,二\n三,四\n".encode(), "a.csv", "找不到表头"),
        (b"%PDF-1.4", "a.pdf", "文件类型不对"),
    ],
)
def test_files_that_cannot_be_read_are_explained(
    world: World, visit: Visit, content: bytes, name: str, told: str
) -> None:
    row = new_list(world)
    answer = upload(visit(keeper(world)), row, content, name)
    assert (answer.status_code, told in answer.content.decode()) == (422, True)
    assert not row.imports.exists()


def test_a_dry_run_of_another_authority_does_not_exist(world: World, visit: Visit) -> None:
    row = new_list(world)
    address = upload(visit(keeper(world)), row, f"{CSV}甲厂,{credit_code(1)},320509,路1号,超标\n".encode())["Location"]
    assert visit(officer(world)).get(address).status_code == 404


def test_the_template_is_read_by_the_import(world: World, visit: Visit) -> None:
    row, client = new_list(world), visit(keeper(world))
    answer = client.get(reverse("web-list-template", args=[row.pk]))
    answer_again = upload(client, row, answer.getvalue(), "template.xlsx")
    assert (answer_again.status_code, "表中没有企业" in answer_again.content.decode()) == (422, True)


# --- nominating, verifying, confirming, publishing ---------------------------------------------------------------


def test_sites_are_found_by_name_within_ones_own_area(world: World, visit: Visit) -> None:
    mine, other = world.enterprise("320509", "本地印染厂"), world.enterprise("610102", "外省印染厂")
    text = visit(officer(world)).get(reverse("web-site-search"), {"q": "印染厂"}).content.decode()
    assert (mine.enterprise.name in text, other.enterprise.name in text) == (True, False)


def test_a_client_s_list_is_shown_to_its_consultancy_while_the_contract_runs(world: World, visit: Visit) -> None:
    scene, firm = publish(world, 1), world.firm()
    address = reverse("web-list", args=[scene.list.pk])
    client = visit(firm.manager)
    assert (client.get(reverse("web-lists")).status_code, client.get(address).status_code) == (200, 404)
    world.contract(firm, scene.plant, signed_on=date(2008, 8, 5))
    assert scene.plant.enterprise.name in client.get(address).content.decode()


def test_from_nomination_by_hand_to_publication(world: World, visit: Visit) -> None:
    place, row = world.place("320509"), new_list(world)
    plants = world.enterprises("320509", 3)
    by, second = officer(world), world.person(place.province, Role.APPROVER, "2")
    county, city, province = visit(by), visit(world.person(place.verifier, Role.OFFICER)), visit(second)

    def address(name: str) -> str:
        return reverse(name, args=[row.pk])

    line = county.get(address("web-list-nominate-line"), {"add": str(plants[0].site.pk), "candidates.4.site": "x"})
    assert 'name="candidates.5.site"' in line.content.decode()
    page = county.get(address("web-list-nominate"), {"site": [str(plants[0].site.pk)]})
    assert [one.site for one in page.context["candidates"]] == [plants[0].site]
    sent: dict[str, Any] = {"version": 0, "key": uuid.uuid4().hex, "date": timezone.localdate().isoformat()}
    for number, plant in enumerate(plants):
        sent[f"candidates.{number}.site"] = str(plant.site.pk)
        sent[f"candidates.{number}.categories"] = "exceeds_standard"
    missing = county.post(address("web-list-nominate"), sent)
    assert (missing.status_code, Listing.objects.count()) in {(422, 0), (409, 0)}  # no evidence
    for number in range(3):
        sent[f"candidates.{number}.monitoring_report"] = world.staged(by)
    assert county.post(address("web-list-nominate"), {**sent, "key": uuid.uuid4().hex}).status_code == 302
    assert Listing.objects.filter(list=row, status=EntryStatus.NOMINATED).count() == 3
    assert county.get(address("web-list-verify")).context["form"].status.allowed is False

    common = reverse("web-act", args=["list", row.pk, "submit_nominations"])
    assert county.post(common, {"version": 1, "key": uuid.uuid4().hex}).status_code == 302
    page = city.get(address("web-list-verify"))
    assert page.context["total"] == 3
    ids = [str(one.pk) for one in page.context["page"]]
    nothing = city.post(address("web-list-verify"), {"which": "picked", "result": "doubtful", "version": 2})
    assert nothing.status_code == 422
    doubt = {"which": "picked", "pick": ids[:1], "result": "doubtful", "finding": "地址不符", "version": 2, "key": "k1"}
    assert city.post(address("web-list-verify"), doubt).status_code == 302
    assert Listing.objects.get(pk=ids[0]).status == EntryStatus.DOUBTFUL
    both = {"which": "picked", "pick": ids[1:], "result": "verified", "version": 3, "key": "k2"}
    assert city.post(address("web-list-verify"), both).status_code == 302

    assert province.get(address("web-list-confirm")).context["total"] == 2
    chosen = {"which": "picked", "pick": ids[1:2], "version": 4, "key": "k3"}
    assert province.post(address("web-list-confirm"), chosen).status_code == 302
    entry = Listing.objects.get(pk=ids[1])
    assert (entry.status, entry.categories) == (EntryStatus.CONFIRMED, ["exceeds_standard"])

    page = province.get(address("web-list-publish"))
    assert [str(one.pk) for one in page.context["page"]] == [ids[1]]
    said = {"medium": "省厅网站", "appeared_on": timezone.localdate().isoformat(), "document_number": "1号"}
    done = visit(keeper(world)).post(address("web-list-publish"), {**said, "version": 5, "key": "k4"})
    assert done.status_code == 302, done.context["form"].errors
    assert AuditCase.objects.filter(listing=entry).count() == 1
    assert {one["action"] for one in Event.objects.filter(subject_id=row.pk).values("action")} == {
        "nominate",
        "submit_nominations",
        "verify",
        "confirm",
        "publish",
    }
    assert city.get(address("web-list-history")).status_code == 200


# --- letters -----------------------------------------------------------------------------------------------------


def test_letters_carry_duties_dates_and_for_those_entitled_the_code(world: World, visit: Visit) -> None:
    scene = publish(world, 2)
    address = reverse("web-list-letters", args=[scene.list.pk])
    page = visit(scene.people["approver"]).get(address)
    assert "no-store" in page["Cache-Control"]
    text = page.content.decode()
    for letter in page.context["letters"]:
        held = activation.ActivationCode.objects.get(organization=letter.entry.enterprise.organization_id)
        assert letter.code == activation.code_of(held, timezone.now())
        assert letter.code in text
        assert letter.duties[0].due_on > date(2008, 8, 1)
    city = visit(world.person(scene.place.city, Role.OFFICER))  # neither publishes nor supervises
    seen = city.get(address)
    assert seen.status_code == 200
    supervises = bool(seen.context["may_codes"])
    assert any(letter.code for letter in seen.context["letters"]) == supervises
    nation = visit(world.person(scene.place.nation, Role.OFFICER)).get(address)
    assert [letter.code for letter in nation.context["letters"]] == ["", ""]


def test_an_opened_account_gets_no_code(world: World, visit: Visit) -> None:
    scene = publish(world, 1)
    assert scene.plant.preparer.pk  # somebody can sign in now
    page = visit(scene.people["approver"]).get(reverse("web-list-letters", args=[scene.list.pk]))
    (letter,) = page.context["letters"]
    assert (letter.opened, letter.code) == (True, "")


# --- duties and voluntary cases ----------------------------------------------------------------------------------


def test_duties_are_shown_to_the_authorities_of_the_unit(world: World, visit: Visit) -> None:
    unit = ReportingUnit.objects.get(pk="320000")
    duty = DutyYear.objects.create(reporting_unit=unit, year=2026, scope_code="32", regime="D")
    client = visit(keeper(world))
    assert "2026" in client.get(reverse("web-duties")).content.decode()
    wrong = client.get(reverse("web-duties"), {"year": "今年"}).content.decode()
    assert "请填 2003 年以后的四位年份" in wrong
    page = client.get(reverse("web-duty", args=[duty.pk]))
    assert page.status_code == 200
    stranger = visit(world.stranger("32"))
    assert stranger.get(reverse("web-duty", args=[duty.pk])).status_code == 404
    assert visit(world.enterprise("320509").preparer).get(reverse("web-duties")).status_code == 404


def test_an_enterprise_opens_a_voluntary_case(world: World, visit: Visit) -> None:
    plant, other = world.enterprise("320509"), world.enterprise("320509")
    client = visit(plant.preparer)
    page = client.get(reverse("web-register"))
    assert str(plant.site.pk) in page.content.decode()
    assert str(other.site.pk) not in page.content.decode()
    wrong = client.post(reverse("web-register"), {"kind": "pilot", "site": str(plant.site.pk), "key": "a"})
    assert (wrong.status_code, AuditCase.objects.count()) == (422, 0)
    done = client.post(reverse("web-register"), {"kind": "voluntary", "site": str(plant.site.pk), "key": "b"})
    case = AuditCase.objects.get()
    assert (done["Location"], case.kind) == (reverse("web-case", args=[case.pk]), CaseKind.VOLUNTARY)
    assert visit(keeper(world)).get(reverse("web-register")).status_code == 404


def test_an_act_with_a_page_of_its_own_is_done_there(world: World, visit: Visit) -> None:
    row = new_list(world)
    client = visit(keeper(world))
    assert {
        action: client.get(reverse("web-act", args=["list", row.pk, action])).headers.get("Location")
        for kind, action in OWN_PAGES
        if kind == Subject.LIST
    } == {action: reverse(name, args=[row.pk]) for (kind, action), name in OWN_PAGES.items() if kind == Subject.LIST}
