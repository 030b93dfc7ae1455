"""A consultancy's clients: their cases as a table or a board, what is due, and who works on what."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import Membership
from audits.models import AuditCase, Document, Draft, Event, Preparation
from audits.procedure.words import Party, Phase, Subject
from audits.web.base import PageView
from audits.web.bulk import MOST as AT_ONCE
from enterprises.models import Contract

COLUMNS = [phase.value for phase in Phase if phase not in (Phase.ORDERS, Phase.CLOSED)]
MOST_OF_BOARD = 300
DUE_SOON = timedelta(days=31)
MOST_DUE = 10


@dataclass(slots=True)
class Load:
    """One person of the consultancy: open cases they drafted for, uploaded to or acted in, and those due."""

    member: Membership
    cases: int = 0
    late: int = 0
    soon: int = 0
    clients: set[str] = field(default_factory=set)


class PortfolioView(PageView):
    """The page of a consultancy."""

    template = "web/portfolio/portfolio.html"
    parties = frozenset({Party.CONSULTANCY})

    def get(self, request: HttpRequest) -> HttpResponse:
        today = timezone.localdate()
        cases = AuditCase.objects.visible_to(self.membership)
        rows = cases.select_related("enterprise", "site").defer("state")
        open_rows = rows.filter(closed_on=None)
        view = "board" if request.GET.get("view") == "board" else "table"
        phase = request.GET.get("phase", "")
        shown = rows.filter(phase=phase) if phase in COLUMNS else rows
        counts = cases.aggregate(
            open=Count("pk", filter=Q(closed_on=None)),
            late=Count("pk", filter=Q(closed_on=None, next_due_on__lt=today)),
            soon=Count("pk", filter=Q(closed_on=None, next_due_on__gte=today, next_due_on__lte=today + DUE_SOON)),
            closed=Count("pk", filter=Q(closed_on__isnull=False)),
        )
        contracts = Contract.objects.visible_to(self.membership).running(today)
        return self.shown(
            view=view,
            counts=counts,
            phase=phase,
            phases=COLUMNS,
            page=self.page(shown.by_date(), "nearest", "id", size=AT_ONCE) if view == "table" else None,
            board=board(open_rows) if view == "board" else [],
            most=MOST_OF_BOARD,
            at_once=AT_ONCE,
            due=open_rows.filter(next_due_on__lte=today + DUE_SOON).order_by("next_due_on", "pk")[:MOST_DUE],
            loads=loads(self.membership, cases.filter(closed_on=None), today),
            contracts=contracts.select_related("enterprise", "site").order_by("enterprise__name", "pk"),
        )


def board(rows: QuerySet[AuditCase]) -> list[tuple[str, list[Any]]]:
    """Open cases by phase, the next deadline first; at most `MOST_OF_BOARD` in all."""
    columns: dict[str, list[Any]] = {phase: [] for phase in COLUMNS}
    for case in rows.order_by("next_due_on", "pk")[:MOST_OF_BOARD]:
        columns.setdefault(case.phase, []).append(case)
    return list(columns.items())


def loads(by: Membership, cases: QuerySet[AuditCase], today: date) -> list[Load]:
    """People of the consultancy with the open cases they drafted for, uploaded to or acted in; most cases first."""
    members = Membership.objects.active(today).in_organization(by.organization).select_related("user")
    found = {str(one.pk): Load(one) for one in members}
    held = {row[0]: row[1:] for row in cases.order_by().values_list("pk", "next_due_on", "enterprise__name")}
    worked: Counter[tuple[str, Any]] = Counter()
    on_cases = {"subject_kind": Subject.CASE.value, "subject_id__in": cases.order_by().values("pk")}
    for subject, authors in Draft.objects.filter(**on_cases).values_list("subject_id", "authors"):
        worked.update((author["membership"], subject) for author in authors)
    made = Preparation.objects.filter(**on_cases, membership__in=list(found)).order_by()
    worked.update((str(member), subject) for member, subject in made.values_list("membership", "subject_id").distinct())
    acts = Event.objects.filter(**on_cases, membership__in=list(found)).order_by()
    worked.update((str(member), subject) for member, subject in acts.values_list("membership", "subject_id").distinct())
    files = Document.objects.filter(case__in=cases.order_by().values("pk"), uploaded_by__in=list(found)).order_by()
    worked.update((str(member), case) for member, case in files.values_list("uploaded_by", "case").distinct())
    for member, subject in worked:
        if member in found and subject in held:
            load, (due, client) = found[member], held[subject]
            load.cases += 1
            load.clients.add(client)
            load.late += due is not None and due < today
            load.soon += due is not None and today <= due <= today + DUE_SOON
    return sorted(found.values(), key=lambda one: (-one.cases, str(one.member.user)))
