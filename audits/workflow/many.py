"""The same door for many subjects at once: atomic, and queries grow by batch.

`record` and `record_many` write events that follow from an act or a rule already decided elsewhere (an amended list, a
recomputed date, a proposal of the system); `perform_many` decides each request like `perform` and stores them together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.acting import acting_of
from accounts.models import Membership
from audits.models import AuditCase, DutyYear, Event, NoticeIntent
from audits.procedure.payloads import clean
from audits.procedure.words import Subject
from audits.workflow import binding, clock, contexts, effects, intents, projection, wake
from audits.workflow.decide import Context, decide, right
from audits.workflow.door import Request, before_trigger, date_errors
from audits.workflow.errors import Forbidden, InvalidPayload, NotVisible, Refused, StaleVersion
from audits.workflow.events import Act, body_of, link, preparer_of, request_digest
from audits.workflow.state import apply
from enterprises.bulk import insert_many
from enterprises.snapshot import snapshot


@dataclass(frozen=True, slots=True)
class Job:
    """One act of `perform_many`. `payload` is cleaned like any other; files must have been bound by other means.

    `prepared_by` is who prepared a submission that must be certified: never the member who performs it.
    """

    subject_id: UUID
    action: str
    payload: Mapping[str, Any]
    key: str
    on: date
    expected_version: int | None = None
    reason: str = ""
    prepared_by: Membership | None = None


@dataclass
class Written:
    """Rows that one batch will store."""

    cases: list[Any] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    deadlines: list[Any] = field(default_factory=list)
    intents: list[NoticeIntent] = field(default_factory=list)
    options: list[tuple[Any, Mapping[str, Any], list[str]]] = field(default_factory=list)
    panels: list[tuple[Any, Mapping[str, Any], date]] = field(default_factory=list)


def write_event(row: Any, ctx: Context, act: Act, written: Written, actor: Mapping[str, str] | None = None) -> None:
    """Fold one event into a loaded subject and collect its rows; nothing touches the database yet."""
    seq = row.version + 1
    body = body_of(row.subject_kind, row.pk, seq, act, actor)
    after = apply(ctx.state, body)
    changed = clock.difference(row, after, ctx, frozenset(act.changes.get("recheck", ())))
    body["deadlines"] = changed
    after["deadlines"] = {**after["deadlines"], **changed}
    event = link(row.subject_kind, row.pk, seq, act, body, row.head_hash)
    projection.columns(row, after, event, act.basis)
    written.events.append(event)
    written.deadlines += projection.deadline_rows(row, changed)
    written.intents += intents.rows_for(row, act.action, seq, act.at, act.payload)
    if codes := projection.options_touched(act.changes):
        written.options.append((row, after, codes))
    if row.subject_kind == Subject.CASE and projection.touches_panel(act.changes):
        written.panels.append((row, after, act.on))


def store(written: Written) -> None:
    """Store what `write_event` collected, in batches. Call inside a transaction."""
    insert_many(written.events)
    # A subject that takes several events of one batch is stored once, as it is after the last of them.
    rows = {row.pk: row for row in written.cases}
    for kind, model, columns in (
        (Subject.CASE, AuditCase, projection.CASE_COLUMNS),
        (Subject.DUTY, DutyYear, projection.DUTY_COLUMNS),
    ):
        part = [row for row in rows.values() if row.subject_kind == kind]
        if part:
            model._default_manager.bulk_update(part, columns, batch_size=200)
    latest: dict[tuple[Any, Any, str], Any] = {(d.case_id, d.duty_id, d.key): d for d in written.deadlines}
    projection.write_deadlines(list(latest.values()))
    insert_many(written.intents)
    for row, state, codes in written.options:
        projection.write_options(row, state, codes)
    for row, state, on in written.panels:
        projection.write_panel(row, state, on)
    if written.intents:
        transaction.on_commit(wake.wake)


def record(
    row: Any,
    action: str,
    *,
    by: Membership,
    on: date,
    now: datetime,
    payload: Mapping[str, Any],
    changes: Mapping[str, Any],
    key: str,
    reason: str = "",
) -> None:
    """Write one event that follows from a decision already made. The caller holds the lock and the transaction."""
    record_many([(row, payload, changes, key)], action, by=by, on=on, now=now, reason=reason)


def record_many(
    items: Iterable[tuple[Any, Mapping[str, Any], Mapping[str, Any], str]],
    action: str,
    *,
    by: Membership,
    on: date,
    now: datetime,
    reason: str = "",
) -> int:
    """As `record`, for `(row, payload, changes, request key)` of many locked subjects. Returns how many were written."""
    written = Written()
    today = timezone.localdate(now)
    for row, payload, changes, key in items:
        ctx = contexts.context_of(row, on=on, today=today)
        act = Act(
            action,
            on,
            now,
            by,
            payload,
            key,
            request_digest(row.subject_kind, row.pk, action, payload),
            reason,
            basis=clock.basis_of(ctx),
            changes=changes,
        )
        write_event(row, ctx, act, written)
        written.cases.append(row)
    store(written)
    return len(written.events)


def perform_many(jobs: Sequence[Job], *, by: Membership, now: datetime | None = None) -> list[int]:
    """Do many acts on cases for one member, all or none. Returns the new version after each job, in order.

    Each is decided by the same pure function as in `perform`; the first refusal undoes everything and is raised. A
    subject may take several jobs, in order. What must be certified names who prepared it (`Job.prepared_by`).
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    acting = acting_of(by)
    with snapshot(), transaction.atomic():
        ids = {job.subject_id for job in jobs}
        visible = AuditCase.objects.visible_to(by).filter(pk__in=ids)
        rows = {
            row.pk: row
            for row in AuditCase.objects.select_for_update(of=("self",))
            .select_related("enterprise", "reporting_unit")
            .filter(pk__in=visible.values("pk"))
            .order_by("pk")
        }
        written, versions = Written(), []
        for job in jobs:
            row = rows.get(job.subject_id)
            if row is None:
                raise NotVisible()
            versions.append(_perform_one(row, job, by, acting, now, today, written))
        store(written)
    return versions


