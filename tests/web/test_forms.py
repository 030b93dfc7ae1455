"""No page offers a form that the server then refuses for lack of right: each is sent as it stands, and taken back."""

from collections import Counter, deque
from collections.abc import Callable
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.db import transaction
from django.test import Client

from tests.browser.visitor import pattern_of

Visitor = Callable[[str], Client]

ROLES = (
    *("national", "province", "city", "county", "enterprise", "certifier", "consultancy", "expert", "operator"),
    "stranger",
)
MOST_PAGES, MOST_ALIKE = 70, 2
# Django's admin and allauth ask for their rights themselves; leaving is leaving.
NOT_OURS = ("/admin/", "/accounts/", "/api/", "/static/", "/calendar/")


class Forms(HTMLParser):
    """The links of a page, and its forms: address, fields as they stand, and the names and values of their buttons."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[tuple[str, str, dict[str, str], list[tuple[str, str]]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "a" and found.get("href"):
            self.links.append(found["href"])
        if tag == "form":
            self.forms.append((found.get("method", "get").lower(), found.get("action", ""), {}, []))
        if not self.forms or not found.get("name"):
            return
        _, _, fields, buttons = self.forms[-1]
        if tag == "input" and found.get("type") not in ("file", "checkbox", "radio"):
            fields.setdefault(found["name"], found.get("value", ""))
        elif tag == "button":
            buttons.append((found["name"], found.get("value", "")))


def sent_forms(client: Client) -> tuple[list[str], int]:
    """Follow the links of a reader and send each kind of form met; what was refused, and how many were sent."""
    waiting, seen, alike = deque(["/"]), {"/"}, Counter[str]()
    kinds: set[str] = set()
    refused: list[str] = []
    visited = sent = 0
    while waiting and visited < MOST_PAGES:
        address = waiting.popleft()
        answer = client.get(address)
        visited += 1
        if answer.streaming:
            for _ in answer.streaming_content:  # read to its end, a file is closed
                pass
            continue
        if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
            continue
        page = Forms(answer.content.decode())
        for link in page.links:
            whole = urldefrag(urljoin(address, link)).url
            if urlsplit(whole).netloc or not whole.startswith("/") or whole.startswith(NOT_OURS) or whole in seen:
                continue
            seen.add(whole)
            alike[pattern_of(whole)] += 1
            if alike[pattern_of(whole)] <= MOST_ALIKE:
                waiting.append(whole)
        for method, action, fields, buttons in page.forms:
            whole = urljoin(address, action)
            for button in buttons or [None]:
                kind = f"{method} {pattern_of(whole)} {button and button[0]}"
                if method != "post" or whole.startswith(NOT_OURS) or kind in kinds:
                    continue
                kinds.add(kind)
                sent += 1
                with transaction.atomic():
                    status = client.post(whole, fields | dict([button] if button else [])).status_code
                    transaction.set_rollback(True)
                if status in (403, 404, 405) or status >= 500:
                    refused.append(f"{kind} on {address}: {status}")
    return refused, sent


@pytest.mark.parametrize("role", ROLES)
def test_no_form_is_refused_for_lack_of_right(visitor: Visitor, role: str) -> None:
    refused, sent = sent_forms(visitor(role))
    assert refused == []
    assert sent >= 2
