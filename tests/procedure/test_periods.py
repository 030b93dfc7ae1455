"""Section 15's vectors: publication date to due dates."""

from datetime import date

import pytest

from audits.procedure.calendar import builtin_calendar
from audits.procedure.periods import period_end

VECTORS = [
    ("2008-03-31", "2008-04-30", "2008-06-04", "2008-06-02", "2009-03-31"),
    ("2008-08-01", "2008-09-01", "2008-10-09", "2008-10-06", "2009-08-03"),
    ("2007-12-31", "2008-01-31", "2008-03-07", "2008-02-29", "2008-12-31"),
    ("2025-12-31", "2026-02-02", "2026-03-11", "2026-02-28", "2026-12-31"),
]
RULES = [{"months": 1}, {"working_days": 45}, {"months": 2}, {"years": 1}]


@pytest.mark.parametrize(
    ("published_on", "rule", "due_on"),
    [(row[0], rule, due) for row in VECTORS for rule, due in zip(RULES, row[1:], strict=True)],
)
def test_vectors_of_the_law_text(published_on, rule, due_on):
    end = period_end(date.fromisoformat(published_on), **rule, calendar=builtin_calendar())
    assert end.due_on == date.fromisoformat(due_on)
