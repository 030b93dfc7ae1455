"""Importing a list: a file is judged row by row; then exactly the confirmed rows are put on the list, or nothing."""

from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiRequest, PolymorphicProxySerializer, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from audits.api.actions import ResultSerializer, result_response
from audits.api.base import language, one
from audits.api.documents import FileView
from audits.api.parsing import PlainJSONParser, idempotency_key, if_match
from audits.api.schema import ACTS_AS, IDEMPOTENCY_KEY, IF_MATCH, LANGUAGE, PERFORMING, answers
from audits.procedure.words import Category
from audits.workflow.imports import apply_import, check
from enterprises.importing.archive import MAX_ROWS
from enterprises.importing.columns import Column
from enterprises.importing.workbook import MAX_BYTES
from enterprises.models import KeyEnterpriseList

ALL, ACCEPTED = "all", "accepted"


class FindingSerializer(serializers.Serializer[Any]):
    row = serializers.IntegerField(help_text="As a spreadsheet numbers it.")
    column = serializers.CharField(help_text="Empty: the whole row.")
    value = serializers.CharField()
    rule = serializers.CharField()
    message = serializers.CharField(help_text="What is wrong, and what to do.")


class RepairSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    row = serializers.IntegerField()
    column = serializers.CharField()
    old = serializers.CharField()
    new = serializers.CharField()
    rule = serializers.CharField()
    message = serializers.CharField()


class ImportReportSerializer(serializers.Serializer[Any]):
    """The verdict of a dry run. Nothing has been put on the list."""

    digest = serializers.CharField()
    rows = serializers.IntegerField()
    accepted = serializers.IntegerField(help_text="With all repairs.")
    rejected = FindingSerializer(many=True)
    warnings = FindingSerializer(many=True)
    repairs = RepairSerializer(many=True)


class RowsOrWord(serializers.Field[Any, Any, Any, Any]):
    """A list, or one word that stands for all."""

    def __init__(self, word: str, child: type[int] | type[str], **options: Any) -> None:
        self.word, self.child = word, child
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> Any:
        if data == self.word:
            return data
        right = isinstance(data, list) and all(type(item) is self.child for item in data)
        if not right or len(data) > 4 * MAX_ROWS:
            text = (
                _("Give a list of row numbers, or “{word}”.")
                if self.child is int
                else _("Give a list of ids, or “{word}”.")
            )
            raise serializers.ValidationError(text.format(word=self.word), code="invalid_type")
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class ConfirmationSerializer(serializers.Serializer[Any]):
    """Which rows and repairs of a dry run are meant, and what was completed by hand."""

    digest = serializers.RegexField(r"^[0-9a-f]{64}$")
    rows = RowsOrWord(ACCEPTED, int, default=ACCEPTED)
    repairs = RowsOrWord(ALL, str, default=ALL)
    completions = serializers.DictField(
        child=serializers.DictField(child=serializers.CharField(allow_blank=True, max_length=1000)), default=dict
    )

    def validate_completions(self, given: dict[str, dict[str, str]]) -> dict[int, dict[str, str]]:
        """Rows are named by their number."""
        if not all(key.isascii() and key.isdigit() and len(key) <= 7 for key in given):
            raise serializers.ValidationError(_("Name rows by their number."), code="unknown_row")
        return {int(key): value for key, value in given.items()}


_FILE = {
    "type": "object",
    "properties": {
        "file": {"type": "string", "format": "binary", "description": ".xlsx or .csv, as authorities send them."},
        "categories": {
            "type": "array",
            "items": {"type": "string", "enum": [category.value for category in Category]},
            "description": "Of the whole list, for rows that name none.",
        },
    },
    "required": ["file"],
}
_CONFIRMATION = {
    "type": "object",
    "properties": {
        "digest": {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "Of the dry run that is confirmed."},
        "rows": {
            "oneOf": [{"type": "string", "enum": [ACCEPTED]}, {"type": "array", "items": {"type": "integer"}}],
            "default": ACCEPTED,
        },
        "repairs": {
            "oneOf": [{"type": "string", "enum": [ALL]}, {"type": "array", "items": {"type": "string"}}],
            "default": ALL,
        },
        "completions": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "properties": {column.value: {"type": "string", "maxLength": 1000} for column in Column},
            },
            "description": "Row number to column to the value typed by hand.",
        },
    },
    "required": ["digest"],
}


def _optional(parameter: OpenApiParameter) -> OpenApiParameter:
    return OpenApiParameter(
        parameter.name, parameter.type, parameter.location, description=f"When confirming. {parameter.description}"
    )


class ListImportView(FileView):
    largest = MAX_BYTES
    parser_classes = [PlainJSONParser, MultiPartParser]

    @extend_schema(
        operation_id="import_list",
        tags=["lists"],
        summary="Import a list: first a dry run, then the confirmed rows",
        description=(
            "With a file (multipart): the dry run, a verdict per row, nothing is put on the list. With JSON: the confirmed "
            "set of rows and repairs of that dry run, all of it or nothing, as one action `nominate`."
        ),
        parameters=[
            ACTS_AS,
            LANGUAGE,
            _optional(IF_MATCH),
            _optional(IDEMPOTENCY_KEY),
            OpenApiParameter("subject_id", OpenApiTypes.UUID, OpenApiParameter.PATH),
        ],
        request={"multipart/form-data": OpenApiRequest(_FILE), "application/json": OpenApiRequest(_CONFIRMATION)},
        responses=answers(
            {
                200: PolymorphicProxySerializer(
                    component_name="ImportAnswer",
                    serializers=[ImportReportSerializer, ResultSerializer],
                    resource_type_field_name=None,
                )
            },
            *PERFORMING,
        ),
    )
    def post(self, request: Request, subject_id: UUID) -> Response:
        row = one(KeyEnterpriseList.objects.visible_to(self.membership), subject_id)
        if isinstance(request.data, QueryDict):
            return self.dry_run(request, row, request.data)
        version, key = if_match(request), idempotency_key(request)
        confirmed = self.body(ConfirmationSerializer)
        result = apply_import(row, by=self.membership, expected_version=version, idempotency_key=key, **confirmed)
        return result_response(result)

    def dry_run(self, request: Request, row: KeyEnterpriseList, form: QueryDict) -> Response:
        """The verdict on a file."""
        file = self.file(request)
        names = form.getlist("categories")
        named = serializers.MultipleChoiceField(choices=[category.value for category in Category])
        categories = [Category(name) for name in sorted(named.run_validation(names))] if names else []
        _, report = check(row, by=self.membership, content=file.read(), filename=file.name or "", categories=categories)
        return Response(report.as_json(language()))
