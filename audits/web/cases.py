"""Cases: the list, and the page of one with its parts."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils import timezone

from accounts.acting import acting_of
from accounts.models import Membership
from audits.api.case_filters import CaseFilterSerializer, filtered
from audits.api.case_shapes import OptionSerializer
from audits.api.course_shapes import next_open, shown_deadline, shown_event, titles
from audits.api.downloads import attachment
from audits.models import AuditCase, Deadline, Document, FilteredList, Notice
from audits.procedure.schema import Step
from audits.procedure.words import CaseKind, Category, Phase
from audits.web import nextsteps, places, timeline
from audits.web.base import Filters, PageView
from audits.web.bulk import MOST, steps_for_many
from audits.web.differences import bodies_of, came_back, with_act
from audits.web.filtered import FilteredPage
from audits.web.history import acts_of
from audits.web.readers import readers_of
from audits.web.records import entries, filled, public_fields
from audits.workflow import contexts, documents, reading
from audits.workflow.actions import actions_for
from audits.workflow.decide import progress
from audits.workflow.reviews import reviews_of
from audits.workflow.state import is_suspended

MOST_AGAIN = 3
HIDDEN = frozenset({"not_applicable", "already_done", "closed"})
PHASES = [phase.value for phase in Phase if phase is not Phase.ORDERS]


class CasesView(FilteredPage):
    """Cases the reader may see, with filters that stay in the address."""

    template = "web/cases/list.html"
    kept_as = FilteredList.CASES
    address_name = "web-cases"
    shape = CaseFilterSerializer

    def listed(self, asked: Filters) -> HttpResponse:
        """One page of the cases, the nearest date first."""
        given, wanted, errors = asked
        rows = AuditCase.objects.visible_to(self.membership).select_related("enterprise", "site").defer("state")
        page = self.page(filtered(rows.by_date(), wanted, timezone.localdate()), "nearest", "id", size=MOST)
        return self.shown(
            page=page,
            wanted=given,
            errors=errors,
            phases=PHASES,
            kinds=[kind.value for kind in CaseKind],
            categories=[one.value for one in Category],
            places=places.groups(self.membership, wanted.get("place", "")),
            q=given.get("q", ""),
            narrowed=bool(given),
            kept=self.kept(asked),
            steps_for_many=steps_for_many(self.membership),
            most=MOST,
        )


class OneCasePage(PageView):
    """A page about one case; `part` names its tab."""

    part = ""

    def find(self, subject_id: UUID) -> Any:
        """The case, if the reader may see it."""
        rows = AuditCase.objects.visible_to(self.membership).select_related("enterprise", "site", "reporting_unit")
        return self.one(rows, subject_id)

    def dates(self, rows: Iterable[Deadline]) -> list[dict[str, Any]]:
        """Deadlines of the case as they are shown today."""
        today, known = timezone.localdate(), titles()
        return [shown_deadline(row, today, self.language, known) for row in rows]

    def about(self, case: Any, deadlines: list[dict[str, Any]] | None = None, **context: Any) -> HttpResponse:
        """The page with the head of the case. Who has its deadlines at hand gives them; else the next one is read."""
        if deadlines is None:
            deadlines = self.dates(reading.deadlines_of(case, self.membership).running()[:1])  # type: ignore[attr-defined]
        return self.shown(
            case=case,
            part=self.part,
            deadlines=deadlines,
            upcoming=next_open(deadlines),
            suspended=is_suspended(case.state),
            **context,
        )


class CaseView(OneCasePage):
    """What comes next, what can be done, and the whole course."""

    template = "web/cases/case.html"
    part = "overview"

    def get(self, request: HttpRequest, subject_id: UUID) -> HttpResponse:
        case, today = self.find(subject_id), timezone.localdate()
        statuses = actions_for(case, self.membership)
        deadlines = self.dates(reading.deadlines_of(case, self.membership))
        bodies = bodies_of(case, self.membership)
        again, _ = came_back(bodies)
        now = [one for one in statuses if one.allowed or one.drafting]
        party = self.party
        blocked = [
            one
            for one in statuses
            if not one.allowed
            and not one.drafting
            and one.step.actor.party == party
            and not any(reason.right or reason.code in HIDDEN for reason in one.reasons)
        ]
        ctx = contexts.context_of(case, on=today, today=today)
        course_of_case = timeline.timeline(ctx, deadlines, bodies)
        not_here = timeline.Standing.NOT_HERE
        phases = [(phase, [one for one in lines if one.standing is not not_here]) for phase, lines in course_of_case]
        foreign = [one for _, lines in course_of_case for one in lines if one.standing is not_here]
        waited = {one["action"] for one in deadlines if not one["void"] and one["met_on"] is None}
        owed = nextsteps.owed(case, self.membership, waited)
        course = [one for one in now if nextsteps.is_next(one, case, owed) and not progress(one.step, ctx)]
        late = [one["action"] for one in deadlines if one["met_on"] is None and one["late_days"] > 0]
        course += nextsteps.after_missed(late, case, now, {one.action for one in course})
        return self.about(
            case,
            course=course,
            beside=[one for one in now if one not in course],
            blocked=blocked,
            phases=phases,
            foreign=foreign,
            again=[body for body in bodies if body["seq"] in again][::-1][:MOST_AGAIN],
            deadlines=deadlines,
        )


class CaseDocumentsView(OneCasePage):
    template = "web/cases/documents.html"
    part = "documents"

    def get(self, request: HttpRequest, subject_id: UUID) -> HttpResponse:
        case = self.find(subject_id)
        return self.about(case, page=self.page(documents_of(case, self.membership), "-bound_at", "id", size=50))


class CaseEffectsView(OneCasePage):
    template = "web/cases/effects.html"
    part = "effects"

    def get(self, request: HttpRequest, subject_id: UUID) -> HttpResponse:
        case = self.find(subject_id)
        options = case.options.order_by("code").prefetch_related("effects")
        return self.about(
            case,
            options=OptionSerializer(options, many=True).data,
            reviews=reviews_of(case, self.membership),
        )


class CaseHistoryView(OneCasePage):
    """Every act, newest first, with what it said and which dates it moved."""

    template = "web/cases/history.html"
    part = "history"

    def get(self, request: HttpRequest, subject_id: UUID) -> HttpResponse:
        case = self.find(subject_id)
        page = self.page(reading.events_of(case, self.membership), "-seq", size=25)
        bodies = bodies_of(case, self.membership)
        again, _ = came_back(bodies)
        return self.about(case, page=page, acts=acts_of(case, page.rows, self.membership, bodies), again=again)


class CaseAgainView(OneCasePage):
    """A submission that was made again beside the one before: what is different, and why it had come back."""

    template = "web/cases/again.html"
    part = "history"

    def get(self, request: HttpRequest, subject_id: UUID, seq: int) -> HttpResponse:
        case = self.find(subject_id)
        bodies = bodies_of(case, self.membership)
        again, _ = came_back(bodies)
        if seq not in again:
            raise Http404
        body = next(one for one in bodies if one["seq"] == seq)
        return self.about(case, comparison=with_act(again[seq], body, self.membership), act=shown_event(body))


class CasePublicView(OneCasePage):
    """What of the case was made public, exactly as the public sees it; the newest of each step."""

    template = "web/cases/public.html"
    part = "public"

    def get(self, request: HttpRequest, subject_id: UUID) -> HttpResponse:
        case = self.find(subject_id)
        newest = {body["action"]: body for body in bodies_of(case, self.membership)}
        return self.about(case, published=published(case, newest.values(), self.membership))


def published(case: AuditCase, bodies: Iterable[Mapping[str, Any]], by: Membership) -> list[tuple[Step, str, Any]]:
    """Of acts on a case those that are public: the row, the date, and what the public sees; newest first."""
    rows = contexts.context_of(case, on=timezone.localdate(), today=timezone.localdate()).steps
    found = []
    for body in sorted(bodies, key=lambda one: -one["seq"]):
        step = rows.get(body["action"])
        fields = public_fields(step) if step is not None else ()
        if step is not None and any(one.key in body["payload"] for one in fields):
            seen = entries(step.key, fields, body["payload"], by, categories=frozenset(case.categories))
            found.append((step, body["on"], filled(seen)))
    return found


class CaseToldView(OneCasePage):
    """Who was told what and when."""

    template = "web/cases/told.html"
    part = "told"

    def get(self, request: HttpRequest, subject_id: UUID) -> HttpResponse:
        case = self.find(subject_id)
        page = self.page(notices_of(case, self.membership), "-created_at", "id")
        return self.about(case, page=page, told=with_recipients(page, self.membership))


def notices_of(case: AuditCase, by: Membership) -> QuerySet[Notice]:
    """What the reader may know of who was told about a case, with what is shown of it."""
    return reading.notices_of(case, by).select_related("membership__organization", "recipient", "deadline")


def with_recipients(rows: Iterable[Notice], by: Membership) -> list[tuple[Notice, bool]]:
    """Notices, each with whether the reader may know who was told."""
    reader = acting_of(by)
    return [(row, reading.may_know_recipient(reader, row.membership.organization)) for row in rows]


def documents_of(case: AuditCase, by: Membership) -> QuerySet[Document]:
    """The files of a case the reader may know of, each with who submitted it."""
    return reading.documents(by).filter(case=case).select_related("uploaded_by__organization")


class CaseReadersView(OneCasePage):
    """Who can see this case: organizations, by the same rule the queries follow."""

    template = "web/cases/readers.html"
    part = "readers"

    def get(self, request: HttpRequest, subject_id: UUID) -> HttpResponse:
        case = self.find(subject_id)
        return self.about(case, readers=readers_of(case))


class DocumentView(PageView):
    """A file, to those who may see what it belongs to; always as an attachment."""

    def get(self, request: HttpRequest, document_id: UUID) -> FileResponse:
        return sent(self.one(reading.documents(self.membership), document_id))


def sent(row: Document) -> FileResponse:
    """The content of a document that its reader may see."""
    try:
        content = documents.open_content(row)
    except FileNotFoundError:
        raise Http404 from None
    return attachment(content, row.name, row.content_type, row.sha256)
