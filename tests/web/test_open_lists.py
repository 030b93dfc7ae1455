"""Open forms over the entries of a list: acts of others are heard of, ticks and words come back."""

from uuid import uuid4

import pytest
from django.urls import reverse

from audits.web.list_acts import PICKS
from enterprises.models import Listing
from tests.factories import World
from tests.web.test_list_pages import signed_in, waiting

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["nominate", "verify", "confirm", "publish"])
def test_forms_over_entries_ask_too(name: str) -> None:
    row, by = waiting(World(), 1, name)
    client = signed_in(by)
    row.refresh_from_db()
    page = client.get(reverse(f"web-list-{name}", args=[row.pk])).content.decode()
    url = reverse("web-version", args=["list", row.pk])
    assert f'hx-get="{url}?seen={row.version}&amp;typing=1' in page
    assert client.get(url, {"seen": row.version}).status_code == 204
    assert client.get(url, {"seen": row.version - 1}).status_code == 200


def test_a_tick_page_gives_back_what_was_ticked_and_typed() -> None:
    row, by = waiting(World(), 2, "verify")
    client = signed_in(by)
    url, elsewhere = reverse("web-list-verify", args=[row.pk]), str(uuid4())
    one = str(Listing.objects.filter(list=row).order_by("pk")[0].pk)
    said = {"which": "picked", "result": "doubtful", "finding": "地址不符", "reason": "抽查", "version": 0}
    back = client.post(url, {**said, "pick": [one, elsewhere], "key": "k"})
    page = back.content.decode()
    assert back.status_code == 409
    assert (back.context["picked"], back.context["picked_elsewhere"]) == ({one, elsewhere}, [elsewhere])
    assert [part for part in ('value="doubtful" checked', ">地址不符<", "抽查") if part not in page] == []
    many = client.post(url, {**said, "pick": [str(uuid4()) for _ in range(PICKS + 1)]})
    assert (many.status_code, f"{PICKS} 条" in many.content.decode()) == (422, True)
