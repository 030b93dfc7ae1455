"""Lock-out beyond one address: failures for one name from all addresses together have a ceiling of their own.

Counted by name and address alone, somebody with many addresses has as many tries. Counted by name alone, anybody could
lock anybody out: so the ceiling is high, ends with the same pause, and does not hold for an address from which that name
signed in lately.
"""

from datetime import timedelta
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username, get_failure_limit
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest
from django.utils import timezone

KNOWN_FOR = timedelta(days=30)  # own rule


class LockoutHandler(AxesDatabaseHandler):
    """Axes' own counting, and the ceiling of a name."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Failures that count for this request; at least the limit once the ceiling of the name is reached."""
        failures: int = super().get_failures(request, credentials)
        limit: int = get_failure_limit(request, credentials)
        if failures >= limit or not self._too_many_for_the_name(request, credentials):
            return failures
        return limit

    def _too_many_for_the_name(self, request: HttpRequest, credentials: dict[str, Any] | None) -> bool:
        name = get_client_username(request, credentials)
        if not name:
            return False
        lately = AccessAttempt.objects.filter(username=name, attempt_time__gte=get_cool_off_threshold(request))
        total: int = lately.aggregate(total=Sum("failures_since_start"))["total"] or 0
        if total < settings.LOCKOUT_FAILURES_OF_NAME:
            return False
        known = AccessLog.objects.filter(
            username=name,
            ip_address=request.axes_ip_address,  # type: ignore[attr-defined]
            attempt_time__gte=timezone.now() - KNOWN_FOR,
        )
        return not known.exists()
