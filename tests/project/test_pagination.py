"""Cursors reach every row, however many stand equal: 5,000 cases published at once, or due on one day."""

from urllib.parse import parse_qs, urlsplit

import pytest
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from cpaudit_site.pagination import CursorPages
from enterprises.models import Division, DivisionLevel

pytestmark = pytest.mark.django_db


class ByLevel(CursorPages):
    """Some 2,900 counties stand equal in the first field."""

    ordering = ("-level", "code")
    page_size = 200


def page(cursor: str = "", rows=None) -> ByLevel:
    cutter = ByLevel()
    request = Request(APIRequestFactory().get("/", {"cursor": cursor} if cursor else {}))
    cutter.paginate_queryset(Division.objects.all() if rows is None else rows, request)
    return cutter


def cursor_of(link: str | None) -> str:
    return parse_qs(urlsplit(link).query)["cursor"][0] if link else ""


def walked(start: ByLevel, way: str) -> list[list[str]]:
    """The codes of each page from one on, in the direction of `way`, until it ends."""
    pages, cutter = [[row.code for row in start.page]], start
    while cursor := cursor_of(getattr(cutter, way)()):
        cutter = page(cursor)
        pages.append([row.code for row in cutter.page])
        assert len(pages) < 50, "the pages go round in circles"
    return pages


def test_every_row_is_met_once_in_order_and_on_the_way_back():
    wanted = list(Division.objects.order_by("-level", "code").values_list("code", flat=True))
    assert Division.objects.filter(level=DivisionLevel.COUNTY).count() > 1000
    forth = walked(page(), "get_next_link")
    assert [code for codes in forth for code in codes] == wanted
    cutter = page()
    while cursor := cursor_of(cutter.get_next_link()):
        cutter = page(cursor)
    back = walked(cutter, "get_previous_link")
    assert back[0] == forth[-1]
    assert sorted(code for codes in back for code in codes) == sorted(wanted)


def test_a_page_far_down_reads_no_more_than_the_first(django_assert_num_queries):
    cutter = page()
    for _ in range(10):
        cutter = page(cursor_of(cutter.get_next_link()))
    with django_assert_num_queries(1) as captured:
        page(cursor_of(cutter.get_next_link()))
    assert "OFFSET" not in captured.captured_queries[0]["sql"]


def test_rows_removed_meanwhile_are_no_dead_end():
    first = page()
    last = first.page[-1].pk
    rows = Division.objects.exclude(pk=last)
    following = page(cursor_of(first.get_next_link()), rows)
    expected = Division.objects.order_by("-level", "code").values_list("code", flat=True)[200]
    assert following.page[0].code == expected


@pytest.mark.parametrize("values", ['["county"]', '["county", 1]', '["a\\u0000", "b"]', "{}", "nonsense", ""])
def test_a_cursor_of_another_list_leads_nowhere(values: str):
    cutter = page()
    forged = cutter.encode_cursor(type("Cursor", (), {"offset": 0, "reverse": False, "position": values})())
    with pytest.raises(NotFound):
        page(cursor_of(forged))
