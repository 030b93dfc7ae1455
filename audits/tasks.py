"""Tasks of the queue: each asks the database what is to be done and does it. Safe twice, late and in parallel."""

from datetime import date
from typing import Any

from celery import shared_task
from django.conf import settings
from django.utils import timezone


@shared_task(name="audits.tasks.send_due_notices")
def send_due_notices(on: str | None = None) -> dict[str, Any]:
    """Tell everybody what is due on `on` (Shanghai date YYYY-MM-DD, default today); mail waits for its hours."""
    from audits import reminders

    day = date.fromisoformat(on) if on else timezone.localdate()
    return reminders.run(day, cap=settings.REMINDER_CAP, sending_hours=settings.SENDING_HOURS).as_dict()


@shared_task(name="audits.tasks.deliver_webhooks")
def deliver_webhooks() -> dict[str, Any]:
    """Send what waits for the programs of organizations."""
    from audits.reminders import webhooks

    return webhooks.deliver().as_dict()


@shared_task(name="audits.tasks.refresh_statistics")
def refresh_statistics() -> dict[str, Any]:
    """Count anew what changed since the last time."""
    from audits import statistics

    return statistics.refresh(timezone.now()).as_dict()


@shared_task(name="audits.tasks.recount_statistics")
def recount_statistics() -> dict[str, Any]:
    """Count anew the cases of the last weeks, and those that a register has moved."""
    from audits import statistics

    return statistics.recount(timezone.now()).as_dict()


@shared_task(name="audits.tasks.purge_staged_documents")
def purge_staged_documents() -> int:
    """Remove uploaded files that no action took. Returns how many."""
    from audits.workflow.documents import purge_staged

    return purge_staged(timezone.now())


@shared_task(name="audits.tasks.seal_events")
def seal_events() -> int | None:
    """Seal the heads that changed. Returns the number of the seal, None when nothing changed."""
    from audits.workflow.seals import seal

    made = seal(timezone.now())
    return made.number if made is not None else None


@shared_task(name="audits.tasks.recompute_deadlines")
def recompute_deadlines() -> int:
    """Move dates whose table, parameters or calendar changed. Returns how many subjects got an event."""
    from audits.workflow.recompute import recompute_changed

    return recompute_changed(timezone.now())


@shared_task(name="audits.tasks.propose_next_rounds")
def propose_next_rounds() -> int:
    """Propose the next round where its time has come. Returns how many."""
    from audits.workflow.rounds import propose_due

    return propose_due(timezone.now())


@shared_task(name="audits.tasks.open_duties")
def open_duties() -> int:
    """Open the year's duties of every reporting unit that has none yet. Returns how many."""
    from audits.workflow import duties

    return duties.open_duties(timezone.localdate().year, timezone.now())


@shared_task(name="audits.tasks.run_exports")
def run_exports() -> dict[str, Any]:
    """Make the exports that wait or whose worker is gone, and drop files that are no longer kept."""
    from audits.statistics.exports import jobs

    return jobs.run().as_dict()


@shared_task(name="audits.tasks.run_list_acts")
def run_list_acts() -> dict[str, Any]:
    """Do the acts on lists that wait or whose worker is gone."""
    from audits.workflow import list_jobs

    return list_jobs.run().as_dict()
