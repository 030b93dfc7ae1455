"""Annual returns of reporting units: drafted, corrected, checked, submitted, revised; as a form there and back.

Rules are in `audits.statistics.returns`; a return is read by the unit's authority and those above it.
"""

import io
from typing import Any
from uuid import UUID

from django.http import FileResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiRequest, OpenApiResponse, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import checked
from audits.api import return_shapes as shapes
from audits.api.actions import action_steps, shown_result
from audits.api.base import ApiView, Pages, language, one
from audits.api.bodies import body_schema, split, without_draft
from audits.api.documents import AnyAccept, FileView
from audits.api.downloads import XLSX, attachment
from audits.api.errors import words
from audits.api.parsing import body_object, idempotency_key, if_match
from audits.api.routing import route
from audits.api.schema import ACTS_AS, IDEMPOTENCY_KEY, IF_MATCH, LANGUAGE, PERFORMING, READING, WRITING, answers
from audits.models import UnitReturn
from audits.procedure.words import Subject
from audits.statistics.returns import checking, drafting, form, importing, submitting
from audits.statistics.returns.errors import FormRefused
from audits.workflow.errors import NotVisible
from enterprises.importing.workbook import MAX_BYTES

TAGS = ["returns"]
EDITING = (*WRITING, 412, 428)
_STEPS = action_steps(Subject.DUTY)[submitting.ACTION]
_SUBMISSION = body_schema(_STEPS)
_SUBMISSION.pop("required", None)
_SUBMISSION["properties"] = without_draft(_SUBMISSION["properties"])
_SUBMISSION["properties"]["report"] = {
    **_SUBMISSION["properties"]["report"],
    "minItems": 0,
    "description": "Further documents; the frozen return itself is added.",
}
_FILE = {"type": "string", "format": "binary", "description": "The .xlsx form that this system made, filled in."}


class ReturnView(ApiView):
    """A view of one return."""

    def row(self, return_id: UUID) -> UnitReturn:
        """The return, if the caller may see it."""
        rows = UnitReturn.objects.visible_to(self.membership).select_related("reporting_unit")
        return one(rows, return_id)

    def told(self, row: UnitReturn, status: int = 200, found: Any = None) -> Response:
        """The whole return, its version as ETag."""
        return Response(shapes.whole(row, language(), found), status=status, headers={"ETag": f'"{row.version}"'})


class ReturnsView(ReturnView):
    pagination_class = Pages

    @extend_schema(
        operation_id="list_returns",
        tags=TAGS,
        summary="Annual returns of units in my jurisdiction, drafts included",
        parameters=[ACTS_AS, LANGUAGE, shapes.ReturnFilterSerializer],
        responses=answers({200: shapes.ReturnBriefSerializer(many=True)}, *READING),
    )
    def get(self, request: Request) -> Response:
        wanted = self.query(shapes.ReturnFilterSerializer)
        rows = UnitReturn.objects.visible_to(self.membership).select_related("reporting_unit")
        if "unit" in wanted:
            rows = rows.filter(reporting_unit_id=wanted["unit"])
        if "year" in wanted:
            rows = rows.filter(year=wanted["year"])
        if wanted.get("frozen") is not None:
            rows = rows.filter(frozen_at__isnull=not wanted["frozen"])
        pages = Pages()
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response([shapes.brief(row, language()) for row in page])

    @extend_schema(
        operation_id="draft_return",
        tags=TAGS,
        summary="Draft the annual return of a unit from the facts as they stand",
        description="Figures that no case gives rise to (training and capacity) are left to be told.",
        parameters=[ACTS_AS, LANGUAGE],
        request=shapes.YearOfUnitSerializer,
        responses=answers({201: shapes.ReturnSerializer}, *WRITING),
    )
    def post(self, request: Request) -> Response:
        asked = self.body(shapes.YearOfUnitSerializer)
        return self.told(drafting.draft(asked["unit"], asked["year"], by=self.membership), 201)


class OneReturnView(ReturnView):
    @extend_schema(
        operation_id="read_return",
        tags=TAGS,
        summary="One return: figures, corrections and what the rules find",
        parameters=[ACTS_AS, LANGUAGE],
        responses=answers({200: shapes.ReturnSerializer}, *READING),
    )
    def get(self, request: Request, return_id: UUID) -> Response:
        return self.told(self.row(return_id))

    @extend_schema(
        operation_id="discard_return",
        tags=TAGS,
        summary="Throw a draft away",
        description="409 `return_frozen` once it was submitted.",
        parameters=[ACTS_AS, LANGUAGE, IF_MATCH],
        responses=answers({204: None}, *EDITING),
    )
    def delete(self, request: Request, return_id: UUID) -> Response:
        row = self.row(return_id)
        drafting.discard(row.pk, by=self.membership, expected_version=if_match(request))
        return Response(status=204)