def _perform_one(
    row: AuditCase, job: Job, by: Membership, acting: Any, now: datetime, today: date, written: Written
) -> int:
    if job.expected_version is not None and row.version != job.expected_version:
        raise StaleVersion(row.version)
    ctx = contexts.context_of(row, on=job.on, today=today)
    step = contexts.step_of(ctx, job.action)
    no_right = right(step, ctx, acting)
    if no_right is not None:
        raise Forbidden([no_right])
    context = {"route": row.route}
    cleaned = clean(step.fields, job.payload, categories=ctx.view.categories, today=today, context=context)
    errors = [*cleaned.errors, *date_errors(step, job.on, today)]
    if errors:
        raise InvalidPayload(errors)
    binding.check_certified(step, ctx, acting, binding.prepared(job.prepared_by))
    decision = decide(step, ctx, acting, cleaned.values)
    if not decision.allowed:
        raise Refused(list(decision.refusals))
    request = Request(job.action, job.payload, row.version, job.key, job.on, job.reason)
    act = Act(
        job.action,
        job.on,
        now,
        by,
        cleaned.values,
        job.key,
        request.digest(Subject.CASE, row.pk),
        job.reason,
        cautions=[c.code for c in (*decision.cautions, *before_trigger(step, ctx))],
        basis=clock.basis_of(ctx),
        changes=effects.changes_of(step, ctx, {**cleaned.values, "_user": str(by.user_id)}),
        prepared_by=[preparer_of(job.prepared_by)] if job.prepared_by is not None else [],
    )
    write_event(row, ctx, act, written)
    written.cases.append(row)
    return row.version
