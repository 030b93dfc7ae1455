"""The record of a case on paper: everything the tabs of its page show to this reader, in one document and uncut."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from audits.api.case_shapes import OptionSerializer
from audits.procedure.registry import PROCEDURES
from audits.procedure.words import RegimeKey
from audits.web import timeline
from audits.web.cases import OneCasePage, documents_of, notices_of, with_recipients
from audits.web.differences import bodies_of
from audits.web.history import record_of
from audits.workflow import contexts, reading
from audits.workflow.reviews import panels_in, reviews_of
from audits.workflow.state import is_suspended


class CaseRecordView(OneCasePage):
    """The case as a document: who may see what follows the rules of the tabs, nothing is told here that they keep back."""

    template = "web/cases/record.html"

    def get(self, request: HttpRequest, subject_id: UUID) -> HttpResponse:
        case, by, today = self.find(subject_id), self.membership, timezone.localdate()
        deadlines = self.dates(reading.deadlines_of(case, by))
        bodies = bodies_of(case, by)
        course = timeline.timeline(contexts.context_of(case, on=today, today=today), deadlines, bodies)
        options = case.options.order_by("code").prefetch_related("effects")
        reviews = reviews_of(case, by)
        notices = notices_of(case, by).order_by("created_at", "id")
        return self.shown(
            case=case,
            procedure=PROCEDURES[RegimeKey(case.regime)],
            categories=sorted(case.state["categories"].items()),
            suspended=is_suspended(case.state),
            phases=course,
            deadlines=deadlines,
            documents=documents_of(case, by).order_by("bound_at", "id"),
            options=OptionSerializer(options, many=True).data,
            reviews=reviews,
            acts=record_of(bodies, by, panels_in(reviews)),
            left_out=case.version - len(bodies),
            told=with_recipients(notices, by),
            printed_at=timezone.now(),
            printed_by=f"{by.user.get_full_name() or by.user.get_username()} · {by.organization.name}",
        )
