"""What reporting units owe each year: annual plan, annual report, progress reports."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audits.api.base import ApiView, Pages, one
from audits.api.schema import ACTS_AS, READING, answers
from audits.api.shown import ShownSerializer
from audits.models import DutyYear


class DutySerializer(ShownSerializer[DutyYear]):
    reporting_unit = serializers.CharField(source="reporting_unit_id", read_only=True)
    regime = serializers.CharField(read_only=True)
    overdue = serializers.SerializerMethodField(help_text="As of today.")

    class Meta:
        model = DutyYear
        fields = [
            "id",
            "version",
            "reporting_unit",
            "year",
            "regime",
            "next_due_on",
            "next_due_step",
            "overdue",
            "closed_on",
            "created_at",
        ]

    def get_overdue(self, duty: DutyYear) -> bool:
        return duty.closed_on is None and duty.next_due_on is not None and duty.next_due_on < timezone.localdate()


class DutyFilterSerializer(serializers.Serializer[Any]):
    reporting_unit = serializers.RegexField(r"^[0-9]{6}$", required=False)
    year = serializers.IntegerField(min_value=2003, max_value=2100, required=False)


class DutiesView(ApiView):
    pagination_class = Pages

    @extend_schema(
        operation_id="list_duties",
        tags=["duties"],
        summary="Yearly duties of authorities I may see",
        parameters=[ACTS_AS, DutyFilterSerializer],
        responses=answers({200: DutySerializer(many=True)}, *READING),
    )
    def get(self, request: Request) -> Response:
        rows = DutyYear.objects.visible_to(self.membership).defer("state")
        wanted = self.query(DutyFilterSerializer)
        if "reporting_unit" in wanted:
            rows = rows.filter(reporting_unit_id=wanted["reporting_unit"])
        if "year" in wanted:
            rows = rows.filter(year=wanted["year"])
        return self.paged(rows, DutySerializer)


class OneDutyView(ApiView):
    @extend_schema(
        operation_id="read_duty",
        tags=["duties"],
        summary="The duties of one unit in one year",
        parameters=[ACTS_AS],
        responses=answers({200: DutySerializer}, *READING),
    )
    def get(self, request: Request, subject_id: UUID) -> Response:
        row = one(DutyYear.objects.visible_to(self.membership), subject_id)
        return self.shown(row, DutySerializer, version=row.version)