class ReturnFigureView(ReturnView):
    @extend_schema(
        operation_id="correct_return_figure",
        tags=TAGS,
        summary="Set one figure of a draft",
        description="A figure that stands is only changed with a reason. Acknowledged warnings are then open again.",
        parameters=[ACTS_AS, LANGUAGE, IF_MATCH],
        request=shapes.FigureChangeSerializer,
        responses=answers({200: shapes.ReturnSerializer}, *EDITING),
    )
    def patch(self, request: Request, return_id: UUID, key: str) -> Response:
        row, version = self.row(return_id), if_match(request)
        said = self.body(shapes.FigureChangeSerializer)
        figure = drafting.Figure(key, said["value"], said.get("remark"))
        changed = drafting.correct(row.pk, figure, by=self.membership, reason=said["reason"], expected_version=version)
        return self.told(changed)


class ReturnCheckView(ReturnView):
    @extend_schema(
        operation_id="check_return",
        tags=TAGS,
        summary="Judge a draft by the rules, and answer warnings",
        parameters=[ACTS_AS, LANGUAGE, IF_MATCH],
        request=shapes.CheckSerializer,
        responses=answers({200: shapes.ReturnSerializer}, *EDITING),
    )
    def post(self, request: Request, return_id: UUID) -> Response:
        row, version = self.row(return_id), if_match(request)
        said = self.body(shapes.CheckSerializer)
        answered = {f"{one_['rule']}:{one_['metric']}": one_["text"] for one_ in said["acknowledgements"]}
        row, found = checking.check(row.pk, by=self.membership, acknowledged=answered, expected_version=version)
        return self.told(row, found=found)


class ReturnSubmitView(ReturnView):
    @extend_schema(
        operation_id="submit_return",
        tags=TAGS,
        summary="Freeze the return and report it: the duty's submit_annual_report",
        description=(
            "By an approver who had no hand in it. The body holds the other fields of the duty's step; what was prepared "
            "of them as a draft of the duty goes with it. For a year before the system there is no duty to report to."
        ),
        parameters=[ACTS_AS, LANGUAGE, IF_MATCH, IDEMPOTENCY_KEY],
        request=OpenApiRequest(_SUBMISSION),
        responses=answers({200: shapes.SubmittedSerializer}, *PERFORMING),
    )
    def post(self, request: Request, return_id: UUID) -> Response:
        row = self.row(return_id)
        version, key = if_match(request), idempotency_key(request)
        payload, reserved = split(body_object(request), _STEPS, timezone.localdate())
        done = submitting.submit(
            row.pk,
            by=self.membership,
            payload=payload,
            expected_version=version,
            idempotency_key=key,
            **without_draft(reserved),
        )
        told = {
            "return": shapes.whole(done.row, language()),
            "result": shown_result(done.result) if done.result is not None else None,
            "replayed": done.replayed,
        }
        return Response(told, headers={"ETag": f'"{done.row.version}"'})


class ReturnReviseView(ReturnView):
    @extend_schema(
        operation_id="revise_return",
        tags=TAGS,
        summary="Begin a revision of a submitted return",
        description="A new draft that supersedes it, with its figures to begin with.",
        parameters=[ACTS_AS, LANGUAGE],
        request=shapes.ReasonForSerializer,
        responses=answers({201: shapes.ReturnSerializer}, *WRITING),
    )
    def post(self, request: Request, return_id: UUID) -> Response:
        row = self.row(return_id)
        said = self.body(shapes.ReasonForSerializer)
        return self.told(drafting.revise(row.pk, by=self.membership, reason=said["reason"]), 201)


# --- the form -----------------------------------------------------------------------------------------------------


class BlankFormView(ApiView):
    renderer_classes = [JSONRenderer]
    content_negotiation_class = AnyAccept

    @extend_schema(
        operation_id="blank_return_form",
        tags=TAGS,
        summary="The blank form of a unit and year, as xlsx",
        parameters=[ACTS_AS, shapes.YearOfUnitSerializer],
        responses=answers({(200, XLSX): OpenApiTypes.BINARY}, *READING),
    )
    def get(self, request: Request) -> FileResponse:
        asked = self.query(shapes.YearOfUnitSerializer)
        content = form.form(asked["unit"], asked["year"])
        return attachment(io.BytesIO(content), f"return-{asked['unit'].pk}-{asked['year']}.xlsx", XLSX)


