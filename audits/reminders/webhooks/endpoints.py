"""The endpoints of an organization: its administrators make, switch, test and remove them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.memberships import require_administrator
from accounts.models import Membership, Organization
from audits.models import WebhookDelivery, WebhookEndpoint
from audits.reminders.errors import ChannelRefused
from audits.reminders.kinds import WEBHOOK_TEST
from audits.reminders.webhooks import addresses, signing
from audits.workflow.wake import wake

MOST = 5  # endpoints of one organization
TASK = "audits.tasks.deliver_webhooks"


@dataclass(frozen=True, slots=True)
class Made:
    """A new endpoint and its secret, shown this once."""

    endpoint: WebhookEndpoint
    secret: str


def endpoints_of(by: Membership) -> QuerySet[WebhookEndpoint]:
    """The endpoints of the organization a member administers. Error: `OnlyAdministrators`."""
    require_administrator(by)
    rows: QuerySet[WebhookEndpoint] = WebhookEndpoint.objects.kept().of(by.organization).order_by("-created_at", "id")
    return rows


@transaction.atomic
def create(by: Membership, url: str, now: datetime) -> Made:
    """A new endpoint. Errors: `OnlyAdministrators`; `ChannelRefused` for the address, or when there are enough."""
    require_administrator(by)
    addresses.parse(url)
    Organization.objects.select_for_update().get(pk=by.organization_id)  # two at once cannot pass the limit
    held = endpoints_of(by)
    if held.count() >= MOST:
        raise ChannelRefused("webhook_limit", _("An organization has at most five webhooks."), None, 409)
    if held.filter(url=url).exists():
        raise ChannelRefused("webhook_exists", _("This address is already a webhook of the organization."), "url", 409)
    secret = signing.new_secret()
    endpoint = WebhookEndpoint.objects.create(
        organization=by.organization,
        url=url,
        secret_sealed=signing.sealed(secret),
        created_by=by,
        created_at=now,
        try_at=now,
    )
    return Made(endpoint, secret)


@transaction.atomic
def switch(by: Membership, endpoint_id: UUID, active: bool, now: datetime) -> WebhookEndpoint:
    """Switch an endpoint off or on. On ends its being parked: what waits goes out, failures count anew.

    `endpoint_id` is one of `endpoints_of(by)`.
    """
    endpoint: WebhookEndpoint = endpoints_of(by).select_for_update().get(pk=endpoint_id)
    endpoint.active = active
    if active:
        endpoint.parked_at, endpoint.failures, endpoint.try_at = None, 0, now
        waiting = WebhookDelivery.objects.filter(endpoint=endpoint, state=WebhookDelivery.State.PENDING)
        waiting.update(try_at=now, attempts=0)
    endpoint.save(update_fields=["active", "parked_at", "failures", "try_at"])
    return endpoint


@transaction.atomic
def remove(by: Membership, endpoint_id: UUID, now: datetime) -> None:
    """Remove an endpoint; its log stays. What waited is not sent any more."""
    endpoint = endpoints_of(by).select_for_update().get(pk=endpoint_id)
    endpoint.removed_at = now
    endpoint.save(update_fields=["removed_at"])
    WebhookDelivery.objects.filter(endpoint=endpoint, state=WebhookDelivery.State.PENDING).update(
        state=WebhookDelivery.State.SUPERSEDED
    )


@transaction.atomic
def send_test(by: Membership, endpoint_id: UUID, now: datetime) -> WebhookDelivery:
    """Queue a test message; the log tells what came of it. One that still waits is not doubled.

    Error: `ChannelRefused` for an endpoint that is parked or off.
    """
    endpoint = endpoints_of(by).select_for_update().get(pk=endpoint_id)
    if not endpoint.active or endpoint.parked_at is not None:
        raise ChannelRefused("webhook_off", _("Switch the webhook on first."), None, 409)
    delivery, _made = WebhookDelivery.objects.get_or_create(
        endpoint=endpoint,
        kind=WEBHOOK_TEST,
        state=WebhookDelivery.State.PENDING,
        defaults={"created_at": now, "try_at": now},
    )
    endpoint.try_at = now
    endpoint.save(update_fields=["try_at"])
    transaction.on_commit(lambda: wake(TASK))
    return delivery
