"""Somebody at a desk: opens a case or list, follows the link of a step, fills the form like a person, sends it."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from audits.demo.papers import paper

DONE = re.compile("已办理|Done:|草稿已保存|The draft is saved")
EVIDENCE = ("report", "evidence", "document", "data")
PLAIN = {"text": "演示填报内容", "long_text": "演示填报内容,详见附件。", "decimal": "1", "integer": "1"}


class Desk:
    """One person's browser window. `open_page` is the fixture; `site` the address of the service."""

    def __init__(self, open_page: Callable[..., Any], site: str, who: str, **how: Any) -> None:
        self.who, self.site = who, site
        self.page = open_page(who, **how)

    def go(self, path: str) -> None:
        """Open an address of the service."""
        answer = self.page.goto(self.site + path)
        assert answer.status == 200, (self.who, path, answer.status)

    def take(self, subject: str, step: str, **wanted: str) -> None:
        """Follow the link of the step on the page of the subject, fill its form and send it."""
        self.go(subject)
        link = self.page.locator(f'a[href$="/{step}/"]').first
        assert link.count() == 1, f"{self.who} is not offered {step} on {subject}:\n{self.main()}"
        if not link.is_visible():  # within "other acts"
            self.page.locator("summary", has=self.page.locator("h2")).first.click()
        link.click()
        self.page.wait_for_url(f"**/{step}/")
        self.fill_and_send(step, wanted)

    def fill_and_send(self, step: str, wanted: Mapping[str, str]) -> None:
        """Fill what is required; what the service then asks for beside, and send again."""
        form = self.page.locator("form[data-stage]")
        asked: set[str] = set()
        for _ in range(4):
            self.fill(wanted, asked)
            with self.page.expect_navigation(wait_until="load"):
                form.locator("button.btn-primary").last.click()
            if self.page.locator(".alert", has_text=DONE).count():
                return
            wrong = self.page.locator(".box:has(> .invalid-feedback)")
            known = len(asked)
            asked |= set(wrong.locator("[name]").evaluate_all("all => all.map(one => one.name)"))
            if len(asked) == known:
                break
        raise AssertionError(f"{self.who} could not do {step}:\n{self.main()}")

    def fill(self, wanted: Mapping[str, str], asked: set[str]) -> None:
        """Give every empty box that must be filled a value; `wanted` goes by the last part of a name."""
        boxes = self.page.locator("form[data-stage] .box:not(.box-rows)")
        position = 0
        while position < boxes.count():  # choosing something may show more boxes
            box = boxes.nth(position)
            position += 1
            names = box.locator("[name]").evaluate_all("all => all.filter(one => !one.disabled).map(one => one.name)")
            if not names or not box.is_visible():
                continue
            name = names[0].removesuffix("__upload")
            key = name.rpartition(".")[2]
            must = box.locator("> .required, > fieldset > .required").count() > 0 or bool(asked & set(names))
            # Evidence that a choice made above asks for.
            must = must or (name.endswith(EVIDENCE) and box.get_attribute("data-depends-on") is not None)
            if key in wanted or must:
                self.fill_box(box, box.get_attribute("class"), wanted.get(key, ""))

    def fill_box(self, box: Any, classes: str, value: str) -> None:
        """Fill one box that is empty so far."""
        kind = re.search(r"box-(\w+)", classes)
        assert kind is not None
        if kind.group(1) == "files":
            if box.locator(".staged li").count() == 0:
                with self.page.expect_response("**/files/") as staged:
                    file = {
                        "name": "证明材料.pdf",
                        "mimeType": "application/pdf",
                        "buffer": paper("证明材料", self.who),
                    }
                    box.locator("input[type=file]").set_input_files(file)
                assert staged.value.ok, staged.value.text()
                box.locator(".staged li [data-remove]").wait_for()
        elif kind.group(1) in ("boolean", "choices"):
            chosen = box.locator(f'input[value="{value}"]') if value else box.locator("input:not([value=false])").first
            if box.locator("input:checked").count() == 0:
                chosen.check()
        elif box.locator("select").count():
            options = box.locator("select option").evaluate_all("all => all.map(one => one.value).filter(Boolean)")
            if value or box.locator("select").input_value() == "":
                box.locator("select").select_option(value or options[0])
        else:
            field = box.locator("input:not([type=hidden]), textarea").first
            if value or field.input_value() == "":
                field.fill(value or (self.today() if kind.group(1) == "date" else PLAIN[kind.group(1)]))

    def today(self) -> str:
        """The legal date of today."""
        script = "new Intl.DateTimeFormat('sv-SE', {timeZone: 'Asia/Shanghai'}).format(new Date())"
        return str(self.page.evaluate(script))

    def main(self) -> str:
        """What the page says, for messages of a failure."""
        return f"{self.page.url}\n" + str(self.page.locator("main").inner_text())[:3000]
