"""What an authority lets others do for it, and what others let it do; given and ended by its approver."""

from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from audits.api.delegations import DelegationEndSerializer, NewDelegationSerializer, delegations_of, give
from audits.api.errors import words
from audits.procedure.fields import reference
from audits.procedure.words import Function, Party, Text
from audits.web import places
from audits.web.base import PageView
from audits.web.boxes import Box, boxes, unchosen
from audits.web.refusals import REFUSALS, by_field, checked, sentences
from audits.web.registers import Options
from enterprises.delegations import authority_of, end_by, may_delegate, receivers
from enterprises.models import Authority

GIVEN = Text("已委托 {name}。", "{name} may act now, from the first day on.")
ENDED = Text("委托已定于 {on} 终止。", "The delegation ends on {on}.")
PLACE = reference("scope_code", "范围", "Place", "place")


class DelegationPage(PageView):
    """The page, whichever of its forms was sent."""

    template = "web/members/delegations.html"
    parties = frozenset({Party.AUTHORITY})

    @property
    def own(self) -> Authority:
        """The reader's authority; 404 where the register has none."""
        found = authority_of(self.membership)
        if found is None:
            raise Http404
        return found

    def whole(self, status: int = 200, **context: Any) -> HttpResponse:
        """The page, with what was typed and refused."""
        own = self.own
        decides = may_delegate(self.membership)
        return self.shown(
            status=status,
            own=own,
            decides=decides,
            page=self.page(delegations_of(self.membership), "-valid_from", "-pk", size=50),
            functions=[one.value for one in Function],
            receivers=self._receivers(own) if decides else [],
            place=self._place(context.get("typed") or {}) if decides and not own.scope_code else None,
            places=places.groups(self.membership),
            **{"typed": {}, "errors": (), "wrong": {}, **context},
        )

    def _receivers(self, own: Authority) -> list[tuple[str, list[Authority]]]:
        """Who may act, by the place one level below the reader's."""
        digits = len(own.scope_code) + 2
        rows = sorted(receivers(own, timezone.localdate()), key=lambda one: one.scope_code)
        return [(place, list(part)) for place, part in groupby(rows, key=lambda one: one.scope_code[:digits])]

    def _place(self, typed: Any) -> Box:
        """The search for a place of the nation; who has fewer places chooses from all of them."""
        options = Options(self.membership, None, typed=typed)
        return boxes([PLACE], {PLACE.key: typed.get(PLACE.key, "")}, options=options)[0]


class DelegationsView(DelegationPage):
    """All of them, newest first; a new one is given here."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.whole()

    def post(self, request: HttpRequest) -> HttpResponse:
        if "look" in request.POST:  # a search without a script
            return self.whole(typed=request.POST)
        if faults := unchosen([PLACE], request.POST):
            return self.whole(422, typed=request.POST, errors=[words(one.text) for one in faults])
        try:
            given = give(self.membership, checked(NewDelegationSerializer, request.POST))
        except REFUSALS as error:
            return self.whole(422, typed=request.POST, errors=sentences(error), wrong=by_field(error))
        messages.success(request, words(GIVEN).format(name=given.to_authority))
        return redirect("web-delegations")


class DelegationEndView(DelegationPage):
    """One of those given is ended."""

    template = "web/members/delegation_end.html"

    def get(self, request: HttpRequest, delegation_id: UUID) -> HttpResponse:
        return self.shown(given=self.given(delegation_id), typed={"on": timezone.localdate().isoformat()})

    def post(self, request: HttpRequest, delegation_id: UUID) -> HttpResponse:
        given = self.given(delegation_id)
        try:
            body = checked(DelegationEndSerializer, request.POST)
            end_by(self.membership, given, today=timezone.localdate(), **body)
        except REFUSALS as error:
            return self.shown(given=given, typed=request.POST, errors=sentences(error), status=422)
        messages.success(request, words(ENDED).format(on=body["on"]))
        return redirect("web-delegations")

    def given(self, delegation_id: UUID) -> Any:
        """A running delegation of the own authority, for its approver; else 404."""
        if not may_delegate(self.membership):
            raise Http404
        today = timezone.localdate()
        rows = self.own.delegations_given.filter(Q(valid_until=None) | Q(valid_until__gte=today))
        return self.one(rows.select_related("to_authority__organization"), delegation_id)
