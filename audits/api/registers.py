"""Registers and reference data: most of it public, enterprises within the caller's scope."""

from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audits.api.base import ApiView, Pages, one
from audits.api.case_shapes import SiteBriefSerializer
from audits.api.schema import ACTS_AS, PUBLIC, READING, answers
from audits.api.shown import ShownSerializer
from audits.procedure.standards import standards
from audits.procedure.words import Level, Line
from enterprises.enterprise_search import find
from enterprises.models import (
    Authority,
    Consultancy,
    ConsultancyStatus,
    Division,
    DivisionLevel,
    Enterprise,
    EnterpriseCode,
    EnterpriseName,
    Industry,
    Sector,
    Site,
)
from enterprises.scopes import within

SCOPE = r"^([0-9]{2}){1,3}$"


class CodePages(Pages):
    ordering = ("code",)


class IdPages(Pages):
    ordering = ("id",)


# --- divisions ----------------------------------------------------------------------------------------------------


class DivisionSerializer(ShownSerializer[Division]):
    parent = serializers.CharField(source="parent_id", allow_null=True, read_only=True)  # type: ignore[assignment]
    reporting_unit = serializers.CharField(source="reporting_unit_id", read_only=True)
    successor = serializers.CharField(source="successor_id", allow_null=True, read_only=True)

    class Meta:
        model = Division
        fields = [
            "code",
            "name_zh",
            "full_name_zh",
            "level",
            "parent",
            "scope_code",
            "reporting_unit",
            "retired_in",
            "successor",
        ]


class DivisionFilterSerializer(serializers.Serializer[Any]):
    parent = serializers.RegexField(r"^[0-9]{6}$", required=False)  # type: ignore[assignment]
    place = serializers.RegexField(SCOPE, required=False, help_text="Scope code: everything in it.")
    level = serializers.ChoiceField(choices=DivisionLevel.values, required=False)
    retired = serializers.ChoiceField(choices=["true", "false"], required=False)
    q = serializers.CharField(
        required=False, max_length=50, help_text="Part of the name, or the beginning of the code."
    )


class DivisionsView(ApiView):
    pagination_class = CodePages

    @extend_schema(
        operation_id="list_divisions",
        tags=["registers"],
        summary="Divisions of GB/T 2260 and of the XPCC",
        parameters=[DivisionFilterSerializer],
        responses=answers({200: DivisionSerializer(many=True)}, *PUBLIC),
    )
    def get(self, request: Request) -> Response:
        wanted, rows = self.query(DivisionFilterSerializer), Division.objects.all()
        if "parent" in wanted:
            rows = rows.filter(parent_id=wanted["parent"])
        if "place" in wanted:
            rows = rows.filter(within(wanted["place"]))
        if "level" in wanted:
            rows = rows.filter(level=wanted["level"])
        if "retired" in wanted:
            rows = rows.filter(retired_in__isnull=wanted["retired"] == "false")
        if wanted.get("q"):
            rows = rows.filter(Q(full_name_zh__contains=wanted["q"]) | Q(code__startswith=wanted["q"]))
        return self.paged(rows, DivisionSerializer)


# --- industries, sectors, standards -------------------------------------------------------------------------------


class IndustrySerializer(ShownSerializer[Industry]):
    parent = serializers.CharField(source="parent_id", allow_null=True, read_only=True)  # type: ignore[assignment]

    class Meta:
        model = Industry
        fields = ["code", "parent", "level", "name_zh", "name_en"]


class IndustriesView(ApiView):
    @extend_schema(
        operation_id="list_industries",
        tags=["registers"],
        summary="Sections and divisions of GB/T 4754-2017",
        responses=answers({200: IndustrySerializer(many=True)}, *PUBLIC),
    )
    def get(self, request: Request) -> Response:
        return Response(IndustrySerializer(Industry.objects.order_by("code"), many=True).data)


class SectorSerializer(ShownSerializer[Sector]):
    class Meta:
        model = Sector
        fields = [
            "key",
            "name_zh",
            "name_en",
            "kind",
            "cycle_years",
            "first_round_due",
            "valid_from",
            "valid_until",
            "article",
            "mark",
        ]


