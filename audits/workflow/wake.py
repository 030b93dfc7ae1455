"""Wake a worker after commit. A message is never needed for correctness: the next scan finds what was missed."""

import time

import structlog

log = structlog.get_logger(__name__)
MIN_SECONDS_BETWEEN = 5.0
_last = float("-inf")


def wake() -> None:
    """Ask a worker to look for new notices now; at most once in a few seconds per process, and never failing."""
    global _last
    now = time.monotonic()
    if now - _last < MIN_SECONDS_BETWEEN:
        return
    _last = now
    from cpaudit_site.celery import app

    try:
        app.send_task("audits.tasks.send_due_notices", ignore_result=True, retry=False)
    except Exception:  # the act is committed; a broker that is down must not turn it into an error
        log.warning("wake_failed", exc_info=True)
