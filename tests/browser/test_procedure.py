"""The whole procedure in the browser, from nomination to acceptance and closing, each step by the person whose step it is.

The same course twice: in Chinese on a wide screen, and in English on a phone, in another county with another enterprise.
The enterprise is new to the service each time: it comes with the county's spreadsheet and opens its account with the
code on its notice letter.
"""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import xlsxwriter

from audits.demo.enterprises import credit_code
from scripts.demo_server import DemoServer
from tests.browser.desk import Desk
from tests.browser.mails import link_to

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(1800)]

LINK = re.compile(r"http://\S+/accounts/password/\S+")
SECRET = "Qinghe-2026-walk"


@dataclass(frozen=True, slots=True)
class Cast:
    """Where the case lies, who is in it, and how the pages are looked at."""

    language: str
    width: int
    county: str
    division: str
    place: str
    enterprise: str
    number: int
    batch: str
    experts: tuple[str, str, str] = ("expert", "expert_2", "expert_3")

    @property
    def code(self) -> str:
        """The credit code of the enterprise."""
        return credit_code(self.number, self.division)


WIDE = Cast("zh-hans", 1280, "county", "320509", "吴江区", "汀野示例助剂有限公司", 9701, "77")
PHONE = Cast("en", 390, "changshu", "320581", "常熟市", "岸枫示例助剂有限公司", 9702, "78")


class Office:
    """Everybody's desks; each person has one window, opened when first needed."""

    def __init__(self, open_page: Callable[..., Any], server: DemoServer, cast: Cast) -> None:
        self.desks: dict[str, Desk] = {}
        self.open_page, self.server, self.cast = open_page, server, cast

    def __getitem__(self, who: str) -> Desk:
        if who not in self.desks:
            self.desks[who] = self.newcomer(who, signed_in=True)
        return self.desks[who]

    def newcomer(self, who: str, *, signed_in: bool = False) -> Desk:
        """A window of its own in which nobody is signed in."""
        self.desks[who] = Desk(
            self.open_page,
            self.server.address,
            who if signed_in else "",
            language=self.cast.language,
            width=self.cast.width,
        )
        return self.desks[who]

    def heard(self) -> list[str]:
        """What must not happen, in all windows."""
        return [one for desk in self.desks.values() for one in desk.page.heard]


@pytest.mark.parametrize("cast", [WIDE, PHONE], ids=["zh-1280", "en-390"])
def test_the_whole_procedure(cast: Cast, open_page: Callable[..., Any], demo_site: DemoServer) -> None:
    office = Office(open_page, demo_site, cast)
    set_the_scope(office["operator"], cast)
    where = list_is_drawn_up(office, cast)
    open_the_account(office, cast, where)
    case = audit_is_prepared(office, cast, where)
    audit_is_done(office, cast, case)
    review(office, cast, case, "assessment")
    review(office, cast, case, "acceptance")
    case_is_closed(office, cast, case)
    assert office.heard() == []


# --- the operator -----------------------------------------------------------------------------------------------------


def set_the_scope(desk: Desk, cast: Cast) -> None:
    """The operator sees that the service is well, and puts on record that this county has every case reviewed."""
    desk.go("/operations/")
    desk.page.goto(f"{desk.site}/admin/enterprises/unitparameter/add/")  # the admin is not ours: not held to the width
    form = desk.page.locator("#unitparameter_form")
    form.locator("[name=key]").select_option("assessment_scope")
    form.locator("[name=scope_code]").fill(cast.division)
    form.locator("[name=value]").fill('"all"')
    form.locator("[name=valid_from]").fill(desk.today())
    form.locator("[name=source]").fill(f"演示文件第{cast.number}号")
    form.locator("[name=mark]").select_option("own")
    form.locator("[name=reason]").fill("演示")
    with desk.page.expect_navigation(wait_until="load"):
        form.locator("[name=_save]").click()
    assert desk.page.locator(".errornote").count() == 0, desk.page.locator("body").inner_text()
    desk.go("/operations/tables/")
    assert desk.page.locator("main", has_text=f"演示文件第{cast.number}号").count() == 1
    desk.go("/operations/changes/?register=unitparameter")
    assert desk.page.locator("main", has_text="assessment_scope").count() == 1


# --- the list ---------------------------------------------------------------------------------------------------------


