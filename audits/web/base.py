"""What every page shares: who reads, as whom, and how a page is made."""

from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views import View
from rest_framework.serializers import Serializer

from accounts.acting import chosen_membership, memberships_of
from accounts.models import Membership
from audits.api.base import PAGE_PARAMETERS, language
from audits.procedure.words import Party, Role
from audits.web.paging import Page, page_of
from audits.web.signing_in import SignedIn
from audits.web.typed import is_malformed
from enterprises.snapshot import snapshot


class Filters(NamedTuple):
    """What the address narrows a list by: as `given`, as `wanted` where all of it is right, and `errors` where not."""

    given: dict[str, Any]
    wanted: dict[str, Any]
    errors: Any


class PageView(SignedIn, View):
    """A page for somebody who is signed in and acts for an organization.

    `parties` and `roles` say for whom it is made; for others it does not exist (404). They are a courtesy of the menu:
    what a reader sees of the data follows from `visible_to` alone.
    """

    template: ClassVar[str] = ""
    parties: ClassVar[frozenset[Party]] = frozenset()
    roles: ClassVar[frozenset[Role]] = frozenset()
    membership: Membership

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        if not memberships_of(request):
            return render(request, "web/no_membership.html", status=403)
        self.membership = chosen_membership(request)
        if is_malformed(request):
            return render(request, "web/malformed.html", status=400)
        if self.parties and Party(self.membership.organization.party) not in self.parties:
            raise Http404
        if self.roles and Role(self.membership.role) not in self.roles:
            raise Http404
        if request.method not in ("GET", "HEAD"):
            return super().dispatch(request, *args, **kwargs)
        with snapshot():  # one reading of the registers for a page
            return super().dispatch(request, *args, **kwargs)

    @property
    def party(self) -> Party:
        """Of the organization the reader acts for."""
        return Party(self.membership.organization.party)

    @property
    def language(self) -> str:
        """Of the reader."""
        return language()

    def shown(self, template: str = "", *, status: int = 200, **context: Any) -> HttpResponse:
        """The page, with what every template may look at."""
        context.setdefault("membership", self.membership)
        context.setdefault("party", self.party)
        context.setdefault("today", timezone.localdate())
        return render(self.request, template or self.template, context, status=status)

    def filters(self, shape: type[Serializer[Any]]) -> Filters:
        """The filters in the address, as the API checks them. With a wrong one nothing is left out, and it is said."""
        given = {key: value for key, value in self.request.GET.items() if value and key not in PAGE_PARAMETERS}
        form = shape(data=given)
        return Filters(given, dict(form.validated_data) if form.is_valid() else {}, form.errors)

    def one(self, rows: QuerySet[Any], pk: UUID) -> Any:
        """The row with that id among those visible; else 404."""
        row: Model | None = rows.filter(pk=pk).first()
        if row is None:
            raise Http404
        return row

    def page(self, rows: QuerySet[Any], *ordering: str, size: int = 25) -> Page:
        """One page of the rows, by the cursor in the query."""
        return page_of(rows, self.request, ordering, size)
