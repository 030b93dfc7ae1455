"""What an authority lets others do for it, and what others let it do; given and ended by its approver."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from rest_framework import serializers

from audits.api.errors import words
from audits.procedure.words import Function, Party, Text
from audits.web.base import PageView
from audits.web.refusals import REFUSALS, by_field, checked, sentences
from enterprises.delegations import authority_of, delegate_by, end_by, may_delegate, receivers
from enterprises.models import Authority, Delegation

GIVEN = Text("已委托 {name}。", "{name} may act now, from the first day on.")
ENDED = Text("委托已定于 {on} 终止。", "The delegation ends on {on}.")


class DelegationForm(serializers.Serializer[Any]):
    """One delegation as it is typed."""

    function = serializers.ChoiceField(choices=[one.value for one in Function])
    scope_code = serializers.RegexField(r"^([0-9]{2}){1,3}$")
    to_authority = serializers.UUIDField()
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(required=False)
    document = serializers.CharField(max_length=300)
    reason = serializers.CharField(max_length=500)


class EndForm(serializers.Serializer[Any]):
    """The last day of a delegation, and why it ends."""

    on = serializers.DateField()
    reason = serializers.CharField(max_length=500)


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
        own, today = self.own, timezone.localdate()
        rows = Delegation.objects.filter(Q(from_authority=own) | Q(to_authority=own)).select_related(
            "from_authority__organization", "to_authority__organization"
        )
        decides = may_delegate(self.membership)
        return self.shown(
            status=status,
            own=own,
            decides=decides,
            page=self.page(rows, "-valid_from", "-pk", size=50),
            functions=[one.value for one in Function],
            receivers=list(receivers(own, today)) if decides else [],
            **{"typed": {}, "errors": (), "wrong": {}, **context},
        )


class DelegationsView(DelegationPage):
    """All of them, newest first; a new one is given here."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.whole()

    def post(self, request: HttpRequest) -> HttpResponse:
        own, today = self.own, timezone.localdate()
        try:
            body = checked(DelegationForm, request.POST)
            target = self.one(receivers(own, today), body.pop("to_authority"))
            function = Function(body.pop("function"))
            delegate_by(
                self.membership,
                function=function,
                to_authority=target,
                valid_until=body.pop("valid_until", None),
                today=today,
                **body,
            )
        except REFUSALS as error:
            return self.whole(422, typed=request.POST, errors=sentences(error), wrong=by_field(error))
        messages.success(request, words(GIVEN).format(name=target))
        return redirect("web-delegations")


class DelegationEndView(DelegationPage):
    """One of those given is ended."""

    template = "web/members/delegation_end.html"

    def get(self, request: HttpRequest, delegation_id: UUID) -> HttpResponse:
        return self.shown(given=self.given(delegation_id), typed={"on": timezone.localdate().isoformat()})

    def post(self, request: HttpRequest, delegation_id: UUID) -> HttpResponse:
        given = self.given(delegation_id)
        try:
            body = checked(EndForm, request.POST)
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
