"""The fine grain: what a case adds to its county, by category, industry, kind and lines; moved by difference as it changes."""

from collections import Counter
from typing import Any

from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce

from audits.models import CaseFact, CaseTally, CountyFact
from audits.procedure.words import Category
from audits.statistics import sums
from audits.statistics.case_facts import Facts

# (unit, scope code, year, category, industry, kind, lines, metric), in the order of FIELDS
Cell = tuple[str, str, int, str, str, str, str, str]
FIELDS = ("reporting_unit", "scope_code", "year", "category", "industry", "kind", "lines", "metric")


def cells(tally: CaseTally, facts: Facts) -> Counter[Cell]:
    """What a case adds to its county: once in all (category ""), and once under each of its categories."""
    where = (tally.reporting_unit_id, tally.scope_code)
    what = (tally.industry_id or "", tally.kind, tally.lines)
    categories = ["", *(name for name in tally.categories.split(",") if name)]
    return Counter(
        {
            (*where, year, category, *what, metric): value
            for (year, metric), value in facts.items()
            for category in categories
        }
    )


def move(change: Counter[Cell]) -> None:
    """Add the difference to the stored cells. The caller holds the watermark's lock and a transaction."""
    sums.add(CountyFact, FIELDS, change)


def cell_of(row: CountyFact) -> Cell:
    """The key of a stored cell."""
    return (
        row.reporting_unit_id,
        row.scope_code,
        row.year,
        row.category,
        row.industry,
        row.kind,
        row.lines,
        row.metric,
    )


def rebuild_counties() -> None:
    """Every cell anew, from the facts of cases. The caller holds the watermark's lock and a transaction."""
    facts = CaseFact.objects.all()
    parts = [_summed(facts, "")]
    parts += [_summed(facts.filter(case__tally__categories__contains=f",{one},"), one.value) for one in Category]
    sums.fill(CountyFact, parts, FIELDS)


def _summed(facts: QuerySet[CaseFact], category: str) -> QuerySet[CaseFact, tuple[Any, ...]]:
    """The cells of one category, or of all cases: values of `FIELDS` and the sum."""
    found = facts.annotate(division=Coalesce("case__tally__industry_id", Value("")), named=sums.text(category))
    columns = (
        *("case__tally__reporting_unit_id", "case__tally__scope_code", "year", "named", "division"),
        *("case__tally__kind", "case__tally__lines", "metric"),
    )
    return sums.grouped(found, columns)
