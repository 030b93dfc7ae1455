"""Nothing typed is ever lost: not when two type at once, nor when the session ends, the line breaks or one leaves in haste."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cpaudit_site.processes import wait_until
from scripts.demo_server import DemoServer
from tests.browser.desk import Desk
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(900)]

CASE = re.compile(r'href="(/cases/[0-9a-f-]{36}/)"')
ACT = re.compile(r'href="(/act/case/[0-9a-f-]{36}/(\w+)/)"')
OFFLINE = "#offline"
# Once the form has gone it is sent again; then its page tells whether the button waits.
WAITS = """button => window.addEventListener("submit", event => {
  if (event.defaultPrevented) return;
  setTimeout(() => {
    event.target.requestSubmit();
    console.log("waits", document.querySelector(button) !== null);
  });
})"""


def acts_of(visitor: Visitor) -> dict[str, str]:
    """Which acts a reader is offered, with the paths of their forms: the first case that offers each."""
    found: dict[str, str] = {}
    for case in dict.fromkeys(CASE.findall(visitor.get("/cases/?open=true").text)):
        for path, _ in ACT.findall(visitor.get(case).text):
            found.setdefault(path, case)
    return found


@pytest.fixture(scope="module")
def shared(visit: Callable[..., Visitor]) -> tuple[str, str]:
    """A form both the enterprise and its consultancy prepare, with the case it is about."""
    both = acts_of(visit("consultancy"))
    found = [(path, case) for path, case in acts_of(visit("enterprise")).items() if path in both]
    return next(one for one in found if one[0].endswith("/record_implementation/"))


@pytest.fixture
def desk(open_page: Callable[..., Any], demo_site: DemoServer) -> Iterator[Callable[..., Desk]]:
    """Opens a window for somebody."""

    def at(who: str, path: str) -> Desk:
        one = Desk(open_page, demo_site.address, who, language="zh-hans", width=1280)
        if who:
            one.go(path)
        return one

    return at


def box(one: Desk) -> Any:
    """A box of the form for free text."""
    return one.page.locator("form[data-draft] [name=option]")


def in_a_month() -> str:
    """A date an order may set."""
    return (timezone.localdate() + timedelta(days=30)).isoformat()


def type_and_save(one: Desk, text: str) -> Any:
    """Type into the box and wait until the page has tried to save it; what the service said."""
    with one.page.expect_response("**/draft/") as answer:
        box(one).fill(text)
    return answer.value


def sign_in(one: Desk, server: DemoServer, who: str) -> None:
    """Sign in by the form: a session of one's own, which may end without others noticing."""
    one.page.goto(server.address + "/accounts/login/")
    one.page.fill("[name=login]", who)
    one.page.fill("[name=password]", server.password)
    with one.page.expect_navigation():
        one.page.press("[name=password]", "Enter")


def test_of_two_texts_one_is_chosen_and_none_is_lost(desk: Callable[..., Desk], shared: tuple[str, str]) -> None:
    mine, other = desk("enterprise", shared[0]), desk("consultancy", shared[0])
    assert type_and_save(other, "咨询机构写的").ok
    type_and_save(mine, "企业写的")
    alert = mine.page.locator("[data-conflict][role=alert]")
    alert.wait_for()
    told = alert.inner_text()
    assert [one for one in ("保存了这份草稿", "咨询机构写的", "企业写的") if one not in told] == []
    assert re.search(r"演示|青禾", told) is not None, told  # who it was
    assert box(mine).input_value() == "企业写的"

    # Going on typing asks nothing of the service until the choice is made; sending does not go past it either.
    box(mine).fill("企业写的，还有")
    mine.page.locator("form[data-draft] .card-footer button").first.click()
    assert (mine.path, alert.is_visible()) == (shared[0], True)

    with mine.page.expect_response("**/draft/") as saved:
        alert.locator("[data-keep-mine]").click()
    assert "revision" in saved.value.json()
    mine.page.locator("[data-conflict][role=status]").wait_for()
    assert mine.page.locator("[data-conflict] del", has_text="咨询机构写的").count() == 1  # still there to be read

    type_and_save(other, "咨询机构又写的")
    theirs = other.page.locator("[data-take-theirs]")
    theirs.wait_for()
    other.page.once("dialog", lambda dialog: dialog.dismiss())
    theirs.click()
    assert box(other).input_value() == "咨询机构又写的"
    other.page.once("dialog", lambda dialog: dialog.accept())
    with other.page.expect_navigation():
        theirs.click()
    assert box(other).input_value() == "企业写的，还有"
    assert (mine.page.heard, other.page.heard) == ([], [])


