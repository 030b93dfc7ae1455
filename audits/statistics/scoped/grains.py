"""The figures of a question from the coarsest grain that holds them: sums of units, of counties, or single cases."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, ExtractYear, Substr

from accounts.models import Membership
from audits.models import AuditCase, CaseFact, CountyFact, Deadline, ProvinceFact
from audits.models.scope import case_condition
from audits.procedure.deadline_records import Nature
from audits.procedure.words import Party
from audits.statistics.metrics import Process, RatePart
from audits.statistics.scoped.question import Dimension, Question, Reach
from enterprises.models import ReportingUnit
from enterprises.scopes import within

IN_ALL = "*"  # the key of the total where members may be ""
CITY = 4  # digits of a city's scope code
COARSE, FINE, CASES = "units", "counties", "cases"
# (member, year, metric): the year is 0 where years are summed
Cells = Counter[tuple[str, int, str]]
_HEADINGS = {Dimension.CATEGORY: "category", Dimension.INDUSTRY: "industry", Dimension.KIND: "kind"}


@dataclass(frozen=True, slots=True)
class Figures:
    """Rows by member, and the total, which is no sum of rows where these overlap; `grain` is where they come from."""

    rows: Cells
    total: Cells
    grain: str


def figures(
    question: Question, seen: Reach, *, metrics: frozenset[str] | None = None, by_year: bool = False
) -> Figures:
    """What the facts say. `by_year` keeps years apart; without `metrics` all are told."""
    if seen.cases is not None:
        return _from_cases(question, seen, metrics, by_year)
    units = _units(question, seen)
    heading = _one_heading(question, seen)
    if units is not None and heading is not None and question.by not in (Dimension.CITY, Dimension.COUNTY):
        return _from_units(question, seen, units, heading, metrics, by_year)
    return _from_counties(question, seen, metrics, by_year)


def _years(question: Question, by_year: bool) -> dict[str, int]:
    first, last = question.years
    if by_year:
        first = Question(Dimension.YEAR, last).years[0]
    return {"year": last} if first == last else {"year__gte": first, "year__lte": last}


def _counted(rows: QuerySet[Any], member: Any, by_year: bool, metrics: frozenset[str] | None) -> Cells:
    if metrics is not None:
        rows = rows.filter(metric__in=metrics)
    year = F("year") if by_year else Value(0)
    found = rows.order_by().annotate(row=member, of_year=year).values("row", "of_year", "metric")
    return Counter(
        {
            (str(one["row"] if one["row"] is not None else ""), one["of_year"], one["metric"]): one["total"]
            for one in found.annotate(total=Sum("value"))
        }
    )


def added(cells: Cells) -> Cells:
    """Rows added up."""
    total: Cells = Counter()
    for (_, year, metric), value in cells.items():
        total["", year, metric] += value
    return total


# --- sums of units ------------------------------------------------------------------------------------------------


def _units(question: Question, seen: Reach) -> Q | None:
    """The reporting units that make up what is asked for; None where it is less than whole units."""
    if question.unit:
        unit = _known_units().get(question.unit)
        inside = unit is not None and unit.startswith(seen.place)
        return Q(reporting_unit_id=question.unit) if inside else None
    codes = [code for code, scope in _known_units().items() if scope.startswith(seen.place)]
    whole = not seen.place or seen.place in _known_units().values()
    return (Q(reporting_unit_id__in=codes) if seen.place else Q()) if whole else None


def _known_units() -> Mapping[str, str]:
    """Scope codes of the 37 by code: reference data, read once for a request's process."""
    if not _UNITS:
        _UNITS.update(ReportingUnit.objects.values_list("code", "scope_code"))
    return _UNITS


_UNITS: dict[str, str] = {}


def _one_heading(question: Question, seen: Reach) -> tuple[str, list[str] | None] | None:
    """The one heading under which the coarse grain holds it, with the members wanted; None: it needs two at once."""
    wanted: dict[str, list[str] | None] = {}
    if question.by in _HEADINGS:
        wanted[_HEADINGS[question.by]] = None
    if question.by is Dimension.LINE:
        wanted["lines"] = None
    for name in _HEADINGS.values():
        if getattr(question, name):
            wanted[name] = [getattr(question, name)]
    if seen.lines is not None:
        wanted["lines"] = sorted(seen.lines)
    if len(wanted) > 1:
        return None
    return next(iter(wanted.items()), ("", None))


