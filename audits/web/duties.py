"""What reporting units owe each year: plan, report, progress. All of them, and one with its dates and acts."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from audits.api.course_shapes import next_open, shown_deadline, titles
from audits.api.duties import DutyFilterSerializer
from audits.models import DutyYear
from audits.procedure.words import Party
from audits.web.base import PageView
from audits.web.history import acts_of
from audits.workflow import reading
from audits.workflow.actions import actions_for
from enterprises.models import ReportingUnit


class DutiesView(PageView):
    """Years of the units the reader may see, newest first."""

    template = "web/duties/list.html"
    parties = frozenset({Party.AUTHORITY})

    def get(self, request: HttpRequest) -> HttpResponse:
        given, wanted, errors = self.filters(DutyFilterSerializer)
        rows = DutyYear.objects.visible_to(self.membership)
        if "reporting_unit" in wanted:
            rows = rows.filter(reporting_unit_id=wanted["reporting_unit"])
        if "year" in wanted:
            rows = rows.filter(year=wanted["year"])
        rows = rows.select_related("reporting_unit").defer("state")
        page = self.page(rows, "-year", "reporting_unit_id", "id")
        units = ReportingUnit.objects.order_by("order")
        return self.shown(page=page, given=given, errors=errors, narrowed=bool(given), units=units)


class DutyView(PageView):
    """One unit and year: dates, what can be done and why not, and what was done."""

    template = "web/duties/duty.html"
    parties = frozenset({Party.AUTHORITY})

    def get(self, request: HttpRequest, subject_id: UUID) -> HttpResponse:
        rows = DutyYear.objects.visible_to(self.membership).select_related("reporting_unit")
        duty: Any = self.one(rows, subject_id)
        today = timezone.localdate()
        known = titles()
        owed = [shown_deadline(one, today, self.language, known) for one in reading.deadlines_of(duty, self.membership)]
        statuses = actions_for(duty, self.membership)
        closed = [one for one in statuses if not one.allowed and not one.drafting]
        theirs = [one for one in closed if any(why.right or why.code == "not_applicable" for why in one.reasons)]
        page = self.page(reading.events_of(duty, self.membership), "-seq", size=25)
        return self.shown(
            duty=duty,
            upcoming=next_open(owed),
            deadlines=owed,
            now=[one for one in statuses if one.allowed or one.drafting],
            blocked=[one for one in closed if one not in theirs],
            others=theirs,
            page=page,
            acts=acts_of(duty, page.rows, self.membership),
        )
