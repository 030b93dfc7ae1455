"""Files: staged here, bound by an action, downloaded by whoever may see what they belong to."""

from typing import Any
from uuid import UUID

from django.http import FileResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiRequest, extend_schema
from rest_framework import status
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from audits.api.base import ApiView, Pages, one
from audits.api.case_shapes import DocumentSerializer
from audits.api.errors import Problem, TooLarge
from audits.api.parsing import content_length
from audits.api.schema import ACTS_AS, READING, WRITING, answers
from audits.models import Document
from audits.workflow import documents, reading
from audits.workflow.errors import NotVisible
from audits.workflow.file_checks import CONTENT_TYPES

ENVELOPE = 64 * 1024  # what multipart adds around a file
_UPLOAD = OpenApiRequest(
    {
        "type": "object",
        "properties": {
            "file": {"type": "string", "format": "binary", "description": "pdf, png, jpg, xlsx, docx, csv, txt."}
        },
        "required": ["file"],
    }
)


class FileView(ApiView):
    """A view that takes one file; a body that is too large is refused before it is read."""

    largest = documents.MAX_BYTES

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if content_length(request) > self.largest + ENVELOPE:
            raise TooLarge()

    def file(self, request: Request) -> Any:
        """The uploaded file. 400 `required` without one, `too_many_files` with several."""
        given = request.FILES.getlist("file")
        if len(request.FILES) > 1 or len(given) > 1:
            raise Problem(400, [("too_many_files", _("One file at a time."), "file")])
        if not given:
            raise Problem(400, [("required", _("No file was submitted."), "file")])
        return given[0]


class StagedPages(Pages):
    ordering = ("-staged_at", "id")


class DocumentsView(FileView):
    pagination_class = StagedPages
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="list_staged_documents",
        tags=["documents"],
        summary="My files that no action has used yet",
        parameters=[ACTS_AS],
        responses=answers({200: DocumentSerializer(many=True)}, *READING),
    )
    def get(self, request: Request) -> Response:
        own = Document.objects.visible_to(self.membership).filter(uploaded_by=self.membership, bound_at=None)
        return self.paged(own, DocumentSerializer)

    @extend_schema(
        operation_id="stage_document",
        tags=["documents"],
        summary="Upload a file for an action",
        description="Name its id in the payload of an action within seven days; then it can no longer be replaced.",
        parameters=[ACTS_AS],
        request={"multipart/form-data": _UPLOAD},
        responses=answers({201: DocumentSerializer}, *WRITING),
    )
    def post(self, request: Request) -> Response:
        row = documents.stage(self.file(request), by=self.membership)
        return Response(DocumentSerializer(row).data, status=status.HTTP_201_CREATED)


class OneDocumentView(ApiView):
    @extend_schema(
        operation_id="read_document",
        tags=["documents"],
        summary="About a file",
        parameters=[ACTS_AS],
        responses=answers({200: DocumentSerializer}, *READING),
    )
    def get(self, request: Request, document_id: UUID) -> Response:
        return self.shown(one(reading.documents(self.membership), document_id), DocumentSerializer)

    @extend_schema(
        operation_id="discard_document",
        tags=["documents"],
        summary="Delete a staged file of mine",
        description="409 `document_bound` once an action has used it.",
        parameters=[ACTS_AS],
        responses=answers({204: None}, 400, 401, 403, 404, 409, 429),
    )
    def delete(self, request: Request, document_id: UUID) -> Response:
        documents.discard(one(reading.documents(self.membership), document_id), by=self.membership)
        return Response(status=status.HTTP_204_NO_CONTENT)


class AnyAccept(BaseContentNegotiation):
    """A file is what it is, whatever the caller would like it to be."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class DocumentContentView(ApiView):
    renderer_classes = [JSONRenderer]
    content_negotiation_class = AnyAccept

    @extend_schema(
        operation_id="download_document",
        tags=["documents"],
        summary="The file itself, as an attachment",
        parameters=[ACTS_AS],
        responses=answers({(200, one_): OpenApiTypes.BINARY for one_ in CONTENT_TYPES}, *READING),
    )
    def get(self, request: Request, document_id: UUID) -> FileResponse:
        row = one(reading.documents(self.membership), document_id)
        try:
            content = documents.open_content(row)
        except FileNotFoundError:
            raise NotVisible() from None
        answer = FileResponse(content, as_attachment=True, filename=row.name, content_type=row.content_type)
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
        answer["Cache-Control"] = "private, no-store"
        answer["ETag"] = f'"{row.sha256}"'
        return answer
