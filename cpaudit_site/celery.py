"""The queue: a Celery app, its settings and what runs at which hour.

With REDIS_URL the broker is Redis; without, files under CPAUDIT_DATA_DIR/queue carry the messages between real worker
and beat processes. No message matters: each task asks the database what is due, so one that is lost, late, doubled or
killed changes nothing but the hour (design section 1, idea 5).
"""

import os
from pathlib import Path
from typing import Any

from celery import Celery
from celery.beat import PersistentScheduler
from celery.schedules import crontab
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpaudit_site.settings")

# Hours of Asia/Shanghai. The key is what a person reads in the log and in the table of tasks.


def gettext_noop(message: str) -> str:
    """Mark a name for translation. Django's own would read the settings, and programs import this without any."""
    return message


# Hours of Asia/Shanghai. The key is what a person reads in the log and in the table of tasks.
SCHEDULE: dict[str, dict[str, Any]] = {
    gettext_noop("Open the year's duties of the authorities"): {
        "task": "audits.tasks.open_duties",
        "schedule": crontab(hour="0", minute="20"),
    },
    gettext_noop("Move dates whose table, parameters or calendar changed"): {
        "task": "audits.tasks.recompute_deadlines",
        "schedule": crontab(hour="1", minute="30"),
    },
    gettext_noop("Propose the next rounds"): {
        "task": "audits.tasks.propose_next_rounds",
        "schedule": crontab(hour="2", minute="0"),
    },
    # Often, because rates set stored facts against deadlines as they stand now: who starts in time today would be late
    # until the night. The cost follows what changed, about 20 ms for a case.
    gettext_noop("Refresh provincial statistics"): {
        "task": "audits.tasks.refresh_statistics",
        "schedule": crontab(minute="*/5"),
        "options": {"expires": 300},
    },
    gettext_noop("Count the cases of the last weeks anew"): {
        "task": "audits.tasks.recount_statistics",
        "schedule": crontab(hour="2", minute="50"),
    },
    gettext_noop("Purge staged documents that were never bound"): {
        "task": "audits.tasks.purge_staged_documents",
        "schedule": crontab(hour="3", minute="10"),
    },
    gettext_noop("Seal the event log"): {
        "task": "audits.tasks.seal_events",
        "schedule": crontab(hour="3", minute="40"),
    },
    # Asking for an export wakes a worker at once; this finds what that missed.
    gettext_noop("Make the exports that wait"): {
        "task": "audits.tasks.run_exports",
        "schedule": crontab(minute="*/5"),
        "options": {"expires": 300},
    },
    gettext_noop("Do the acts on lists that wait"): {
        "task": "audits.tasks.run_list_acts",
        "schedule": crontab(),
        "options": {"expires": 60},
    },
    # Often, so that retries, chosen hours and a run that was missed do not wait for another day; without anything to
    # say it costs a few queries.
    gettext_noop("Send the notices that are due"): {
        "task": "audits.tasks.send_due_notices",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 600},
    },
    gettext_noop("Deliver to webhooks"): {
        "task": "audits.tasks.deliver_webhooks",
        "schedule": crontab(),
        "options": {"expires": 60},
    },
}

# Tasks note when they succeeded: see the watchdog.
app = Celery("cpaudit", task_cls="cpaudit_site.watchdog:WatchedTask")


def configuration() -> dict[str, Any]:
    """The settings of Celery, from those of Django. Makes the folders the file broker needs."""
    from django.conf import settings

    settings.RUN_DIR.mkdir(parents=True, exist_ok=True)
    config: dict[str, Any] = {
        "timezone": settings.TIME_ZONE,
        "enable_utc": True,
        "task_serializer": "json",
        "result_serializer": "json",
        "event_serializer": "json",
        "accept_content": ["json"],
        "task_ignore_result": True,
        # A task killed half-way is given out again; all tasks may run twice.
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "worker_prefetch_multiplier": 1,
        "task_time_limit": 3600,
        "worker_hijack_root_logger": False,
        "broker_connection_retry_on_startup": True,
        "beat_schedule": SCHEDULE,
        "beat_scheduler": "cpaudit_site.celery:BeatingScheduler",
        "beat_schedule_filename": str(settings.RUN_DIR / "beat-schedule"),
        "beat_max_loop_interval": 10,
    }
    if settings.REDIS_URL:
        return config | {
            "broker_url": settings.REDIS_URL,
            "broker_transport_options": {"visibility_timeout": 7200, "global_keyprefix": "cpaudit-queue:"},
        }
    messages, control = settings.QUEUE_DIR / "messages", settings.QUEUE_DIR / "control"
    for folder in (messages, control):
        folder.mkdir(parents=True, exist_ok=True)
    return config | {
        "broker_url": "filesystem://localhost//",
        "broker_transport_options": {
            "data_folder_in": str(messages),
            "data_folder_out": str(messages),
            "control_folder": str(control),
        },
        # These talk to other workers through fan-out queues, which the file broker cannot serve.
        "worker_enable_remote_control": False,
        "worker_send_task_events": False,
    }


# A function, so that the settings of Django are read when Celery first needs one, not when this module is imported.
app.add_defaults(configuration)
app.autodiscover_tasks()


@setup_logging.connect
def _keep_our_logging(**kwargs: Any) -> None:
    """Celery leaves logging alone when somebody listens here: the settings have set it up."""


# --- signs of life ----------------------------------------------------------------------------------------------------
# `celery inspect ping` asks the worker on Redis. It cannot on the file broker, and nothing can ask beat: so the worker
# answers a task with a file, and beat touches one at every turn of its loop.


def worker_answer() -> Path:
    """The file in which the worker repeats the word it was last asked with."""
    from django.conf import settings

    return Path(settings.RUN_DIR) / "worker.answer"


def beat_pulse() -> Path:
    """The file whose modification time is beat's last turn."""
    from django.conf import settings

    return Path(settings.RUN_DIR) / "beat.pulse"


@app.task
def answer(word: str) -> None:
    """Prove that a worker takes tasks from this queue: write `word` to `worker_answer()`."""
    target = worker_answer()
    draft = target.with_suffix(".draft")
    draft.write_text(word)
    draft.replace(target)


class BeatingScheduler(PersistentScheduler):
    """Celery's own scheduler, which besides touches `beat_pulse()` at every turn (at most ten seconds apart)."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        pause: float = super().tick(*args, **kwargs)
        beat_pulse().touch()
        return pause
