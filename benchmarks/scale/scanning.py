"""The reminder scan: from deadlines to rows of the ledger, against one statement that writes the same rows."""

import datetime as dt
import time
from statistics import median
from typing import Any

from django.db import connection

from audits.models import Deadline
from audits.reminders import ladder, running, steps
from audits.reminders.recipients import People
from audits.reminders.scan import last_run, scan
from benchmarks.database import checkpoint
from benchmarks.measures import seconds
from benchmarks.scale.making import EVENING, NEVER
from benchmarks.scale.plan import AS_OF, SCAN_DAY
from benchmarks.world import moment

REPEATS = 7  # of what takes milliseconds, in a round

# One row of `wanted` for each step, regime and date that is due, and each level that hears of it.
_FLOOR = """
WITH wanted (step, regime, due_on, rung, level) AS (
    SELECT * FROM unnest(%(step)s::text[], %(regime)s::text[], %(due_on)s::date[], %(rung)s::int[], %(level)s::int[])
), chain AS (
    SELECT places.scope_code, o.id AS organization_id,
           row_number() OVER (PARTITION BY places.scope_code ORDER BY length(o.jurisdiction) DESC) AS level
    FROM (SELECT DISTINCT c.scope_code, u.scope_code AS unit
          FROM audits_auditcase c JOIN enterprises_reportingunit u ON u.code = c.reporting_unit_id) places
    JOIN accounts_organization o
      ON o.party = 'authority' AND o.line = 'environment'
     AND left(places.scope_code, length(o.jurisdiction)) = o.jurisdiction
     AND (o.jurisdiction = '' OR left(o.jurisdiction, length(places.unit)) = places.unit)
), told AS (
    SELECT d.id AS deadline_id, d.case_id, d.due_on, w.rung, w.level,
           CASE WHEN w.level = 0 THEN e.organization_id ELSE chain.organization_id END AS organization_id
    FROM wanted w
    JOIN audits_deadline d ON d.due_on = w.due_on AND d.step = w.step AND d.met_on IS NULL AND NOT d.void
    JOIN audits_auditcase c ON c.id = d.case_id AND c.regime = w.regime
    JOIN enterprises_enterprise e ON e.id = c.enterprise_id
    LEFT JOIN chain ON chain.scope_code = c.scope_code AND chain.level = w.level
)
INSERT INTO audits_notice (id, deadline_id, case_id, kind, due_on, rung, climb, recipient_id, membership_id, channel,
                           state, send_on, sent_at, error, created_at)
SELECT gen_random_uuid(), t.deadline_id, t.case_id, 'reminder', t.due_on, t.rung, t.level, m.user_id, m.id,
       channels.channel, channels.state, %(today)s, CASE channels.state WHEN 'sent' THEN %(now)s::timestamptz END, '',
       %(now)s
FROM told t
JOIN accounts_membership m
  ON m.organization_id = t.organization_id AND m.removed_at IS NULL AND m.starts_on <= %(today)s
 AND (m.ends_on IS NULL OR m.ends_on >= %(today)s)
 AND m.role IN ('preparer', 'certifier', 'org_admin', 'officer', 'approver')
JOIN accounts_user p ON p.id = m.user_id AND p.is_active
CROSS JOIN (VALUES ('in_app', 'sent'), ('email', 'pending')) channels (channel, state)
ON CONFLICT DO NOTHING
"""


class Scanning:
    """One country. Every round leaves the ledger as it found it."""

    def __init__(self) -> None:
        self._now = moment(SCAN_DAY)
        self._wanted = _wanted()
        _forget_day()

    def idle(self) -> float:
        """Seconds of a scan for a day that was scanned before, nothing having happened since."""
        now, before = moment(AS_OF) + 2 * EVENING, last_run(AS_OF)
        return _median(lambda: scan(AS_OF, now, People(AS_OF), before))

    def idle_run(self) -> float:
        """The same of a whole run: scan, intents, digests, and the question whether something must be sent."""
        now = moment(AS_OF) + 2 * EVENING
        return _median(lambda: running.run(AS_OF, now, sending_hours=NEVER))

    def due(self) -> dict[str, Any]:
        """A scan of the next day: seconds, deadlines due and rows written."""
        checkpoint()
        before = last_run(AS_OF)
        done: list[Any] = []
        took = seconds(lambda: done.append(scan(SCAN_DAY, self._now, People(SCAN_DAY), before)))
        return {"seconds": took, "due": done[0].due, "rows": _forget_day()}

    def floor(self) -> dict[str, Any]:
        """The same rows by one statement."""
        checkpoint()
        start = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(_FLOOR, {**self._wanted, "today": SCAN_DAY, "now": self._now})
        took = time.perf_counter() - start
        return {"seconds": took, "rows": _forget_day()}


def make() -> Scanning:
    """For `World.process`."""
    return Scanning()


def _median(work: Any) -> float:
    return median(seconds(work) for _ in range(REPEATS))


def _wanted() -> dict[str, list[Any]]:
    """What is due on the day: the arrays that the floor takes."""
    held = Deadline.objects.open().order_by().values_list("step", "case__regime", "due_on").distinct()
    columns: dict[str, list[Any]] = {name: [] for name in ("step", "regime", "due_on", "rung", "level")}
    for step, regime, due_on in held:
        rungs = steps.ladder_of(step, regime)
        sent = ladder.last_rung(rungs, (AS_OF - due_on) // dt.timedelta(days=1))
        found = ladder.due_rung(due_on, SCAN_DAY, rungs, sent)
        if found is None:
            continue
        for level in (0, *found.levels):
            for name, value in zip(columns, (step, regime, due_on, found.rung, level), strict=True):
                columns[name].append(value)
    return columns


def _forget_day() -> int:
    """Remove the ledger rows of the measured day; how many they were."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audits_notice WHERE send_on = %s", [SCAN_DAY])
        removed = int(cursor.rowcount)
        if removed:
            cursor.execute("VACUUM audits_notice")
    return removed
