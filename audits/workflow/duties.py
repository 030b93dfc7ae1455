"""What every reporting unit owes each year: opened by a scan, one subject per unit and year. Safe twice and in parallel.

The first event is the system's `recompute`: it says that the dates of the year were computed, and with what.
"""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.acting import system_membership
from audits.models import DutyYear
from audits.procedure.registry import regime_on
from audits.procedure.words import Subject
from audits.workflow.many import record_many
from audits.workflow.state import _copy as full_state
from enterprises.models import ReportingUnit
from enterprises.snapshot import snapshot


def open_duties(year: int, now: datetime | None = None) -> int:
    """Open the duties of a year for every reporting unit that has none yet. Returns how many were opened."""
    now = now or timezone.now()
    first = date(year, 1, 1)
    regime = regime_on(first).value
    with snapshot(), transaction.atomic():
        # The units' rows are the lock: two scans at once open each year once.
        units = list(ReportingUnit.objects.select_for_update().order_by("pk"))
        present = set(DutyYear.objects.filter(year=year).values_list("reporting_unit_id", flat=True))
        rows = [
            DutyYear(
                reporting_unit=unit,
                year=year,
                scope_code=unit.scope_code,
                regime=regime,
                state=full_state({"regime": regime}),
            )
            for unit in units
            if unit.pk not in present
        ]
        DutyYear.objects.bulk_create(rows)
        # Silent: the year is open, nothing of it is done.
        changes = {"set": {"regime": regime, "opened_on": first.isoformat()}, "silent": True}
        payload = {"causes": ["table"]}
        on = timezone.localdate(now)
        items = [(row, payload, changes, f"open:{Subject.DUTY.value}:{row.reporting_unit_id}:{year}") for row in rows]
        return record_many(items, "recompute", by=system_membership(), on=on, now=now)
