"""The start page: the next step of each open case, by when, and what happens if it is missed."""

from django.http import HttpRequest, HttpResponse

from audits.web.base import PageView


class StubView(PageView):
    """Stands in until the page is written."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.shown("web/base.html")
