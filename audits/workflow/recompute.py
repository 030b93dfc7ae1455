"""Dates move by event: when the table of steps, a parameter or the calendar changes, the system appends `recompute`.

A scan, not a message: it finds every open subject whose dates were computed with something else than what holds now.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.acting import system_membership
from audits.models import AuditCase, DutyYear, Event
from audits.workflow import clock, contexts
from audits.workflow.events import read_body
from audits.workflow.many import record_many
from enterprises.snapshot import snapshot

BATCH = 500
_CAUSES = {"table": "table", "params": "parameters", "calendar": "calendar"}


def recompute_changed(now: datetime | None = None) -> int:
    """Recompute every open subject whose basis differs from today's. Returns how many got an event. Safe to repeat."""
    now = now or timezone.now()
    done = 0
    for model in (AuditCase, DutyYear):
        for ids in _stale(model, now):
            with snapshot(), transaction.atomic():
                related = ("enterprise", "reporting_unit") if model is AuditCase else ("reporting_unit",)
                rows = list(
                    model._default_manager.select_for_update(of=("self",))
                    .select_related(*related)
                    .filter(pk__in=ids)
                    .order_by("pk")
                )
                done += _recompute(rows, now)
    return done


def _stale(model: Any, now: datetime) -> Iterator[list[Any]]:
    """Ids of open subjects with another basis, in batches, found without loading their states."""
    today = timezone.localdate(now)
    related = ("enterprise", "reporting_unit") if model is AuditCase else ("reporting_unit",)
    found: list[Any] = []
    rows = model._default_manager.filter(closed_on=None, version__gt=0).select_related(*related).order_by("pk")
    for row in rows.iterator(chunk_size=BATCH):
        ctx = contexts.context_of(row, on=today, today=today)
        if clock.basis_digest(clock.basis_of(ctx)) != row.basis_digest:
            found.append(row.pk)
        if len(found) == BATCH:
            yield found
            found = []
    if found:
        yield found


def _recompute(rows: list[Any], now: datetime) -> int:
    """Append `recompute` to locked subjects whose basis still differs, with old date, new date and why."""
    today = timezone.localdate(now)
    items = []
    for row in rows:
        ctx = contexts.context_of(row, on=today, today=today)
        basis = clock.basis_of(ctx)
        if clock.basis_digest(basis) == row.basis_digest:
            continue
        before = _last_basis(row)
        causes = [name for part, name in _CAUSES.items() if before.get(part) != basis[part]]
        changed = clock.difference(row, ctx.state, ctx)
        held = ctx.state["deadlines"]
        moved = [
            {
                "deadline": key,
                **({"old_due_on": held[key]["due_on"]} if key in held else {}),
                **({"new_due_on": new["due_on"]} if not new["void"] else {}),
                "why": ", ".join(causes),
            }
            for key, new in changed.items()
            if key not in held or held[key]["due_on"] != new["due_on"] or held[key]["void"] != new["void"]
        ]
        key = f"recompute:{row.pk}:{row.version}"
        items.append((row, {"causes": causes, "changes": moved}, {"silent": True}, key))
    return record_many(items, "recompute", by=system_membership(), on=today, now=now)


def _last_basis(row: Any) -> dict[str, str]:
    """With what the dates were computed when an event last said so."""
    for event in Event.objects.filter(subject_id=row.pk).order_by("-seq").iterator():
        basis: dict[str, str] = read_body(event)["basis"]
        if basis.get("table"):
            return basis
    return {}
