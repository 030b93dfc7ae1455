"""Tables and trends as people read them: named rows with rates and doubts, medians, coverage, exclusions, freshness."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.db.models import Count, F, Value
from django.db.models.functions import Substr

from accounts.models import Membership
from audits.models import CaseSpan, CaseTally, ProvinceFact, UnitReturn
from audits.procedure.words import Text
from audits.statistics.energy import CONVERTED, Energy, energy_of_years
from audits.statistics.metrics import FIGURES, Process, as_text
from audits.statistics.plausibility import Doubt, Peers, Seen, doubts
from audits.statistics.scoped import grains
from audits.statistics.scoped.naming import names_of
from audits.statistics.scoped.question import Dimension, Question, Reach, reach
from audits.statistics.scoped.rates import RATES
from audits.statistics.tables import as_texts, decimals, filled, refreshed_at
from enterprises.models import ReportingUnit

PLACES = (Dimension.UNIT, Dimension.CITY, Dimension.COUNTY)


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """Figures of one member ("" for the total): exact texts, rates as (part, whole, quotient or None for unknown), energy
    verified and planned, what rules doubt, and of places the medians by span (how many cases, days)."""

    key: str
    name: Text
    metrics: Mapping[str, str]
    rates: Mapping[str, tuple[int, int, str | None]]
    energy: tuple[Energy, Energy]
    doubts: Sequence[Doubt] = ()
    medians: Mapping[str, tuple[int, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """A table. `due` and `missing` are None where whole reporting units are not what is asked for."""

    question: Question
    place: str
    lines: frozenset[str] | None
    grain: str
    as_of: datetime | None
    rows: Sequence[AnswerRow]
    total: AnswerRow
    medians: Mapping[str, tuple[int, str]]
    excluded: Counter[str]
    due: int | None = None
    missing: Sequence[ReportingUnit] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Trend:
    """One metric over years: by member and in all, exact texts by year. A year without a figure is absent."""

    question: Question
    metric: str
    as_of: datetime | None
    rows: Sequence[tuple[str, Text, Mapping[int, str]]]
    total: Mapping[int, str]


def table(question: Question, membership: Membership, today: date) -> Answer:
    """The answer for this reader, in a number of queries that does not grow with what is stored.

    `today` is the Shanghai date for which `overdue` is counted. Raises `NotVisible`.
    """
    seen = reach(question, membership)
    found = grains.figures(question, seen)
    late, late_in_all = grains.overdue(question, seen, membership, today)
    rows: dict[str, Counter[str]] = {}
    for (member, _, metric), value in found.rows.items():
        rows.setdefault(member, Counter())[metric] = value
    for member, cases in late.items():
        rows.setdefault(member, Counter())[Process.OVERDUE] = cases
    if question.by is Dimension.NATION:
        rows = {}
    total = Counter({metric: value for (_, _, metric), value in found.total.items()})
    total[Process.OVERDUE] = late_in_all
    names = names_of(question.by, rows)
    running = grains.not_yet_due(question, seen, membership, today)
    by_year = _by_year(question, seen, found)
    medians, medians_in_all = _medians(question, seen, membership)
    told = [_row(member, names[member], rows[member], running.get(member), by_year) for member in sorted(rows)]
    told = [replace(row, medians=medians.get(row.key, {})) for row in told]
    in_all = _row(grains.IN_ALL, Text("合计", "Total"), total, running[grains.IN_ALL], by_year)
    due = _due(question, seen, membership)
    return Answer(
        question,
        seen.place,
        seen.lines,
        found.grain,
        refreshed_at(),
        _doubted(told, _last_year(question, seen), unfinished=question.year >= today.year),
        _doubted([in_all], {}, unfinished=False)[0],
        medians_in_all,
        _excluded(question, seen, membership),
        *_coverage(question, seen, due, late, membership, today),
    )


def trend(question: Question, metric: str, membership: Membership, *, beside: Answer | None = None) -> Trend:
    """One metric year by year up to the question's. Raises `NotVisible`.

    What a table shown `beside` it knows already (when it was counted, names of rows of the same kind) is not read again.
    """
    seen = reach(question, membership)
    found = grains.figures(question, seen, metrics=frozenset({metric}), by_year=True)
    rows: dict[str, dict[int, str]] = {}
    if question.by is not Dimension.NATION:
        for (member, year, _), value in sorted(found.rows.items()):
            rows.setdefault(member, {})[year] = as_text(metric, value)
    known = {row.key: row.name for row in beside.rows} if beside is not None else {}
    unknown = rows.keys() - known.keys()
    names = known | (names_of(question.by, unknown) if unknown else {})
    as_of = refreshed_at() if beside is None else beside.as_of
    total = {year: as_text(metric, value) for (_, year, _), value in sorted(found.total.items())}
    return Trend(question, metric, as_of, [(key, names[key], rows[key]) for key in sorted(rows)], total)


# Figures by member (`grains.IN_ALL`: the total) and year.
ByYear = Mapping[str, Mapping[int, Mapping[str, int]]]


def _row(
    member: str, name: Text, figures: Mapping[str, int], not_yet: Mapping[str, int] | None, by_year: ByYear
) -> AnswerRow:
    rates = {rate.key: rate.of(figures, not_yet) for rate in RATES}
    years = by_year.get(member, {})
    energy = energy_of_years(years), energy_of_years(years, of_plan=True)
    return AnswerRow("" if member == grains.IN_ALL else member, name, as_texts(filled(figures)), rates, energy)


def _by_year(question: Question, seen: Reach, found: grains.Figures) -> ByYear:
    """What is converted, by year, since factors are of a year. Sums over several years are asked for once more."""
    first, last = question.years
    if first != last:
        found = grains.figures(question, seen, metrics=CONVERTED, by_year=True)
    told: dict[str, dict[int, Counter[str]]] = {}
    cells = [*found.rows.items(), *(((grains.IN_ALL, *key[1:]), value) for key, value in found.total.items())]
    for (member, year, metric), value in cells:
        told.setdefault(member, {}).setdefault(year or last, Counter())[metric] = value
    return told


# --- doubts ---------------------------------------------------------------------------------------------------------


def _last_year(question: Question, seen: Reach) -> Mapping[str, Mapping[str, str]]:
    """The same rows a year before, of one place and one year each: sums to date are not compared."""
    if question.by not in PLACES or question.to_date:
        return {}
    found = grains.figures(replace(question, year=question.year - 1), seen)
    rows: dict[str, Counter[str]] = {}
    for (member, _, metric), value in found.rows.items():
        rows.setdefault(member, Counter())[metric] = value
    return {member: as_texts(figures) for member, figures in rows.items()}


def _doubted(
    rows: Sequence[AnswerRow], before: Mapping[str, Mapping[str, str]], *, unfinished: bool
) -> list[AnswerRow]:
    """Rows with what rules doubt; the peers are the rows of this answer, so nothing unseen shows through a doubt."""
    exact = [decimals(row.metrics) for row in rows]
    peers = Peers(exact)
    return [
        replace(row, doubts=doubts(Seen(figures, decimals(before.get(row.key, {})), peers, unfinished)))
        for row, figures in zip(rows, exact, strict=True)
    ]


# --- medians and exclusions -----------------------------------------------------------------------------------------


Medians = Mapping[str, tuple[int, str]]


def _medians(question: Question, seen: Reach, membership: Membership) -> tuple[Mapping[str, Medians], Medians]:
    """By span, how many cases and their median days: of each place, if rows are places, and of everything asked for.

    Medians do not add up, but how many cases took how many days does: one query serves both.
    """
    first, last = question.years
    spans = CaseSpan.objects.filter(
        grains.condition_on_cases(question, seen, membership), year__gte=first, year__lte=last
    )
    held: dict[str, dict[str, Counter[int]]] = {}
    in_all: dict[str, Counter[int]] = {}
    counted = (
        spans.order_by().annotate(row=_PLACE_OF_SPAN.get(question.by, Value(""))).values_list("row", "span", "days")
    )
    for row, span, days, cases in counted.annotate(cases=Count("case_id")):
        held.setdefault(row, {}).setdefault(span, Counter())[days] = cases
        in_all.setdefault(span, Counter())[days] += cases
    rows = {row: _each_median(of_row) for row, of_row in held.items()} if question.by in PLACES else {}
    return rows, _each_median(in_all)


_PLACE_OF_SPAN = {
    Dimension.UNIT: F("reporting_unit_id"),
    Dimension.CITY: Substr("scope_code", 1, grains.CITY),
    Dimension.COUNTY: F("scope_code"),
}


def _each_median(held: Mapping[str, Mapping[int, int]]) -> Medians:
    return {span: (sum(days.values()), _median(days)) for span, days in sorted(held.items())}


def _median(held: Mapping[int, int]) -> str:
    """The median of days, each held so many times: whole or a half."""
    cases = sum(held.values())
    low, high = (_nth(held, (cases - 1) // 2), _nth(held, cases // 2))
    return str((low + high) // 2) if (low + high) % 2 == 0 else f"{(low + high) / 2:.1f}"


def _nth(held: Mapping[int, int], place: int) -> int:
    for days in sorted(held):
        place -= held[days]
        if place < 0:
            return days
    raise ValueError("There are not so many cases.")


def _excluded(question: Question, seen: Reach, membership: Membership) -> Counter[str]:
    """Cases left out of the sums on purpose, by reason."""
    first, last = question.years
    found: Counter[str] = Counter()
    tallies = CaseTally.objects.filter(grains.condition_on_tallies(question, seen, membership), excluded=True)
    for exclusion, years in tallies.values_list("exclusion", "excluded_years"):
        if any(first <= int(year) <= last for year in years.split(",") if year):
            found[exclusion.get("reason", "")] += 1
    return found


# --- coverage -------------------------------------------------------------------------------------------------------


def _due(question: Question, seen: Reach, membership: Membership) -> list[ReportingUnit]:
    """The units wholly inside what is asked for; none for those who see single cases."""
    if seen.cases is not None:
        return []
    units = ReportingUnit.objects.all()
    return [unit for unit in units if unit.scope_code.startswith(seen.place) and question.unit in ("", unit.code)]


def _coverage(
    question: Question,
    seen: Reach,
    due: list[ReportingUnit],
    late: Counter[str],
    membership: Membership,
    today: date,
) -> tuple[int | None, list[ReportingUnit]]:
    """How many units owe a return for the year, and those of which there is neither a figure nor a frozen return.

    Figures are those of cases on the reader's line: which units have cases of another is not told. Parts of rates are
    no figures (as in `tables.provinces`).
    """
    if not due:
        return None, []
    first, last = question.years
    facts = ProvinceFact.objects.filter(year__gte=first, year__lte=last, metric__in=FIGURES)
    if seen.lines is None:
        facts = facts.filter(dimension="")
    else:
        facts = facts.filter(dimension="lines", member__in=seen.lines)
    told = set(facts.order_by().values_list("reporting_unit_id", flat=True).distinct())
    frozen = UnitReturn.objects.frozen().filter(year__gte=first, year__lte=last)
    told |= set(frozen.order_by().values_list("reporting_unit_id", flat=True).distinct())
    if any(unit.code not in told for unit in due):  # what is overdue is a figure that is not stored
        years = question.to_date or question.by is Dimension.YEAR
        of_any = replace(question, by=Dimension.UNIT, to_date=years, category="", industry="", kind="")
        told |= set(late if of_any == question else grains.overdue(of_any, seen, membership, today)[0])
    return len(due), [unit for unit in due if unit.code not in told]
