"""Median days per step, over exactly the cases that were asked for: medians do not add up, so they are read, not stored."""

from decimal import Decimal

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber

from audits.models import CaseSpan
from audits.procedure.words import Text
from audits.statistics.metrics import Span

SPAN_TITLES: dict[Span, Text] = {
    Span.LISTED_DISCLOSED: Text("公布名单至公布排放情况", "from the list to the publication of emissions"),
    Span.LISTED_STARTED: Text("公布名单至启动审核", "from the list to the start"),
    Span.STARTED_COMPLETED: Text("启动至完成审核", "from the start to the completion"),
    Span.COMPLETED_REPORTED: Text("完成审核至提交报告", "from the completion to the report"),
    Span.REPORTED_ASSESSED: Text("提交报告至评估结论", "from the report to the assessment"),
    Span.PASSED_ACCEPTED: Text("评估通过至验收合格", "from the assessment passed to the acceptance"),
}


def medians(where: Q, first: int, last: int) -> dict[str, Decimal]:
    """Median days by span over the durations that end in the years `first` to `last` and meet `where`.

    `where` is a condition on `CaseSpan` (`scope_code`, `reporting_unit`, `case__tally__kind`, `case__...`). A span that
    no case has gone through is not in the answer: unknown.
    """
    return _medians(where, first, last, [F("span")]).get("", {})


def medians_by_unit(where: Q, first: int, last: int) -> dict[str, dict[str, Decimal]]:
    """The same for every reporting unit by itself, in one query."""
    return _medians(where, first, last, [F("reporting_unit_id"), F("span")])


def _medians(where: Q, first: int, last: int, group: list[F]) -> dict[str, dict[str, Decimal]]:
    years = Q(year=first) if first == last else Q(year__gte=first, year__lte=last)
    ranked = (
        CaseSpan.objects.filter(years, where)
        .annotate(
            place=Window(RowNumber(), partition_by=group, order_by=F("days").asc()),
            many=Window(Count("pk"), partition_by=group),
        )
        # The one in the middle, or the two.
        .filter(many__lte=F("place") * 2, many__gte=F("place") * 2 - 2)
    )
    middle: dict[str, dict[str, list[int]]] = {}
    for unit, span, days in ranked.values_list("reporting_unit_id", "span", "days"):
        name = unit if len(group) > 1 else ""
        middle.setdefault(name, {}).setdefault(span, []).append(days)
    return {
        name: {span: Decimal(sum(days)) / len(days) for span, days in spans.items()} for name, spans in middle.items()
    }
