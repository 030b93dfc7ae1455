"""Ticks and searches as they work in a browser: all of a page at once, and a choice found while one types."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from scripts.demo_server import DemoServer
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.postgres  # once per `make test`, in the run on PostgreSQL


def test_one_tick_ticks_all_and_tells_when_it_is_only_some(
    open_page: Callable[..., Any], demo_site: DemoServer
) -> None:
    page = open_page("province_approver")
    page.goto(f"{demo_site.address}/cases/")
    each, whole = page.locator("[data-tick]"), page.locator("[data-tick-all]")
    state = "one => [one.checked, one.indeterminate]"
    assert whole.evaluate(state) == [False, False]
    each.first.check()
    assert whole.evaluate(state) == [False, True]
    whole.check()
    assert page.locator("[data-tick]:checked").count() == each.count() > 1
    assert page.locator("[data-ticked]").inner_text() == f"({each.count()})"
    each.last.uncheck()
    assert whole.evaluate(state) == [False, True]
    assert page.heard == []


def test_a_place_is_found_while_one_types_and_enter_sends_nothing(
    open_page: Callable[..., Any], demo_site: DemoServer, visit: Callable[..., Visitor]
) -> None:
    listed = visit("province_approver").get("/cases/?open=true").text
    case = re.findall(r"/cases/([0-9a-f-]{36})/", listed)[0]
    page = open_page("province_approver")
    page.goto(f"{demo_site.address}/act/case/{case}/transfer/")
    here = page.url
    field = page.locator(".lookup [type=search]")
    with page.expect_response(lambda answer: "/lookup/division/" in answer.url):
        field.press_sequentially("guangzhou")
    page.get_by_role("radio", name="广东省广州市 440100", exact=True).check()
    field.press("Enter")
    assert page.url == here
    assert page.locator("[name=division]:checked").get_attribute("value") == "440100"
    assert page.locator("[data-look]").is_visible() is False
    assert page.heard == []
