"""What a browser prints: nothing folded away, dark ink on white, and a record that reads on a phone too."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.demo_server import DemoServer
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(900)]
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
OBJECTIONS = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations.map(one => one.id)"
# Height of what a closed part holds, beside its summary.
FOLDED = """() => [...document.querySelectorAll('main details')].filter(one => one.closest('.d-print-none') === null).map(one =>
    one.getBoundingClientRect().height > one.querySelector('summary').getBoundingClientRect().height + 4)"""


def first_case(visitor: Visitor) -> str:
    found = re.search(r'href="(/cases/[0-9a-f-]{36}/)"', visitor.get("/cases/").text)
    assert found is not None
    return found.group(1)


def test_on_paper_every_part_is_open_and_the_ink_dark(
    visit: Callable[..., Visitor], open_page: Any, demo_site: DemoServer
) -> None:
    page = open_page("county", theme="dark")
    page.goto(demo_site.address + first_case(visit("county")) + "history/")
    assert set(page.evaluate(FOLDED)) == {False}
    page.emulate_media(media="print")
    assert set(page.evaluate(FOLDED)) == {True}
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "light"
    assert page.locator("main details:not([open])").count() == 0
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    assert page.locator("main details[open]").count() == 0
    assert page.heard == []


@pytest.mark.parametrize(("language", "theme", "width"), [("zh-hans", "light", 1280), ("en", "dark", 390)])
def test_the_record_is_for_everybody(
    language: str, theme: str, width: int, visit: Callable[..., Visitor], open_page: Any, demo_site: DemoServer
) -> None:
    page = open_page("county", language=language, theme=theme, width=width, bypass=True)
    page.goto(demo_site.address + first_case(visit("county")) + "record/")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    page.evaluate(AXE)
    assert page.evaluate(OBJECTIONS) == []
    assert page.heard == []


def test_the_record_has_its_number_and_the_page_on_each_sheet(
    visit: Callable[..., Visitor], open_page: Any, demo_site: DemoServer
) -> None:
    page = open_page("county")
    page.goto(demo_site.address + first_case(visit("county")) + "record/")
    assert page.locator(".sheet-running").is_visible() is False
    page.emulate_media(media="print")
    shown = "document.querySelector('.sheet-running')"
    assert page.evaluate(f"getComputedStyle({shown}).display") == "table-header-group"
    assert page.locator("header.navbar").first.is_visible() is False
    sheets = page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n")
    assert sheets > 1
