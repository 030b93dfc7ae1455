"""The arithmetic of rungs."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.procedure.rungs import RUNGS
from audits.reminders.ladder import DueRung, dates_in_question, due_rung, fixed_rungs

DUE = date(2008, 10, 6)
USUAL = RUNGS["default"]


@pytest.mark.parametrize(
    ("days", "last_sent", "rung", "passed", "levels"),
    [
        (-31, None, None, (), ()),
        (-30, None, -30, (), ()),
        (-30, -30, None, (), ()),
        (-10, -30, -14, (), ()),
        (-1, -14, -1, (-7, -3), ()),
        (0, -1, 0, (), ()),
        (1, 0, 1, (), (1,)),
        (6, 1, None, (), ()),
        (8, -3, 7, (-1, 0, 1), (1, 2)),
        (14, 7, 14, (), (1,)),
        (31, 28, 30, (), (1, 3)),
        (400, 30, 399, (), (1,)),
    ],
)
def test_the_most_urgent_unsent_rung_is_due(days, last_sent, rung, passed, levels):
    found = due_rung(DUE, DUE + timedelta(days=days), USUAL, last_sent)
    assert found == (None if rung is None else DueRung(rung, passed, levels))


def test_the_day_a_deadline_climbs_is_a_rung():
    assert fixed_rungs(USUAL) == (-30, -14, -7, -3, -1, 0, 1, 7, 30)


@given(
    offset=st.integers(-80, 400),
    gap=st.integers(1, 6),
    ladder=st.sampled_from(sorted(RUNGS)),
    last=st.none() | st.integers(-70, 390),
)
def test_a_scan_by_dates_misses_no_rung_of_the_days_since_the_last_run(offset, gap, ladder, last):
    """A deadline whose rung became due after `since` is among the dates the index is asked for."""
    today = DUE + timedelta(days=offset)
    since = today - timedelta(days=gap)
    rungs = RUNGS[ladder]
    before, now = due_rung(DUE, since, rungs), due_rung(DUE, today, rungs)
    became_due = now is not None and (before is None or before.rung != now.rung)
    assert (DUE in dates_in_question([rungs], since, today, DUE)) == became_due
