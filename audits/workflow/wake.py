"""Wake a worker after commit. A message is never needed for correctness: the next scan finds what was missed."""

import time

import structlog

log = structlog.get_logger(__name__)
MIN_SECONDS_BETWEEN = 5.0
_last: dict[str, float] = {}


def wake(task: str = "audits.tasks.send_due_notices") -> None:
    """Ask a worker to look for new notices (or to do another task) now.

    At most once in a few seconds per process and task, and never failing.
    """
    now = time.monotonic()
    if now - _last.get(task, float("-inf")) < MIN_SECONDS_BETWEEN:
        return
    _last[task] = now
    from cpaudit_site.celery import app

    try:
        app.send_task(task, ignore_result=True, retry=False)
    except Exception:  # the act is committed; a broker that is down must not turn it into an error
        log.warning("wake_failed", exc_info=True)
