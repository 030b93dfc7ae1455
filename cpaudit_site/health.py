"""Two questions a supervisor asks: `/health/live` (does the process answer?) and `/health/ready` (can it serve?).

Ready means: the database answers, all migrations are applied, the cache keeps a value and the queue can be reached.
The answer is `{"status": "ok" | "degraded" | "failing", "checks": {name: "ok" | "failing"}}`, 503 when it is failing,
else 200; why it failed goes to the log, not to the caller. Degraded means that it serves, but a periodic task has not
succeeded in its window (`late_tasks` names them), or messages have been waiting for too long though their hour has come
(`messages_waiting_minutes`: most likely the mail server cannot be reached).
"""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from redis import Redis

log = structlog.get_logger(__name__)


class HealthMiddleware:
    """Answers the two addresses before host names, HTTPS redirects or sessions are looked at."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info == "/health/live":
            response: HttpResponse = JsonResponse({"status": "ok"})
        elif request.path_info == "/health/ready":
            response = ready()
        else:
            return self.get_response(request)
        response["Cache-Control"] = "no-store"
        return response


def ready() -> JsonResponse:
    """Ask every part; 503 when one fails."""
    results = {name: passes(name, check) for name, check in CHECKS.items()}
    good = all(results.values())
    checks = {name: "ok" if passed else "failing" for name, passed in results.items()}
    answer: dict[str, Any] = {"status": "ok" if good else "failing", "checks": checks}
    late = late_tasks() if good else []
    if late:
        answer |= {"status": "degraded", "late_tasks": late}
    waiting = messages_waiting() if good else None
    if waiting is not None:
        answer |= {"status": "degraded", "messages_waiting_minutes": waiting}
    return JsonResponse(answer, status=200 if good else 503)


def late_tasks() -> list[str]:
    """Periodic tasks that have not succeeded in their window."""
    from cpaudit_site import watchdog

    late = watchdog.late_tasks(timezone.now())
    if late:
        log.error("tasks_late", tasks=late)
    return late


def messages_waiting() -> int | None:
    """For how many minutes of sending hours the oldest message waits, where that is too long."""
    from cpaudit_site import watchdog

    oldest = watchdog.oldest_message(timezone.now())
    if oldest is None or not oldest.late:
        return None
    minutes = int(oldest.waited.total_seconds() // 60)
    log.error("messages_waiting", since=oldest.since.isoformat(), minutes=minutes)
    return minutes


def passes(name: str, check: Callable[[], bool]) -> bool:
    try:
        passed = check()
    except Exception:  # whatever a driver raises, the answer is: not ready
        log.exception("health_check_failed", check=name)
        return False
    if not passed:
        log.error("health_check_failed", check=name)
    return passed


def database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def migrations_applied() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def cache_keeps() -> bool:
    key, value = f"health:{secrets.token_hex(8)}", secrets.token_hex(8)
    cache.set(key, value, timeout=10)
    kept = cache.get(key) == value
    cache.delete(key)
    return bool(kept)


def queue_reachable() -> bool:
    if settings.REDIS_URL:
        with Redis.from_url(settings.REDIS_URL, socket_connect_timeout=3, socket_timeout=3) as client:
            return bool(client.ping())
    settings.QUEUE_DIR.mkdir(parents=True, exist_ok=True)
    return True


CHECKS: Mapping[str, Callable[[], bool]] = {
    "database": database_answers,
    "migrations": migrations_applied,
    "cache": cache_keeps,
    "queue": queue_reachable,
}
