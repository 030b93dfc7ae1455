"""Lists of key enterprises: all of them, a new one, and one with its entries and its history."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.models import Membership
from audits.api.lists import ListFilterSerializer, ListingFilterSerializer, NewListSerializer, begin_list
from audits.models import AuditCase, ListActJob
from audits.models.jobs import OPEN
from audits.procedure.words import CaseKind, Category, EntryStatus, Function, Line, ListStatus, Party
from audits.web.addresses import act_address
from audits.web.base import PageView
from audits.web.history import acts_of
from audits.web.places import Group, place_name
from audits.workflow import reading
from audits.workflow.actions import ActionStatus, actions_for
from audits.workflow.errors import WorkflowError
from enterprises.competence import competence_map
from enterprises.enterprise_search import find
from enterprises.models import KeyEnterpriseList, Listing, ReportingUnit
from enterprises.scopes import within

SHOWN_FOR = timedelta(days=1)  # an act that was done in the background


def units_kept(by: Any) -> list[ReportingUnit]:
    """The reporting units whose lists the reader's authority keeps, today."""
    organization = by.organization
    if organization.party != Party.AUTHORITY or not organization.line:
        return []
    units = list(ReportingUnit.objects.filter(within(organization.jurisdiction or "")).order_by("order"))
    scopes = [unit.scope_code for unit in units]
    competent = competence_map(scopes, [Function.LIST], timezone.localdate(), line=Line(organization.line))
    kept = {
        scope
        for (scope, _), found in competent.items()
        if found is not None and found.organization_id == organization.pk
    }
    return [unit for unit in units if unit.scope_code in kept]


class ListsView(PageView):
    """Lists the reader may see, newest first, with what stands on them."""

    template = "web/lists/lists.html"
    parties = frozenset({Party.AUTHORITY, Party.ENTERPRISE, Party.CONSULTANCY})

    def get(self, request: HttpRequest) -> HttpResponse:
        given, wanted, errors = self.filters(ListFilterSerializer)
        if "reporting_unit" in wanted:
            wanted["reporting_unit_id"] = wanted.pop("reporting_unit")
        rows = KeyEnterpriseList.objects.visible_to(self.membership).select_related("reporting_unit", "authority")
        page = self.page(rows.filter(**wanted).defer("state"), "-created_at", "id")
        self._count(page.rows)
        return self.shown(
            page=page,
            wanted=given,
            errors=errors,
            narrowed=bool(given),
            statuses=[one.value for one in ListStatus],
            kinds=[one.value for one in CaseKind],
            units=ReportingUnit.objects.order_by("order") if self.party is Party.AUTHORITY else (),
            may_begin=bool(units_kept(self.membership)),
        )

    def _count(self, lists: list[Any]) -> None:
        """Beside each list: its entries by status, its open cases, the late ones, and the nearest date. Two queries."""
        shown = {one.pk: one for one in lists}
        for row in lists:
            row.total, row.open_cases, row.late_cases, row.next_due_on = 0, 0, 0, None
        mine = Listing.objects.visible_to(self.membership).filter(list__in=list(shown))
        gone = (EntryStatus.DROPPED.value, EntryStatus.REMOVED.value)
        for entries in mine.exclude(status__in=gone).order_by().values("list").annotate(total=Count("pk")):
            shown[entries["list"]].total = entries["total"]
        cases = AuditCase.objects.visible_to(self.membership).filter(listing__list__in=list(shown), closed_on=None)
        late = Count("pk", filter=Q(next_due_on__lt=timezone.localdate()))
        counted = cases.order_by().annotate(of=F("listing__list")).values("of")
        for one in counted.annotate(open=Count("pk"), late=late, due=Min("next_due_on")):
            held = shown[one["of"]]
            held.open_cases, held.late_cases, held.next_due_on = one["open"], one["late"], one["due"]


class NewListView(PageView):
    """Begin a list, for the authority that keeps those of a unit."""

    template = "web/lists/new.html"
    parties = frozenset({Party.AUTHORITY})

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._form({"year": timezone.localdate().year, "batch": 1, "kind": CaseKind.MANDATORY.value}, {})

    def post(self, request: HttpRequest) -> HttpResponse:
        given = {key: request.POST.get(key, "").strip() for key in ("reporting_unit", "year", "batch", "title", "kind")}
        form = NewListSerializer(data={**given, "line": self.membership.organization.line})
        if not form.is_valid():
            return self._form(given, form.errors, status=422)
        body = form.validated_data
        unit = next((one for one in units_kept(self.membership) if one.code == body["reporting_unit"]), None)
        if unit is None:
            raise Http404
        try:
            row = begin_list(self.membership, unit, body)
        except WorkflowError as error:
            return self._form(given, {}, error=error.text, status=409)
        return redirect("web-list", row.pk)

    def _form(self, given: dict[str, Any], errors: Any, error: Any = None, status: int = 200) -> HttpResponse:
        units = units_kept(self.membership)
        if not units:
            raise Http404
        kinds = [one.value for one in CaseKind]
        return self.shown(given=given, errors=errors, error=error, units=units, kinds=kinds, status=status)


