"""The provincial table through the API, against counting it from the base tables and against a bare SELECT of its rows."""

from collections import Counter
from collections.abc import Callable
from statistics import median
from typing import Any

from django.db import connection
from django.test import Client

from audits.models import ProvinceFact
from audits.statistics.case_facts import STEPS
from audits.statistics.metrics import METRICS
from benchmarks.measures import seconds
from benchmarks.scale.plan import AS_OF, YEARS

REPEATS = 5
ONE = YEARS[-3]
Figures = dict[tuple[str, int, str], int]

# Counted anew from what the facts are made of. A year of None is every year.
_BASE = """
SELECT reporting_unit_id, extract(year FROM published_on)::int AS year, 'listed' AS metric, count(*) AS value
FROM audits_auditcase WHERE %(year)s::int IS NULL OR extract(year FROM published_on) = %(year)s GROUP BY 1, 2
UNION ALL
SELECT c.reporting_unit_id, extract(year FROM first.on_day)::int, steps.metric, count(*)
FROM (SELECT subject_id, action, min(legal_date) AS on_day FROM audits_event
      WHERE subject_kind = 'case' AND action = ANY(%(actions)s) GROUP BY 1, 2) first
JOIN unnest(%(actions)s::text[], %(metrics)s::text[]) steps (action, metric) ON steps.action = first.action
JOIN audits_auditcase c ON c.id = first.subject_id
WHERE %(year)s::int IS NULL OR extract(year FROM first.on_day) = %(year)s GROUP BY 1, 2, 3
UNION ALL
SELECT c.reporting_unit_id, extract(year FROM o.done_on)::int, names.prefix || o.cost_class || names.suffix,
       sum(CASE names.prefix WHEN 'options_planned_' THEN 1 WHEN 'options_done_' THEN 1
           WHEN 'investment_planned_' THEN o.investment_planned ELSE o.investment_actual END)
FROM audits_option o JOIN audits_auditcase c ON c.id = o.case_id
CROSS JOIN (VALUES ('options_planned_', ''), ('options_done_', ''), ('investment_planned_', '_cny'),
                   ('investment_actual_', '_cny')) names (prefix, suffix)
WHERE %(year)s::int IS NULL OR extract(year FROM o.done_on) = %(year)s GROUP BY 1, 2, 3
UNION ALL
SELECT c.reporting_unit_id, f.year, kinds.prefix || f.metric,
       sum(CASE kinds.prefix WHEN '' THEN f.verified ELSE f.planned END)
FROM audits_optioneffect f JOIN audits_option o ON o.id = f.option_id JOIN audits_auditcase c ON c.id = o.case_id
CROSS JOIN (VALUES (''), ('planned_')) kinds (prefix)
WHERE %(year)s::int IS NULL OR f.year = %(year)s GROUP BY 1, 2, 3
"""
_OVERDUE = """
SELECT c.reporting_unit_id, extract(year FROM d.due_on)::int, count(DISTINCT d.case_id)
FROM audits_deadline d JOIN audits_auditcase c ON c.id = d.case_id
WHERE d.met_on IS NULL AND NOT d.void AND d.party = 'enterprise' AND d.due_on < %(today)s
AND (%(year)s::int IS NULL OR extract(year FROM d.due_on) = %(year)s) GROUP BY 1, 2
"""
# A table reads the year before too: it flags jumps.
_BARE = (
    "SELECT reporting_unit_id, year, metric, value FROM audits_provincefact WHERE dimension = '' AND member = '' "
    "AND (%(year)s::int IS NULL OR year IN (%(year)s - 1, %(year)s))"
)


class Tables:
    """One country's table, of one year and of all."""

    def __init__(self) -> None:
        self._client = Client(headers={"host": "localhost"})
        self._parameters: dict[str, Any] = {
            "actions": list(STEPS),
            "metrics": [metric.value for metric in STEPS.values()],
            "today": AS_OF,
        }
        for year in YEARS:
            self._request(year)

    def api(self, which: str) -> float:
        """Seconds through the API: one request a year."""
        years = [ONE] if which == "one" else list(YEARS)

        def work() -> None:
            for year in years:
                self._request(year)

        return self._timed(work)

    def base(self, which: str) -> float:
        """Seconds of the GROUP BY on the base tables."""
        return self._timed(lambda: (self._query(_BASE, which), self._query(_OVERDUE, which)), 1)

    def bare(self, which: str) -> float:
        """Seconds of selecting the rows that the table answers from."""
        return self._timed(lambda: self._query(_BARE, which))

    def differences(self) -> int:
        """How many figures the base tables give that the facts do not, or the other way round: must be 0."""
        counted: Counter[tuple[str, int, str]] = Counter()
        for unit, year, metric, value in self._query(_BASE, "all"):
            counted[unit, year, metric] += int(value or 0)
        rows = ProvinceFact.objects.filter(dimension="", member="", metric__in=METRICS)
        stored = {
            (unit, year, metric): value
            for unit, year, metric, value in rows.values_list("reporting_unit_id", "year", "metric", "value")
        }
        told = {key: value for key, value in counted.items() if value}
        return sum(stored.get(key) != told.get(key) for key in {*stored, *told})

    def _query(self, statement: str, which: str) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(statement, {**self._parameters, "year": ONE if which == "one" else None})
            found: list[Any] = cursor.fetchall()
        return found

    def _request(self, year: int) -> None:
        answer = self._client.get(f"/api/v1/statistics/provinces/?year={year}", secure=True)
        if answer.status_code != 200:
            raise RuntimeError(f"{year}: {answer.status_code} {answer.content[:300]!r}")

    @staticmethod
    def _timed(work: Callable[[], Any], repeats: int = REPEATS) -> float:
        return median(seconds(work) for _ in range(repeats))


def make() -> Tables:
    """For `World.process`."""
    return Tables()
