"""The provincial table of a year: what the public may see, in a few queries whatever the number of cases."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count

from audits.models import Deadline, ProvinceFact, StatisticsWatermark, UnitReturn
from audits.procedure.words import Party
from audits.statistics.counting import WATERMARK
from audits.statistics.metrics import METRICS, Process, as_stored, as_text
from audits.statistics.plausibility import RULES, doubts
from enterprises.models import ReportingUnit

Figures = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Row:
    """Figures of a unit (or of all): `metrics` as exact texts, `source` "events" or where a return comes from."""

    unit: ReportingUnit | None
    metrics: Mapping[str, str]
    flags: Sequence[Mapping[str, str]]
    source: str
    scope: str = ""
    remarks: Mapping[str, str] | None = None
    further: Sequence[Mapping[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A year: when its figures were computed, which of the units due have reported, a row for each, and the total.

    `national` is a national return that stands beside figures of units; where there are none it is the `total`.
    """

    year: int
    as_of: datetime | None
    due: int
    missing: Sequence[ReportingUnit]
    rows: Sequence[Row]
    total: Row
    national: Row | None = None


FROM_EVENTS = "events"


def provinces(year: int, today: date) -> Table:
    """The table of one year. `today` is the Shanghai date for which `overdue` is counted.

    The 37 reporting units are a partition of the country: a separately planned city stands beside its province, so the
    total counts every place once. A unit has reported when it has figures from events or a frozen return of its own;
    where it has both, the events speak.
    """
    units = list(ReportingUnit.objects.all())
    figures = _from_events(year, today)
    returned = _returns(year)
    rows = []
    for unit in units:
        if unit.code in figures:
            rows.append(_row(unit, _filled(figures[unit.code]), FROM_EVENTS))
        elif unit.code in returned:
            rows.append(_returned(unit, returned[unit.code]))
    national = _returned(None, returned[None]) if None in returned else None
    told = {row.unit.code for row in rows if row.unit is not None}
    if rows or national is None:
        total = _row(None, _filled(_sum(rows)), FROM_EVENTS)
    else:
        total, national = national, None
    mark = StatisticsWatermark.objects.filter(name=WATERMARK).first()
    as_of = mark.refreshed_at if mark is not None else None
    if not rows and None in returned:
        as_of = returned[None].frozen_at
    return Table(year, as_of, len(units), [unit for unit in units if unit.code not in told], rows, total, national)


def _from_events(year: int, today: date) -> dict[str, Counter[str]]:
    """Figures of the units that have any in that year."""
    found: dict[str, Counter[str]] = {}
    facts = ProvinceFact.objects.filter(year=year, dimension="", member="")
    for unit, metric, value in facts.values_list("reporting_unit_id", "metric", "value"):
        found.setdefault(unit, Counter())[metric] = value
    for unit, cases in overdue(year, today).items():
        found.setdefault(unit, Counter())[Process.OVERDUE] = cases
    return found


def overdue(year: int, today: date) -> dict[str, int]:
    """By unit, cases of which the enterprise has a deadline of that year that has passed undone on `today`.

    Lateness counts by the date in law. It is counted when it is asked for, never stored.
    """
    late = Deadline.objects.open().filter(
        due_on__year=year, due_on__lt=today, party=Party.ENTERPRISE, case__isnull=False
    )
    counted = late.order_by().values_list("case__reporting_unit_id").annotate(cases=Count("case_id", distinct=True))
    return dict(counted)


def _returns(year: int) -> dict[str | None, UnitReturn]:
    """The newest frozen revision of each return; None names the national one."""
    frozen = UnitReturn.objects.filter(year=year, frozen_at__isnull=False).order_by("revision")
    return {one.reporting_unit_id: one for one in frozen}


def _filled(figures: Figures) -> dict[str, int]:
    """With a nought for every metric that cases give rise to: nothing happened is a figure too."""
    return {
        **{key: 0 for key, metric in METRICS.items() if metric.from_cases},
        **{key: value for key, value in figures.items() if key in METRICS},
    }


def _sum(rows: Iterable[Row]) -> Counter[str]:
    total: Counter[str] = Counter()
    for row in rows:
        for metric, text in row.metrics.items():
            total[metric] += as_stored(metric, text)
    return total


def _row(unit: ReportingUnit | None, figures: Figures, source: str) -> Row:
    metrics = {key: as_text(key, figures[key]) for key in METRICS if key in figures}
    flags = doubts({key: Decimal(text) for key, text in metrics.items()})
    return Row(unit, metrics, [{"rule": rule.key, "metric": rule.metric} for rule in flags], source)


def _returned(unit: ReportingUnit | None, told: UnitReturn) -> Row:
    """A return as it was told, to the digit."""
    return Row(
        unit,
        {key: told.metrics[key]["value"] for key in METRICS if key in told.metrics},
        told.flags,
        told.source,
        scope=told.scope_label,
        remarks={key: one["remark"] for key, one in told.metrics.items() if one.get("remark")},
        further=told.further,
    )


def flag_text(flag: Mapping[str, str], language: str) -> str:
    """Why a figure is doubted, in words; the rule's name for a rule that is no more."""
    rule = RULES.get(flag["rule"])
    return rule.message.in_language(language) if rule is not None else flag["rule"]


def names(units: Iterable[ReportingUnit], language: str) -> list[str]:
    """Names of units in the reader's language."""
    return [name(unit, language) for unit in units]


def name(unit: ReportingUnit, language: str) -> str:
    """The name of a unit in the reader's language."""
    return unit.name_en if language.lower().startswith("en") else unit.name_zh


def units_of_metrics() -> dict[str, Any]:
    """The base unit of every metric that is an amount."""
    return {key: metric.unit for key, metric in METRICS.items() if metric.unit}
