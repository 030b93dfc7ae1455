"""The watchdog: when each periodic task last succeeded, and which has not for too long.

Every task of the schedule notes how it ended, in the database that all processes share. Nothing has to run for the
watchdog to bark: it compares what was noted with the schedule when somebody asks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from time import monotonic
from typing import Any

import structlog
from celery import Task
from celery.schedules import crontab
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import F, Max
from django.utils import timezone

from cpaudit_site.celery import SCHEDULE

log = structlog.get_logger(__name__)


class WatchedTask(Task):
    """A task that notes how it ended. The note never decides over the task: if it cannot be written, it is logged."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        started = monotonic()
        try:
            result = super().__call__(*args, **kwargs)
        except Exception as error:
            self._note(monotonic() - started, repr(error))
            raise
        self._note(monotonic() - started, "")
        return result

    def _note(self, seconds: float, error: str) -> None:
        if self.name not in scheduled():
            return
        try:
            note(self.name, seconds, error, timezone.now())
        except Exception:
            log.exception("task_not_noted", task=self.name)


@dataclass(frozen=True, slots=True)
class TaskState:
    """One periodic task. `late` when its last success (or else the last upgrade) is longer ago than `window`."""

    name: str
    task: str
    window: timedelta
    succeeded_at: datetime | None
    failed_at: datetime | None
    failures: int
    error: str
    seconds: float | None
    late: bool

    @property
    def state(self) -> str:
        """`ok`, `failing` (its last run failed) or `late` (which counts more)."""
        if self.late:
            return "late"
        return "failing" if self.failures else "ok"


def scheduled() -> set[str]:
    """The tasks that are watched."""
    return {entry["task"] for entry in SCHEDULE.values()}


def note(task: str, seconds: float, error: str, now: datetime) -> None:
    """Write down how a run ended; an empty `error` is a success."""
    from audits.models import TaskRecord

    if error:
        TaskRecord.objects.get_or_create(task=task)
        said: dict[str, Any] = {"failed_at": now, "failures": F("failures") + 1, "error": error[:2000]}
        TaskRecord.objects.filter(task=task).update(**said, seconds=seconds)
    else:
        good = {"succeeded_at": now, "failures": 0, "error": "", "seconds": seconds}
        TaskRecord.objects.update_or_create(task=task, defaults=good)


def window_of(schedule: crontab) -> timedelta:
    """How long after a success the next must have come: a few missed turns for frequent tasks, some hours for daily."""
    if len(schedule.day_of_month) < 28 or len(schedule.month_of_year) < 12:
        return timedelta(days=400 if len(schedule.month_of_year) < 12 else 33)
    if len(schedule.day_of_week) < 7:
        return timedelta(days=8)
    if len(schedule.hour) < 24:
        return timedelta(hours=26)
    return max(timedelta(minutes=15), 6 * timedelta(hours=1) / len(schedule.minute))


def states(now: datetime) -> list[TaskState]:
    """Every periodic task as it stands, in the order of the schedule."""
    from audits.models import TaskRecord

    held = TaskRecord.objects.in_bulk()
    return list(_states(held, _last_upgrade(), now))


def _states(held: dict[str, Any], upgraded: datetime | None, now: datetime) -> Iterator[TaskState]:
    for name, entry in SCHEDULE.items():
        row, window = held.get(entry["task"]), window_of(entry["schedule"])
        since = row.succeeded_at if row is not None and row.succeeded_at is not None else upgraded
        yield TaskState(
            name=name,
            task=entry["task"],
            window=window,
            succeeded_at=row.succeeded_at if row is not None else None,
            failed_at=row.failed_at if row is not None else None,
            failures=row.failures if row is not None else 0,
            error=row.error if row is not None else "",
            seconds=row.seconds if row is not None else None,
            late=since is not None and now - since > window,
        )


def _last_upgrade() -> datetime | None:
    """When the newest migration was applied: a task that never ran is late counting from then."""
    applied: datetime | None = MigrationRecorder(connection).migration_qs.aggregate(last=Max("applied"))["last"]
    return applied


@dataclass(frozen=True, slots=True)
class Waiting:
    """The oldest message whose hour has come: since when it waits, how long of it in sending hours, whether too long."""

    since: datetime
    waited: timedelta
    late: bool


def oldest_message(now: datetime) -> Waiting | None:
    """The oldest message that waits though it could go out; None when none does.

    A run that cannot reach the mail server ends well and is noted as a success: this is what shows that nothing goes out.
    """
    from audits.reminders import digests

    since = digests.oldest_waiting(now)
    if since is None:
        return None
    waited = in_sending_hours(since, now)
    return Waiting(since, waited, waited > settings.MESSAGES_MAY_WAIT)


def in_sending_hours(since: datetime, now: datetime) -> timedelta:
    """How much of a span lies between the hours of Shanghai in which messages go out."""
    zone = timezone.get_default_timezone()
    first, last = settings.SENDING_HOURS
    day, total = timezone.localdate(since, zone), timedelta()
    while day <= timezone.localdate(now, zone):
        midnight = datetime.combine(day, time(), zone)
        begins, ends = midnight + timedelta(hours=first), midnight + timedelta(hours=last)
        total += max(timedelta(), min(ends, now) - max(begins, since))
        day += timedelta(days=1)
    return total


def late_tasks(now: datetime) -> list[str]:
    """The names of the tasks that have not succeeded in their window."""
    return [state.name for state in states(now) if state.late]
