"""Claiming jobs: a worker claims one for `LEASE`, and the number of its claim fences.

Whoever claimed later finishes; an earlier one that comes back finds that the job is no longer its own. A job whose
worker was killed is taken up by the next scan after the lease; so a job has one result however often it was begun.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db.models import F, Q

from audits.models import Job, JobState
from audits.models.jobs import OPEN
from enterprises.readers import reader_of

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=10)
MAX_ATTEMPTS = 3


class LeaseLost(Exception):
    """Another worker has taken the job up meanwhile."""


class MemberInactive(Exception):
    """Who asked is no longer an active member: nothing is shown to them or done for them any more."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to finish a job, until somebody claims it after us."""

    job: Any
    attempt: int

    def own(self) -> Any:
        """The job's row while the claim stands."""
        rows = type(self.job)._default_manager
        return rows.filter(pk=self.job.pk, attempt=self.attempt, state=JobState.RUNNING.value)

    def fail(self, error: str, now: datetime, **more: Any) -> bool:
        """Mark it failed; False where the claim no longer stands."""
        told = {"state": JobState.FAILED.value, "error": error, "claimed_until": None, "finished_at": now, **more}
        return bool(self.own().update(**told))

    def again(self) -> None:
        """Give it back, to be tried again by the next scan."""
        self.own().update(state=JobState.QUEUED.value, claimed_until=None)

    @property
    def is_last(self) -> bool:
        """Whether nobody tries again after this attempt."""
        return self.attempt >= MAX_ATTEMPTS

    @property
    def is_too_many(self) -> bool:
        """Whether the job was begun as often as allowed, and never came to an end."""
        return self.attempt > MAX_ATTEMPTS

    def check_member(self) -> None:
        """`MemberInactive` unless whoever asked may still act today."""
        try:
            reader_of(self.job.requested_by)
        except ValueError as error:
            raise MemberInactive from error


def claimable(model: type[Job], now: datetime) -> Any:
    """Jobs that wait, or whose worker is gone."""
    late = Q(state=JobState.RUNNING.value, claimed_until__lt=now)
    return model._default_manager.filter(Q(state=JobState.QUEUED.value) | late)


def claim(model: type[Job], pk: Any, now: datetime) -> Claim | None:
    """Claim a job; None where another worker was quicker. One statement, so only one can win."""
    running = {
        "state": JobState.RUNNING.value,
        "attempt": F("attempt") + 1,
        "claimed_until": now + LEASE,
        "progress": 0,
    }
    if not claimable(model, now).filter(pk=pk).update(**running):
        return None
    job = model._default_manager.select_related("requested_by__organization", "requested_by__user").get(pk=pk)
    return Claim(job, job.attempt)


def claims(model: type[Job], now: datetime) -> Iterator[Claim]:
    """Claims on every job that waits now, oldest first."""
    for pk in list(claimable(model, now).order_by("created_at", "id").values_list("pk", flat=True)):
        claimed = claim(model, pk, now)
        if claimed is not None:
            yield claimed


def wake_worker(task: str) -> None:
    """Ask a worker to look. A message is never needed: the next scan finds what was missed."""
    from cpaudit_site.celery import app

    try:
        app.send_task(task, ignore_result=True, retry=False)
    except Exception:
        log.warning("wake_failed", exc_info=True)


__all__ = ["OPEN", "Claim", "LeaseLost", "MemberInactive", "claim", "claimable", "claims", "wake_worker"]
