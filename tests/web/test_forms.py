"""No page offers a form that the server then refuses for lack of right: each is sent as it stands, and taken back.

What a form sent empty is refused for is told above it, with links that lead to the fields.
"""

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
        self.ids: set[str] = set()
        self.forms: list[tuple[str, str, dict[str, str], list[tuple[str, str]]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if found.get("id"):
            self.ids.add(found["id"])
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


def inside(page: Forms) -> list[str]:
    """The places of the page that its own links name."""
    return [link[1:] for link in page.links if link.startswith("#") and link != "#"]


def sent_forms(client: Client) -> tuple[list[str], int, int]:
    """Follow the links of a reader and send each kind of form met; what is wrong with the answers (refused for lack of right,
    links to places that are not there), how many were sent, and how many links to fields the answers had.
    """
    waiting, seen, alike = deque(["/"]), {"/"}, Counter[str]()
    kinds: set[str] = set()
    faults: list[str] = []
    visited = sent = to_fields = 0
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
        faults += [f"{address}: no #{place}" for place in inside(page) if place not in page.ids]
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
                    told = client.post(whole, fields | dict([button] if button else []))
                    transaction.set_rollback(True)
                if told.status_code in (403, 404, 405) or told.status_code >= 500:
                    faults.append(f"{kind} on {address}: {told.status_code}")
                if told.status_code == 422:
                    back = Forms(told.content.decode())
                    faults += [f"{kind} on {address}: no #{place}" for place in inside(back) if place not in back.ids]
                    to_fields += sum(place.startswith("f-") for place in inside(back))
    return faults, sent, to_fields


@pytest.mark.parametrize("role", ROLES)
def test_no_form_is_refused_for_lack_of_right(visitor: Visitor, role: str) -> None:
    faults, sent, to_fields = sent_forms(visitor(role))
    assert faults == []
    assert sent >= 2
    assert to_fields > 0 or role not in ("county", "city", "enterprise")
