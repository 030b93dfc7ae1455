"""Statistics of what the caller may see: tables, trends and doubts. What is unseen is in no sum."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audits.api.base import ApiView, language
from audits.api.errors import Problem, words
from audits.api.routing import route
from audits.api.schema import ACTS_AS, LANGUAGE, READING, answers
from audits.api.statistics import FIRST_YEAR, LAST_YEAR, CoverageSerializer
from audits.procedure.conversion import factors_on
from audits.procedure.explanations import citation
from audits.procedure.words import CaseKind, Category, Line, Party
from audits.statistics.energy import Energy
from audits.statistics.metrics import METRICS, Effect, as_text
from audits.statistics.plausibility import RULES, THRESHOLDS
from audits.statistics.scoped import RATES, Answer, AnswerRow, Dimension, Question, table, trend
from audits.statistics.tables import names
from cpaudit_site.replica import reading_from_replica

TAGS = ["statistics"]
PLACES = (Dimension.UNIT, Dimension.CITY, Dimension.COUNTY)


class ScopedQuestionSerializer(serializers.Serializer[Any]):
    """All filters are joined by "and", and by what the caller may see."""

    by = serializers.ChoiceField(choices=[one.value for one in Dimension], required=False, default=Dimension.UNIT)
    year = serializers.IntegerField(
        min_value=FIRST_YEAR, max_value=LAST_YEAR, required=False, help_text="Default: this year in Shanghai."
    )
    to_date = serializers.ChoiceField(
        choices=["true", "false"], required=False, help_text="All years up to this one instead of one year."
    )
    place = serializers.RegexField(
        r"^([0-9]{2}){1,3}$", required=False, help_text="Scope code: everything in it, e.g. 3205."
    )
    unit = serializers.RegexField(r"^[0-9]{6}$", required=False, help_text="Code of a reporting unit.")
    category = serializers.ChoiceField(choices=[one.value for one in Category], required=False)
    industry = serializers.RegexField(r"^[0-9A-Z]{1,2}$", required=False, help_text="Division of GB/T 4754.")
    kind = serializers.ChoiceField(choices=[one.value for one in CaseKind], required=False)
    line = serializers.ChoiceField(
        choices=[Line.ENVIRONMENT.value, Line.ENERGY.value], required=False, help_text="Cases this line sees."
    )


class DoubtsQuestionSerializer(ScopedQuestionSerializer):
    by = serializers.ChoiceField(choices=[one.value for one in PLACES], required=False, default=Dimension.UNIT)


class TrendQuestionSerializer(ScopedQuestionSerializer):
    metric = serializers.ChoiceField(
        choices=[key for key, one in METRICS.items() if one.from_cases and key != "overdue"]
    )
    to_date = None  # type: ignore[assignment]


class MetricSerializer(serializers.Serializer[Any]):
    metric = serializers.CharField()
    title = serializers.CharField()
    group = serializers.CharField(help_text="Planned effects are a group apart from verified ones.")
    unit = serializers.CharField(allow_blank=True)


class RateSerializer(serializers.Serializer[Any]):
    """Between 0 and 1; null where there is nothing to divide by: unknown, not nought."""

    rate = serializers.CharField()
    title = serializers.CharField()
    part = serializers.IntegerField()
    whole = serializers.IntegerField(help_text="Without who still has time.")
    value = serializers.CharField(allow_null=True)


class DoubtSerializer(serializers.Serializer[Any]):
    """A hint of a named rule; it changes nothing."""

    rule = serializers.CharField()
    metric = serializers.CharField()
    message = serializers.CharField()


class EnergySerializer(serializers.Serializer[Any]):
    """Saved energy in one unit, by the factors of the year; null: a factor has no source (`missing` names it)."""

    tce = serializers.CharField(allow_null=True)
    co2_t = serializers.CharField(allow_null=True)
    missing = serializers.ListField(child=serializers.CharField())


class EnergyOfRowSerializer(serializers.Serializer[Any]):
    verified = EnergySerializer()
    planned = EnergySerializer()


class FiguresOfRowSerializer(serializers.Serializer[Any]):
    metrics = serializers.DictField(child=serializers.CharField())
    rates = RateSerializer(many=True)
    energy = EnergyOfRowSerializer(help_text="Sums of several years: each by its own factors, unknown if one is.")
    flags = DoubtSerializer(many=True)


class MedianSerializer(serializers.Serializer[Any]):
    """From one point of a case to a later one."""

    span = serializers.CharField()
    cases = serializers.IntegerField()
    days = serializers.CharField(help_text="The median of these cases; medians do not add up.")


class TableRowSerializer(FiguresOfRowSerializer):
    key = serializers.CharField(allow_blank=True)
    name = serializers.CharField()
    medians = MedianSerializer(many=True, help_text="Of rows that are places; empty for others.")


class FactorSerializer(serializers.Serializer[Any]):
    """What saved energy of the year was multiplied with."""

    factor = serializers.CharField()
    title = serializers.CharField()
    value = serializers.CharField()
    unit = serializers.CharField()
    basis = serializers.CharField(help_text="Where it stands.")
    mark = serializers.CharField()


class ExcludedSerializer(serializers.Serializer[Any]):
    """Cases left out of every sum, with a written reason and a second person's approval."""

    cases = serializers.IntegerField()
    reasons = serializers.DictField(child=serializers.IntegerField())