def test_signing_out_and_in_again_in_another_tab_keeps_the_text_and_sends_it(
    desk: Callable[..., Desk], demo_site: DemoServer, visit: Callable[..., Visitor]
) -> None:
    path = next(one for one in acts_of(visit("enterprise")) if one.endswith("/record_implementation/"))
    one = desk("", path)
    sign_in(one, demo_site, "enterprise")
    one.go(path)
    values = {"option": "F7", "cost_class": "low", "done": "true", "investment_cny": "12000"}
    one.fill(values, set())

    tab = one.page.context.new_page()
    tab.goto(demo_site.address + "/settings/")
    with tab.expect_navigation():
        tab.locator("[data-sign-out]").evaluate("form => form.requestSubmit()")
    banner = one.page.locator("#signed-out")
    with one.page.expect_response("**/draft/") as answer:
        one.page.locator("[name=option]").fill("F8")
    assert (answer.value.status, answer.value.json()["signed_out"]) == (401, True)
    banner.wait_for()
    assert banner.locator("a[target=_blank][rel=noopener][href='/accounts/login/']").count() == 1
    one.page.locator("form[data-draft] button.btn-primary").last.click()  # not sent: its text would be gone
    one.page.locator("form[data-draft] button.btn-primary:not([aria-busy])").last.wait_for()
    assert (one.path, one.page.locator("[name=option]").input_value()) == (path, "F8")

    tab.goto(demo_site.address + "/accounts/login/")
    tab.fill("[name=login]", "enterprise")
    tab.fill("[name=password]", demo_site.password)
    with tab.expect_navigation():
        tab.press("[name=password]", "Enter")
    with one.page.expect_response("**/draft/") as saved:
        one.page.evaluate("window.dispatchEvent(new Event('focus'))")
    assert saved.value.ok
    banner.wait_for(state="hidden")
    assert "草稿已于" in one.page.locator("[data-draft-state]").inner_text()
    assert one.page.locator("[name=option]").input_value() == "F8"
    one.do("record_implementation", {})
    one.page.goto(one.page.url + "effects/")
    assert one.page.locator("main", has_text="F8").count() == 1


def test_somebody_else_who_signs_in_meanwhile_sends_nothing_of_mine(
    desk: Callable[..., Desk], demo_site: DemoServer, shared: tuple[str, str]
) -> None:
    one = desk("", shared[0])
    sign_in(one, demo_site, "enterprise")
    one.go(shared[0])
    tab = one.page.context.new_page()
    tab.goto(demo_site.address + "/settings/")
    with tab.expect_navigation():
        tab.locator("[data-sign-out]").evaluate("form => form.requestSubmit()")
    tab.goto(demo_site.address + "/accounts/login/")
    tab.fill("[name=login]", "consultancy")
    tab.fill("[name=password]", demo_site.password)
    with tab.expect_navigation():
        tab.press("[name=password]", "Enter")
    assert type_and_save(one, "不该由他人保存").status == 403
    one.page.locator("#signed-out [data-when-another]").wait_for()
    assert box(one).input_value() == "不该由他人保存"


def test_the_last_keys_before_leaving_are_saved(
    desk: Callable[..., Desk], visit: Callable[..., Visitor], shared: tuple[str, str]
) -> None:
    one = desk("enterprise", shared[0])
    box(one).fill("刚写完就离开")
    with one.page.expect_navigation():
        one.page.locator("form[data-draft] .card-footer a.btn-link").click()
    assert one.path == shared[1]
    assert wait_until(lambda: "刚写完就离开" in visit("enterprise").get(shared[0]).text, seconds=10)
    assert one.page.heard == []


def test_what_is_typed_while_a_draft_is_being_saved_is_saved_after_it(
    desk: Callable[..., Desk], shared: tuple[str, str]
) -> None:
    one = desk("enterprise", shared[0])
    held: list[Any] = []
    one.page.route("**/draft/", lambda route: held.append(route) if not held else route.continue_())
    with one.page.expect_request("**/draft/"):
        box(one).fill("第一句。")
    box(one).press_sequentially("第二句。")
    held[0].continue_()
    with one.page.expect_response(lambda answer: "第二句" in (answer.request.post_data or "")) as saved:
        pass
    assert saved.value.ok
    one.go(shared[0])
    assert box(one).input_value() == "第一句。第二句。"


def test_the_banner_promises_only_what_is_kept(desk: Callable[..., Desk], shared: tuple[str, str]) -> None:
    one = desk("enterprise", shared[0])
    context = one.page.context
    context.set_offline(True)
    one.page.locator(OFFLINE).wait_for()
    assert "自动保存为草稿" in one.page.locator(OFFLINE).inner_text()
    box(one).fill("断网时写的")
    one.page.locator("form[data-draft] .card-footer button").first.click()
    one.page.locator("[data-draft-state].text-danger").wait_for()
    assert (one.path, box(one).input_value()) == (shared[0], "断网时写的")
    with one.page.expect_response("**/draft/") as saved:
        context.set_offline(False)
    assert saved.value.ok
    one.page.locator(OFFLINE).wait_for(state="hidden")

    one.page.heard.clear()  # of being offline the browser tells itself
    one.go("/company/")
    context.set_offline(True)
    one.page.locator(OFFLINE).wait_for()
    assert "草稿" not in one.page.locator(OFFLINE).inner_text()
    assert one.page.heard == []


