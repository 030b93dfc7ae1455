"""`python -m scripts.screenshots`: pictures of the main pages, from a demo filled for it, into docs/screens.

Each picture is what one of the demo's users sees. A PNG that is larger than 150 kB is written as JPEG instead.
"""

import argparse
import os
import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
from django.utils import timezone

from scripts.chromium import ARGUMENTS, find_chromium
from scripts.demo_server import DemoServer, demo_server

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screens"
MOST_BYTES = 150_000
MOST_TRIED = 12  # links of one kind on a page
WIDE, PHONE = (1200, 800), (390, 780)


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: its name, who looks, where, by which links on from there (regular expressions of addresses)."""

    name: str
    who: str
    path: str
    follow: tuple[str, ...] = ()
    language: str = "zh-hans"
    size: tuple[int, int] = WIDE
    theme: str = "light"
    press: str = ""  # a button to press at last (a CSS selector)
    upload: bool = False  # whether a list with the usual faults is chosen before that
    tick: str = ""  # boxes to tick before that (a CSS selector): the first three


CASE, LIST = r"/cases/[0-9a-f-]{36}/$", r"/lists/[0-9a-f-]{36}/$"
PICTURES = (
    Picture("01-sign-in", "", "/accounts/login/"),
    Picture("02-start-enterprise", "enterprise", "/"),
    Picture("03-start-county", "county", "/"),
    Picture("04-deadlines", "city", "/deadlines/"),
    Picture("05-cases", "province", "/cases/"),
    Picture("06-case", "enterprise", "/", (CASE,)),
    Picture("07-disclosure-form", "wj_dyeing", "/cases/", (CASE, r"/disclose/$")),
    Picture("08-history", "county", "/cases/", (CASE, r"/history/$")),
    Picture("09-lists", "county", "/lists/"),
    Picture("10-list", "county", "/lists/", (LIST,)),
    Picture("11-import", "county", "/lists/", (LIST, r"/import/$"), upload=True, press="main form button.btn-primary"),
    Picture("12-statistics", "province", "/statistics/", size=(1200, 1250)),
    Picture("13-portfolio", "consultancy", "/portfolio/"),
    Picture("14-operations", "operator", "/operations/"),
    Picture("15-inbox", "enterprise", "/inbox/"),
    Picture("16-english-phone", "enterprise", "/", (), "en", PHONE),
    Picture("17-english-case-dark", "county", "/", (CASE,), "en", WIDE, "dark"),
    Picture("18-disclosure-preview", "wj_dyeing", "/cases/", (CASE, r"/disclose/$"), press="[name=preview]"),
    Picture("19-returned-report", "wj_paper", "/cases/?open=true", (CASE, r"/submit_report/$")),
    Picture("20-portfolio-board", "consultancy", "/portfolio/?view=board"),
    Picture("21-many-cases", "province", "/cases/?phase=publication", tick="[name=case]", press="#bulk button"),
    Picture("22-notice-letter", "county", "/lists/", (LIST, r"/letters/$")),
    Picture("23-score-sheet", "expert", "/", (CASE, r"/submit_opinion/$")),
    Picture("24-delegations", "province", "/members/", (r"/delegations/$",)),
    Picture("25-nation", "national", "/statistics/?to_date=true", size=(1200, 1250)),
)


def take(browser: Any, server: DemoServer, picture: Picture, folder: Path) -> Path:
    """Make one picture; the file. Raises LookupError when a page or link is not there."""
    context = browser.new_context(
        viewport={"width": picture.size[0], "height": picture.size[1]},
        locale="en" if picture.language == "en" else "zh-CN",
        timezone_id="Asia/Shanghai",
        color_scheme=picture.theme,
        reduced_motion="reduce",
    )
    try:
        kept = {"theme": picture.theme, "django_language": picture.language}
        context.add_cookies([{"name": key, "value": value, "url": server.address} for key, value in kept.items()])
        page = context.new_page()
        if picture.who:
            page.goto(server.address + "/accounts/login/")
            page.fill("[name=login]", picture.who)
            page.fill("[name=password]", server.password)
            with page.expect_navigation():
                page.press("[name=password]", "Enter")
        if not _reached(page, server.address, picture.path, picture.follow):
            raise LookupError(f"{picture.name}: not found from {picture.path} on")
        if picture.upload:
            page.set_input_files("main input[type=file]", [usual_list()])
        if picture.tick:
            for box in page.locator(picture.tick).all()[:3]:
                box.check()
        if picture.press:
            with page.expect_navigation():
                page.locator(picture.press).first.click()
        page.wait_for_load_state("networkidle")
        return _written(page, folder / picture.name)
    finally:
        context.close()


def usual_list() -> Any:
    """A spreadsheet of fictional enterprises with the faults such files have, as a browser sends it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpaudit_site.settings")
    os.environ.setdefault("DEBUG", "1")
    django.setup()
    from audits.demo.spreadsheet import voluntary_list

    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {"name": "自愿性名单.xlsx", "mimeType": kind, "buffer": voluntary_list(timezone.localdate().year, 9301)}


def _reached(page: Any, site: str, path: str, follow: tuple[str, ...]) -> bool:
    """Open the path, then links that fit `follow` one after the other; goes back where the next link is not offered."""
    answer = page.goto(site + path)
    if answer is None or answer.status != 200:
        return False
    if not follow:
        return True
    links = page.locator("main a[href]").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    fitting = dict.fromkeys(link for link in links if re.search(follow[0], link))
    return any(_reached(page, site, link, follow[1:]) for link in list(fitting)[:MOST_TRIED])


def _written(page: Any, stem: Path) -> Path:
    for suffix in (".png", ".jpg"):
        stem.with_suffix(suffix).unlink(missing_ok=True)
    content = page.screenshot(type="png")
    path = stem.with_suffix(".png")
    if len(content) > MOST_BYTES:
        path = stem.with_suffix(".jpg")
        content = page.screenshot(type="jpeg", quality=70)
    path.write_bytes(content)
    return path


def main() -> int:
    """Make all pictures, or those whose names are given. Exit status 1 when one could not be made."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", help="names of pictures, such as 06-case (default: all)")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    options = parser.parse_args()
    program = find_chromium()
    if program is None:
        print("No Chromium: `make test-browser` installs one. 未找到 Chromium。", file=sys.stderr)
        return 1
    from playwright.sync_api import sync_playwright

    options.folder.mkdir(parents=True, exist_ok=True)
    missing = []
    with (
        tempfile.TemporaryDirectory(prefix="cpaudit-screens-") as data,
        demo_server(Path(data)) as server,
        sync_playwright() as playwright,
    ):
        chinese: dict[str, str | float | bool] = {
            **os.environ,
            "LANGUAGE": "zh_CN",
        }  # what the browser itself says beside a file
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS), env=chinese)
        for picture in PICTURES:
            if options.names and picture.name not in options.names:
                continue
            try:
                path = take(browser, server, picture, options.folder)
                print(f"{path.name}: {path.stat().st_size // 1000} kB")
            except LookupError as reason:
                missing.append(picture.name)
                print(reason, file=sys.stderr)
        browser.close()
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
