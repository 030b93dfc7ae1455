"""Pages of a list by cursor, as the API cuts them: no count of everything, no drift while rows are added."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from audits.api.base import Pages


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page, and the queries (`?…`) of its neighbors, empty where there is none."""

    rows: list[Any]
    next: str
    previous: str

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def page_of(rows: QuerySet[Any], request: HttpRequest, ordering: tuple[str, ...], size: int) -> Page:
    """The page the query of the request names. A cursor that leads nowhere is a 404."""
    cutter = Pages()
    cutter.ordering = ordering or Pages.ordering
    cutter.page_size = size
    try:
        found = cutter.paginate_queryset(rows, Request(request)) or []
    except NotFound:
        raise Http404 from None
    return Page(list(found), _query(cutter.get_next_link()), _query(cutter.get_previous_link()))


def _query(link: str | None) -> str:
    return f"?{urlsplit(link).query}" if link else ""
