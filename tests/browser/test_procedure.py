"""A case from nomination on, in the browser, each step by the person whose step it is; and a shorter way on a phone."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from scripts.demo_server import DemoServer
from tests.browser.desk import Desk

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(400)]

ENTERPRISE = "澄垣示例玻璃有限公司"
TITLE = "浏览器走查名单(演示)"


class Office:
    """Everybody's desks; each person has one window, opened when first needed."""

    def __init__(self, open_page: Callable[..., Any], site: str, **how: Any) -> None:
        self.desks: dict[str, Desk] = {}
        self.open_page, self.site, self.how = open_page, site, how

    def __getitem__(self, who: str) -> Desk:
        if who not in self.desks:
            self.desks[who] = Desk(self.open_page, self.site, who, **self.how)
        return self.desks[who]

    def heard(self) -> list[str]:
        """What must not happen, in all windows. A form sent back with its errors is an answer of 422, which is meant."""
        told = [one for desk in self.desks.values() for one in desk.page.heard]
        return [one for one in told if "status of 422" not in one]


def begin_list(desk: Desk, title: str) -> str:
    """Begin a list; its address."""
    desk.go("/lists/new/")
    desk.page.locator("#title").fill(title)
    kind = desk.page.locator("input[name=kind][value=mandatory]")
    if kind.count():
        kind.check()
    desk.page.locator("#batch").fill("77")
    desk.page.locator("main form button.btn-primary").click()
    desk.page.wait_for_url(re.compile(r"/lists/[0-9a-f-]{36}/"))
    return str(desk.page.url).removeprefix(desk.site)


def nominate(desk: Desk, where: str, enterprise: str, category: str) -> None:
    """Look the site up, add it, give categories and evidence."""
    desk.go(where)
    desk.page.locator('a[href$="/nominate/"]').first.click()
    desk.page.locator("#site-q").press_sequentially(enterprise, delay=5)
    desk.page.locator("#sites button", has_text=enterprise).first.click()
    desk.page.locator("#lines .row-line").first.wait_for()
    desk.fill_and_send("nominate", {"categories": category})


def tick_all(desk: Desk, where: str, step: str) -> None:
    """Do a step for all entries that wait."""
    desk.go(where)
    desk.page.locator(f'a[href$="/{step}/"]').first.click()
    desk.page.locator("input[name=which][value=all]").check()
    desk.fill_and_send(step, {})


def test_from_nomination_to_the_report_in_chinese(open_page: Callable[..., Any], demo_site: DemoServer) -> None:
    office = Office(open_page, demo_site.address)
    where = begin_list(office["province"], TITLE)
    nominate(office["county"], where, ENTERPRISE, "toxic_discharge")
    office["county"].take(where, "submit_nominations")
    tick_all(office["city"], where, "verify")
    tick_all(office["province"], where, "confirm")
    office["province_approver"].take(where, "publish")

    office["wj_glass"].go(where)
    link = office["wj_glass"].page.locator("main a[href^='/cases/']", has_text=ENTERPRISE).first
    case = str(link.get_attribute("href"))
    office["county"].take(case, "notify")
    office["wj_glass"].take(case, "disclose")
    office["wj_glass"].take(case, "file_arrangement", route="self")
    office["wj_glass"].take(case, "start_audit")
    office["wj_glass"].take(case, "complete_audit")  # a draft
    office["wj_glass_certifier"].take(case, "complete_audit")
    office["wj_glass"].take(case, "submit_report")
    office["wj_glass_certifier"].take(case, "submit_report")
    office["county"].take(case, "receive_report")
    office["wj_glass"].take(case, "publish_audit_result")
    office["county"].go(case)
    assert office.heard() == []


def test_a_report_is_drafted_and_certified_on_a_phone_in_english(
    open_page: Callable[..., Any], demo_site: DemoServer
) -> None:
    office = Office(open_page, demo_site.address, language="en", width=390)
    desk = office["enterprise"]
    desk.go("/cases/")
    assert desk.page.locator("h1").inner_text() == "Cases"
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= 390
    desk.go("/")
    desk.page.locator("main a[href^='/cases/'], main a[href^='/act/']").first.click()
    assert desk.page.locator("h1").count() == 1
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert office.heard() == []
