"""The next round: proposed by the system in time, never started by it (law text 19.10)."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.acting import acting_of, system_membership
from audits.models import AuditCase
from audits.procedure.periods import add_years
from audits.procedure.sectors import round_interval_years
from audits.procedure.words import CaseKind
from audits.workflow import contexts
from audits.workflow.decide import decide
from audits.workflow.many import record_many
from enterprises.snapshot import snapshot

AHEAD = timedelta(days=365)
BATCH = 500


def next_round_due(ctx: Any) -> tuple[date, tuple[str, ...]] | None:
    """By when the next audit is due and the rows it rests on; None where no text sets an interval."""
    view = ctx.view
    anchor = ctx.state["values"].get("round_anchor_on")
    if anchor is None:
        return None
    toxic = int(ctx.params.get("interval_years") or 5)
    found = round_interval_years(view.categories, view.sector, view.on, toxic, ctx.params.get("sector_interval_years"))
    if found is None:
        return None
    years, rows = found
    return add_years(date.fromisoformat(anchor), years), rows


def propose_due(now: datetime | None = None) -> int:
    """Propose every next round that is due within a year. Returns how many were proposed; safe to repeat.

    A site that was listed again since needs no proposal: its next round has begun.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    done = 0
    later = AuditCase.objects.filter(
        site=OuterRef("site"), kind=CaseKind.MANDATORY, published_on__gt=OuterRef("published_on")
    )
    candidates = list(
        AuditCase.objects.filter(~Exists(later), kind=CaseKind.MANDATORY, published_on__isnull=False)
        .filter(~Q(state__done__has_key="propose_next_round"), state__done__has_key="complete_audit")
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    for start in range(0, len(candidates), BATCH):
        with snapshot(), transaction.atomic():
            rows = (
                AuditCase.objects.select_for_update(of=("self",))
                .select_related("enterprise", "reporting_unit")
                .filter(pk__in=candidates[start : start + BATCH])
                .order_by("pk")
            )
            done += _propose(list(rows), today, now)
    return done


def _propose(rows: list[AuditCase], today: date, now: datetime) -> int:
    system = system_membership()
    acting = acting_of(system)
    items = []
    for row in rows:
        ctx = contexts.context_of(row, on=today, today=today)
        step = ctx.steps.get("propose_next_round")
        if step is None or not decide(step, ctx, acting).allowed:
            continue
        due = next_round_due(ctx)
        if due is None or due[0] - AHEAD > today:
            continue
        payload = {
            "next_due_on": due[0].isoformat(),
            "interval": ", ".join(due[1]),
            "nomination": {"site": str(row.site_id), "categories": row.categories, "sector": ctx.view.sector},
        }
        changes = {
            "values": {"next_round_proposed": today.isoformat()},
            "dates": {"propose_next_round.next_due_on": due[0].isoformat()},
        }
        items.append((row, payload, changes, f"next-round:{row.pk}:{row.state['attempt']}"))
    return record_many(items, "propose_next_round", by=system, on=today, now=now)