class SectorsView(ApiView):
    @extend_schema(
        operation_id="list_sectors",
        tags=["registers"],
        summary="Sectors the audit documents name, with their cycles",
        responses=answers({200: SectorSerializer(many=True)}, *PUBLIC),
    )
    def get(self, request: Request) -> Response:
        return Response(SectorSerializer(Sector.objects.order_by("order", "key"), many=True).data)


class StandardSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    family = serializers.CharField()
    number = serializers.CharField()
    year = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    issuer = serializers.CharField()
    issued_date = serializers.CharField()
    effective_date = serializers.CharField()
    levels = serializers.CharField()
    mark = serializers.CharField(help_text="How sure existence, number and year are.")
    source = serializers.CharField()  # type: ignore[assignment]
    note = serializers.CharField()


class StandardsView(ApiView):
    @extend_schema(
        operation_id="list_standards",
        tags=["registers"],
        summary="Cleaner production standards and index systems",
        responses=answers({200: StandardSerializer(many=True)}, *PUBLIC),
    )
    def get(self, request: Request) -> Response:
        return Response(StandardSerializer(standards(), many=True).data)


# --- consultancies, authorities -----------------------------------------------------------------------------------


class ConsultancySerializer(ShownSerializer[Consultancy]):
    """A consultancy as the public register shows it (P04)."""

    name = serializers.CharField(source="organization.name", read_only=True)
    reporting_unit = serializers.CharField(source="reporting_unit_id", allow_null=True, read_only=True)
    sectors = serializers.SerializerMethodField()

    class Meta:
        model = Consultancy
        fields = [
            "id",
            "name",
            "credit_code",
            "address",
            "reporting_unit",
            "sectors",
            "status",
            "status_since",
            "suspended_until",
        ]

    def get_sectors(self, row: Consultancy) -> list[str]:
        return [sector.key for sector in row.sectors.all()]


class ConsultancyFilterSerializer(serializers.Serializer[Any]):
    reporting_unit = serializers.RegexField(r"^[0-9]{6}$", required=False)
    status = serializers.ChoiceField(choices=ConsultancyStatus.values, required=False)
    sector = serializers.CharField(required=False, max_length=40)
    q = serializers.CharField(required=False, max_length=100, help_text="Part of the name, or the credit code.")


class ConsultanciesView(ApiView):
    pagination_class = Pages

    @extend_schema(
        operation_id="list_consultancies",
        tags=["registers"],
        summary="The public register of consultancies",
        parameters=[ConsultancyFilterSerializer],
        responses=answers({200: ConsultancySerializer(many=True)}, *PUBLIC),
    )
    def get(self, request: Request) -> Response:
        wanted = self.query(ConsultancyFilterSerializer)
        rows = Consultancy.objects.select_related("organization").prefetch_related("sectors")
        rows = rows.filter(status=wanted["status"]) if "status" in wanted else rows.listed()
        if "reporting_unit" in wanted:
            rows = rows.filter(reporting_unit_id=wanted["reporting_unit"])
        if "sector" in wanted:
            rows = rows.filter(sectors=wanted["sector"])
        if wanted.get("q"):
            rows = rows.filter(Q(organization__name__icontains=wanted["q"]) | Q(credit_code=wanted["q"].upper()))
        return self.paged(rows, ConsultancySerializer)


class AuthoritySerializer(ShownSerializer[Authority]):
    """The public name of an authority and where it acts."""

    name = serializers.CharField(source="organization.name", read_only=True)
    level = serializers.CharField(source="organization.level", read_only=True)
    line = serializers.CharField(source="organization.line", read_only=True)
    scope_code = serializers.CharField(
        source="organization.jurisdiction", read_only=True, help_text="Empty: the nation."
    )

    class Meta:
        model = Authority
        fields = ["id", "name", "name_en", "level", "line", "scope_code"]