def list_is_drawn_up(office: Office, cast: Cast) -> str:
    """Begun by the province, filled by the county, verified by the city, confirmed and published by the province.
    The path of the list."""
    where = begin_list(office["province"], cast)
    county = office[cast.county]
    bring_in(county, where, cast)
    county.take(where, "submit_nominations")
    tick_all(office["city"], where, "verify")
    tick_all(office["province"], where, "confirm")
    office["province_approver"].take(where, "publish")
    return where


def begin_list(desk: Desk, cast: Cast) -> str:
    """Begin a list; its path."""
    desk.go("/lists/")
    desk.follow("main a[href$='/lists/new/']")
    form = desk.page.locator("main form")
    form.locator("[name=title]").fill(f"浏览器走查名单{cast.number}（演示）")
    form.locator("[name=kind][value=mandatory]").check()
    form.locator("[name=batch]").fill(cast.batch)
    desk.send(form)
    assert re.fullmatch(r"/lists/[0-9a-f-]{36}/", desk.path), desk.main()
    return desk.path


def bring_in(desk: Desk, where: str, cast: Cast) -> None:
    """The county's spreadsheet has one enterprise, its code in small letters: repaired after a look."""
    desk.go(where)
    desk.follow("main a[href$='/import/']")
    form = desk.page.locator("main form[enctype]")
    form.locator("[name=file]").set_input_files(
        {"name": "名单.xlsx", "mimeType": "application/octet-stream", "buffer": spreadsheet(cast)}
    )
    form.locator("[name=categories][value=toxic_use]").check()
    desk.send(form)
    assert desk.page.locator("main ins", has_text=cast.code).count() == 1, desk.main()
    desk.send(desk.page.locator("main form", has=desk.page.locator("[name=digest]")))
    assert desk.path == where
    assert desk.page.locator("main td", has_text=cast.enterprise).count() == 1


