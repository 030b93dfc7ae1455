"""What cases can be filtered by: always on top of `visible_to`, never instead of it."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from rest_framework import serializers

from audits.models import AuditCase
from audits.procedure.words import CaseKind, Category, Phase, Route
from enterprises.enterprise_search import find
from enterprises.scopes import within


class CaseFilterSerializer(serializers.Serializer[Any]):
    """All are joined by "and"."""

    kind = serializers.ChoiceField(choices=[kind.value for kind in CaseKind], required=False)
    category = serializers.ChoiceField(choices=[category.value for category in Category], required=False)
    phase = serializers.ChoiceField(
        choices=[phase.value for phase in Phase if phase is not Phase.ORDERS], required=False
    )
    route = serializers.ChoiceField(choices=[route.value for route in Route], required=False)
    reporting_unit = serializers.RegexField(r"^[0-9]{6}$", required=False)
    place = serializers.RegexField(
        r"^([0-9]{2}){1,3}$", required=False, help_text="Scope code: everything in it, e.g. 3205."
    )
    enterprise = serializers.UUIDField(required=False)
    published_from = serializers.DateField(required=False)
    published_until = serializers.DateField(required=False)
    overdue = serializers.ChoiceField(choices=["true", "false"], required=False, help_text="As of today.")
    open = serializers.ChoiceField(choices=["true", "false"], required=False)
    q = serializers.CharField(
        required=False, max_length=100, help_text="Case number, present or former name, pinyin, credit code."
    )


def filtered(cases: QuerySet[AuditCase], wanted: dict[str, Any], today: date) -> QuerySet[AuditCase]:
    """The cases that fit all filters."""
    for name in ("kind", "phase", "route"):
        if name in wanted:
            cases = cases.filter(**{name: wanted[name]})
    if "reporting_unit" in wanted:
        cases = cases.filter(reporting_unit_id=wanted["reporting_unit"])
    if "enterprise" in wanted:
        cases = cases.filter(enterprise_id=wanted["enterprise"])
    if "place" in wanted:
        cases = cases.filter(within(wanted["place"]))
    if "published_from" in wanted:
        cases = cases.filter(published_on__gte=wanted["published_from"])
    if "published_until" in wanted:
        cases = cases.filter(published_on__lte=wanted["published_until"])
    if "category" in wanted:  # a set stored as JSON: compared as text, which both databases can
        cases = cases.alias(named=Cast("categories", TextField())).filter(named__contains=f'"{wanted["category"]}"')
    if "open" in wanted:
        cases = cases.filter(closed_on__isnull=wanted["open"] == "true")
    if "overdue" in wanted:
        late = Q(closed_on=None, next_due_on__lt=today)
        cases = cases.filter(late) if wanted["overdue"] == "true" else cases.exclude(late)
    return cases.filter(_search(wanted["q"])) if wanted.get("q") else cases


def _search(words: str) -> Q:
    """By number, or by the enterprise the registers find."""
    found = find(words).values("pk")
    return Q(number__startswith=words.strip()) | Q(enterprise__in=found) | Q(enterprise__merged_into__in=found)