class AuthorityFilterSerializer(serializers.Serializer[Any]):
    place = serializers.RegexField(SCOPE, required=False, help_text="Scope code: authorities of it and below.")
    level = serializers.ChoiceField(choices=[level.value for level in Level], required=False)
    line = serializers.ChoiceField(choices=[line.value for line in Line], required=False)


class AuthoritiesView(ApiView):
    pagination_class = IdPages

    @extend_schema(
        operation_id="list_authorities",
        tags=["registers"],
        summary="Authorities in force today",
        parameters=[AuthorityFilterSerializer],
        responses=answers({200: AuthoritySerializer(many=True)}, *PUBLIC),
    )
    def get(self, request: Request) -> Response:
        wanted, rows = self.query(AuthorityFilterSerializer), Authority.objects.acting(timezone.localdate())
        if "place" in wanted:
            rows = rows.filter(within(wanted["place"], "organization__jurisdiction"))
        for name in ("level", "line"):
            if name in wanted:
                rows = rows.filter(**{f"organization__{name}": wanted[name]})
        return self.paged(rows, AuthoritySerializer)


# --- enterprises --------------------------------------------------------------------------------------------------


class EnterpriseSerializer(ShownSerializer[Enterprise]):
    organization = serializers.UUIDField(source="organization_id", read_only=True)
    industry = serializers.CharField(source="industry_id", allow_null=True, read_only=True)
    merged_into = serializers.UUIDField(source="merged_into_id", allow_null=True, read_only=True)

    class Meta:
        model = Enterprise
        fields = [
            "id",
            "organization",
            "name",
            "credit_code",
            "organization_code",
            "legal_representative",
            "registered_address",
            "size",
            "industry",
            "merged_into",
            "created_at",
        ]


class FormerNameSerializer(ShownSerializer[EnterpriseName]):
    class Meta:
        model = EnterpriseName
        fields = ["name", "valid_from", "valid_until", "reason"]


class EnterpriseCodeSerializer(ShownSerializer[EnterpriseCode]):
    class Meta:
        model = EnterpriseCode
        fields = ["scheme", "value", "check_ok", "valid_from", "valid_until", "source"]


class EnterpriseDetailSerializer(EnterpriseSerializer):
    """An enterprise with the names and codes it has or had, and those of its sites the caller may see."""

    names = FormerNameSerializer(many=True, read_only=True)
    codes = EnterpriseCodeSerializer(many=True, read_only=True)
    sites = SiteBriefSerializer(many=True, read_only=True)

    class Meta(EnterpriseSerializer.Meta):
        fields = [*EnterpriseSerializer.Meta.fields, "names", "codes", "sites"]


class EnterpriseFilterSerializer(serializers.Serializer[Any]):
    q = serializers.CharField(
        required=False,
        max_length=100,
        help_text="Present or former name, pinyin, initials, or the beginning of a code.",
    )


class EnterprisesView(ApiView):
    pagination_class = Pages

    @extend_schema(
        operation_id="list_enterprises",
        tags=["registers"],
        summary="Enterprises I may see",
        parameters=[ACTS_AS, EnterpriseFilterSerializer],
        responses=answers({200: EnterpriseSerializer(many=True)}, *READING),
    )
    def get(self, request: Request) -> Response:
        wanted, rows = self.query(EnterpriseFilterSerializer), Enterprise.objects.visible_to(self.membership)
        return self.paged(find(wanted["q"], among=rows) if wanted.get("q") else rows, EnterpriseSerializer)


class OneEnterpriseView(ApiView):
    @extend_schema(
        operation_id="read_enterprise",
        tags=["registers"],
        summary="One enterprise",
        parameters=[ACTS_AS],
        responses=answers({200: EnterpriseDetailSerializer}, *READING),
    )
    def get(self, request: Request, enterprise_id: UUID) -> Response:
        sites = Prefetch("sites", Site.objects.visible_to(self.membership).order_by("name", "id"))
        rows = Enterprise.objects.visible_to(self.membership).prefetch_related("names", "codes", sites)
        return self.shown(one(rows, enterprise_id), EnterpriseDetailSerializer)
