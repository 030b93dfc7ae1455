"""What no page of ours sends: answered as a request that cannot be read, never with an error of the server."""

import base64
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from audits.models import AuditCase, Event
from audits.web.typed import row_number
from enterprises.models import KeyEnterpriseList, Site

pytestmark = pytest.mark.django_db
Visitor = Callable[[str], Client]
HUGE = "9" * 5000  # more digits than Python turns into a number


def cursor(text: str) -> str:
    """A cursor as a client may make one up."""
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize("address", ["web-search", "web-site-search", "web-codes", "web-cases", "home"])
def test_a_character_no_database_stores_is_refused(visitor: Visitor, address: str) -> None:
    answer = visitor("county").get(reverse(address), {"q": "苏\x00州"})
    assert (answer.status_code, answer.templates[0].name) == (400, "web/malformed.html")


@pytest.mark.parametrize("name", ["version", "revision"])
@pytest.mark.parametrize("value", ["x", "²", "٣", "-1", "1e3", HUGE])
def test_a_version_no_page_gave_out_is_refused_and_changes_nothing(visitor: Visitor, name: str, value: str) -> None:
    case = AuditCase.objects.order_by("pk")[0]
    before = Event.objects.count()
    address = reverse("web-act", args=["case", case.pk, "disclose"])
    told = [
        visitor("county").post(one, {name: value, "prepare": "1"}).status_code for one in (address, f"{address}draft/")
    ]
    assert (told, Event.objects.count()) == ([400, 400], before)


@pytest.mark.parametrize("key", ["k" * 129, "鍵", "a\r\nb"])
def test_a_key_of_a_request_is_short_and_plain(visitor: Visitor, key: str) -> None:
    case = AuditCase.objects.order_by("pk")[0]
    answer = visitor("county").post(reverse("web-act", args=["case", case.pk, "order_audit"]), {"key": key})
    assert answer.status_code == 400


@pytest.mark.parametrize("number", ["²", "99999", HUGE])
def test_a_line_of_a_nomination_has_a_number_that_can_be(visitor: Visitor, number: str) -> None:
    row = KeyEnterpriseList.objects.filter(published_on=None, reporting_unit="320000")[0]
    site = Site.objects.filter(scope_code="320509")[0]
    given = {"add": str(site.pk), f"candidates.{number}.site": str(uuid4())}
    answer = visitor("county").get(reverse("web-list-nominate-line", args=[row.pk]), given)
    assert (answer.status_code, answer.context["one"].number) == (200, 0)


def test_the_number_of_a_row_is_written_in_common_digits() -> None:
    given = ["12", "0", "²", "٣", "-1", "", HUGE]
    assert [row_number(one) for one in given] == [12, 0, None, None, None, None, None]


@pytest.mark.parametrize("address", ["/api/v1/auth/memberships/", "/api/v1/auth/handovers/", "/api/v1/divisions/"])
@pytest.mark.parametrize("position", ["p=\x00", "p=abc\x00", "r=1&p=\x00"])
def test_a_cursor_that_was_made_up_is_not_found(visitor: Visitor, address: str, position: str) -> None:
    assert visitor("consultancy").get(address, {"cursor": cursor(position)}).status_code == 404


@pytest.mark.parametrize("position", ["p=abc", "p=" + HUGE])
def test_a_cursor_of_another_list_is_not_found(visitor: Visitor, position: str) -> None:
    answer = visitor("consultancy").get("/api/v1/auth/memberships/", {"cursor": cursor(position)})
    assert answer.status_code == 404


def test_a_place_beyond_all_places_is_an_empty_one(visitor: Visitor) -> None:
    client = visitor("national")
    asked = {place: client.get("/api/v1/authorities/", {"place": place}) for place in ("99", "9999")}
    assert {place: (one.status_code, one.json()["results"]) for place, one in asked.items()} == {
        "99": (200, []),
        "9999": (200, []),
    }
    assert [client.get(reverse(one), {"place": "99"}).status_code for one in ("web-cases", "web-deadlines")] == [
        200
    ] * 2


@pytest.mark.parametrize("given", ["nonsense", "00000000-0000-0000-0000-000000000000"])
@pytest.mark.parametrize("address", ["/", "/cases/", "/nothing/here/"])
def test_a_header_of_the_interface_says_nothing_to_pages(visitor: Visitor, address: str, given: str) -> None:
    client = visitor("county")
    plain = client.get(address)
    assert client.get(address, headers={"X-Membership": given}).status_code == plain.status_code


# --- what stays behind ------------------------------------------------------------------------------------------------


def test_what_is_shown_to_somebody_signed_in_is_kept_by_nobody(visitor: Visitor) -> None:
    client, case = visitor("county"), AuditCase.objects.filter(scope_code="320509")[0]
    own = ["/", reverse("web-case", args=[case.pk]), "/search/?q=a", f"/api/v1/cases/{case.pk}/", "/api/v1/auth/me/"]
    assert {one: client.get(one)["Cache-Control"] for one in own} == dict.fromkeys(own, "private, no-store")


def test_what_anybody_may_see_may_be_kept(client: Client, demo: dict[str, Any]) -> None:
    assert "Cache-Control" not in client.get("/api/v1/procedures/").headers
