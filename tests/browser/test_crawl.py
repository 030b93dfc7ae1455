"""Every role follows every link: nothing breaks, nothing leads nowhere, nothing comes from elsewhere, no page is heavy."""

import gzip
import re
from collections import Counter, deque
from collections.abc import Callable
from typing import Any

import pytest

from scripts.demo_server import DemoServer
from tests.browser.visitor import Answer, Parts, Visitor, pattern_of

pytestmark = pytest.mark.postgres  # once per `make test`: filling a demo takes a minute

ROLES = (
    *("national", "province", "city", "county", "enterprise", "certifier", "consultancy", "expert", "operator"),
    "stranger",
)
MOST = 150
MOST_ALIKE = 3
NOT_VISITED = re.compile(r"/accounts/logout/|/admin/logout/|/admin/jsi18n/")
NO_RIGHT = re.compile("现在不能办理这一步|This step is not possible now")
FORBIDDEN_IN_CSP = ("'unsafe-inline'", "'unsafe-eval'", "http:", "https:", "*")
FIRST_LOAD = 200_000  # bytes on the wire
LATER = 30_000


def faults_of(visitor: Visitor, answer: Answer, asked: str, came_from: str) -> list[str]:
    """What is wrong with one answer."""
    where = f"{asked} (linked from {came_from}): "
    if answer.status >= 400:
        return [f"{where}{answer.status}"]
    if not answer.is_page:
        return []
    policy = answer.headers.get("content-security-policy", "")
    words = set(re.split(r"[;\s]+", policy))
    found = [f"{where}policy with {word}" for word in FORBIDDEN_IN_CSP if word in words]
    if not policy:
        found.append(f"{where}no content security policy")
    parts = Parts(answer.text)
    found += [f"{where}inline {one}" for one in parts.inline if "/api/docs" not in asked]
    found += [
        f"{where}fetches {one}"
        for one in parts.fetched
        if visitor.inside(answer.address, one) is None and not one.startswith("data:")
    ]
    if "/act/" in asked and NO_RIGHT.search(answer.text):
        found.append(f"{where}offered, but there is no right to it")
    return found


def crawl(visitor: Visitor) -> tuple[list[str], int]:
    """Follow links from the start page; what is wrong, and how many pages were visited."""
    waiting = deque([("/", "the address bar")])
    seen = {visitor.site + "/"}
    alike: Counter[str] = Counter()
    actions: set[str] = set()
    faults: list[str] = []
    visited = 0
    while waiting and visited < MOST:
        address, came_from = waiting.popleft()
        answer = visitor.get(address)
        visited += 1
        faults += faults_of(visitor, answer, address.removeprefix(visitor.site), came_from)
        if not answer.is_page or "/api/docs" in address:
            continue
        parts = Parts(answer.text)
        faults += too_heavy(visitor, answer, parts)
        for link in (*parts.links, *parts.polled):
            whole = visitor.inside(answer.address, link)
            if whole is None or whole in seen or NOT_VISITED.search(whole):
                continue
            seen.add(whole)
            pattern = pattern_of(whole)
            alike[pattern] += 1
            if alike[pattern] <= (1 if "/admin/" in whole else MOST_ALIKE):
                waiting.append((whole, answer.address.removeprefix(visitor.site)))
        for method, action in parts.forms:
            whole = visitor.inside(answer.address, action or answer.address)
            kind = f"{method} {pattern_of(whole or action)}"
            if whole is None:
                faults.append(f"{address}: a form is sent to {action}")
            elif kind not in actions:
                actions.add(kind)
                faults += faults_of_form(visitor, method, whole, answer.address)
    return faults, visited


def faults_of_form(visitor: Visitor, method: str, action: str, came_from: str) -> list[str]:
    """Whether the address of a form exists for this reader and takes the form's method; nothing is sent."""
    if "/admin/" in action:
        return []
    answer = visitor.options(action) if method == "post" else visitor.get(action)
    where = f"form {method} {action.removeprefix(visitor.site)} on {came_from.removeprefix(visitor.site)}: "
    if method == "post" and answer.status == 405:  # set_language answers nothing but GET and POST
        return []
    if answer.status >= 400:
        return [f"{where}{answer.status}"]
    allowed = answer.headers.get("allow", "")
    return [f"{where}takes {allowed} only"] if method == "post" and allowed and "POST" not in allowed else []


@pytest.mark.parametrize("role", ROLES)
def test_every_link_of_a_role_leads_somewhere(role: str, visit: Callable[..., Visitor], demo_site: DemoServer) -> None:
    language = "en" if role in ("province", "certifier", "operator") else "zh-hans"
    faults, visited = crawl(visit(role, language))
    assert faults == [], "\n".join([*faults, demo_site.last_words()])
    assert visited >= 5


def on_the_wire(answer: Answer) -> int:
    """Bytes sent, as if the server compressed everything that can be."""
    kind = answer.headers.get("content-type", "")
    if kind.startswith(("font/", "image/png", "image/jpeg", "application/font")):
        return answer.wire
    return min(answer.wire, len(gzip.compress(answer.body, 6)))


_WEIGHED: dict[str, int] = {}


def weight_of_file(visitor: Visitor, address: str) -> int:
    """Bytes of a style sheet, script, font or picture, which the browser must be allowed to keep."""
    if address not in _WEIGHED:
        part = visitor.get(address)
        assert part.status == 200, address
        assert "max-age=" in part.headers.get("cache-control", ""), address
        _WEIGHED[address] = on_the_wire(part)
    return _WEIGHED[address]


def too_heavy(visitor: Visitor, page: Answer, parts: Parts) -> list[str]:
    """Whether a page of ours without charts is over the limit: with all it fetches at first, alone afterwards."""
    fetched = [visitor.inside(page.address, one) for one in dict.fromkeys(parts.fetched)]
    if "/admin/" in page.address or any("echarts" in one for one in fetched if one):
        return []
    later = on_the_wire(page)
    first = later + sum(weight_of_file(visitor, one) for one in fetched if one)
    if first <= FIRST_LOAD and later <= LATER:
        return []
    return [f"{page.address.removeprefix(visitor.site)} weighs {first} bytes first, {later} after"]


def test_what_is_too_heavy_is_told(visit: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = visit("province")
    page = visitor.get("/cases/")
    assert too_heavy(visitor, page, Parts(page.text)) == []
    monkeypatch.setattr("tests.browser.test_crawl.LATER", on_the_wire(page) - 1)
    assert len(too_heavy(visitor, page, Parts(page.text))) == 1


@pytest.mark.parametrize(("role", "language", "width"), [("county", "zh-hans", 1280), ("enterprise", "en", 390)])
def test_nothing_is_heard_in_the_browser(role: str, language: str, width: int, open_page: Any, demo_site: Any) -> None:
    page = open_page(role, language=language, width=width)
    page.goto(demo_site.address + "/")
    menu = page.locator("#menu a.nav-link").evaluate_all("links => links.map(one => one.getAttribute('href'))")
    assert menu
    for address in menu:
        page.goto(demo_site.address + address)
        page.wait_for_load_state("networkidle")
        # Nothing is wider than the window: no page scrolls sideways.
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{address} is {wide} px too wide at {width} px"
    assert page.heard == []
