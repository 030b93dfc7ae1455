"""Facts after one changed case: the cost must follow the change, not the number of cases."""

import datetime as dt
from typing import Any

from accounts.models import Membership
from audits.models import AuditCase, Event
from audits.procedure.words import Role
from audits.statistics import refresh
from audits.workflow.door import perform
from benchmarks.measures import seconds
from benchmarks.scale import acts
from benchmarks.scale.plan import HOME, SCAN_DAY
from benchmarks.world import moment

STEP = dt.timedelta(hours=3)  # between rounds: what was recorded a round ago is not looked at again


class OneChange:
    """An enterprise of the home county tells the effects of an option anew, then the facts are refreshed."""

    def __init__(self) -> None:
        rows = AuditCase.objects.filter(scope_code=HOME, closed_on=None, version__gt=4).order_by("number")
        self._case = next(row for row in rows if "record_implementation" in row.state["done"])
        owner = self._case.enterprise.organization_id
        members = Membership.objects.with_people()
        self._by = members.filter(organization_id=owner, role=Role.PREPARER.value).get()
        last = Event.objects.order_by("-recorded_at").values_list("recorded_at", flat=True).first()
        self._now = max(last or moment(SCAN_DAY), moment(SCAN_DAY)) + STEP
        refresh(self._now)

    def one_change(self) -> dict[str, Any]:
        """Change one case (not timed), refresh: seconds and cases counted."""
        self._now += STEP
        case = AuditCase.objects.get(pk=self._case.pk)
        done_on = dt.date.fromisoformat(case.state["options"]["F1"]["done_on"])
        perform(
            case,
            "record_implementation",
            by=self._by,
            payload=acts.option(4 * case.version + 1, done_on),
            expected_version=case.version,
            idempotency_key=f"change-{case.version}",
            now=self._now,
        )
        found: list[Any] = []
        took = seconds(lambda: found.append(refresh(self._now + dt.timedelta(minutes=1))))
        return {"seconds": took, "counted": found[0].counted, "looked_at": found[0].looked_at}


def make() -> OneChange:
    """For `World.process`."""
    return OneChange()
