"""Returns read from forms: of years before the system, and drafts that were worked on outside. All of it or nothing."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from audits.models import UnitReturn
from audits.statistics.metrics import METRICS
from audits.statistics.returns import rights
from audits.statistics.returns.drafting import FROM_FORM, Figure, first, set_figures
from audits.statistics.returns.figures import told_figure
from audits.statistics.returns.reading import read
from enterprises.models import ReportingUnit


def import_form(
    unit: ReportingUnit, year: int, *, content: bytes, filename: str, by: Membership, now: datetime | None = None
) -> UnitReturn:
    """A new draft from a form. Raises as `drafting.draft` and `reading.read`; nothing is stored then."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    rights.require(unit, by, rights.DRAFTERS, today)
    filled = read(content, filename, unit=unit.pk, year=year)
    row = UnitReturn(
        metrics={
            key: told_figure(key, value, remark=filled.remarks.get(key, "")) for key, value in filled.figures.items()
        },
        notes=filled.notes,
        source=FROM_FORM,
    )
    return first(row, unit, year, by=by, today=today)


def import_into(
    pk: UUID,
    *,
    content: bytes,
    filename: str,
    by: Membership,
    reason: str,
    expected_version: int,
    now: datetime | None = None,
) -> UnitReturn:
    """Take every figure, remark and note of a form over into a draft; what stood there already needs the reason.

    A form that says what the draft says changes nothing, not even the version. Raises as `drafting.correct` and
    `reading.read`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        row = rights.locked(pk, by, rights.DRAFTERS, timezone.localdate(now))
        rights.editable(row, expected_version)
        filled = read(content, filename, unit=row.reporting_unit_id or "", year=row.year)
        figures = [
            Figure(metric, filled.figures.get(metric), filled.remarks.get(metric, ""))
            for metric in METRICS
            if metric in filled.figures or metric in row.metrics
        ]
        changed = set_figures(row, figures, by=by, reason=reason, now=now)
        if changed or row.notes != filled.notes:
            row.notes = filled.notes
            rights.sign(row, by)
            row.save()
    return row
