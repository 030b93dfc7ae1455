"""How long lists are cut into pages: by cursor, so that rows added meanwhile are neither skipped nor shown twice."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination, _reverse_ordering
from rest_framework.request import Request


class CursorPages(CursorPagination):
    """Newest first; `page_size` rows, at most 200. A view with no `created_at` names its own `ordering`, which ends in a
    unique field.

    A cursor holds the values of *all* ordering fields of the row it stands at. The base class holds the first and an
    offset among its equals, of which it counts a thousand: of 5,000 cases published at once, or due on one day, the rest
    could not be reached. A cursor that was tampered with is not found, like any other address that leads nowhere.
    """

    ordering: tuple[str, ...] = ("-created_at", "-pk")
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """The rows of the page that the request names."""
        self.request = request
        self.page_size = self.get_page_size(request) or self.max_page_size
        self.base_url = request.build_absolute_uri()
        self.ordering = self.get_ordering(request, queryset, view)
        self.cursor = self.decode_cursor(request)
        backwards = self.cursor is not None and self.cursor.reverse
        ordering = _reverse_ordering(self.ordering) if backwards else self.ordering
        rows: QuerySet[Any] = queryset.order_by(*ordering)
        try:
            if self.cursor is not None:
                rows = rows.filter(_beyond(ordering, self._position(self.cursor)))
            found = list(rows[: self.page_size + 1])
        except (ValidationError, ValueError, OverflowError, TypeError):
            raise NotFound(self.invalid_cursor_message) from None
        page, further = found[: self.page_size], len(found) > self.page_size
        self.page = page[::-1] if backwards else page
        self.has_next = self.cursor is not None if backwards else further
        self.has_previous = further if backwards else self.cursor is not None
        return self.page

    def get_next_link(self) -> str | None:
        """The address of the page after this one."""
        return self._link(self.page[-1], backwards=False) if self.has_next and self.page else None

    def get_previous_link(self) -> str | None:
        """The address of the page before this one."""
        return self._link(self.page[0], backwards=True) if self.has_previous and self.page else None

    def _link(self, row: Any, *, backwards: bool) -> str:
        position = json.dumps([_as_text(_value(row, name.removeprefix("-"))) for name in self.ordering])
        # The stubs know positions as numbers; they are whatever text a list puts into them.
        link: str = self.encode_cursor(Cursor(0, backwards, position))  # type: ignore[arg-type]
        return link

    def _position(self, cursor: Cursor) -> list[str]:
        """The values a cursor stands at. NUL is refused here: PostgreSQL would not even be asked."""
        values = json.loads(str(cursor.position or "null"))
        if not isinstance(values, list) or len(values) != len(self.ordering):
            raise ValueError("The cursor is of another list.")
        if not all(isinstance(one, str) and "\x00" not in one for one in values):
            raise ValueError("The cursor holds what no row does.")
        return values


def _beyond(ordering: tuple[str, ...], position: list[str]) -> Q:
    """The rows after a position in this order. The first field bounds them alone as well: an index finds the beginning."""
    condition, equal = Q(), Q()
    for name, value in zip(ordering, position, strict=True):
        field, further = name.removeprefix("-"), "lt" if name.startswith("-") else "gt"
        condition |= equal & Q(**{f"{field}__{further}": value})
        equal &= Q(**{field: value})
    first, bound = ordering[0].removeprefix("-"), "lte" if ordering[0].startswith("-") else "gte"
    return Q(**{f"{first}__{bound}": position[0]}) & condition


def _value(row: Any, name: str) -> Any:
    for part in name.split("__"):
        row = row[part] if isinstance(row, dict) else getattr(row, part)
    return row


def _as_text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