def _from_units(
    question: Question,
    seen: Reach,
    units: Q,
    heading: tuple[str, list[str] | None],
    metrics: frozenset[str] | None,
    by_year: bool,
) -> Figures:
    dimension, members = heading
    rows = ProvinceFact.objects.filter(units, dimension=dimension, **_years(question, by_year))
    if members is not None:
        rows = rows.filter(member__in=members)
    place = {Dimension.UNIT: F("reporting_unit_id"), Dimension.YEAR: F("year"), Dimension.NATION: Value("")}
    cells = _counted(rows, place.get(question.by, F("member")), by_year, metrics)
    if question.by not in (Dimension.CATEGORY, Dimension.INDUSTRY) or members is not None:
        return Figures(cells, added(cells), COARSE)
    whole = ProvinceFact.objects.filter(units, dimension="", **_years(question, by_year))
    total = _counted(whole, Value(""), by_year, metrics)
    if question.by is Dimension.INDUSTRY:  # cases of no known industry are in the total alone
        known = added(cells)
        cells.update({key: rest for key, value in total.items() if (rest := value - known[key])})
    return Figures(cells, total, COARSE)


# --- sums of counties -----------------------------------------------------------------------------------------------


def _from_counties(question: Question, seen: Reach, metrics: frozenset[str] | None, by_year: bool) -> Figures:
    facts = CountyFact.objects.filter(within(seen.place), **_years(question, by_year))
    for name in ("industry", "kind"):
        if getattr(question, name):
            facts = facts.filter(**{name: getattr(question, name)})
    if question.unit:
        facts = facts.filter(reporting_unit_id=question.unit)
    if seen.lines is not None:
        facts = facts.filter(lines__in=seen.lines)
    member = {
        Dimension.NATION: Value(""),
        Dimension.UNIT: F("reporting_unit_id"),
        Dimension.CITY: Substr("scope_code", 1, CITY),
        Dimension.COUNTY: F("scope_code"),
        Dimension.YEAR: F("year"),
        Dimension.CATEGORY: F("category"),
        Dimension.INDUSTRY: F("industry"),
        Dimension.KIND: F("kind"),
        Dimension.LINE: F("lines"),
    }[question.by]
    if question.by is Dimension.CATEGORY and not question.category:
        cells = _counted(facts, member, by_year, metrics)
        total: Cells = Counter({key: value for key, value in cells.items() if not key[0]})
        return Figures(Counter({key: value for key, value in cells.items() if key[0]}), total, FINE)
    cells = _counted(facts.filter(category=question.category), member, by_year, metrics)
    return Figures(cells, added(cells), FINE)


# --- single cases ---------------------------------------------------------------------------------------------------


def _of_tally(question: Question, seen: Reach, to_tally: str) -> Q:
    """The question's filters on a case's tally."""
    condition = within(seen.place, f"{to_tally}scope_code")
    if question.unit:
        condition &= Q(**{f"{to_tally}reporting_unit_id": question.unit})
    if question.category:
        condition &= Q(**{f"{to_tally}categories__contains": f",{question.category},"})
    if question.industry:
        condition &= Q(**{f"{to_tally}industry_id": question.industry})
    if question.kind:
        condition &= Q(**{f"{to_tally}kind": question.kind})
    if seen.lines is not None:
        condition &= Q(**{f"{to_tally}lines__in": seen.lines})
    return condition


def _member_of_tally(by: Dimension, to_tally: str, year: Any) -> Any:
    return {
        Dimension.NATION: Value(""),
        Dimension.UNIT: F(f"{to_tally}reporting_unit_id"),
        Dimension.CITY: Substr(f"{to_tally}scope_code", 1, CITY),
        Dimension.COUNTY: F(f"{to_tally}scope_code"),
        Dimension.YEAR: year,
        Dimension.CATEGORY: F(f"{to_tally}categories"),
        Dimension.INDUSTRY: Coalesce(F(f"{to_tally}industry_id"), Value("")),
        Dimension.KIND: F(f"{to_tally}kind"),
        Dimension.LINE: F(f"{to_tally}lines"),
    }[by]