def test_an_act_of_somebody_else_shows_in_an_open_form(desk: Callable[..., Desk], shared: tuple[str, str]) -> None:
    one, county = desk("enterprise", shared[0]), desk("county", "/")
    assert type_and_save(one, "县里办理前写的").ok
    county.take(shared[1], "order_correction", aside=True, correct_by=in_a_month())
    one.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # as when one comes back to the tab
    told = one.page.locator("#changed [role=alert]")
    told.wait_for()
    assert told.locator(f"a[target=_blank][href='{shared[1]}']").count() == 1
    assert box(one).input_value() == "县里办理前写的"
    one.page.locator("form[data-draft] button.btn-primary").first.click()
    one.page.locator("#errors").wait_for()
    assert "仍完整保留在下面" in one.page.locator("#errors").inner_text()
    assert box(one).input_value() == "县里办理前写的"
    assert one.page.heard == []


def test_a_reason_outside_the_draft_survives_leaving_and_is_forgotten_when_sent(
    desk: Callable[..., Desk], visit: Callable[..., Visitor]
) -> None:
    path = next(one for one in acts_of(visit("county")) if one.endswith("/order_correction/"))
    one = desk("county", path)
    saves: list[str] = []
    one.page.on("request", lambda request: saves.append(request.url) if request.url.endswith("/draft/") else None)
    one.page.locator("[name=reason]").fill("草稿之外的说明")
    one.go("/")
    one.go(path)
    assert one.page.locator("[name=reason]").input_value() == "草稿之外的说明"
    assert saves == []  # a save still under way would make the page that comes next a stale one
    one.do("order_correction", {"correct_by": in_a_month()})
    one.go(path)
    assert one.page.locator("[name=reason]").input_value() == ""


def test_a_form_that_was_sent_waits_and_is_sent_once(
    desk: Callable[..., Desk], visit: Callable[..., Visitor], demo_site: DemoServer
) -> None:
    path = next(one for one in acts_of(visit("county")) if one.endswith("/order_correction/"))
    one = desk("county", path)
    one.fill({"correct_by": in_a_month()}, set())
    sent: list[str] = []
    one.page.on("request", lambda request: sent.append(request.url) if request.is_navigation_request() else None)
    one.page.evaluate(WAITS, "form[data-draft] button[aria-busy=true]:disabled .spinner-border")
    with one.page.expect_console_message() as told, one.page.expect_navigation():
        one.page.locator("form[data-draft] button.btn-primary").first.click()
    assert told.value.text == "waits true"
    assert [url for url in sent if url.endswith(path)] == [demo_site.address + path]
    assert one.page.locator(".alert-success[role=status]").count() == 1


def test_corrections_by_hand_and_ticks_survive_leaving(
    desk: Callable[..., Desk], visit: Callable[..., Visitor], demo_site: DemoServer
) -> None:
    lists = dict.fromkeys(re.findall(r'href="(/lists/[0-9a-f-]{36}/)"', visit("county").get("/lists/").text))
    open_ = next(path for path in lists if f'href="{path}import/"' in visit("county").get(path).text)
    county = desk("county", f"{open_}import/")
    form = county.page.locator("main form[enctype]")
    content = "企业名称,统一社会信用代码,行政区划代码,地址,类别\n缺码示例厂,,320509,路1号,超标\n"
    form.locator("[name=file]").set_input_files(
        {"name": "名单.csv", "mimeType": "text/csv", "buffer": content.encode()}
    )
    county.send(form)
    checked = county.path
    cell = county.page.locator("[name^='fix.']").first
    cell.fill("手工补填")
    county.go(open_)
    county.go(checked)
    assert cell.input_value() == "手工补填"

    path = next(f"{one}verify/" for one in lists if f'href="{one}verify/"' in visit("city").get(one).text)
    city = desk("city", path)
    tick = city.page.locator("[data-tick]").first
    tick.check()
    city.page.locator("[name=finding]").fill("现场看过")
    # As if an entry of another page of the list had been ticked too.
    city.page.evaluate(
        """key => Object.keys(sessionStorage).filter(one => one.endsWith(key)).forEach(one =>
        sessionStorage.setItem(one, JSON.stringify([...JSON.parse(sessionStorage.getItem(one)), "elsewhere"])))""",
        f"{path}#ticks",
    )
    city.go("/")
    city.go(path)
    assert (tick.is_checked(), city.page.locator("[name=finding]").input_value()) == (True, "现场看过")
    assert city.page.locator("[data-ticked]").inner_text() == "(2)"
    picked = "[...new FormData(document.querySelector('form[data-ticks]')).getAll('pick')]"
    assert city.page.evaluate(picked) == [tick.input_value(), "elsewhere"]
    city.page.locator("[data-forget-elsewhere]").click()
    assert city.page.evaluate(picked) == [tick.input_value()]
    assert (county.page.heard, city.page.heard) == ([], [])
