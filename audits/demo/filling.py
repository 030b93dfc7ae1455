"""Filling the database with the demo: all of it or nothing, once."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import ActivationCode, User
from audits import statistics
from audits.demo import people, resetting
from audits.demo.stories import current, duties, elsewhere, past, running
from audits.demo.world import World, make_world
from audits.models import AuditCase, DutyYear, Event, NoticeIntent
from audits.workflow.rounds import propose_due
from audits.workflow.seals import seal
from enterprises.models import Enterprise, KeyEnterpriseList
from enterprises.snapshot import snapshot

TOLD_LONG_AGO = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Filled:
    """What a call of `prepare` did. `password` is None where the demo stood already and nobody gave one."""

    created: bool
    password: str | None
    counts: dict[str, int]


def prepare(reset: bool = False) -> dict[str, Any]:
    """Fill the database with the demo unless it is there. `reset` builds it anew (see `resetting.reset`).

    Returns `{"created", "password", "counts"}`. The database must have been migrated. One transaction: killed half-way,
    nothing is left but staged files.
    """
    if reset:
        resetting.reset()
    if people.is_filled():
        return {"created": False, "password": people.keep_password(), "counts": counts()}
    password = people.choose_password()
    with transaction.atomic():
        world = make_world()
        with snapshot():
            tell(world)
        people.set_password(password)
    return {"created": True, "password": password, "counts": counts()}


def tell(world: World) -> None:
    """Everything that happened, and what the daily scans would have done meanwhile."""
    past.tell(world)
    duties.tell(world)
    running.tell(world)
    elsewhere.tell(world)
    current.tell(world)
    now = timezone.now()
    # Notices of long ago have been told: nobody's first mail should be of 2008.
    NoticeIntent.objects.filter(resolved_at=None, created_at__lt=now - TOLD_LONG_AGO).update(
        resolved_at=F("created_at")
    )
    propose_due(now)
    statistics.load_seed_returns()
    statistics.refresh(now)
    seal(now)


def counts() -> dict[str, int]:
    """How much there is, to say it and to compare."""
    return {
        "users": User.objects.count(),
        "enterprises": Enterprise.objects.count(),
        "lists": KeyEnterpriseList.objects.count(),
        "cases": AuditCase.objects.count(),
        "duties": DutyYear.objects.count(),
        "events": Event.objects.count(),
        "activation_codes": ActivationCode.objects.count(),
    }
