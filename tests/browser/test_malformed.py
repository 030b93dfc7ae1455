"""What no page of ours sends, on the database of production: it refuses what SQLite would take.

`tests/web/test_malformed.py` asks more of the same, on SQLite.
"""

import json
import re
from collections.abc import Callable
from urllib.parse import quote

import pytest

from tests.browser.visitor import Parts, Visitor
from tests.web.test_malformed import cursor

pytestmark = pytest.mark.postgres
Visit = Callable[..., Visitor]
LISTS = ("/api/v1/auth/memberships/", "/api/v1/auth/handovers/", "/api/v1/divisions/")
LONG = "9" * 3000  # the server takes no much longer address
CASE = re.compile(r"/cases/([0-9a-f-]{36})/$")


@pytest.mark.parametrize("address", ["/search/", "/sites/", "/members/codes/", "/cases/", "/"])
def test_a_character_no_database_stores_is_refused(visit: Visit, address: str) -> None:
    assert visit("county").get(f"{address}?q=%E8%8B%8F%00%E5%B7%9E").status == 400


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize("position", ["p=\x00", "p=abc\x00", "r=1&p=\x00"])
def test_a_cursor_that_was_made_up_is_not_found(visit: Visit, address: str, position: str) -> None:
    assert visit("consultancy").get(f"{address}?cursor={quote(cursor(position))}").status == 404


@pytest.mark.parametrize("position", ["p=abc", "p=" + LONG])
def test_a_cursor_of_another_list_is_not_found(visit: Visit, position: str) -> None:
    assert visit("consultancy").get(f"{LISTS[0]}?cursor={quote(cursor(position))}").status == 404


@pytest.mark.parametrize("place", ["99", "9999"])
@pytest.mark.parametrize("address", ["/cases/", "/deadlines/", "/api/v1/authorities/"])
def test_a_place_beyond_all_places_is_an_empty_one(visit: Visit, address: str, place: str) -> None:
    answer = visit("national").get(f"{address}?place={place}")
    assert answer.status == 200
    if address.startswith("/api/"):
        assert json.loads(answer.text)["results"] == []


def test_a_key_of_a_request_is_one_the_database_can_store(visit: Visit) -> None:
    visitor = visit("county")
    page = Parts(visitor.get("/cases/").text)
    case = next(found[1] for found in map(CASE.match, page.links) if found)
    given = {"csrfmiddlewaretoken": page.fields["csrfmiddlewaretoken"], "key": "a\x00b"}
    assert visitor.post(f"/act/case/{case}/order_audit/", given).status == 400