class ReturnFormView(ReturnView):
    renderer_classes = [JSONRenderer]
    content_negotiation_class = AnyAccept

    @extend_schema(
        operation_id="return_form",
        tags=TAGS,
        summary="The form filled with a return, as xlsx",
        parameters=[ACTS_AS],
        responses=answers({(200, XLSX): OpenApiTypes.BINARY}, *READING),
    )
    def get(self, request: Request, return_id: UUID) -> FileResponse:
        row = self.row(return_id)
        if row.reporting_unit is None:  # the paper's own return has no form
            raise NotVisible()
        content = form.form(row.reporting_unit, row.year, form.filled_with(row))
        return attachment(io.BytesIO(content), f"return-{row.reporting_unit_id}-{row.year}-r{row.revision}.xlsx", XLSX)


class FormFileView(ReturnView, FileView):
    """A view that takes a form; its faults are told cell by cell."""

    largest = MAX_BYTES
    parser_classes = [MultiPartParser]

    def refused(self, error: FormRefused) -> Response:
        """Every fault with sheet, cell, value and rule, in the one shape of errors."""
        told = [
            {
                "code": cell.rule,
                "detail": words(cell.text),
                "attr": "file",
                "sheet": cell.sheet,
                "cell": cell.cell,
                "value": cell.value,
                "rule": cell.rule,
            }
            for cell in error.cells
        ]
        return Response({"type": "validation_error", "errors": told}, status=error.http_status)


_FORM_ANSWERS = {
    400: OpenApiResponse(shapes.FormErrorsSerializer, description="The form has faults; nothing is stored.")
}


class ReturnsImportView(FormFileView):
    @extend_schema(
        operation_id="import_return",
        tags=TAGS,
        summary="A new draft from a filled form, such as of a year before the system",
        parameters=[ACTS_AS, LANGUAGE],
        request={
            "multipart/form-data": OpenApiRequest(
                {
                    "type": "object",
                    "properties": {
                        "file": _FILE,
                        "unit": {"type": "string", "pattern": "^[0-9]{6}$"},
                        "year": {"type": "integer", "minimum": shapes.FIRST_YEAR, "maximum": shapes.LAST_YEAR},
                    },
                    "required": ["file", "unit", "year"],
                }
            )
        },
        responses={**answers({201: shapes.ReturnSerializer}, *WRITING), **_FORM_ANSWERS},
    )
    def post(self, request: Request) -> Response:
        file = self.file(request)
        asked = checked(shapes.YearOfUnitSerializer, {key: request.POST.get(key) for key in ("unit", "year")})
        try:
            row = importing.import_form(
                asked["unit"], asked["year"], content=file.read(), filename=file.name or "", by=self.membership
            )
        except FormRefused as error:
            return self.refused(error)
        return self.told(row, 201)


class ReturnImportView(FormFileView):
    @extend_schema(
        operation_id="import_into_return",
        tags=TAGS,
        summary="Take a filled form over into a draft",
        description="Figures that stood there already are changed with the reason. All of it or nothing.",
        parameters=[ACTS_AS, LANGUAGE, IF_MATCH],
        request={
            "multipart/form-data": OpenApiRequest(
                {
                    "type": "object",
                    "properties": {"file": _FILE, "reason": {"type": "string", "maxLength": drafting.MAX_TEXT}},
                    "required": ["file"],
                }
            )
        },
        responses={**answers({200: shapes.ReturnSerializer}, *EDITING), **_FORM_ANSWERS},
    )
    def post(self, request: Request, return_id: UUID) -> Response:
        row, version = self.row(return_id), if_match(request)
        file, reason = self.file(request), request.POST.get("reason", "")
        try:
            row = importing.import_into(
                row.pk,
                content=file.read(),
                filename=file.name or "",
                by=self.membership,
                reason=reason,
                expected_version=version,
            )
        except FormRefused as error:
            return self.refused(error)
        return self.told(row)


_ONE = "statistics/returns/<uuid:return_id>/"
urlpatterns = [
    route("statistics/returns/", ReturnsView, "returns"),
    route("statistics/returns/form.xlsx", BlankFormView, "blank-return-form"),
    route("statistics/returns/import/", ReturnsImportView, "returns-import"),
    route(_ONE, OneReturnView, "one-return"),
    route(f"{_ONE}figures/<slug:key>/", ReturnFigureView, "return-figure"),
    route(f"{_ONE}check/", ReturnCheckView, "return-check"),
    route(f"{_ONE}submit/", ReturnSubmitView, "return-submit"),
    route(f"{_ONE}revise/", ReturnReviseView, "return-revise"),
    route(f"{_ONE}form.xlsx", ReturnFormView, "return-form"),
    route(f"{_ONE}import/", ReturnImportView, "return-import"),
]
