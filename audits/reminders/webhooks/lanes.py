"""Each endpoint is a lane: claimed by one worker with a lease, its messages in order, its failures its own affair.

A lane that failed pauses; one that failed too often is parked, and the administrators of its organization are told in
the app. What waits in a parked lane is kept and goes out when the lane is switched on again.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from accounts.memberships import ADMINISTERING_ROLES
from accounts.models import Membership
from audits.models import Channel, Notice, WebhookDelivery, WebhookEndpoint
from audits.reminders.kinds import WEBHOOK_PARKED
from audits.reminders.webhooks import messages
from audits.reminders.webhooks.posting import Answer

log = structlog.get_logger(__name__)

LOOK_AHEAD = 50  # messages of a lane read at once
LEASE = timedelta(minutes=3)  # far longer than one request may take
ATTEMPTS = 9  # of one message, and failures in a row of one lane
FIRST_PAUSE = timedelta(minutes=5)  # doubled after each failure: nine of them take 21 hours


def pause_after(failures: int) -> timedelta:
    """How long to wait after so many failures in a row."""
    return FIRST_PAUSE * 2 ** (max(failures, 1) - 1)


def claim(worker: UUID, now: datetime, limit: int) -> list[WebhookEndpoint]:
    """Take up to `limit` lanes with something to send; those that worked last time first."""
    due = WebhookDelivery.objects.filter(endpoint=OuterRef("pk"), state=WebhookDelivery.State.PENDING, try_at__lte=now)
    with transaction.atomic():
        free = WebhookEndpoint.objects.working().free(now).filter(Exists(due)).order_by("failures", "try_at", "pk")
        if connection.features.has_select_for_update_skip_locked:
            free = free.select_for_update(skip_locked=True, of=("self",))
        found = list(free[:limit])
        WebhookEndpoint.objects.filter(pk__in=[endpoint.pk for endpoint in found]).update(
            claimed_by=worker, lease_until=now + LEASE
        )
    return found


def release(endpoint: WebhookEndpoint, worker: UUID) -> None:
    """Give a lane back."""
    WebhookEndpoint.objects.filter(pk=endpoint.pk, claimed_by=worker).update(claimed_by=None, lease_until=None)


def begin(endpoint: WebhookEndpoint, worker: UUID, now: datetime) -> WebhookDelivery | None:
    """The next message of a lane, noted as being handed over; None when the lane is empty, lost or closed.

    A message that may have gone out before its worker ended goes out again under the same id, as `uncertain`.
    """
    with transaction.atomic():
        mine = WebhookEndpoint.objects.working().filter(pk=endpoint.pk, claimed_by=worker, lease_until__gt=now)
        if mine.update(lease_until=now + LEASE) == 0:
            return None
        waiting = (
            WebhookDelivery.objects.filter(endpoint=endpoint, state=WebhookDelivery.State.PENDING, try_at__lte=now)
            .select_related(*messages.RELATED)
            .order_by("try_at", "created_at", "pk")
        )
        for delivery in waiting[:LOOK_AHEAD]:
            if _prepared(delivery, now):
                delivery.sending_at = now
                delivery.attempts += 1
                delivery.save(update_fields=["body", "uncertain", "sending_at", "attempts"])
                return delivery
            delivery.save(update_fields=["state", "uncertain", "error"])
    return None


def _prepared(delivery: WebhookDelivery, now: datetime) -> bool:
    """Word a message at its first attempt; False for one with nothing left to say, or that cannot be worded."""
    delivery.uncertain = delivery.uncertain or delivery.sending_at is not None
    try:
        if messages.is_over(delivery):
            delivery.state = WebhookDelivery.State.SUPERSEDED
            return False
        delivery.body = delivery.body or messages.body_of(delivery, timezone.localdate(now))
    except Exception as error:  # one poisoned message must not close its lane
        log.exception("webhook_not_worded", delivery=str(delivery.pk))
        delivery.state, delivery.error = WebhookDelivery.State.FAILED, repr(error)[:500]
        return False
    return True


def settle(endpoint: WebhookEndpoint, delivery: WebhookDelivery, answer: Answer, now: datetime) -> bool:
    """Write down what came of a message. Returns whether the lane may go on at once.

    Nothing is written when another worker has taken the message over meanwhile.
    """
    state = WebhookDelivery.State
    said: dict[str, Any] = {
        "status": answer.status,
        "answer": answer.text,
        "error": answer.error,
        "milliseconds": answer.milliseconds,
        "sending_at": None,
    }
    if answer.good:
        said |= {"state": state.UNCERTAIN if delivery.uncertain else state.SENT, "sent_at": now}
    else:
        said |= {
            "state": state.FAILED if delivery.attempts >= ATTEMPTS else state.PENDING,
            "uncertain": delivery.uncertain or answer.perhaps,
            "try_at": now + pause_after(delivery.attempts),
        }
    with transaction.atomic():
        mine = WebhookDelivery.objects.filter(pk=delivery.pk, state=state.PENDING, sending_at=delivery.sending_at)
        if mine.update(**said) == 0:
            return False
        lane = WebhookEndpoint.objects.filter(pk=endpoint.pk)
        if answer.good:
            lane.update(failures=0, last_success_at=now)
            return True
        lane.update(failures=F("failures") + 1)
        endpoint.refresh_from_db(fields=["failures"])
        lane.update(try_at=now + pause_after(endpoint.failures))
        if endpoint.failures >= ATTEMPTS:
            park(endpoint, now)
    return False


def park(endpoint: WebhookEndpoint, now: datetime) -> None:
    """Send nothing more to an endpoint, and tell the administrators of its organization in the app. Once."""
    if WebhookEndpoint.objects.filter(pk=endpoint.pk, parked_at=None).update(parked_at=now) == 0:
        return
    today = timezone.localdate(now)
    owners = Membership.objects.active(today).filter(
        organization=endpoint.organization_id, role__in=[role.value for role in ADMINISTERING_ROLES]
    )
    Notice.objects.bulk_create(
        Notice(
            webhook=endpoint,
            kind=WEBHOOK_PARKED,
            recipient_id=user,
            membership_id=membership,
            channel=Channel.IN_APP,
            state=Notice.State.SENT,
            send_on=today,
            sent_at=now,
            created_at=now,
        )
        for user, membership in owners.values_list("user_id", "pk")
    )
