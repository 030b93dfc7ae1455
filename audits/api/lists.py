"""Key-enterprise lists and what stands on them."""

from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Membership
from audits.api.base import ApiView, Pages, one
from audits.api.case_shapes import EnterpriseBriefSerializer, SiteBriefSerializer
from audits.api.errors import Problem
from audits.api.schema import ACTS_AS, LANGUAGE, READING, WRITING, answers
from audits.api.shown import ShownSerializer
from audits.models import AuditCase
from audits.procedure.words import CaseKind, EntryStatus, Line, ListStatus
from audits.workflow.lists import create_list
from enterprises.enterprise_search import find
from enterprises.models import KeyEnterpriseList, Listing, ReportingUnit
from enterprises.scopes import within


class AuthorityNameSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class ListSerializer(ShownSerializer[KeyEnterpriseList]):
    reporting_unit = serializers.CharField(source="reporting_unit_id", read_only=True)
    authority = AuthorityNameSerializer(read_only=True, help_text="The organization that keeps the list.")
    status = serializers.CharField(read_only=True)

    class Meta:
        model = KeyEnterpriseList
        fields = [
            "id",
            "version",
            "title",
            "reporting_unit",
            "year",
            "batch",
            "kind",
            "line",
            "authority",
            "status",
            "published_on",
            "medium",
            "medium_url",
            "document_number",
            "created_at",
        ]


class NewListSerializer(serializers.Serializer[Any]):
    reporting_unit = serializers.RegexField(r"^[0-9]{6}$")
    year = serializers.IntegerField(min_value=2003, max_value=2100)
    batch = serializers.IntegerField(min_value=1, max_value=999, default=1)
    title = serializers.CharField(max_length=300)
    kind = serializers.ChoiceField(choices=[kind.value for kind in CaseKind], default=CaseKind.MANDATORY.value)
    line = serializers.ChoiceField(choices=[line.value for line in Line], default=Line.ENVIRONMENT.value)


class ListFilterSerializer(serializers.Serializer[Any]):
    reporting_unit = serializers.RegexField(r"^[0-9]{6}$", required=False)
    year = serializers.IntegerField(min_value=2003, max_value=2100, required=False)
    kind = serializers.ChoiceField(choices=[kind.value for kind in CaseKind], required=False)
    line = serializers.ChoiceField(choices=[line.value for line in Line], required=False)
    status = serializers.ChoiceField(choices=[one_.value for one_ in ListStatus], required=False)


class ListsView(ApiView):
    pagination_class = Pages

    @extend_schema(
        operation_id="list_lists",
        tags=["lists"],
        summary="Lists I may see, newest first",
        parameters=[ACTS_AS, ListFilterSerializer],
        responses=answers({200: ListSerializer(many=True)}, *READING),
    )
    def get(self, request: Request) -> Response:
        rows = KeyEnterpriseList.objects.visible_to(self.membership).select_related("authority").defer("state")
        wanted = self.query(ListFilterSerializer)
        if "reporting_unit" in wanted:
            rows = rows.filter(reporting_unit_id=wanted.pop("reporting_unit"))
        return self.paged(rows.filter(**wanted), ListSerializer)

    @extend_schema(
        operation_id="create_list",
        tags=["lists"],
        summary="Begin a list",
        description="For the list authority of the unit. 409 `list_exists` for the same unit, year, batch, kind, line.",
        parameters=[ACTS_AS, LANGUAGE],
        request=NewListSerializer,
        responses=answers({201: ListSerializer}, *WRITING),
    )
    def post(self, request: Request) -> Response:
        body = self.body(NewListSerializer)
        unit = ReportingUnit.objects.filter(code=body["reporting_unit"]).first()
        if unit is None:
            raise Problem(400, [("unknown_reporting_unit", _("There is no such reporting unit."), "reporting_unit")])
        row = begin_list(self.membership, unit, body)
        headers = {"ETag": f'"{row.version}"'}
        return Response(ListSerializer(row).data, status=status.HTTP_201_CREATED, headers=headers)


def begin_list(by: Membership, unit: ReportingUnit, body: dict[str, Any]) -> KeyEnterpriseList:
    """`create_list` for a body that `NewListSerializer` checked; its unit is looked up by the caller."""
    kind, line = CaseKind(body["kind"]), Line(body["line"])
    return create_list(**{**body, "by": by, "reporting_unit": unit, "kind": kind, "line": line})


class OneListView(ApiView):
    @extend_schema(
        operation_id="read_list",
        tags=["lists"],
        summary="One list",
        description="ETag is the version: send it as If-Match with an action.",
        parameters=[ACTS_AS],
        responses=answers({200: ListSerializer}, *READING),
    )
    def get(self, request: Request, subject_id: UUID) -> Response:
        rows = KeyEnterpriseList.objects.visible_to(self.membership).select_related("authority")
        row = one(rows, subject_id)
        return self.shown(row, ListSerializer, version=row.version)


class ListingSerializer(ShownSerializer[Listing]):
    """One site on a list, with name and address as they stood then."""

    enterprise = EnterpriseBriefSerializer(read_only=True)
    site = SiteBriefSerializer(read_only=True)
    categories = serializers.ListField(child=serializers.CharField(), read_only=True)
    sector = serializers.CharField(source="sector_id", read_only=True, allow_null=True)
    industry = serializers.CharField(source="industry_id", read_only=True, allow_null=True)
    reporting_unit = serializers.CharField(source="reporting_unit_id", read_only=True)
    case = serializers.UUIDField(source="visible_case", read_only=True, allow_null=True)
    status = serializers.CharField(read_only=True)

    class Meta:
        model = Listing
        fields = [
            "id",
            "row_number",
            "name_at_listing",
            "address_at_listing",
            "enterprise",
            "site",
            "categories",
            "sector",
            "industry",
            "status",
            "reporting_unit",
            "scope_code",
            "published_on",
            "removed_on",
            "case",
            "created_at",
        ]


class ListingFilterSerializer(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=[one_.value for one_ in EntryStatus], required=False)
    place = serializers.RegexField(r"^([0-9]{2}){1,3}$", required=False, help_text="Scope code: everything in it.")
    q = serializers.CharField(required=False, max_length=100, help_text="Name, pinyin or code of the enterprise.")


class ListingPages(Pages):
    ordering = ("-created_at", "id")


class ListingsView(ApiView):
    pagination_class = ListingPages

    @extend_schema(
        operation_id="list_listings",
        tags=["lists"],
        summary="What stands on a list, as far as I may see it",
        parameters=[ACTS_AS, ListingFilterSerializer],
        responses=answers({200: ListingSerializer(many=True)}, *READING),
    )
    def get(self, request: Request, subject_id: UUID) -> Response:
        row = one(KeyEnterpriseList.objects.visible_to(self.membership), subject_id)
        cases = AuditCase.objects.visible_to(self.membership).filter(listing_id=OuterRef("pk"))
        rows = Listing.objects.visible_to(self.membership).filter(list=row).select_related("enterprise", "site")
        rows = rows.annotate(visible_case=Subquery(cases.values("pk")[:1])).defer("source_row")
        return self.paged(self.filtered(rows), ListingSerializer)

    def filtered(self, rows: QuerySet[Listing]) -> QuerySet[Listing]:
        """By status, place and enterprise."""
        wanted = self.query(ListingFilterSerializer)
        if "status" in wanted:
            rows = rows.filter(status=wanted["status"])
        if "place" in wanted:
            rows = rows.filter(within(wanted["place"]))
        return rows.filter(enterprise__in=find(wanted["q"]).values("pk")) if wanted.get("q") else rows
