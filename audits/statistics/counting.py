"""Facts kept up to date: what changed since the watermark is counted anew, and the sums of units follow by difference.

Every batch locks the watermark, so counting in parallel or twice gives the same; it is one transaction, so a killed
worker leaves nothing half-done. The cost follows what changed, not what exists.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Case, Expression, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from audits.models import AuditCase, CaseFact, CaseSpan, CaseTally, Event, ProvinceFact, StatisticsWatermark
from audits.procedure.words import Category, Line, Subject
from audits.statistics import counties, sums
from audits.statistics.case_facts import Facts, facts_of_case

WATERMARK = "facts"
BATCH = 200
BOTH_LINES, NO_LINE = "both", "none"
TALLY_COLUMNS = (
    *("version", "reporting_unit", "scope_code", "kind", "industry", "categories", "lines"),
    *("excluded", "exclusion", "excluded_years"),
)
HEADING = ("reporting_unit", "year", "dimension", "member", "metric")
# An event of a transaction that was still open at the last refresh may have an older number: look back so far.
OVERLAP = timedelta(hours=1)
TRAILING_DAYS = 35

# (unit, year, dimension, member, metric)
Heading = tuple[str, int, str, str, str]


@dataclass
class RefreshReport:
    """What a refresh did: cases looked at, cases counted anew, and the newest event it has seen."""

    looked_at: int = 0
    counted: int = 0
    event_id: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Plain values for logs and JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Counted:
    """A case as it counts now: under which headings, up to which version, with which facts and durations."""

    tally: CaseTally
    facts: Facts
    spans: Mapping[str, tuple[int, int]]


def refresh(now: datetime) -> RefreshReport:
    """Count every case that has events since the watermark. `now` is the moment of the refresh."""
    mark, _ = StatisticsWatermark.objects.get_or_create(name=WATERMARK)
    report = RefreshReport(event_id=newest_event())
    for ids in batches(_changed(mark)):
        report.looked_at += len(ids)
        with transaction.atomic():
            _lock()
            report.counted += count_cases(ids, only_stale=True)
    _move_watermark(report.event_id, now)
    return report


def rebuild(now: datetime) -> RefreshReport:
    """Count every case anew and sum every unit anew, whatever is stored."""
    StatisticsWatermark.objects.get_or_create(name=WATERMARK)
    report = RefreshReport(event_id=newest_event())
    for ids in batches(all_cases()):
        with transaction.atomic():
            _lock()
            report.counted += count_cases(ids)
    report.looked_at = report.counted
    with transaction.atomic():
        _lock()
        sums.fill(ProvinceFact, _summed(), HEADING)
        counties.rebuild_counties()
    _move_watermark(report.event_id, now)
    return report


def recount(now: datetime, days: int = TRAILING_DAYS) -> RefreshReport:
    """Count anew, whatever is stored, the cases with events recorded in the last `days`, and those whose place, line or
    industry in the registers is no longer the one they are counted under.

    Legal dates never lie after the recording, so whatever is dated in the window was recorded in it as well. The
    watermark stays: this looks behind it.
    """
    StatisticsWatermark.objects.get_or_create(name=WATERMARK)
    report = RefreshReport(event_id=newest_event())
    recent = Event.objects.filter(recorded_at__gte=now - timedelta(days=days), subject_kind=Subject.CASE)
    ids = {*recent.values_list("subject_id", flat=True), *_moved()}
    for batch in batches(sorted(ids)):
        report.looked_at += len(batch)
        with transaction.atomic():
            _lock()
            report.counted += count_cases(batch)
    return report


def _moved() -> Iterator[UUID]:
    """Cases that stand in another place, line or industry than the one they were counted under."""
    cases = AuditCase.objects.filter(tally__isnull=False).annotate(
        industry_now=Coalesce(F("listing__industry_id"), F("site__industry_id"), F("enterprise__industry_id")),
        lines_now=Case(
            When(line_environment=True, line_energy=True, then=Value(BOTH_LINES)),
            When(line_environment=True, then=Value(Line.ENVIRONMENT.value)),
            When(line_energy=True, then=Value(Line.ENERGY.value)),
            default=Value(NO_LINE),
        ),
    )
    here = Q(
        Q(industry_now=F("tally__industry_id")) | Q(industry_now=None, tally__industry_id=None),
        scope_code=F("tally__scope_code"),
        reporting_unit_id=F("tally__reporting_unit_id"),
        lines_now=F("tally__lines"),
    )
    # Written as CASE: where an industry is unknown, NOT (...) would be unknown too.
    return (
        cases.annotate(here=Case(When(here, then=Value(True)), default=Value(False)))
        .filter(here=False)
        .values_list("pk", flat=True)
        .iterator()
    )


def newest_event() -> int:
    """The number of the newest event; 0 without events."""
    return Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def batches(ids: Iterable[UUID], size: int = BATCH) -> Iterator[list[UUID]]:
    """The ids in lists of `size`."""
    rest = iter(ids)
    while batch := list(islice(rest, size)):
        yield batch


def all_cases() -> Iterator[UUID]:
    """Ids of every case that has events, county by county: cases of one county move the same sums, which costs less.

    One that is moved to another county meanwhile may be missed or met twice; it has a new event, or its place differs
    from the counted one, and is counted anew for that.
    """
    written = AuditCase.objects.filter(version__gt=0)
    for scope in list(written.order_by("scope_code").values_list("scope_code", flat=True).distinct()):
        yield from written.filter(scope_code=scope).order_by("pk").values_list("pk", flat=True)


def _changed(mark: StatisticsWatermark) -> Iterator[UUID]:
    if mark.refreshed_at is None:
        return all_cases()
    events = Event.objects.filter(
        Q(pk__gt=mark.event_id) | Q(recorded_at__gte=mark.refreshed_at - OVERLAP), subject_kind=Subject.CASE
    )
    return iter(events.order_by("subject_id").values_list("subject_id", flat=True).distinct())


def _lock() -> StatisticsWatermark:
    return StatisticsWatermark.objects.select_for_update().get(name=WATERMARK)


def _move_watermark(event_id: int, now: datetime) -> None:
    """Forward only: a slower refresh in parallel does not take it back."""
    with transaction.atomic():
        mark = _lock()
        mark.event_id = max(mark.event_id, event_id)
        mark.refreshed_at = max(mark.refreshed_at or now, now)
        mark.save(update_fields=["event_id", "refreshed_at"])


# --- counting cases -------------------------------------------------------------------------------------------------


def count_cases(ids: Sequence[UUID], *, only_stale: bool = False) -> int:
    """Count these cases anew and move the sums of their units by the difference. Returns how many were counted.

    The caller holds the watermark's lock and a transaction.
    """
    before = {tally.pk: tally for tally in CaseTally.objects.filter(pk__in=ids)}
    cases = AuditCase.objects.filter(pk__in=ids)
    if only_stale:
        versions = dict(cases.values_list("pk", "version"))
        ids = [pk for pk in ids if pk in versions and (pk not in before or before[pk].version != versions[pk])]
    if not ids:
        return 0
    counted = live(ids)
    stored: dict[UUID, dict[tuple[int, str], CaseFact]] = {pk: {} for pk in ids}
    for fact in CaseFact.objects.filter(case_id__in=ids):
        stored[fact.case_id][fact.year, fact.metric] = fact
    change: Counter[Heading] = Counter()
    moved: Counter[counties.Cell] = Counter()
    gone, fresh = [], []
    for pk, now in counted.items():
        held = stored[pk]
        if pk in before:
            held_facts = {key: fact.value for key, fact in held.items()}
            change.subtract(under_headings(before[pk], held_facts))
            moved.subtract(counties.cells(before[pk], held_facts))
        change.update(under_headings(now.tally, now.facts))
        moved.update(counties.cells(now.tally, now.facts))
        gone += [fact.pk for key, fact in held.items() if key not in now.facts]
        fresh += [
            CaseFact(case_id=pk, year=year, metric=metric, value=value)
            for (year, metric), value in now.facts.items()
            if (year, metric) not in held or held[year, metric].value != value
        ]
    CaseFact.objects.filter(pk__in=gone).delete()
    CaseFact.objects.bulk_create(
        fresh, batch_size=1000, update_conflicts=True, unique_fields=["case", "year", "metric"], update_fields=["value"]
    )
    _store_spans(counted)
    CaseTally.objects.bulk_create(
        [one.tally for one in counted.values()],
        batch_size=500,
        update_conflicts=True,
        unique_fields=["case"],
        update_fields=TALLY_COLUMNS,
    )
    sums.add(ProvinceFact, HEADING, change)
    counties.move(moved)
    return len(counted)


def _store_spans(counted: Mapping[UUID, Counted]) -> None:
    """The durations of these cases, where they are not stored so already."""
    held = {(row.case_id, row.span): row for row in CaseSpan.objects.filter(case_id__in=counted)}
    fresh = []
    for pk, now in counted.items():
        for span, (year, days) in now.spans.items():
            row = span_row(now.tally, span, year, days)
            before = held.pop((pk, span), None)
            if before is None or span_values(before) != span_values(row):
                fresh.append(row)
    CaseSpan.objects.filter(pk__in=[row.pk for row in held.values()]).delete()
    CaseSpan.objects.bulk_create(
        fresh,
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["case", "span"],
        update_fields=["year", "reporting_unit", "scope_code", "days"],
    )


def span_row(tally: CaseTally, span: str, year: int, days: int) -> CaseSpan:
    """An unsaved duration."""
    return CaseSpan(
        case_id=tally.case_id,
        span=span,
        year=year,
        reporting_unit_id=tally.reporting_unit_id,
        scope_code=tally.scope_code,
        days=days,
    )


def span_values(row: CaseSpan) -> tuple[int, int, str, str]:
    """Year, days, unit and scope code of a duration."""
    return (row.year, row.days, row.reporting_unit_id, row.scope_code)


def live(ids: Sequence[UUID], up_to: dict[UUID, int] | None = None) -> dict[UUID, Counted]:
    """Cases counted from their events, with nothing of what is stored; `up_to` names the last version to count."""
    bodies: dict[UUID, list[dict[str, Any]]] = {}
    events = Event.objects.filter(subject_id__in=ids).order_by("subject_id", "seq")
    for subject, seq, text in events.values_list("subject_id", "seq", "text"):
        if up_to is None or seq <= up_to.get(subject, 0):
            bodies.setdefault(subject, []).append(json.loads(text))
    places = {
        pk: (unit, scope, lines_of(environment, energy), industry)
        for pk, unit, scope, environment, energy, industry in AuditCase.objects.filter(pk__in=bodies).values_list(
            "pk",
            "reporting_unit_id",
            "scope_code",
            "line_environment",
            "line_energy",
            Coalesce(F("listing__industry_id"), F("site__industry_id"), F("enterprise__industry_id")),
        )
    }
    found = {}
    for pk, (unit, scope, lines, industry) in places.items():
        count = facts_of_case(bodies[pk])
        tally = CaseTally(
            case_id=pk,
            version=bodies[pk][-1]["seq"],
            reporting_unit_id=unit,
            scope_code=scope,
            kind=count.state["kind"],
            industry_id=industry,
            categories=_framed(count.state["categories"]),
            lines=lines,
            excluded=count.exclusion is not None,
            exclusion=dict(count.exclusion or {}),
            excluded_years=_framed(map(str, count.excluded_years)) if count.exclusion else "",
        )
        found[pk] = Counted(tally, count.facts, count.spans)
    return found


def _framed(names: Iterable[str]) -> str:
    """Names with a comma before and after each, so that one can be looked for."""
    return "".join(f",{name}" for name in sorted(names)) + ","


def lines_of(environment: bool, energy: bool) -> str:
    """Which lines see a case, as facts hold it: a partition of all cases."""
    if environment and energy:
        return BOTH_LINES
    return Line.ENVIRONMENT if environment else Line.ENERGY if energy else NO_LINE


def under_headings(tally: CaseTally, facts: Facts) -> Counter[Heading]:
    """What a case adds to its unit: in all, under its kind, its lines, its industry, and each of its categories."""
    headings = [("", ""), ("kind", tally.kind), ("lines", tally.lines)]
    if tally.industry_id:
        headings.append(("industry", tally.industry_id))
    headings += [("category", name) for name in tally.categories.split(",") if name]
    return Counter(
        {
            (tally.reporting_unit_id, year, dimension, member, metric): value
            for (year, metric), value in facts.items()
            for dimension, member in headings
        }
    )


# --- sums of units --------------------------------------------------------------------------------------------------


def heading_of(row: ProvinceFact) -> Heading:
    """The key of a stored sum."""
    return (row.reporting_unit_id, row.year, row.dimension, row.member, row.metric)


def _summed() -> Iterator[QuerySet[CaseFact, tuple[Any, ...]]]:
    """Every sum, from the facts of cases: one grouped query for each dimension, and one for each category."""
    facts = CaseFact.objects.all()

    def grouped(
        rows: QuerySet[CaseFact], dimension: str, member: Expression | F
    ) -> QuerySet[CaseFact, tuple[Any, ...]]:
        named = rows.annotate(dimension=sums.text(dimension), member=member)
        return sums.grouped(named, ("case__tally__reporting_unit_id", "year", "dimension", "member", "metric"))

    yield grouped(facts, "", sums.text(""))
    yield grouped(facts, "kind", F("case__tally__kind"))
    yield grouped(facts, "lines", F("case__tally__lines"))
    with_industry = facts.filter(case__tally__industry__isnull=False)
    yield grouped(with_industry, "industry", F("case__tally__industry_id"))
    for category in Category:
        its_own = facts.filter(case__tally__categories__contains=f",{category},")
        yield grouped(its_own, "category", sums.text(category.value))
