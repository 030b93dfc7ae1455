"""How long lists are cut into pages: by cursor, so that rows added meanwhile are neither skipped nor shown twice."""

from rest_framework.pagination import CursorPagination


class CursorPages(CursorPagination):
    """Newest first; `page_size` rows, at most 200. A view with no `created_at` names its own `ordering`."""

    ordering = ("-created_at", "-pk")
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
