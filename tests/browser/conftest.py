"""One demo behind a real web server for all tests of this folder, and browsers to look at it with.

The server is a process of its own (gunicorn, hashed and compressed static files), on PostgreSQL in that run and on
SQLite in the other. Tests that need a browser are skipped, loudly, where no Chromium is found: `make test-browser`
installs one. DEMO_URL, CPAUDIT_DEMO_PASSWORD and DEMO_OUTBOX name a demo that runs already, to save the filling while
writing tests.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from scripts.chromium import ARGUMENTS, find_chromium
from scripts.demo_server import DemoServer, demo_server
from tests.browser.visitor import Visitor, signed_in

SKIPPED = (
    "NO CHROMIUM FOUND: the tests in the browser did NOT run. `make test-browser` installs one. "
    "未找到 Chromium，浏览器测试没有运行。"
)
BROWSER_FIXTURES = {"browser", "open_page"}
_HERE = Path(__file__).parent


def pytest_itemcollected(item: pytest.Item) -> None:
    """In a parallel run one process has the server and runs all of these, so that the demo is filled once."""
    if _HERE not in item.path.parents:
        return
    item.add_marker(pytest.mark.xdist_group("browser"))
    if BROWSER_FIXTURES & set(getattr(item, "fixturenames", ())) and find_chromium() is None:
        item.add_marker(pytest.mark.skip(reason=SKIPPED))  # before the demo is filled for nothing


@pytest.fixture(autouse=True)
def _clean_cache() -> None:
    """Instead of the one of all tests: the server has its own cache, and nothing here touches this process's."""


@pytest.fixture(scope="session")
def demo_site() -> Iterator[DemoServer]:
    """The filled demo, for the whole run. Tests must not rely on what others leave unchanged in it."""
    folder = Path(tempfile.mkdtemp(prefix="cpaudit-browser-"))
    try:
        with demo_server(folder, os.environ.get("TEST_DATABASE_URL", "")) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def visit(demo_site: DemoServer) -> Callable[..., Visitor]:
    """Signs a demo user in, without a browser; one visitor per user and language."""
    kept: dict[tuple[str, str], Visitor] = {}

    def sign_in(username: str, language: str = "zh-hans") -> Visitor:
        key = (username, language)
        if key not in kept:
            kept[key] = signed_in(demo_site, username, language)
        return kept[key]

    return sign_in


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's Chromium, headless. For one file: while it is open an event loop runs in this thread, in which Django
    refuses to work for the tests of other rooms.
    """
    program = find_chromium()
    if program is None:
        pytest.skip(SKIPPED)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        try:
            yield chromium
        finally:
            chromium.close()


@pytest.fixture
def open_page(browser: Any, demo_site: DemoServer, visit: Callable[..., Visitor]) -> Iterator[Callable[..., Any]]:
    """Opens a page of a browser in which a demo user is signed in; closed at the end of the test.

    `page.heard` collects what must not happen: console errors, errors of scripts, requests to other addresses, answers
    of 500 and above.
    """
    with ExitStack() as stack:

        def open_as(
            username: str | None,
            *,
            language: str = "zh-hans",
            width: int = 1280,
            theme: str = "light",
            bypass: bool = False,
        ) -> Any:
            context = browser.new_context(
                viewport={"width": width, "height": 900},
                bypass_csp=bypass,
                locale="en" if language == "en" else "zh-CN",
                timezone_id="Asia/Shanghai",
                color_scheme=theme,
                reduced_motion="reduce",
            )
            stack.callback(context.close)
            context.set_default_timeout(60_000)  # only what hangs: a busy machine is no fault of a page
            context.add_cookies(
                [
                    {"name": name, "value": value, "url": demo_site.address}
                    for name, value in (
                        ("theme", theme),
                        ("django_language", language),
                        *(visit(username).cookies() if username else ()),  # one session for both languages
                    )
                ]
            )
            page = context.new_page()
            page.heard = listen(page, demo_site.address)
            return page

        yield open_as


def listen(page: Any, address: str) -> list[str]:
    """Collect what a page must not do."""
    heard: list[str] = []

    def on_console(message: Any) -> None:
        if message.type == "error":
            heard.append(f"{page.url}: console: {message.text}")

    def on_request(request: Any) -> None:
        if not request.url.startswith((address, "data:", "blob:", "about:")):
            heard.append(f"{page.url}: asks {request.url}")

    def on_response(response: Any) -> None:
        if response.status >= 500:
            heard.append(f"{page.url}: {response.status} of {response.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: heard.append(f"{page.url}: script: {error}"))
    page.on("request", on_request)
    page.on("response", on_response)
    return heard


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say loudly that the browser was missing."""
    skipped = [one for one in terminalreporter.stats.get("skipped", ()) if "NO CHROMIUM" in str(one.longrepr)]
    if skipped:
        terminalreporter.write_line(f"{len(skipped)} x {SKIPPED}", red=True, bold=True)
