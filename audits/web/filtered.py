"""A list whose conditions stand in the address and can be kept under a name."""

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from rest_framework.serializers import Serializer

from audits.models import FilteredList, SavedFilter
from audits.web.base import Filters, PageView

ALL = "all"  # in the address: everything, though a saved filter opens by itself


class FilteredPage(PageView):
    """One list of `FilteredList`. Opened without any condition it goes to the reader's own filter, if one opens by itself."""

    kept_as: ClassVar[FilteredList]
    address_name: ClassVar[str]
    shape: ClassVar[type[Serializer[Any]]]

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The list, or the way to the reader's own conditions."""
        if not request.GET:
            own = SavedFilter.objects.of(self.membership).filter(page=self.kept_as, is_default=True).first()
            if own is not None:
                return redirect(self.address(own.query))
        asked = self.filters(self.shape)
        asked.given.pop(ALL, None)
        return self.listed(asked)

    @classmethod
    def address(cls, query: Mapping[str, str]) -> str:
        """The list with these conditions; with none, everything."""
        return f"{reverse(cls.address_name)}?{urlencode(query or {ALL: '1'})}"

    def listed(self, asked: Filters) -> HttpResponse:
        """The list under the conditions asked for."""
        raise NotImplementedError

    def kept(self, asked: Filters) -> dict[str, Any]:
        """The reader's filters of this list for the template, and which of them is on."""
        own = list(SavedFilter.objects.of(self.membership).filter(page=self.kept_as))
        on = next((one for one in own if one.query == asked.given), None)
        return {
            "page": self.kept_as.value,
            "all": self.address({}),
            "rows": [(one, self.address(one.query)) for one in own],
            "on": on,
            "query": asked.given if asked.wanted and not asked.errors and on is None else {},
        }