class OneListPage(PageView):
    """A page about one list; `part` names its tab."""

    parties = frozenset({Party.AUTHORITY, Party.ENTERPRISE, Party.CONSULTANCY})
    part = ""

    def find(self, subject_id: UUID) -> Any:
        """The list, if the reader may see it."""
        rows = KeyEnterpriseList.objects.visible_to(self.membership).select_related("reporting_unit", "authority")
        return self.one(rows, subject_id)

    def entries(self, row: Any) -> QuerySet[Listing]:
        """What stands on it for the reader, each with the case the reader may see."""
        cases = AuditCase.objects.visible_to(self.membership).filter(listing_id=OuterRef("pk"))
        rows = (
            Listing.objects.visible_to(self.membership).filter(list=row).select_related("enterprise", "site", "sector")
        )
        return rows.annotate(case_id=Subquery(cases.values("pk")[:1])).defer("source_row")

    def about(self, row: Any, status: int = 200, **context: Any) -> HttpResponse:
        """The page with the head of the list."""
        context.setdefault("work", work_on(row, self.membership))
        return self.shown(list=row, part=self.part, status=status, **context)


def work_on(row: Any, by: Membership) -> QuerySet[ListActJob]:
    """The reader's own acts on the list that are under way, or came to an end within a day."""
    rows = ListActJob.objects.visible_to(by).filter(list=row).defer("params")
    return rows.filter(Q(state__in=OPEN) | Q(finished_at__gte=timezone.now() - SHOWN_FOR))


class ListView(OneListPage):
    """Entries, and what the reader can do."""

    template = "web/lists/list.html"
    part = "entries"

    def get(self, request: HttpRequest, subject_id: UUID) -> HttpResponse:
        row = self.find(subject_id)
        given, wanted, errors = self.filters(ListingFilterSerializer)
        rows = self._filtered(self.entries(row), wanted, str(given.get("category", "")))
        counts = Listing.objects.visible_to(self.membership).filter(list=row).order_by().values("status")
        counted = {one["status"]: one["n"] for one in counts.annotate(n=Count("pk"))}
        statuses = self._statuses(row)
        return self.about(
            row,
            page=self.page(rows, "created_at", "id"),
            given=given,
            errors=errors,
            narrowed=bool(given),
            counts=[(one.value, counted[one.value]) for one in EntryStatus if one.value in counted],
            total=sum(counted.values()),
            places=self._places(row),
            categories=[one.value for one in Category],
            now=[(one, act_address(row, one.action)) for one in statuses if one.allowed or one.drafting],
            blocked=[one for one in statuses if not one.allowed and not one.drafting and not _not_theirs(one)],
            others=[one for one in statuses if not one.allowed and not one.drafting and _not_theirs(one)],
            may_import=any(one.action == "nominate" and one.allowed for one in statuses),
        )

    def _statuses(self, row: Any) -> list[ActionStatus]:
        if self.party is not Party.AUTHORITY:
            return []
        return actions_for(row, self.membership)

    def _places(self, row: Any) -> list[Group]:
        """The places of its entries, for a choice; none where there is but one."""
        rows = Listing.objects.visible_to(self.membership).filter(list=row).order_by("scope_code")
        found = list(rows.values_list("scope_code", flat=True).distinct())
        return [("", [(code, place_name(code)) for code in found])] if len(found) > 1 else []

    def _filtered(self, rows: QuerySet[Listing], wanted: dict[str, Any], category: str) -> QuerySet[Listing]:
        if "status" in wanted:
            rows = rows.filter(status=wanted["status"])
        if "place" in wanted:
            rows = rows.filter(within(wanted["place"]))
        if category in set(Category):  # a set stored as JSON: compared as text, which both databases can
            rows = rows.alias(named=Cast("categories", TextField())).filter(named__contains=f'"{category}"')
        return rows.filter(enterprise__in=find(wanted["q"]).values("pk")) if wanted.get("q") else rows


def _not_theirs(status: ActionStatus) -> bool:
    return any(reason.right or reason.code == "not_applicable" for reason in status.reasons)


class ListHistoryView(OneListPage):
    """Every act on the list, newest first, as far as the reader may know of it."""

    template = "web/lists/history.html"
    part = "history"

    def get(self, request: HttpRequest, subject_id: UUID) -> HttpResponse:
        row = self.find(subject_id)
        page = self.page(reading.events_of(row, self.membership), "-seq", size=15)
        return self.about(row, page=page, acts=acts_of(row, page.rows, self.membership))
