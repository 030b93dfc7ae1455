"""What an officer of one county gets when he opens his cases, through the API, in a small country and in a large one."""

from statistics import median
from typing import Any

from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Membership
from accounts.tokens import issue
from audits.procedure.words import Role
from benchmarks.measures import seconds
from benchmarks.scale.plan import HOME

PATHS = {"all": "/api/v1/cases/", "overdue": "/api/v1/cases/?overdue=true"}
REPEATS = 9
# The rows of the first page, as the API orders them.
_FLOOR = """
SELECT c.*, e.name, s.address FROM audits_auditcase c
JOIN enterprises_enterprise e ON e.id = c.enterprise_id JOIN enterprises_site s ON s.id = c.site_id
WHERE c.scope_code >= %s AND c.scope_code < %s AND c.line_environment ORDER BY c.created_at DESC, c.id LIMIT 51
"""


class CaseList:
    """The officer of the home county, signed in with a token."""

    def __init__(self) -> None:
        rows = Membership.objects.with_people().filter(organization__jurisdiction=HOME, role=Role.OFFICER.value)
        _, token = issue(rows.get().user, with_second_factor=False, now=timezone.now(), label="benchmark")
        self._client = Client(headers={"host": "localhost", "authorization": f"Token {token}"})
        self.shown = {name: self._rows(path) for name, path in PATHS.items()}

    def page(self, name: str) -> dict[str, Any]:
        """Seconds of one request, the median of several; and how many rows it shows."""
        took = median(seconds(lambda: self._rows(PATHS[name])) for _ in range(REPEATS))
        return {"seconds": took, "rows": self.shown[name]}

    def floor(self) -> float:
        """Seconds of the bare SELECT of the first page."""

        def work() -> None:
            with connection.cursor() as cursor:
                cursor.execute(_FLOOR, [HOME, str(int(HOME) + 1)])
                cursor.fetchall()

        return median(seconds(work) for _ in range(REPEATS))

    def _rows(self, path: str) -> int:
        answer = self._client.get(path, secure=True)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code} {answer.content[:300]!r}")
        return len(answer.json()["results"])


def make() -> CaseList:
    """For `World.process`."""
    return CaseList()