def _by_category(question: Question, cells: Cells) -> Cells:
    """Rows by sets of categories become rows by category: a case counts once in each of its own."""
    found: Cells = Counter()
    for (framed, year, metric), value in cells.items():
        for name in framed.split(","):
            if name and question.category in ("", name):
                found[name, year, metric] += value
    return found


def _from_cases(question: Question, seen: Reach, metrics: frozenset[str] | None, by_year: bool) -> Figures:
    facts = CaseFact.objects.filter(seen.cases, _of_tally(question, seen, "case__tally__"), **_years(question, by_year))
    cells = _counted(facts, _member_of_tally(question.by, "case__tally__", F("year")), by_year, metrics)
    rows = _by_category(question, cells) if question.by is Dimension.CATEGORY else cells
    return Figures(rows, added(cells), CASES)


def condition_on_cases(question: Question, seen: Reach, membership: Membership) -> Q:
    """What the reader sees of the question, for rows that point at a case that is counted (`case__tally`)."""
    visible = seen.cases if seen.cases is not None else case_condition(membership, prefix="case__")
    return visible & _of_tally(question, seen, "case__tally__")


def condition_on_tallies(question: Question, seen: Reach, membership: Membership) -> Q:
    """The same for tallies themselves."""
    cases = AuditCase.objects.visible_to(membership).order_by()
    visible = Q(case__in=cases) if seen.cases is not None else case_condition(membership, prefix="case__")
    return visible & _of_tally(question, seen, "")


def overdue(question: Question, seen: Reach, membership: Membership, today: date) -> tuple[Counter[str], int]:
    """By member and in all, cases whose enterprise has a deadline of the time asked for that has passed undone.

    As `tables.overdue`, live; a case that is late in two years is in both rows of these and once in the total.
    """
    first, last = question.years
    late = (
        Deadline.objects.running()
        .filter(
            condition_on_cases(question, seen, membership),
            due_on__gte=date(first, 1, 1),
            due_on__lte=date(last, 12, 31),
            due_on__lt=today,
            party=Party.ENTERPRISE,
            case__isnull=False,
            case__tally__excluded=False,
        )
        .order_by()
    )
    member = _member_of_tally(question.by, "case__tally__", ExtractYear("due_on"))
    counted = late.annotate(row=member).values("row").annotate(cases=Count("case_id", distinct=True))
    cells: Cells = Counter({(str(one["row"]), 0, Process.OVERDUE.value): one["cases"] for one in counted})
    total = sum(cells.values())
    if question.by is Dimension.YEAR:
        total = late.aggregate(cases=Count("case_id", distinct=True))["cases"]
    if question.by is Dimension.CATEGORY:
        cells = _by_category(question, cells)
    return Counter({key[0]: value for key, value in cells.items()}), total


_DUE = {"start_audit": RatePart.START_DUE.value, "complete_audit": RatePart.COMPLETION_DUE.value}


def not_yet_due(question: Question, seen: Reach, membership: Membership, today: date) -> dict[str, Counter[str]]:
    """By member (as `rates.not_yet_due` by unit), cases that still have time: they are taken off below the line."""
    first, last = question.years
    running = Deadline.objects.open().filter(
        condition_on_cases(question, seen, membership),
        step__in=_DUE,
        due_on__gte=max(today, date(first, 1, 1)),
        due_on__lte=date(last, 12, 31),
        detail__nature=Nature.STATUTORY.value,
        case__tally__excluded=False,
    )
    member = _member_of_tally(question.by, "case__tally__", ExtractYear("due_on"))
    counted = running.order_by().annotate(row=member).values("row", "step")
    cells: Cells = Counter(
        {
            (str(one["row"]), 0, _DUE[one["step"]]): one["cases"]
            for one in counted.annotate(cases=Count("case_id", distinct=True))
        }
    )
    total = added(cells)
    if question.by is Dimension.CATEGORY:
        cells = _by_category(question, cells)
    found: dict[str, Counter[str]] = {IN_ALL: Counter({part: cases for (_, _, part), cases in total.items()})}
    for (name, _, part), cases in cells.items():
        found.setdefault(name, Counter())[part] = cases
    if question.by is Dimension.NATION:
        found = {IN_ALL: found[IN_ALL]}
    return found
