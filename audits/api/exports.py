"""Exports: asked for, watched and fetched by the member who wants them. They are made in the background."""

from typing import Any
from uuid import UUID

from django.http import FileResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from audits.api.base import ApiView, Pages, language, one
from audits.api.documents import AnyAccept
from audits.api.downloads import attachment
from audits.api.routing import route
from audits.api.schema import ACTS_AS, LANGUAGE, READING, WRITING, answers
from audits.api.shown import ShownSerializer
from audits.models import ExportJob
from audits.statistics.exports import jobs
from audits.statistics.exports.kinds import KINDS
from audits.statistics.exports.writers import CONTENT_TYPES

TAGS = ["exports"]


class ExportRequestSerializer(serializers.Serializer[Any]):
    """What is wanted. `performance_table` takes `case`; the other kinds take `year`."""

    kind = serializers.ChoiceField(choices=list(KINDS))
    format = serializers.ChoiceField(choices=list(CONTENT_TYPES))
    case = serializers.UUIDField(required=False)
    year = serializers.IntegerField(
        min_value=2003, max_value=2100, required=False, help_text="Of publication, or of the summary."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly the parameters of the kind."""
        needed = KINDS[attrs["kind"]].params
        for name in ("case", "year"):
            if name in needed and name not in attrs:
                raise serializers.ValidationError({name: str(_("This kind of export needs it."))}, code="required")
            if name in attrs and name not in needed:
                raise serializers.ValidationError(
                    {name: str(_("This kind of export does not take it."))}, code="surplus"
                )
        return attrs


class ExportSerializer(ShownSerializer[ExportJob]):
    """One export. `state`: queued, running, done, failed or expired; `error` says why it failed."""

    params = serializers.DictField(read_only=True)

    class Meta:
        model = ExportJob
        fields = [
            "id",
            "kind",
            "format",
            "params",
            "state",
            "progress",
            "error",
            "file_name",
            "size",
            "sha256",
            "created_at",
            "finished_at",
            "expires_at",
        ]


class ExportsView(ApiView):
    pagination_class = Pages

    @extend_schema(
        operation_id="list_exports",
        tags=TAGS,
        summary="My exports",
        parameters=[ACTS_AS],
        responses=answers({200: ExportSerializer(many=True)}, *READING),
    )
    def get(self, request: Request) -> Response:
        return self.paged(ExportJob.objects.visible_to(self.membership), ExportSerializer)

    @extend_schema(
        operation_id="ask_for_export",
        tags=TAGS,
        summary="Ask for an export; it is made in the background",
        description="What it holds is what the member may see when it is made. The file is kept for seven days.",
        parameters=[ACTS_AS, LANGUAGE],
        request=ExportRequestSerializer,
        responses=answers({202: ExportSerializer}, *WRITING),
    )
    def post(self, request: Request) -> Response:
        said = self.body(ExportRequestSerializer)
        params = {name: str(said[name]) if name == "case" else said[name] for name in KINDS[said["kind"]].params}
        job = jobs.ask(said["kind"], said["format"], by=self.membership, params=params, language=language())
        answer = self.shown(job, ExportSerializer)
        answer.status_code = 202
        answer["Location"] = f"{request.path}{job.pk}/"
        return answer


class OneExportView(ApiView):
    @extend_schema(
        operation_id="read_export",
        tags=TAGS,
        summary="How far an export is",
        parameters=[ACTS_AS],
        responses=answers({200: ExportSerializer}, *READING),
    )
    def get(self, request: Request, export_id: UUID) -> Response:
        return self.shown(one(ExportJob.objects.visible_to(self.membership), export_id), ExportSerializer)


class ExportContentView(ApiView):
    renderer_classes = [JSONRenderer]
    content_negotiation_class = AnyAccept

    @extend_schema(
        operation_id="download_export",
        tags=TAGS,
        summary="The file of an export, as an attachment",
        description="409 `export_not_ready` before it is done, 410 `export_expired` when it is no longer kept.",
        parameters=[ACTS_AS],
        responses=answers(
            {(200, kind.partition(";")[0]): OpenApiTypes.BINARY for kind in CONTENT_TYPES.values()}, *READING, 409, 410
        ),
    )
    def get(self, request: Request, export_id: UUID) -> FileResponse:
        job = one(ExportJob.objects.visible_to(self.membership), export_id)
        content = jobs.open_content(job, timezone.now())
        return attachment(content, job.file_name, job.content_type, job.sha256)


urlpatterns = [
    route("exports/", ExportsView, "exports"),
    route("exports/<uuid:export_id>/", OneExportView, "one-export"),
    route("exports/<uuid:export_id>/content/", ExportContentView, "export-content"),
]
