"""The provincial table of a year: what the public may see, in a few queries whatever the number of cases."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Min

from audits.models import Deadline, ProvinceFact, StatisticsWatermark, UnitReturn
from audits.procedure.words import Party
from audits.statistics.counting import WATERMARK
from audits.statistics.metrics import FIGURES, METRICS, Group, Process, as_stored, as_text
from audits.statistics.plausibility import RULES, Peers, Seen, doubts
from enterprises.models import ReportingUnit

Figures = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Row:
    """Figures of a unit (or of all): `metrics` as exact texts, `source` "events" or where a return comes from.

    `beside` are the figures from events of a unit whose return speaks: shown, and in no total.
    """

    unit: ReportingUnit | None
    metrics: Mapping[str, str]
    flags: Sequence[Mapping[str, str]]
    source: str
    scope: str = ""
    remarks: Mapping[str, str] | None = None
    further: Sequence[Mapping[str, str]] = ()
    beside: Mapping[str, str] | None = None


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
FIRST_YEAR = 2003  # of the law
PROCESS_COUNTS = [one.value for one in Process if one is not Process.OVERDUE]  # stored ones
NOUGHT = Decimal(0)


def provinces(year: int, today: date) -> Table:
    """The table of one year. `today` is the Shanghai date for which `overdue` is counted.

    The 37 reporting units are a partition of the country: a separately planned city stands beside its province, so the
    total counts every place once. A unit has reported when it has figures from events or a frozen return of its own;
    which of the two speaks, `_row_of` says.
    """
    units = list(ReportingUnit.objects.all())
    figures = _from_events(year, today)
    returned = _returns(year)
    since = _in_the_system_since(year)
    rows = [row for unit in units if (row := _row_of(unit, year, figures, returned, since)) is not None]
    before = {
        unit.code: row for unit in units if (row := _row_of(unit, year - 1, figures, returned, since)) is not None
    }
    rows = _flagged(rows, before, unfinished=year >= today.year)
    national = _returned(None, returned[None, year]) if (None, year) in returned else None
    told = {row.unit.code for row in rows if row.unit is not None}
    if rows or national is None:
        total = _total(rows)
    else:
        total, national = national, None
    as_of = refreshed_at()
    if not rows and (None, year) in returned:
        as_of = returned[None, year].frozen_at
    return Table(year, as_of, len(units), [unit for unit in units if unit.code not in told], rows, total, national)


def refreshed_at() -> datetime | None:
    """When the facts were last brought up to the events; None: never."""
    mark = StatisticsWatermark.objects.filter(name=WATERMARK).first()
    return mark.refreshed_at if mark is not None else None


def _from_events(year: int, today: date) -> dict[tuple[str, int], Counter[str]]:
    """Figures by unit and year, of the year and the one before it, where there are any.

    Parts of rates are none: that a period ended in a year is not told by anybody.
    """
    found: dict[tuple[str, int], Counter[str]] = {}
    facts = ProvinceFact.objects.filter(year__in=(year - 1, year), dimension="", member="", metric__in=FIGURES)
    for unit, of_year, metric, value in facts.values_list("reporting_unit_id", "year", "metric", "value"):
        found.setdefault((unit, of_year), Counter())[metric] = value
    for unit, cases in overdue(year, today).items():
        found.setdefault((unit, year), Counter())[Process.OVERDUE] = cases
    return found


def _in_the_system_since(year: int) -> dict[str, int]:
    """By unit, the first year, up to this one, in which a case of it was listed, started or carried on."""
    facts = ProvinceFact.objects.filter(
        year__in=range(FIRST_YEAR, year + 1), dimension="", member="", metric__in=PROCESS_COUNTS
    )
    return dict(facts.order_by().values_list("reporting_unit_id").annotate(first=Min("year")))


def _row_of(
    unit: ReportingUnit,
    year: int,
    figures: Mapping[tuple[str, int], Figures],
    returned: Mapping[tuple[str | None, int], UnitReturn],
    since: Mapping[str, int],
) -> Row | None:
    """What a unit tells of a year.

    From the year of its first process count on the events speak, with the capacity of its newest frozen return, which no
    case tells. Before that the system does not hold the unit's work: an effect of that year in a case recorded later is
    not the year's figure. There the return speaks, and the events stand beside it.
    """
    key = (unit.code, year)
    told = _returned(unit, returned[key]) if key in returned else None
    if key not in figures:
        return told
    from_events = as_texts(filled(figures[key]))
    if told is None:
        return Row(unit, from_events, [], FROM_EVENTS)
    if since.get(unit.code, year + 1) > year:
        return replace(told, beside={metric: text for metric, text in from_events.items() if text != "0"})
    capacity = {metric: text for metric, text in told.metrics.items() if METRICS[metric].group is Group.CAPACITY}
    return Row(unit, {**from_events, **capacity}, [], FROM_EVENTS)


def _flagged(rows: Sequence[Row], before: Mapping[str, Row], *, unfinished: bool) -> list[Row]:
    """The rows with what the rules doubt, beside what was doubted when a return was frozen."""
    exact = [decimals(row.metrics) for row in rows]
    peers = Peers(exact)
    found = []
    for row, figures in zip(rows, exact, strict=True):
        last = before.get(row.unit.code) if row.unit is not None else None
        seen = Seen(figures, decimals(last.metrics) if last is not None else {}, peers, unfinished)
        flags = [*row.flags, *(one.flag for one in doubts(seen) if one.flag not in row.flags)]
        found.append(replace(row, flags=flags))
    return found


def overdue(year: int, today: date) -> dict[str, int]:
    """By unit, cases of which the enterprise has a deadline of that year that has passed undone on `today`.

    Lateness counts by the date in law. It is counted when it is asked for, never stored.
    """
    late = (
        Deadline.objects.running()
        .filter(due_on__year=year, due_on__lt=today, party=Party.ENTERPRISE, case__isnull=False)
        .exclude(case__tally__excluded=True)
    )
    counted = late.order_by().values_list("case__reporting_unit_id").annotate(cases=Count("case_id", distinct=True))
    return dict(counted)


def _returns(year: int) -> dict[tuple[str | None, int], UnitReturn]:
    """The newest frozen revision of each return of the year and the one before it; None names the national one."""
    frozen = UnitReturn.objects.filter(year__in=(year - 1, year), frozen_at__isnull=False).order_by("revision")
    return {(one.reporting_unit_id, one.year): one for one in frozen}


def filled(figures: Figures) -> dict[str, int]:
    """With a nought for every metric that cases give rise to: nothing happened is a figure too."""
    return {
        **{key: 0 for key, metric in METRICS.items() if metric.from_cases},
        **{key: value for key, value in figures.items() if key in METRICS},
    }


def as_texts(figures: Figures) -> dict[str, str]:
    """Stored values as exact texts, in the order of the metrics."""
    return {key: as_text(key, figures[key]) for key in METRICS if key in figures}


def decimals(metrics: Mapping[str, str]) -> dict[str, Decimal]:
    """Exact texts as numbers for the rules; of metrics we know."""
    return {key: Decimal(text) if text != "0" else NOUGHT for key, text in metrics.items() if key in METRICS}


def _total(rows: Iterable[Row]) -> Row:
    total: Counter[str] = Counter()
    for row in rows:
        for metric, text in row.metrics.items():
            total[metric] += as_stored(metric, text)
    metrics = as_texts(filled(total))
    return Row(None, metrics, [one.flag for one in doubts(Seen(decimals(metrics)))], FROM_EVENTS)


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
