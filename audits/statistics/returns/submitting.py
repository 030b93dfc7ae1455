"""Submission: one act that freezes the return and performs the duty's `submit_annual_report` with it.

In one transaction: 1. locks the return (404), asks the right (403), the request key (replay, or 409), the version
(412); 2. refuses an author as submitter, and what the rules find (409); 3. freezes the figures under a digest;
4. performs the duty's step with the frozen text as a file. Of a year before the system there is no duty: such a return
is frozen without an event.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from accounts.acting import acting_of
from accounts.models import Membership
from audits.models import Draft, DutyYear, UnitReturn
from audits.models.drafts import side_of
from audits.procedure.canonical import canonical_json, digest
from audits.statistics.plausibility import RULES
from audits.statistics.returns import checking, freezing, rights
from audits.statistics.returns.errors import AUTHOR, DUTY_NOT_OPEN, FROZEN, refused
from audits.workflow import contexts
from audits.workflow.door import Result, perform
from audits.workflow.errors import KeyRequired, KeyReused, StaleVersion

ACTION = "submit_annual_report"
FILES = "report"  # the field of the step that takes documents


@dataclass(frozen=True, slots=True)
class Submitted:
    """A frozen return and the result of the duty's act; `result` is None for years before the system."""

    row: UnitReturn
    result: Result | None
    replayed: bool = False


def submit(
    pk: UUID,
    *,
    by: Membership,
    payload: Mapping[str, Any],
    expected_version: int,
    idempotency_key: str,
    on: date | None = None,
    reason: str = "",
    evidence: Sequence[str] = (),
    now: datetime | None = None,
) -> Submitted:
    """Freeze a return and report it (see the module docstring). `payload` are the other fields of the duty's step.

    Raises a `WorkflowError`; nothing is stored then.
    """
    if not idempotency_key:
        raise KeyRequired()
    now = now or timezone.now()
    today = timezone.localdate(now)
    asked = digest(canonical_json([str(pk), payload, on.isoformat() if on else None, reason, list(evidence)]))
    stored: list[str] = []
    try:
        with transaction.atomic():
            row = rights.locked(pk, by, rights.SUBMITTERS, today)
            replay = _replayed(row, by, idempotency_key, asked)
            if replay is not None:
                return replay
            if row.frozen_at is not None:
                raise refused(FROZEN)
            if row.version != expected_version:
                raise StaleVersion(row.version)
            if any(author["user"] == str(by.user_id) for author in row.authors):
                raise refused(AUTHOR)
            found = checking.findings(row, today)
            against = checking.obstacles(row, found)
            if against:
                raise refused(*against)
            row.flags = [{"rule": one.rule, "metric": str(one.metric)} for one in found if one.rule in RULES]
            row.submitted_by, row.request_key, row.request_digest = by, idempotency_key, asked
            duty = _duty(row, today)
            result = None
            if duty is not None:
                result = _report(row, duty, stored, by, payload, idempotency_key, on, reason, evidence, now)
            row.digest = digest(freezing.text_of(row))
            row.frozen_at = now
            row.version += 1
            row.save()
    except Exception:
        for name in stored:
            default_storage.delete(name)
        raise
    return Submitted(row, result)


def _replayed(row: UnitReturn, by: Membership, key: str, asked: str) -> Submitted | None:
    """The first answer to this request, None when the key is new; `KeyReused` when it stood for another request."""
    held = UnitReturn.objects.filter(submitted_by=by, request_key=key).select_related("reporting_unit").first()
    if held is None:
        return None
    if held.pk != row.pk or held.request_digest != asked:
        raise KeyReused()
    event = freezing.event_of(held)
    return Submitted(held, Result.of(event, replayed=True) if event is not None else None, replayed=True)


def _duty(row: UnitReturn, today: date) -> DutyYear | None:
    """The duty this return meets, locked; None for a year before the system or before the law asked for a report."""
    duties = DutyYear.objects.filter(reporting_unit_id=row.reporting_unit_id)
    duty = duties.select_for_update(of=("self",)).filter(year=row.year).first()
    if duty is None:
        if row.year >= today.year or duties.filter(year__lt=row.year).exists():
            raise refused(DUTY_NOT_OPEN)
        return None
    ctx = contexts.duty_context(duty, on=today, today=today)
    return duty if ACTION in ctx.steps else None


def _report(
    row: UnitReturn,
    duty: DutyYear,
    stored: list[str],
    by: Membership,
    payload: Mapping[str, Any],
    key: str,
    on: date | None,
    reason: str,
    evidence: Sequence[str],
    now: datetime,
) -> Result:
    """Perform the duty's step with the frozen text among its files, as a draft of the return's authors."""
    document = freezing.stage(row, by, now)
    stored.append(document.storage_name)
    acting = acting_of(by)
    held = Draft.objects.of(duty, ACTION, acting).first()
    said = {**(held.payload if held is not None else {}), **payload}
    files = said.get(FILES)
    said[FILES] = [*(files if isinstance(files, list) else []), str(document.pk)]
    authors = [*(held.authors if held is not None else []), *row.authors]
    draft, _ = Draft.objects.update_or_create(
        subject_id=duty.pk,
        action=ACTION,
        side=side_of(duty, acting),
        defaults={"subject_kind": duty.subject_kind, "payload": said, "authors": authors, "updated_at": now},
    )
    result = perform(
        duty,
        ACTION,
        by=by,
        payload={},
        expected_version=duty.version,
        idempotency_key=key,
        on=on,
        reason=reason or row.reason,
        evidence=evidence,
        from_draft=True,
        draft_revision=draft.revision,
        now=now,
    )
    row.duty, row.event_seq, row.document = duty, result.version, document
    return result
