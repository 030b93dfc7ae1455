"""Cases by how long they have waited for a step for which the law sets no period."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Membership
from audits.api.base import ApiView, Pages
from audits.api.case_shapes import EnterpriseBriefSerializer, SiteBriefSerializer
from audits.api.errors import words
from audits.api.schema import ACTS_AS, LANGUAGE, READING, answers
from audits.models import AuditCase
from audits.procedure.words import Party, Phase
from audits.reminders import waiting
from audits.reminders.waiting import Awaited
from enterprises.scopes import within
from enterprises.snapshot import snapshot

OWNERS = [Party.AUTHORITY.value, Party.ENTERPRISE.value, Party.CONSULTANCY.value, Party.EXPERT.value]
PHASES = [phase.value for phase in Phase if phase is not Phase.ORDERS]


class AwaitedSerializer(serializers.Serializer[Any]):
    """A step that is awaited."""

    action = serializers.CharField()
    title = serializers.CharField()
    owner = serializers.CharField(help_text="The party whose step it is.")
    since = serializers.DateField(help_text="When the step before it was done.")
    days = serializers.IntegerField(help_text="Its age today.")


class WaitingCaseSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    number = serializers.CharField()
    enterprise = EnterpriseBriefSerializer()
    site = SiteBriefSerializer()
    phase = serializers.CharField()
    scope_code = serializers.CharField()
    last_step_on = serializers.DateField(help_text="When the case was last carried on.")
    days = serializers.IntegerField(help_text="Age of the step awaited longest.")
    waiting = AwaitedSerializer(many=True)


class WaitingFilterSerializer(serializers.Serializer[Any]):
    """All are joined by "and"."""

    min_days = serializers.IntegerField(
        required=False, min_value=0, max_value=36500, help_text="Not carried on for so many days at least."
    )
    owner = serializers.ChoiceField(
        choices=OWNERS,
        required=False,
        help_text="Whose step it is.",
    )
    phase = serializers.ChoiceField(choices=PHASES, required=False)
    place = serializers.RegexField(
        r"^([0-9]{2}){1,3}$", required=False, help_text="Scope code: everything in it, e.g. 3205."
    )


class WaitingPages(Pages):
    ordering = ("last_step_on", "id")


class CasesWaitingView(ApiView):
    pagination_class = WaitingPages

    @extend_schema(
        operation_id="list_waiting_cases",
        tags=["cases"],
        summary="Cases that wait for a step without a legal period, oldest first",
        description="Where the law sets no period there is no deadline and nothing is overdue; the age says how long "
        "it has taken. Cases that wait for nothing of the kind are left out, so a page may hold fewer rows than asked for.",
        parameters=[ACTS_AS, LANGUAGE, WaitingFilterSerializer],
        responses=answers({200: WaitingCaseSerializer(many=True)}, *READING),
    )
    def get(self, request: Request) -> Response:
        wanted, today = self.query(WaitingFilterSerializer), timezone.localdate()
        pages = WaitingPages()
        page = pages.paginate_queryset(aged(wanted, self.membership, today), request, view=self) or []
        with snapshot():  # registers are read once for the page
            found = waiting_of(page, wanted, today)
        return pages.get_paginated_response([_shown(case, steps, today) for case, steps in found])


def aged(wanted: Mapping[str, Any], by: Membership, today: date) -> QuerySet[AuditCase]:
    """Open cases the reader sees, not carried on for so long as asked, oldest first."""
    rows = AuditCase.objects.visible_to(by)
    if "phase" in wanted:
        rows = rows.filter(phase=wanted["phase"])
    if "place" in wanted:
        rows = rows.filter(within(wanted["place"]))
    until = today - timedelta(days=wanted.get("min_days", 0))
    return waiting.by_age(rows.select_related("enterprise__merged_into", "site"), until)


def waiting_of(
    cases: Iterable[AuditCase], wanted: Mapping[str, Any], today: date
) -> list[tuple[AuditCase, list[Awaited]]]:
    """Those of a page's cases that wait for a step without a period of whom it was asked for, and for which steps."""
    owner = wanted.get("owner")
    told = [
        (case, [one for one in waiting.awaited_in(case, today) if owner in (None, one.step.actor.party.value)])
        for case in cases
    ]
    return [(case, steps) for case, steps in told if steps]


def _shown(case: Any, steps: list[Awaited], today: Any) -> dict[str, Any]:
    return {
        "id": case.pk,
        "number": case.number,
        "enterprise": EnterpriseBriefSerializer(case.enterprise).data,
        "site": SiteBriefSerializer(case.site).data,
        "phase": case.phase,
        "scope_code": case.scope_code,
        "last_step_on": case.last_step_on,
        "days": max(one.days(today) for one in steps),
        "waiting": [
            {
                "action": one.step.key,
                "title": words(one.step.title),
                "owner": one.step.actor.party.value,
                "since": one.since,
                "days": one.days(today),
            }
            for one in steps
        ],
    }
