"""The fine grain: what a case adds to its county, by category, industry, kind and lines; moved by difference as it changes."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db.models import Q, Sum, Value
from django.db.models.functions import Coalesce

from audits.models import CaseFact, CaseTally, CountyFact
from audits.procedure.words import Category
from audits.statistics import sums
from audits.statistics.case_facts import Facts

# (unit, scope code, year, category, industry, kind, lines, metric), in the order of FIELDS
Cell = tuple[str, str, int, str, str, str, str, str]
FIELDS = ("reporting_unit_id", "scope_code", "year", "category", "industry", "kind", "lines", "metric")


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
    sums.add(CountyFact, [name.removesuffix("_id") for name in FIELDS], change)


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
    CountyFact.objects.all().delete()
    CountyFact.objects.bulk_create(_summed(), batch_size=1000)


def _summed() -> Iterator[CountyFact]:
    """One grouped query for the totals and one for each category, read in pages: there may be millions of cells."""
    of_tally = {name: f"case__tally__{name}" for name in ("reporting_unit_id", "scope_code", "kind", "lines")}

    def grouped(rows: Any, category: str) -> Iterator[CountyFact]:
        named = rows.annotate(division=Coalesce("case__tally__industry_id", Value("")))
        columns = [*of_tally.values(), "year", "division", "metric"]
        found = named.values(*columns).annotate(total=Sum("value")).filter(~Q(total=0))
        for one in found.iterator(chunk_size=5000):
            yield CountyFact(
                **{name: one[column] for name, column in of_tally.items()},
                year=one["year"],
                category=category,
                industry=one["division"],
                metric=one["metric"],
                value=one["total"],
            )

    facts = CaseFact.objects.order_by()
    yield from grouped(facts, "")
    for category in Category:
        yield from grouped(facts.filter(case__tally__categories__contains=f",{category},"), category.value)