class ScopedTableSerializer(serializers.Serializer[Any]):
    by = serializers.CharField()
    year = serializers.IntegerField()
    to_date = serializers.BooleanField()
    place = serializers.CharField(allow_blank=True, help_text="What the figures are of; empty is the nation.")
    lines = serializers.ListField(
        child=serializers.CharField(), allow_null=True, help_text="Lines whose cases are counted; null: all."
    )
    grain = serializers.CharField(help_text="Where the figures come from: sums of units or counties, or single cases.")
    additive = serializers.BooleanField(help_text="Whether rows add up to the total.")
    as_of = serializers.DateTimeField(allow_null=True, help_text="When the facts were last computed; null: not yet.")
    coverage = CoverageSerializer(allow_null=True, help_text="Null where no whole reporting unit is asked for.")
    excluded = ExcludedSerializer()
    columns = MetricSerializer(many=True)
    rows = TableRowSerializer(many=True)
    total = FiguresOfRowSerializer()
    factors = FactorSerializer(many=True, help_text="Of the year; empty for several years, each with its own.")
    medians = MedianSerializer(many=True, help_text="Of all cases asked for.")


class SeriesSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(allow_blank=True)
    name = serializers.CharField()
    values = serializers.DictField(child=serializers.CharField(), help_text="By year.")


class TrendSerializer(serializers.Serializer[Any]):
    metric = MetricSerializer()
    as_of = serializers.DateTimeField(allow_null=True)
    additive = serializers.BooleanField(help_text="Whether rows add up to the total.")
    rows = SeriesSerializer(many=True)
    total = serializers.DictField(child=serializers.CharField(), help_text="By year.")


class RuleSerializer(serializers.Serializer[Any]):
    rule = serializers.CharField()
    looks_at = serializers.CharField()
    message = serializers.CharField()
    mark = serializers.CharField()


class ThresholdSerializer(serializers.Serializer[Any]):
    threshold = serializers.CharField()
    value = serializers.CharField()
    meaning = serializers.CharField()
    mark = serializers.CharField()


class DoubtedSerializer(DoubtSerializer):
    key = serializers.CharField(allow_blank=True)
    name = serializers.CharField()
    value = serializers.CharField()
    unit = serializers.CharField(allow_blank=True)


class DoubtsSerializer(serializers.Serializer[Any]):
    year = serializers.IntegerField()
    as_of = serializers.DateTimeField(allow_null=True)
    doubts = DoubtedSerializer(many=True)
    rules = RuleSerializer(many=True)
    thresholds = ThresholdSerializer(many=True)


class ScopedView(ApiView):
    """A view that answers a question."""

    def question(self, wanted: dict[str, Any]) -> Question:
        """The question as asked; the counties of a whole country are refused (`place_required`)."""
        filters = {
            name: wanted[name] for name in ("place", "unit", "category", "industry", "kind", "line") if name in wanted
        }
        year = wanted.get("year", timezone.localdate().year)
        asked = Question(Dimension(wanted["by"]), year, wanted.get("to_date") == "true", **filters)
        organization = self.membership.organization
        national = organization.party == Party.AUTHORITY and not organization.jurisdiction
        if asked.by is Dimension.COUNTY and national and not (asked.place or asked.unit):
            raise Problem(400, [("place_required", _("Name a place or a unit: its counties are shown."), "place")])
        return asked


class ScopedTableView(ScopedView):
    @extend_schema(
        operation_id="statistics_table",
        tags=TAGS,
        summary="Counts, effects, investments and rates of what I may see, by one dimension",
        description=(
            "Authorities: facts of their jurisdiction and line. Enterprises, consultancies and experts: sums over the "
            "cases they see. 404 for a place outside the jurisdiction. Effects bear their plain name when verified, "
            "`planned_…` when only planned. Separately planned cities stand beside their province and are counted once."
        ),
        parameters=[ACTS_AS, LANGUAGE, ScopedQuestionSerializer],
        responses=answers({200: ScopedTableSerializer}, *READING),
    )
    def get(self, request: Request) -> Response:
        asked = self.question(self.query(ScopedQuestionSerializer))
        with reading_from_replica():
            return Response(shown(table(asked, self.membership, timezone.localdate())))


class ScopedTrendView(ScopedView):
    @extend_schema(
        operation_id="statistics_trend",
        tags=TAGS,
        summary="One metric of what I may see, year by year up to a year",
        parameters=[ACTS_AS, LANGUAGE, TrendQuestionSerializer],
        responses=answers({200: TrendSerializer}, *READING),
    )
    def get(self, request: Request) -> Response:
        wanted = self.query(TrendQuestionSerializer)
        with reading_from_replica():
            found = trend(self.question(wanted), wanted["metric"], self.membership)
        return Response(
            {
                "metric": _column(found.metric),
                "as_of": _time(found.as_of),
                "additive": found.question.by is not Dimension.CATEGORY,
                "rows": [{"key": key, "name": words(name), "values": values} for key, name, values in found.rows],
                "total": found.total,
            }
        )


