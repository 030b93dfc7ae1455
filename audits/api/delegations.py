"""Delegations between authorities: what one's own lets others do, and what others let it do."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Membership
from audits.api.base import ApiView, Pages, one
from audits.api.schema import ACTS_AS, READING, WRITING, answers
from audits.api.shown import ShownSerializer
from audits.procedure.words import Function
from enterprises.delegations import authority_of, delegate_by, end_by, receivers
from enterprises.errors import RegisterError
from enterprises.models import Delegation


class ActingAuthoritySerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField(source="organization.name")


class DelegationSerializer(ShownSerializer[Delegation]):
    from_authority = ActingAuthoritySerializer(read_only=True)
    to_authority = ActingAuthoritySerializer(read_only=True)

    class Meta:
        model = Delegation
        fields = [
            "id",
            "function",
            "scope_code",
            "from_authority",
            "to_authority",
            "valid_from",
            "valid_until",
            "document",
            "created_at",
        ]


class NewDelegationSerializer(serializers.Serializer[Any]):
    function = serializers.ChoiceField(choices=[one.value for one in Function])
    scope_code = serializers.RegexField(
        r"^([0-9]{2}){1,3}$", help_text="Scope code in the receiver's jurisdiction, e.g. 3205."
    )
    to_authority = serializers.UUIDField(help_text="An authority of the same line below the own.")
    valid_from = serializers.DateField(help_text="First day: today or later.")
    valid_until = serializers.DateField(
        required=False, allow_null=True, default=None, help_text="Last day; null: open."
    )
    document = serializers.CharField(max_length=300)
    reason = serializers.CharField(max_length=500)


class DelegationEndSerializer(serializers.Serializer[Any]):
    on = serializers.DateField(help_text="Last day: today or later.")
    reason = serializers.CharField(max_length=500)


def delegations_of(by: Membership) -> Any:
    """Those the member's authority gave or received; none for whoever acts for no authority."""
    own = authority_of(by)
    rows = Delegation.objects.select_related("from_authority__organization", "to_authority__organization")
    return rows.none() if own is None else rows.filter(Q(from_authority=own) | Q(to_authority=own))


def give(by: Membership, body: dict[str, Any]) -> Delegation:
    """A delegation as `NewDelegationSerializer` read it. `RegisterError`, as `delegate_by`."""
    own, today = authority_of(by), timezone.localdate()
    target = receivers(own, today).filter(pk=body["to_authority"]).first() if own is not None else None
    if target is None:
        raise RegisterError(
            "delegation_receiver", "只能委托给本辖区内同一系统的下级机关。", "Only an authority of the same line below."
        )
    function = Function(body["function"])
    return delegate_by(by, **{**body, "function": function, "to_authority": target}, today=today)


class DelegationsView(ApiView):
    pagination_class = Pages

    @extend_schema(
        operation_id="list_delegations",
        tags=["registers"],
        summary="Delegations my authority gave or received",
        parameters=[ACTS_AS],
        responses=answers({200: DelegationSerializer(many=True)}, *READING),
    )
    def get(self, request: Request) -> Response:
        return self.paged(delegations_of(self.membership), DelegationSerializer)

    @extend_schema(
        operation_id="delegate",
        tags=["registers"],
        summary="Let an authority below act for mine",
        description="For approvers. Never into the past, never passed on, only within the receiver's jurisdiction.",
        parameters=[ACTS_AS],
        request=NewDelegationSerializer,
        responses=answers({201: DelegationSerializer}, *WRITING),
    )
    def post(self, request: Request) -> Response:
        given = give(self.membership, self.body(NewDelegationSerializer))
        return Response(DelegationSerializer(given).data, status=status.HTTP_201_CREATED)


class DelegationEndView(ApiView):
    @extend_schema(
        operation_id="end_delegation",
        tags=["registers"],
        summary="End a delegation that my authority gave",
        parameters=[ACTS_AS],
        request=DelegationEndSerializer,
        responses=answers({200: DelegationSerializer}, *WRITING),
    )
    def post(self, request: Request, delegation_id: UUID) -> Response:
        given = one(delegations_of(self.membership), delegation_id)
        ended = end_by(self.membership, given, today=timezone.localdate(), **self.body(DelegationEndSerializer))
        return Response(DelegationSerializer(ended).data)
