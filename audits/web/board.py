"""The deadline board: overdue, this week, this month, later; one column alone goes through all of it by pages."""

from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.utils import timezone
from rest_framework import serializers

from accounts.models import Membership
from audits.api.course_shapes import shown_deadline, titles
from audits.models import Deadline, FilteredList
from audits.procedure.registry import PROCEDURES
from audits.procedure.words import CaseKind, Party, Subject
from audits.reminders.wording import name_of
from audits.web.addresses import page_address
from audits.web.base import Filters
from audits.web.filtered import FilteredPage
from audits.web.nextsteps import counts, open_deadlines, span
from audits.web.people import colleagues, worked_on
from audits.web.places import groups
from enterprises.enterprise_search import find
from enterprises.scopes import within

COLUMNS = ("late", "week", "month", "later")
OWNERS = (Party.ENTERPRISE, Party.AUTHORITY)
SHOWN = 20


class BoardFilter(serializers.Serializer[Any]):
    """All are joined by "and"."""

    kind = serializers.ChoiceField(choices=[kind.value for kind in CaseKind], required=False)
    owner = serializers.ChoiceField(choices=[party.value for party in OWNERS], required=False)
    place = serializers.RegexField(r"^([0-9]{2}){1,3}$", required=False)
    q = serializers.CharField(required=False, max_length=100)
    mine = serializers.ChoiceField(choices=["true"], required=False, help_text="What the reader's own role submits.")
    person = serializers.UUIDField(required=False, help_text="A colleague who worked on the case.")
    column = serializers.ChoiceField(choices=COLUMNS, required=False)


class BoardView(FilteredPage):
    """Open deadlines in the reader's scope."""

    template = "web/start/deadlines.html"
    parties = frozenset(Party) - {Party.EXPERT}

    kept_as = FilteredList.DEADLINES
    address_name = "web-deadlines"
    shape = BoardFilter

    def listed(self, asked: Filters) -> HttpResponse:
        """The four columns, or one of them by pages."""
        given, wanted, errors = asked.given, dict(asked.wanted), asked.errors
        rows = _filtered(open_deadlines(self.membership), wanted, self.membership).select_related(
            "case__enterprise", "case__site", "duty__reporting_unit"
        )
        today, column = timezone.localdate(), wanted.pop("column", "")
        page = self.page(rows.filter(span(column, today)), "due_on", "id", size=50) if column else None
        number = counts(rows.select_related(None)) if not column else {}
        columns = []
        for name in COLUMNS if page is None else (column,):
            found = (
                page.rows if page is not None else list(rows.filter(span(name, today)).order_by("due_on", "id")[:SHOWN])
            )
            columns.append((name, number.get(name), self._cards(found)))
        return self.shown(
            columns=columns,
            page=page,
            column=column,
            wanted=given,
            narrowed=bool(wanted),
            errors=errors,
            kinds=[kind.value for kind in CaseKind],
            owners=[party.value for party in OWNERS],
            people=colleagues(self.membership, today),
            has_own_steps=bool(steps_of(self.membership)),
            places=groups(self.membership, asked.wanted.get("place", "")),
            shown_most=SHOWN,
            kept=self.kept(asked),
        )

    def _cards(self, rows: list[Deadline]) -> list[dict[str, Any]]:
        today, known = timezone.localdate(), titles()
        cards = []
        for row in rows:
            kind = Subject.CASE if row.case_id else Subject.DUTY
            cards.append(
                {
                    **shown_deadline(row, today, self.language, known),
                    "address": page_address(kind, row.case_id or row.duty_id),
                    "name": row.case.enterprise.name if row.case else name_of(None, row.duty, self.language),
                    "number": row.case.number if row.case else "",
                    "place": row.case.site.name or row.case.site.address if row.case else "",
                }
            )
        return cards


def steps_of(by: Membership) -> frozenset[str]:
    """The steps that the role of a member submits, in whichever regime."""
    return frozenset(
        step.key
        for procedure in PROCEDURES.values()
        for step in procedure.steps
        if step.actor.party == by.organization.party and by.role in step.actor.roles
    )


def _filtered(rows: Any, wanted: dict[str, Any], by: Membership) -> Any:
    if "mine" in wanted:
        rows = rows.filter(party=by.organization.party, step__in=steps_of(by))
    if "person" in wanted:
        rows = rows.filter(worked_on(wanted["person"], by))
    if "kind" in wanted:
        rows = rows.filter(case__kind=wanted["kind"])
    if "owner" in wanted:
        rows = rows.filter(party=wanted["owner"])
    if "place" in wanted:
        rows = rows.filter(within(wanted["place"], "case__scope_code") | within(wanted["place"], "duty__scope_code"))
    if "q" in wanted:
        found = find(wanted["q"]).values("pk")
        rows = rows.filter(
            Q(case__number__startswith=wanted["q"].strip())
            | Q(case__enterprise__in=found)
            | Q(case__enterprise__merged_into__in=found)
        )
    return rows
