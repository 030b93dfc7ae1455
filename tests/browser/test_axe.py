"""axe finds nothing to object to on any kind of page of ours, in both languages, light and dark."""

import re
from collections import Counter, deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.demo_server import DemoServer
from tests.browser.visitor import Parts, Visitor, pattern_of

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(1800)]  # once per `make test`, in the run on PostgreSQL

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
RUN = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations.map(one =>
    one.id + ': ' + one.nodes.slice(0, 3).map(node => node.target.join(' ') + ' ' +
        (node.any[0] ? node.any[0].message : node.failureSummary)).join(' | '))"""
# Not ours (Swagger, Django's admin), or no page.
EXEMPT = re.compile(
    r"/api/|/admin/|/calendar/|/static/|\.xlsx|/documents/[0-9a-f]|/exports/[0-9a-f]|/template/|/version/"
)
ROLES = ("county", "city", "province", "national", "enterprise", "certifier", "consultancy", "expert", "operator")
MOST_ASKED = 120  # addresses asked for per role to find the kinds of its pages
# What makes a page of another kind when it stands in the query.
VIEWS = {"view", "column"}


def kinds_of_pages(visitor: Visitor, known: set[str]) -> list[str]:
    """One address of each kind of page a reader can reach, but those of kinds already known."""
    waiting = deque(["/"])
    kinds: Counter[str] = Counter()
    found: list[str] = []
    asked = 0
    while waiting and asked < MOST_ASKED:
        address = waiting.popleft()
        answer = visitor.get(address)
        asked += 1
        if not answer.is_page or answer.status != 200:
            continue
        kind = pattern_of(answer.address.removeprefix(visitor.site))
        if kind not in known or (address == "/" and "/" not in found):
            known.add(kind)
            found.append(address)
        for link in Parts(answer.text).links:
            whole = visitor.inside(answer.address, link)
            if whole is None or EXEMPT.search(whole) or "logout" in whole:
                continue
            kind, _, names = pattern_of(whole.removeprefix(visitor.site)).partition("?")
            kind += "?" + names if names and set(names.split("&")) <= VIEWS else ""
            kinds[kind] += 1
            if kinds[kind] == 1:
                waiting.append(whole.removeprefix(visitor.site))
    assert not waiting, f"{len(waiting)} addresses were not asked for"
    return found


@pytest.fixture(scope="module")
def pages(visit: Callable[..., Visitor]) -> dict[str, list[str]]:
    """Which pages are looked at as whom: each kind once, start pages of all."""
    known: set[str] = set()
    return {role: kinds_of_pages(visit(role), known) for role in ROLES}


def objections(page: Any, address: str) -> list[str]:
    """What axe objects to on a page."""
    page.goto(address)
    page.evaluate(AXE)
    return [f"{address}: {one}" for one in page.evaluate(RUN)]


@pytest.mark.parametrize(("language", "theme", "width"), [("zh-hans", "light", 1280), ("en", "dark", 390)])
@pytest.mark.parametrize("role", ROLES)
def test_no_violation(
    role: str, language: str, theme: str, width: int, pages: dict[str, list[str]], open_page: Any, demo_site: DemoServer
) -> None:
    page = open_page(role, language=language, theme=theme, width=width)
    page.goto(demo_site.address + "/")
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dataset.bsTheme]") == [
        language,
        theme,
    ]
    assert [one for path in pages[role] for one in objections(page, demo_site.address + path)] == []
    assert page.heard == []


# The other two pairings of language and theme, on what everyone sees.
@pytest.mark.parametrize(("language", "theme"), [("zh-hans", "dark"), ("en", "light")])
def test_no_violation_the_other_way_round(
    language: str, theme: str, visit: Callable[..., Visitor], open_page: Any, demo_site: DemoServer
) -> None:
    page = open_page("province", language=language, theme=theme)
    found = re.search(r'href="(/cases/[0-9a-f-]{36}/)"', visit("province").get("/cases/").text)
    assert found is not None
    assert [
        one
        for path in ("/", "/cases/", found.group(1), "/settings/", "/inbox/")
        for one in objections(page, demo_site.address + path)
    ] == []


@pytest.mark.parametrize(("language", "theme"), [("zh-hans", "light"), ("en", "dark")])
def test_no_violation_before_signing_in(language: str, theme: str, open_page: Any, demo_site: DemoServer) -> None:
    page = open_page(None, language=language, theme=theme)
    assert [
        one
        for path in ("/", "/accounts/login/", "/accounts/password/reset/key/done/", "/activate/", "/nowhere/")
        for one in objections(page, demo_site.address + path)
    ] == []
