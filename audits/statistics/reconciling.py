"""The proof that facts equal a live count from events, case by case and sum by sum."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from audits.models import AuditCase, CaseFact, CaseSpan, CaseTally, CountyFact, Event, ProvinceFact, StatisticsWatermark
from audits.procedure.words import Subject
from audits.statistics.counties import Cell, cell_of, cells
from audits.statistics.counting import (
    WATERMARK,
    Heading,
    batches,
    heading_of,
    live,
    span_row,
    span_values,
    under_headings,
)
from enterprises.models import ReportingUnit

TRIES = 3


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored value that is not what the events give. `where` names the case or the unit with its heading."""

    where: str
    year: int
    metric: str
    stored: int
    live: int

    def __str__(self) -> str:
        return f"{self.where} {self.year} {self.metric}: stored {self.stored}, from events {self.live}"


@dataclass
class Reconciliation:
    """The outcome: cases compared, cases with events the facts do not hold yet, and every difference."""

    cases: int = 0
    behind: int = 0
    unsettled: bool = False  # facts were refreshed meanwhile, each time it was tried
    differences: list[Difference] = field(default_factory=list)

    @property
    def equal(self) -> bool:
        """Whether facts and events agree."""
        return not self.differences and not self.unsettled


def reconcile() -> Reconciliation:
    """Compare every stored fact and sum with a live count from events, each case up to the version it was counted at.

    Nothing is locked: if facts are refreshed meanwhile, it is done again.
    """
    for _ in range(TRIES):
        before = _mark()
        outcome = _compare(before[0])
        if _mark() == before:
            return outcome
    outcome.unsettled = True
    return outcome


def _mark() -> tuple[int, object]:
    mark = StatisticsWatermark.objects.filter(name=WATERMARK).first()
    return (mark.event_id, mark.refreshed_at) if mark is not None else (0, None)


def _compare(watermark: int) -> Reconciliation:
    """Unit by unit, so that no more than one unit's cells are held at a time. Every sum is of one unit."""
    outcome = Reconciliation()
    for unit in ReportingUnit.objects.values_list("pk", flat=True):
        _compare_unit(unit, watermark, outcome)
    return outcome


def _cases_of(unit: str) -> Iterator[UUID]:
    """The cases that are counted in a unit, and those in it that are not counted yet: a partition of all with events.

    A case that has moved stands in the sums of the unit it was counted in.
    """
    counted = CaseTally.objects.filter(reporting_unit_id=unit).order_by("pk")
    yield from counted.values_list("pk", flat=True).iterator(chunk_size=5000)
    uncounted = AuditCase.objects.filter(reporting_unit_id=unit, tally=None, version__gt=0).order_by("pk")
    yield from uncounted.values_list("pk", flat=True)


def _compare_unit(unit: str, watermark: int, outcome: Reconciliation) -> None:
    sums: Counter[Heading] = Counter()
    fine: Counter[Cell] = Counter()
    for ids in batches(_cases_of(unit)):
        tallies = {tally.pk: tally for tally in CaseTally.objects.filter(pk__in=ids)}
        stored: dict[object, dict[tuple[int, str], int]] = {pk: {} for pk in ids}
        for case, year, metric, value in CaseFact.objects.filter(case_id__in=ids).values_list(
            "case_id", "year", "metric", "value"
        ):
            stored[case][year, metric] = value
        spans: dict[UUID, dict[str, CaseSpan]] = {}
        for row in CaseSpan.objects.filter(case_id__in=ids):
            spans.setdefault(row.case_id, {})[row.span] = row
        newest = dict(
            Event.objects.filter(subject_id__in=ids, subject_kind=Subject.CASE)
            .order_by("subject_id", "seq")
            .values_list("subject_id", "seq")
        )
        counted = live(ids, {pk: tally.version for pk, tally in tallies.items()})
        late = {pk for pk in ids if pk not in tallies or tallies[pk].version < newest.get(pk, 0)}
        outcome.behind += len(late)
        uncounted = [pk for pk in late if pk not in tallies]
        if uncounted:
            missed = Event.objects.filter(subject_id__in=uncounted, pk__lte=watermark).values_list(
                "subject_id", flat=True
            )
            counted.update(live(sorted(set(missed))))
        for pk, now in counted.items():
            outcome.cases += 1
            tally = tallies.get(pk, now.tally)
            outcome.differences += _differences(f"case {pk}", stored[pk], now.facts)
            told, found = _headings(tally, place=pk not in late), _headings(now.tally, place=pk not in late)
            if told != found:
                outcome.differences.append(Difference(f"case {pk} headings {told} against {found}", 0, "", 0, 1))
            outcome.differences += _span_differences(tally, spans.get(pk, {}), now.spans)
            sums.update(under_headings(tally, now.facts))
            fine.update(cells(tally, now.facts))
    outcome.differences += _compare_sums(unit, sums)
    outcome.differences += _compare_cells(unit, fine)


def _differences(
    where: str, stored: dict[tuple[int, str], int], now: dict[tuple[int, str], int]
) -> Iterator[Difference]:
    for key in sorted({*stored, *now}):
        if stored.get(key, 0) != now.get(key, 0):
            yield Difference(where, key[0], key[1], stored.get(key, 0), now.get(key, 0))


def _headings(tally: CaseTally, *, place: bool) -> tuple[object, ...]:
    """Under which headings a case stands. `place`: whether with those of its columns, which know the newest event only."""
    told = (tally.kind, tally.categories, tally.excluded, tally.exclusion, tally.excluded_years)
    if not place:
        return told
    return (*told, tally.reporting_unit_id, tally.scope_code, tally.lines, tally.industry_id)


def _span_differences(
    tally: CaseTally, stored: Mapping[str, CaseSpan], now: Mapping[str, tuple[int, int]]
) -> Iterator[Difference]:
    for span in sorted({*stored, *now}):
        told = span_values(stored[span]) if span in stored else None
        found = span_values(span_row(tally, span, *now[span])) if span in now else None
        if told != found:
            where = f"case {tally.case_id} {told} against {found}"
            yield Difference(where, (found or told or (0,))[0], span, told[1] if told else 0, found[1] if found else 0)


def _compare_sums(unit: str, sums: Counter[Heading]) -> Iterator[Difference]:
    rows = ProvinceFact.objects.filter(reporting_unit_id=unit).iterator(chunk_size=5000)
    for key, stored, found in _unlike(((heading_of(row), row.value) for row in rows), sums):
        of_unit, year, dimension, member, metric = key
        where = f"unit {of_unit}" + (f" {dimension} {member}" if dimension else "")
        yield Difference(where, year, metric, stored, found)


def _compare_cells(unit: str, fine: Counter[Cell]) -> Iterator[Difference]:
    rows = CountyFact.objects.filter(reporting_unit_id=unit).iterator(chunk_size=5000)
    for key, stored, found in _unlike(((cell_of(row), row.value) for row in rows), fine):
        of_unit, scope, year, category, industry, kind, lines, metric = key
        headings = " ".join(part for part in (category, industry, kind, lines) if part)
        where = f"county {scope} of {of_unit} {headings}"
        yield Difference(where, year, metric, stored, found)


Key = TypeVar("Key", Heading, Cell)


def _unlike(stored: Iterable[tuple[Key, int]], counted: Counter[Key]) -> list[tuple[Key, int, int]]:
    """Keys whose stored and counted values differ, with both, in order. What is stored is read past; `counted` is used up."""
    found = []
    for key, value in stored:
        now = counted.pop(key, 0)
        if now != value:
            found.append((key, value, now))
    found += [(key, 0, now) for key, now in counted.items() if now]
    return sorted(found)