class ScopedDoubtsView(ScopedView):
    @extend_schema(
        operation_id="statistics_doubts",
        tags=TAGS,
        summary="What the plausibility rules doubt in figures I may see, with the rules and their thresholds",
        description="Hints: what to check, and against what. No figure is changed by a rule.",
        parameters=[ACTS_AS, LANGUAGE, DoubtsQuestionSerializer],
        responses=answers({200: DoubtsSerializer}, *READING),
    )
    def get(self, request: Request) -> Response:
        asked = self.question(self.query(DoubtsQuestionSerializer))
        with reading_from_replica():
            found = table(asked, self.membership, timezone.localdate())
        return Response(
            {
                "year": asked.year,
                "as_of": _time(found.as_of),
                "doubts": [
                    {
                        "key": row.key,
                        "name": words(row.name),
                        "value": row.metrics[one.metric],
                        "unit": METRICS[one.metric].unit,
                        **one.flag,
                        "message": words(one.rule.message),
                    }
                    for row in (*found.rows, found.total)
                    for one in row.doubts
                ],
                "rules": [
                    {
                        "rule": rule.key,
                        "looks_at": words(rule.looks_at),
                        "message": words(rule.message),
                        "mark": rule.mark.value,
                    }
                    for rule in RULES.values()
                ],
                "thresholds": [
                    {
                        "threshold": key,
                        "value": str(one.value),
                        "meaning": words(one.meaning),
                        "mark": one.mark.value,
                    }
                    for key, one in THRESHOLDS.items()
                ],
            }
        )


def shown(answer: Answer) -> dict[str, Any]:
    """A table as the interface gives it, in the reader's language."""
    coverage = None
    if answer.due is not None:
        coverage = {
            "reported": answer.due - len(answer.missing),
            "due": answer.due,
            "missing": names(answer.missing, language()),
        }
    return {
        "by": answer.question.by.value,
        "year": answer.question.year,
        "to_date": answer.question.to_date,
        "place": answer.place,
        "lines": sorted(answer.lines) if answer.lines is not None else None,
        "grain": answer.grain,
        "additive": answer.question.by is not Dimension.CATEGORY,
        "as_of": _time(answer.as_of),
        "coverage": coverage,
        "excluded": {"cases": answer.excluded.total(), "reasons": dict(answer.excluded)},
        "columns": [_column(key) for key, one in METRICS.items() if one.from_cases],
        "rows": [
            {"key": row.key, "name": words(row.name), **_figures(row), "medians": _medians(row.medians)}
            for row in answer.rows
        ],
        "total": _figures(answer.total),
        "factors": factors(answer.question),
        "medians": _medians(answer.medians),
    }


def factors(question: Question) -> list[dict[str, Any]]:
    """The factors in force at the end of the year asked for, each with where it stands and how sure that is; none where
    several years are asked for."""
    first, last = question.years
    if first != last:
        return []
    return [
        {
            "factor": factor.key.value,
            "title": words(factor.label),
            "value": str(held.value),
            "unit": factor.unit,
            "basis": words(citation(held.source)),
            "mark": held.source.mark.value,
        }
        for factor, held in factors_on(date(last, 12, 31))
    ]


def _figures(row: AnswerRow) -> dict[str, Any]:
    rates = []
    for rate in RATES:
        part, whole, value = row.rates[rate.key]
        rates.append({"rate": rate.key, "title": words(rate.title), "part": part, "whole": whole, "value": value})
    energy = dict(zip(("verified", "planned"), map(_energy, row.energy), strict=True))
    flags = [{**one.flag, "message": words(one.rule.message)} for one in row.doubts]
    return {"metrics": row.metrics, "rates": rates, "energy": energy, "flags": flags}


def _medians(told: Mapping[str, tuple[int, str]]) -> list[dict[str, Any]]:
    return [{"span": span, "cases": cases, "days": days} for span, (cases, days) in told.items()]


def _energy(told: Energy) -> dict[str, Any]:
    tce, co2 = (None if one is None else as_text(Effect.STANDARD_COAL_SAVED, one) for one in (told.tce, told.co2))
    return {"tce": tce, "co2_t": co2, "missing": [key.value for key in told.missing]}


def _column(metric: str) -> dict[str, Any]:
    told = METRICS[metric]
    return {"metric": str(metric), "title": words(told.title), "group": told.group.value, "unit": told.unit}


def _time(moment: Any) -> str | None:
    return timezone.localtime(moment).isoformat() if moment is not None else None


urlpatterns = [
    route("statistics/table/", ScopedTableView, "statistics-table"),
    route("statistics/trend/", ScopedTrendView, "statistics-trend"),
    route("statistics/doubts/", ScopedDoubtsView, "statistics-doubts"),
]
