"""Views of an organization's people: members, first access again, hand-over."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import activation, handover, memberships
from accounts.acting import acting_membership
from accounts.api import serializers as shapes
from accounts.api.base import SignedInView, caller, given
from accounts.api.schema import ACTS_AS, answers
from accounts.models import HandoverRequest, HandoverState, Membership, Organization
from cpaudit_site.pagination import CursorPages


class MemberPages(CursorPages):
    """Newest first, 50 rows."""

    ordering = ("-granted_at", "-pk")


class HandoverPages(MemberPages):
    """Newest first, 50 rows."""

    ordering = ("-requested_at", "-pk")


class MembershipsView(SignedInView, GenericAPIView[Membership]):
    queryset = Membership.objects.none()  # the real one starts from the acting membership
    pagination_class = MemberPages
    serializer_class = shapes.MemberSerializer

    @extend_schema(
        operation_id="list_members",
        tags=["auth"],
        summary="The people of my organization",
        parameters=[ACTS_AS],
        responses=answers({200: shapes.MemberSerializer(many=True)}, 400, 401, 403, 404, 429),
    )
    def get(self, request: Request) -> Response:
        """Everybody who has or had access, removed ones included, for the administrator of the organization."""
        by = acting_membership(request)
        memberships.require_administrator(by)
        people = Membership.objects.in_organization(by.organization)
        page = self.paginate_queryset(people.select_related("user", "granted_by", "removed_by"))
        return self.get_paginated_response(shapes.MemberSerializer(page, many=True).data)

    @extend_schema(
        operation_id="name_member",
        tags=["auth"],
        summary="Give a person access to my organization",
        description="An unknown e-mail makes a new account, and its owner gets a mail with a link to set a password.",
        parameters=[ACTS_AS],
        request=shapes.NewMemberSerializer,
        responses=answers({201: shapes.MemberSerializer}, 400, 401, 403, 409, 429),
    )
    def post(self, request: Request) -> Response:
        """From today, for the administrator of the organization."""
        by, body = acting_membership(request), given(request, shapes.NewMemberSerializer)
        membership = memberships.name_member(by=by, on=timezone.localdate(), **body)
        return Response(shapes.MemberSerializer(membership).data, status=status.HTTP_201_CREATED)


class OneMembershipView(SignedInView):
    @extend_schema(
        operation_id="remove_member",
        tags=["auth"],
        summary="Take access to my organization away",
        parameters=[
            ACTS_AS,
            OpenApiParameter("reason", OpenApiTypes.STR, required=True, description="Kept on record."),
        ],
        responses=answers({200: shapes.MemberSerializer}, 400, 401, 403, 404, 409, 429),
    )
    def delete(self, request: Request, membership_id: UUID) -> Response:
        """At once. The membership stays on record, with who, when and why."""
        by = acting_membership(request)
        memberships.require_administrator(by)
        membership = Membership.objects.in_organization(by.organization).filter(pk=membership_id).first()
        if membership is None:
            raise NotFound()
        reason = request.query_params.get("reason", "")
        removed = memberships.remove(membership, by=by, reason=reason, now=timezone.now())
        return Response(shapes.MemberSerializer(removed).data)


class ReissueView(SignedInView):
    @extend_schema(
        operation_id="reissue_activation_code",
        tags=["auth"],
        summary="A new activation code for a lost letter",
        description="For the authority that supervises the enterprise. The former code is dead.",
        parameters=[ACTS_AS],
        request=shapes.ReissueSerializer,
        responses=answers({201: shapes.ActivationCodeSerializer}, 400, 401, 403, 404, 409, 429),
    )
    def post(self, request: Request) -> Response:
        """Only while nobody can sign in for the enterprise yet."""
        by, now = acting_membership(request), timezone.now()
        organization = supervised(by, given(request, shapes.ReissueSerializer)["organization"])
        code = activation.reissue(organization, by=by, now=now)
        return Response({"organization": organization.pk, "code": code}, status=status.HTTP_201_CREATED)


class HandoversView(SignedInView, GenericAPIView[HandoverRequest]):
    queryset = HandoverRequest.objects.none()  # the real one starts from the acting membership
    pagination_class = HandoverPages
    serializer_class = shapes.HandoverSerializer

    @extend_schema(
        operation_id="list_handovers",
        tags=["auth"],
        summary="Hand-overs of my organization, or waiting for my decision",
        parameters=[ACTS_AS],
        responses=answers({200: shapes.HandoverSerializer(many=True)}, 400, 401, 403, 404, 429),
    )
    def get(self, request: Request) -> Response:
        """For administrators: those of the own organization; for the authority: those it is to decide, too."""
        page = self.paginate_queryset(
            handovers_for(acting_membership(request)).select_related("organization", "requested_by", "decided_by__user")
        )
        return self.get_paginated_response(shapes.HandoverSerializer(page, many=True).data)

    @extend_schema(
        operation_id="request_handover",
        tags=["auth"],
        summary="Ask for a new administrator",
        description="A member asks for the own organization; an authority notes what was asked by letter or in person.",
        parameters=[ACTS_AS],
        request=shapes.HandoverRequestSerializer,
        responses=answers({201: shapes.HandoverSerializer}, 400, 401, 403, 404, 409, 429),
    )
    def post(self, request: Request) -> Response:
        """The authority that supervises the organization decides."""
        by, body = acting_membership(request), given(request, shapes.HandoverRequestSerializer)
        wanted = body.pop("organization")
        organization = by.organization if wanted in (None, by.organization_id) else supervised(by, wanted)
        asked = handover.request_handover(organization, requested_by=caller(request), now=timezone.now(), **body)
        return Response(shapes.HandoverSerializer(asked).data, status=status.HTTP_201_CREATED)


class HandoverDecisionView(SignedInView):
    @extend_schema(
        operation_id="decide_handover",
        tags=["auth"],
        summary="Approve or refuse a hand-over",
        parameters=[ACTS_AS],
        request=shapes.HandoverDecisionSerializer,
        responses=answers({200: shapes.HandoverSerializer}, 400, 401, 403, 404, 409, 429),
    )
    def post(self, request: Request, handover_id: UUID) -> Response:
        """Approval removes the former administrators, on record, and lets the new one in by mail."""
        by, body = acting_membership(request), given(request, shapes.HandoverDecisionSerializer)
        asked = handovers_for(by).filter(pk=handover_id).first()
        if asked is None:
            raise NotFound()
        decided = handover.decide_handover(
            asked, by=by, approve=body["approve"], reason=body["reason"], now=timezone.now()
        )
        return Response(shapes.HandoverSerializer(decided).data)


def supervised(by: Membership, organization_id: UUID) -> Organization:
    """The organization, if `by` supervises it; 404 otherwise, so that a stranger learns nothing."""
    organization = Organization.objects.filter(pk=organization_id).first()
    if organization is None or not activation.supervises(by, organization, timezone.localdate()):
        raise NotFound()
    return organization


def handovers_for(by: Membership) -> QuerySet[HandoverRequest]:
    """What `by` may see: hand-overs of the own organization, for its administrators; and open ones it supervises."""
    seen = Q(pk__in=[])
    if by.role in memberships.ADMINISTERING_ROLES:
        seen |= Q(organization=by.organization)
    waiting = HandoverRequest.objects.filter(state=HandoverState.REQUESTED)
    if activation.may_supervise(by):
        asking = set(waiting.order_by().values_list("organization", flat=True))
        own = activation.supervised_among(by, asking, timezone.localdate())
        seen |= Q(state=HandoverState.REQUESTED, organization__in=own)
    return HandoverRequest.objects.filter(seen | Q(decided_by__organization=by.organization))
