"""Drafts of returns: made from facts, corrected figure by figure with a reason, revised after they were frozen.

Every change is one transaction that locks the return, asks for the right, the state and the version, in this order.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Membership
from audits.models import ProvinceFact, StatisticsWatermark, UnitReturn
from audits.procedure.payloads import FieldError
from audits.procedure.words import Text
from audits.statistics.counting import WATERMARK
from audits.statistics.metrics import METRICS, Process, as_text
from audits.statistics.returns import rights
from audits.statistics.returns.errors import EXISTS, FUTURE_YEAR, NOT_FROZEN, SUPERSEDED, refused
from audits.statistics.returns.figures import FigureFault, clean_figure, told_figure
from audits.statistics.tables import overdue
from audits.workflow.errors import InvalidPayload, one_field
from enterprises.models import ReportingUnit

FROM_FACTS, FROM_FORM, REVISED = "facts", "form", "revision"  # `UnitReturn.source`
MAX_TEXT = 2000


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure to be set: `value` None means that it is not told."""

    metric: str
    value: str | None
    remark: str | None = None  # None: as it was


def facts_of(unit: str, year: int, today: date) -> dict[str, str]:
    """What the facts say of a unit's year: every metric that cases give rise to, as exact texts.

    `overdue` is counted for `today`.
    """
    found = dict(
        ProvinceFact.objects.filter(reporting_unit_id=unit, year=year, dimension="", member="").values_list(
            "metric", "value"
        )
    )
    found[Process.OVERDUE] = overdue(year, today).get(unit, 0)
    return {key: as_text(key, found.get(key, 0)) for key, metric in METRICS.items() if metric.from_cases}


def draft(unit: ReportingUnit, year: int, *, by: Membership, now: datetime | None = None) -> UnitReturn:
    """A draft from the facts as they stand. Raises `Forbidden`, `Refused` (`future_year`, `return_exists`)."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    rights.require(unit, by, rights.DRAFTERS, today)
    mark = StatisticsWatermark.objects.filter(name=WATERMARK).first()
    told = facts_of(unit.pk, year, today)
    row = UnitReturn(
        metrics={key: told_figure(key, value, drafted=value) for key, value in told.items()},
        source=FROM_FACTS,
        as_of=mark.refreshed_at if mark is not None else None,
    )
    return first(row, unit, year, by=by, today=today)


def first(row: UnitReturn, unit: ReportingUnit, year: int, *, by: Membership, today: date) -> UnitReturn:
    """Store the first draft of a unit's year."""
    if year > today.year:
        raise refused(FUTURE_YEAR)
    row.reporting_unit, row.year, row.authors = unit, year, [rights.author(by)]
    try:
        with transaction.atomic():
            if UnitReturn.objects.filter(reporting_unit=unit, year=year).exists():
                raise refused(EXISTS)
            row.save(force_insert=True)
    except IntegrityError:  # two first drafts at once
        raise refused(EXISTS) from None
    return row


def correct(
    pk: UUID, figure: Figure, *, by: Membership, reason: str, expected_version: int, now: datetime | None = None
) -> UnitReturn:
    """Set one figure of a draft.

    A figure that stands already is only changed with a reason. Raises `NotVisible`, `Forbidden`, `Refused`
    (`return_frozen`), `StaleVersion`, `InvalidPayload`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        row = rights.locked(pk, by, rights.DRAFTERS, timezone.localdate(now))
        rights.editable(row, expected_version)
        if set_figures(row, [figure], by=by, reason=reason, now=now):
            rights.sign(row, by)
            row.save()
    return row


def set_figures(row: UnitReturn, figures: list[Figure], *, by: Membership, reason: str, now: datetime) -> bool:
    """Set figures of a locked draft, without storing it. Returns whether anything changed.

    What changes is noted with old, new and why; acknowledged warnings are to be looked at again.
    """
    metrics = {key: dict(told) for key, told in row.metrics.items()}
    noted: list[dict[str, Any]] = []
    changed = False
    for one in figures:
        held = metrics.get(one.metric)
        old = held["value"] if held else None
        new = _cleaned(one)
        remark = (held or {}).get("remark", "") if one.remark is None else one.remark
        if new == old and remark == (held or {}).get("remark", ""):
            continue
        changed = True
        if new != old and (old is not None or reason.strip()):
            noted.append(_correction(one.metric, old, new, reason, by, now))
        if new is None:
            metrics.pop(one.metric, None)
        else:
            drafted = (held or {}).get("drafted")
            metrics[one.metric] = {**(held or {}), **told_figure(one.metric, new, remark=remark, drafted=drafted)}
    if changed:
        row.metrics = metrics
        row.corrections = [*row.corrections, *noted]
        row.acknowledgements = {}
    return changed


def _cleaned(figure: Figure) -> str | None:
    if figure.metric not in METRICS:
        raise one_field("metric", "invalid_choice", "没有这一指标。", "There is no such metric.")
    if figure.value is None:
        return None
    try:
        return clean_figure(figure.metric, figure.value)
    except FigureFault as fault:
        raise InvalidPayload([FieldError("value", fault.rule, fault.words)]) from None


def _correction(
    metric: str, old: str | None, new: str | None, reason: str, by: Membership, now: datetime
) -> dict[str, Any]:
    return {
        "metric": metric,
        "old": old,
        "new": new,
        "reason": required_text(reason, "reason"),
        "by": str(by.pk),
        "name": str(by.user),
        "at": timezone.localtime(now).isoformat(timespec="seconds"),
    }


def required_text(given: str, field: str) -> str:
    """A text that must say something. Raises `InvalidPayload` (`required`, `too_long`)."""
    text = given.strip()
    if not text:
        raise one_field(field, "required", "须说明理由。", "Say why.")
    if len(text) > MAX_TEXT:
        raise InvalidPayload(
            [FieldError(field, "too_long", Text(f"不得超过 {MAX_TEXT} 字。", f"At most {MAX_TEXT} characters."))]
        )
    return text


def revise(pk: UUID, *, by: Membership, reason: str, now: datetime | None = None) -> UnitReturn:
    """A new draft that supersedes a frozen return, with its figures to begin with.

    Raises `Refused`: `return_not_frozen`, `return_superseded`.
    """
    now = now or timezone.now()
    said = required_text(reason, "reason")
    with transaction.atomic():
        held = rights.locked(pk, by, rights.DRAFTERS, timezone.localdate(now))
        if held.frozen_at is None:
            raise refused(NOT_FROZEN)
        if UnitReturn.objects.filter(supersedes=held).exists():
            raise refused(SUPERSEDED)
        row = UnitReturn(
            reporting_unit=held.reporting_unit,
            scope_label=held.scope_label,
            year=held.year,
            revision=held.revision + 1,
            supersedes=held,
            metrics={key: _carried(told) for key, told in held.metrics.items()},
            further=held.further,
            notes=held.notes,
            source=REVISED,
            as_of=held.as_of,
            reason=said,
            authors=[rights.author(by)],
        )
        row.save(force_insert=True)
    return row


def _carried(told: Mapping[str, Any]) -> dict[str, Any]:
    return {**told, "drafted": told["value"]}


def discard(pk: UUID, *, by: Membership, expected_version: int, now: datetime | None = None) -> None:
    """Throw a draft away. Raises as `correct`."""
    now = now or timezone.now()
    with transaction.atomic():
        row = rights.locked(pk, by, rights.DRAFTERS, timezone.localdate(now))
        rights.editable(row, expected_version)
        row.delete()
