"""What belongs to a case, and to a list or a duty where they have it: history, deadlines, notices, files, options."""

from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.acting import acting_of
from audits.api import case_shapes as shapes
from audits.api import course_shapes as course
from audits.api.actions import MODELS
from audits.api.base import ApiView, Pages, language, one
from audits.api.schema import ACTS_AS, LANGUAGE, READING, answers
from audits.models import AuditCase
from audits.procedure.words import Subject
from audits.workflow import reading, reviews


class EventPages(Pages):
    ordering = ("-seq",)


class NoticePages(Pages):
    ordering = ("-created_at", "id")


class DocumentPages(Pages):
    ordering = ("-staged_at", "id")


class SubjectView(ApiView):
    """A view of something that belongs to a subject."""

    subject: ClassVar[Subject] = Subject.CASE

    def row(self, subject_id: UUID) -> Any:
        """The subject, if the caller may see it."""
        rows = MODELS[self.subject].objects.visible_to(self.membership)
        return one(rows.select_related("reporting_unit"), subject_id)


class EventsView(SubjectView):
    pagination_class = EventPages

    def get(self, request: Request, subject_id: UUID) -> Response:
        row = self.row(subject_id)
        pages = EventPages()
        events = pages.paginate_queryset(reading.events_of(row, self.membership), request, view=self)
        bodies = reading.history(row, events, self.membership)
        changes = reading.changes_by(row, bodies, self.membership)
        shown = [course.shown_event(body, changes[body["seq"]]) for body in bodies]
        return pages.get_paginated_response(shown)


class DeadlinesView(SubjectView):
    def get(self, request: Request, subject_id: UUID) -> Response:
        row, today, known = self.row(subject_id), timezone.localdate(), course.titles()
        rows = reading.deadlines_of(row, self.membership)
        return Response([course.shown_deadline(one_, today, language(), known) for one_ in rows])


class CaseNoticesView(SubjectView):
    pagination_class = NoticePages

    @extend_schema(
        operation_id="list_case_notices",
        tags=["cases"],
        summary="Who was told what, and when",
        parameters=[ACTS_AS],
        responses=answers({200: shapes.NoticeSerializer(many=True)}, *READING),
    )
    def get(self, request: Request, subject_id: UUID) -> Response:
        case = one(AuditCase.objects.visible_to(self.membership).select_related("enterprise"), subject_id)
        rows = reading.notices_of(case, self.membership).select_related("membership__organization")
        return self.paged(rows, shapes.NoticeSerializer, reader=acting_of(self.membership))


class CaseDeliveriesView(SubjectView):
    pagination_class = NoticePages

    @extend_schema(
        operation_id="list_case_deliveries",
        tags=["cases"],
        summary="Which programs were told what, and when",
        description="The webhooks beside the notices to persons: authorities see all of them, others their own.",
        parameters=[ACTS_AS],
        responses=answers({200: shapes.CaseDeliverySerializer(many=True)}, *READING),
    )
    def get(self, request: Request, subject_id: UUID) -> Response:
        rows = reading.deliveries_of(self.row(subject_id), self.membership)
        return self.paged(rows, shapes.CaseDeliverySerializer, reader=acting_of(self.membership))


class CaseDocumentsView(SubjectView):
    pagination_class = DocumentPages

    @extend_schema(
        operation_id="list_case_documents",
        tags=["cases"],
        summary="Files of the case",
        parameters=[ACTS_AS],
        responses=answers({200: shapes.DocumentSerializer(many=True)}, *READING),
    )
    def get(self, request: Request, subject_id: UUID) -> Response:
        case = self.row(subject_id)
        return self.paged(reading.documents(self.membership).filter(case=case), shapes.DocumentSerializer)


class CaseOptionsView(SubjectView):
    @extend_schema(
        operation_id="list_case_options",
        tags=["cases"],
        summary="Cleaner production options, planned and verified",
        parameters=[ACTS_AS, LANGUAGE],
        responses=answers({200: shapes.OptionSerializer(many=True)}, *READING),
    )
    def get(self, request: Request, subject_id: UUID) -> Response:
        case = self.row(subject_id)
        rows = case.options.order_by("code").prefetch_related("effects")
        return Response(shapes.OptionSerializer(rows, many=True, context=self.context()).data)


class CaseReviewsView(SubjectView):
    @extend_schema(
        operation_id="list_case_reviews",
        tags=["cases"],
        summary="Assessments and acceptances",
        parameters=[ACTS_AS, LANGUAGE],
        responses=answers({200: shapes.ReviewSerializer(many=True)}, *READING),
    )
    def get(self, request: Request, subject_id: UUID) -> Response:
        case = self.row(subject_id)
        return Response(reviews.reviews_of(case, self.membership))


def _for(view: type[SubjectView], subject: Subject, operation: str, summary: str, shape: Any) -> type[SubjectView]:
    """A view of this file for one kind of subject, documented as such."""
    made = type(f"{subject.value.title()}{view.__name__}", (view,), {"subject": subject})

    def get(self: Any, request: Request, subject_id: UUID) -> Response:
        return view.get(self, request, subject_id)  # type: ignore[attr-defined]

    made.get = extend_schema(  # type: ignore[attr-defined]
        operation_id=f"list_{subject.value}_{operation}",
        tags=[{Subject.CASE: "cases", Subject.LIST: "lists", Subject.DUTY: "duties"}[subject]],
        summary=summary,
        parameters=[ACTS_AS, LANGUAGE, OpenApiParameter("subject_id", OpenApiTypes.UUID, OpenApiParameter.PATH)],
        responses=answers({200: shape(many=True)}, *READING),
    )(get)
    return made


def events_view(subject: Subject) -> type[SubjectView]:
    """The history of one kind of subject."""
    return _for(EventsView, subject, "events", "What happened, newest first", course.EventSerializer)


def deadlines_view(subject: Subject) -> type[SubjectView]:
    """The deadlines of one kind of subject."""
    return _for(DeadlinesView, subject, "deadlines", "Deadlines, explained", course.DeadlineSerializer)
