"""Cases: list, one, and opening one without a list."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiRequest, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from audits.api.actions import ResultSerializer, result_response
from audits.api.base import ApiView, Pages, one
from audits.api.bodies import body_schema, split, without_draft
from audits.api.case_filters import CaseFilterSerializer, filtered
from audits.api.case_shapes import CaseDetailSerializer, CaseSerializer
from audits.api.parsing import body_object, idempotency_key
from audits.api.schema import ACTS_AS, IDEMPOTENCY_KEY, LANGUAGE, READING, WRITING, answers
from audits.models import AuditCase
from audits.procedure import registry
from audits.workflow import reading
from audits.workflow.opening import open_case

REGISTER = registry.find("register")


class CasesView(ApiView):
    pagination_class = Pages

    @extend_schema(
        operation_id="list_cases",
        tags=["cases"],
        summary="Cases I may see, newest first",
        parameters=[ACTS_AS, CaseFilterSerializer],
        responses=answers({200: CaseSerializer(many=True)}, *READING),
    )
    def get(self, request: Request) -> Response:
        rows = AuditCase.objects.visible_to(self.membership).select_related("enterprise", "site").defer("state")
        return self.paged(filtered(rows, self.query(CaseFilterSerializer), timezone.localdate()), CaseSerializer)

    @extend_schema(
        operation_id="case_register",
        tags=["case actions"],
        summary="Open a voluntary audit or a pilot",
        description="The action `register`, the only one without a subject: it makes the case.",
        parameters=[ACTS_AS, LANGUAGE, IDEMPOTENCY_KEY],
        request=OpenApiRequest(body_schema(REGISTER)),
        responses=answers({201: ResultSerializer}, *WRITING),
    )
    def post(self, request: Request) -> Response:
        key = idempotency_key(request)
        payload, reserved = split(body_object(request), REGISTER, timezone.localdate())
        result = open_case(by=self.membership, payload=payload, idempotency_key=key, **without_draft(reserved))
        return result_response(result, status.HTTP_201_CREATED)


class OneCaseView(ApiView):
    @extend_schema(
        operation_id="read_case",
        tags=["cases"],
        summary="One case",
        description="ETag is the version: send it as If-Match with an action.",
        parameters=[ACTS_AS, LANGUAGE],
        responses=answers({200: CaseDetailSerializer}, *READING),
    )
    def get(self, request: Request, subject_id: str) -> Response:
        rows = AuditCase.objects.visible_to(self.membership).select_related("enterprise", "site")
        case = one(rows, subject_id)
        next_deadline = reading.deadlines_of(case, self.membership).running().first()  # type: ignore[attr-defined]
        return self.shown(case, CaseDetailSerializer, version=case.version, next_deadline=next_deadline)