def spreadsheet(cast: Cast) -> bytes:
    """A list of one enterprise nobody has on record."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    page = book.add_worksheet()
    page.write_row(0, 0, ("序号", "企业名称", "统一社会信用代码", "所在地（区县）", "行政区划代码", "地址", "行业"))
    page.write_row(
        1,
        0,
        (1, cast.enterprise, cast.code.lower(), cast.place, cast.division, "示例工业园9号", "化学原料和化学制品制造业"),
    )
    book.close()
    return target.getvalue()


def tick_all(desk: Desk, where: str, step: str) -> None:
    """Do a step for all entries that wait."""
    desk.go(where)
    desk.follow(f'main a[href$="/{step}/"]')
    desk.page.locator("input[name=which][value=all]").check()
    desk.do(step, {})


# --- the enterprise comes in ------------------------------------------------------------------------------------------


def open_the_account(office: Office, cast: Cast, where: str) -> None:
    """The county prints the letter; with its code the enterprise opens its account and names two colleagues."""
    county = office[cast.county]
    county.go(where)
    county.follow("main a[href$='/letters/']")
    letter = county.page.locator("article.letter", has_text=cast.enterprise)
    code = letter.locator(".letter-code").inner_text()

    admin = office.newcomer("admin")
    admin.go("/accounts/login/")
    admin.follow("main a[href='/activate/']")
    form = admin.page.locator("main form[method=post]")
    person = account(cast, "admin")
    typed = {**person, "code": code, "credit_code": cast.code, "password": SECRET, "password_again": SECRET}
    for name, value in typed.items():
        form.locator(f"[name={name}]").fill(value)
    admin.send(form)
    assert admin.path == "/activate/people/"
    for role in ("preparer", "certifier"):
        form = admin.page.locator("main form", has=admin.page.locator("[name=email]"))
        form.locator("[name=role]").select_option(role)
        for name, value in account(cast, role).items():
            form.locator(f"[name={name}]").fill(value)
        admin.send(form)
    for role in ("preparer", "certifier"):
        choose_password(office, cast, role)


def account(cast: Cast, role: str) -> dict[str, str]:
    """A person of the enterprise."""
    name = f"{role}_{cast.number}"
    return {"name": f"演示人员{role}", "email": f"{name}@demo.example", "username": name}


def choose_password(office: Office, cast: Cast, role: str) -> None:
    """Follow the link of the invitation, choose a password and sign in."""
    assert office.server.outbox is not None, "DEMO_OUTBOX must name the folder of the mails"
    person, desk = account(cast, role), office.newcomer(role)
    desk.go(link_to(office.server.outbox, person["email"], LINK).removeprefix(desk.site))
    form = desk.page.locator("form:has([name=password1])")
    for name in ("password1", "password2"):
        form.locator(f"[name={name}]").fill(SECRET)
    desk.send(form)
    desk.follow("main a[href='/accounts/login/']")
    form = desk.page.locator("form:has([name=login])")
    form.locator("[name=login]").fill(person["username"])
    form.locator("[name=password]").fill(SECRET)
    desk.send(form)
    assert desk.path == "/", desk.main()


# --- the case ---------------------------------------------------------------------------------------------------------


def find_case(desk: Desk, cast: Cast) -> str:
    """Look the case up by the name of the enterprise; its path."""
    desk.search("/cases/", cast.enterprise)
    return desk.follow(f"main a[href^='/cases/']:has-text('{cast.enterprise}')")


def audit_is_prepared(office: Office, cast: Cast, where: str) -> str:
    """Notice, disclosure, contract with a consultancy, arrangement, start. The path of the case."""
    county, preparer = office[cast.county], office["preparer"]
    case = find_case(county, cast)
    county.take(case, "notify")
    preparer.turn(case, "disclose")
    county.take(case, "check_disclosure", aside=True, result="correct")
    engage(preparer, "青禾")
    preparer.take(case, "file_arrangement", aside=True, route="entrusted", consultancy="青禾")
    preparer.turn(case, "start_audit", route="entrusted", consultancy="青禾")
    return case


def engage(desk: Desk, firm: str) -> None:
    """Put the contract with a consultancy on record."""
    desk.go("/company/")
    form = desk.page.locator("main form:has([name=consultancy])")
    desk.choose(form.locator("[name=consultancy]"), firm)
    for name in ("signed_on", "starts_on"):
        form.locator(f"[name={name}]").fill(desk.today())
    desk.send(form)


def audit_is_done(office: Office, cast: Cast, case: str) -> None:
    """The consultancy drafts, the certifier certifies, the county receives, the enterprise publishes."""
    consultancy, preparer = office["consultancy"], office["preparer"]
    consultancy.go("/portfolio/")
    assert consultancy.follow(f"main a[href='{case}']") == case
    preparer.take(
        case, "record_implementation", aside=True, option="F1", cost_class="low", done="true", investment_cny="12000"
    )
    drafted_and_certified(office, case, "complete_audit")
    drafted_and_certified(office, case, "submit_report")
    office[cast.county].take(case, "receive_report")
    preparer.turn(case, "publish_audit_result")


def drafted_and_certified(office: Office, case: str, step: str) -> None:
    """The consultancy prepares, the certifier of the enterprise submits."""
    office["consultancy"].turn(case, step)
    office["certifier"].turn(case, step)


def own_name(office: Office, who: str) -> str:
    """What somebody is called, as the own settings say."""
    desk = office[who]
    desk.go("/settings/")
    return str(desk.page.locator("main dl dd").first.inner_text())


def review(office: Office, cast: Cast, case: str, kind: str) -> None:
    """Application, panel, meeting, an opinion with score sheet of each expert invited, decision."""
    city = office["city"]
    drafted_and_certified(office, case, f"apply_{kind}")
    names = [own_name(office, who) for who in cast.experts]
    assert len(set(names)) == len(names)
    members = [
        {"expert": name, "leader": "true" if name == names[0] else "false", "free_of_conflict": "true"}
        for name in names
    ]
    city.take(case, "form_panel", review=kind, members=members)
    city.take(case, "hold_review", review=kind)
    invited = office[cast.experts[0]]
    invited.go(case + "documents/")
    assert invited.page.locator("main a[href^='/documents/']").count() >= 2, invited.main()
    for name in cast.experts:
        office[name].turn(case, "submit_opinion", review=kind, score="97", score_sheet=" ")
    result = "pass" if kind == "assessment" else "qualified"
    office["city_approver"].take(case, f"decide_{kind}", score="97", result=result, overdue="false")


def case_is_closed(office: Office, cast: Cast, case: str) -> None:
    """The province publishes the result and closes; everybody who may sees it closed, others see nothing."""
    approver = office["province_approver"]
    approver.take(case, "publish_result", review="acceptance")
    approver.take(case, "close")
    readers = ("preparer", "certifier", "consultancy", cast.county, "city", "province", "national")
    for who in readers:
        desk = office[who]
        desk.go(case)
        done = {desk.standing(step) for step in ("disclose", "submit_report", "decide_assessment", "decide_acceptance")}
        assert done == {"done"}, (who, desk.main())
        assert desk.standing("close") == "done", (who, desk.main())
    stranger = office["stranger"]
    assert stranger.page.goto(stranger.site + case).status == 404
    stranger.page.heard.clear()  # the browser tells of the 404 itself
