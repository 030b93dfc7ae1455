"""Somebody at a desk: opens a case or list, follows the link of a step, fills the form like a person, sends it.

Nothing here reads a language: forms are known by the names of their inputs, answers by their status and place.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from audits.demo.papers import paper

Values = Mapping[str, Any]
EVIDENCE = ("report", "evidence", "document", "data")
PLAIN = {"text": "演示填报内容", "long_text": "演示填报内容，详见附件。", "decimal": "1", "integer": "1"}
ACT = "/act/"
# The boxes of the form that can be filled now: where, of what kind, by which name, and what is known of their filling.
BOXES = """() => [...document.querySelectorAll("form[data-stage] .box:not(.box-rows)")].flatMap((box, at) => {
  const inputs = [...box.querySelectorAll("[name]")].filter((one) => !one.matches(":disabled"));
  if (!inputs.length || !box.checkVisibility()) return [];
  const kind = /box-(\\w+)/.exec(box.className)[1];
  const given = { files: () => box.querySelector(".staged li"), boolean: () => box.querySelector(":checked"),
    choices: () => box.querySelector(":checked") }[kind] || (() => inputs.some((one) => one.value));
  return [{ at, kind, name: inputs[0].name.replace(/__upload$/, ""), empty: !given(), select: !!box.querySelector("select"),
    required: !!box.querySelector(":scope > .required, :scope > fieldset > .required"), depends: "dependsOn" in box.dataset }];
})"""


class Desk:
    """One person's browser window. `open_page` is the fixture; `site` the address of the service; `who` a user of the
    demo, or "" for somebody who is not signed in yet."""

    def __init__(self, open_page: Callable[..., Any], site: str, who: str, *, language: str, width: int) -> None:
        self.who, self.site, self.language, self.width = who or "a newcomer", site, language, width
        self.page = open_page(who or None, language=language, width=width)

    # --- going about ---

    def go(self, path: str) -> None:
        """Open an address of the service; every page fits the width of the window."""
        answer = self.page.goto(self.site + path)
        assert answer.status == 200, (self.who, path, answer.status)
        self.sits_right()

    def sits_right(self) -> None:
        """The page is in the reader's language, and nothing sticks out of the window: no page is pushed sideways."""
        language, wide = self.page.evaluate("[document.documentElement.lang, document.documentElement.scrollWidth]")
        assert language.lower() == self.language, f"{self.page.url} is in {language}"
        assert wide <= self.width, f"{self.page.url} is {wide} px wide in a window of {self.width} px"

    def follow(self, link: str, *, aside: bool = False) -> str:
        """Click the first link whose address matches the CSS selector; the path it led to. `aside`: it stands among what may
        be done beside the course, which is folded away; any other link must be in sight."""
        found = self.page.locator(link).first
        assert found.count() == 1, f"{self.who} finds no {link}:\n{self.main()}"
        inside = found.locator("xpath=ancestor::details[not(@open)]")
        assert bool(inside.count()) is aside, f"{self.who}: {link} is {'not ' * aside}folded away:\n{self.main()}"
        if aside:
            inside.locator("summary").first.click()
        with self.page.expect_navigation(wait_until="load") as led:
            found.click()
        assert led.value.status == 200, (self.who, link, led.value.status)
        self.sits_right()
        return self.path

    @property
    def path(self) -> str:
        """Where the window is, without the address of the service."""
        return str(self.page.url).removeprefix(self.site).partition("?")[0]

    def search(self, where: str, words: str) -> None:
        """Look something up with the search of a page."""
        self.go(where)
        form = self.page.locator("main form[method=get]", has=self.page.locator("[name=q]")).first
        if not form.is_visible():  # folded away on a phone
            self.page.locator(f"[data-bs-target='#{form.get_attribute('id')}']").click()
        form.locator("[name=q]").fill(words)
        self.send(form)

    def send(self, form: Any) -> None:
        """Send a form that is no step."""
        with self.page.expect_navigation(wait_until="load") as answer:
            form.locator("button.btn-primary").last.click()
        assert (answer.value.status, answer.value.headers.get("x-refused")) == (200, None), f"{self.who}: {self.main()}"
        self.sits_right()

    # --- steps ---

    def take(self, subject: str, step: str, *, aside: bool = False, **wanted: Any) -> None:
        """Follow the link of the step on the page of the subject, fill its form and send it."""
        self.go(subject)
        self.follow(f'main a[href$="/{step}/"]', aside=aside)
        self.do(step, wanted)

    def turn(self, subject: str, step: str, **wanted: Any) -> None:
        """The same from the start page, which must say that it is this person's turn."""
        self.go("/")
        self.follow(f'main a[href="{ACT}case/{subject.strip("/").rpartition("/")[2]}/{step}/"]')
        self.do(step, wanted)

    def do(self, step: str, wanted: Values) -> None:
        """Fill what is required; what the service then asks for beside, and send again. Done when the page of the subject
        comes back."""
        values = flat(wanted)
        asked: set[str] = set()
        form = self.page.locator("form[data-stage]")
        for _ in range(4):
            for name, lines in wanted.items():
                if is_table(lines):
                    self.add_lines(form, name, len(lines))
            self.fill(values, asked)
            with self.page.expect_navigation(wait_until="load") as answer:
                form.locator("button.btn-primary").last.click()
            if answer.value.status == 200 and "x-refused" not in answer.value.headers:
                assert ACT not in self.path, f"{self.who} is still at {self.path}"
                assert self.page.locator(".alert-success[role=status]").count() == 1, self.main()
                self.sits_right()
                return
            wrong = self.page.locator(".box:has(> .invalid-feedback)")
            known = len(asked)
            asked |= set(wrong.locator("[name]").evaluate_all("all => all.map(one => one.name)"))
            if len(asked) == known:
                break
        raise AssertionError(f"{self.who} could not do {step}:\n{self.main()}")

    def add_lines(self, form: Any, name: str, number: int) -> None:
        """Give a small table so many lines."""
        table = form.locator(f'[data-rows="{name}"]')
        lines = table.locator("[data-lines] > .row-line")
        while lines.count() < number:
            table.locator("[data-add-line]").click()

    def fill(self, wanted: Values, asked: set[str]) -> None:
        """Give every empty box that must be filled a value; `wanted` goes by the name, or by the last part of it. Choosing
        something may show more boxes: looked at again until nothing is left."""
        filled: set[str] = set()
        while True:
            found = self.page.evaluate(BOXES)
            left = [one for one in found if one["name"] not in filled and self.fill_box(one, wanted, asked)]
            if not left:
                return
            filled |= {one["name"] for one in left}

    def fill_box(self, one: Mapping[str, Any], wanted: Values, asked: set[str]) -> bool:
        """Fill one box where it has a wanted value, or must be filled and is empty; whether something was done."""
        name = str(one["name"])
        key = name if name in wanted else name.rpartition(".")[2]
        # Beside what is marked: evidence that a choice made above asks for.
        must = one["required"] or name in asked or (one["depends"] and name.endswith(EVIDENCE))
        if key not in wanted and not (must and one["empty"]):
            return False
        value, kind = wanted.get(key, ""), str(one["kind"])
        box = self.page.locator("form[data-stage] .box:not(.box-rows)").nth(one["at"])
        if kind == "files":
            self.upload(box)
        elif kind in ("boolean", "choices"):
            for wish in [value] if isinstance(value, str) else value:
                chosen = (
                    box.locator(f'input[value="{wish}"]') if wish else box.locator("input:not([value=false])").first
                )
                chosen.check()
        elif one["select"]:
            self.choose(box.locator("select"), value)
        else:
            text = value or (self.today() if kind == "date" else PLAIN[kind])
            box.locator("input:not([type=hidden]), textarea").first.fill(text)
        return True

    def choose(self, select: Any, value: str) -> None:
        """The choice with this value or these words in it; the first one where nothing is wanted and nothing chosen."""
        if not value and select.input_value():
            return
        offered = select.locator("option").evaluate_all(
            "all => all.filter(one => one.value).map(one => [one.value, one.textContent])"
        )
        fitting = [key for key, words in offered if value in (key, "") or value in words]
        assert fitting, f"{self.who} is not offered {value}: {offered}"
        select.select_option(fitting[0])

    def upload(self, box: Any) -> None:
        """Add one file to a box; it is there when the page shows that it can be removed."""
        content = paper("证明材料", self.who)
        with self.page.expect_response("**/files/") as staged:
            box.locator("input[type=file]").set_input_files(
                {"name": "证明材料.pdf", "mimeType": "application/pdf", "buffer": content}
            )
        assert staged.value.ok, staged.value.text()
        box.locator(".staged li [data-remove]").wait_for()

    # --- reading ---

    def standing(self, step: str) -> str:
        """How a step of the case on this page stands: done, now, later, missed; "" where it is not shown."""
        line = self.page.locator(f'li[data-step="{step}"]')
        return str(line.get_attribute("data-standing")) if line.count() else ""

    def today(self) -> str:
        """The legal date of today."""
        script = "new Intl.DateTimeFormat('sv-SE', {timeZone: 'Asia/Shanghai'}).format(new Date())"
        return str(self.page.evaluate(script))

    def main(self) -> str:
        """What the page says, for messages of a failure."""
        return f"{self.page.url}\n" + str(self.page.locator("main").inner_text())[:3000]


def is_table(value: Any) -> bool:
    """Whether these are the lines of a small table."""
    return isinstance(value, Sequence) and bool(value) and all(isinstance(one, Mapping) for one in value)


def flat(wanted: Values) -> dict[str, Any]:
    """By the names of inputs: lines of a table become `members.0.expert`."""
    found: dict[str, Any] = {}
    for key, value in wanted.items():
        if is_table(value):
            found |= {f"{key}.{at}.{name}": one for at, line in enumerate(value) for name, one in line.items()}
        else:
            found[key] = value
    return found
