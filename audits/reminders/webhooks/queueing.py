"""Rows of the ledger become deliveries: one for each endpoint of the organization that was told, however many people."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from audits.models import WebhookDelivery, WebhookEndpoint
from audits.reminders.ledger import LedgerRow
from audits.reminders.recipients import People


def queue(notices: Sequence[LedgerRow], people: People, now: datetime) -> int:
    """Store the deliveries of these rows of the ledger; call it in the transaction that stores the rows.

    Returns how many were made. One query when nobody has an endpoint.
    """
    if not notices:
        return 0
    endpoints: dict[UUID, list[UUID]] = {}
    for owner, endpoint in WebhookEndpoint.objects.working().values_list("organization_id", "pk"):
        endpoints.setdefault(owner, []).append(endpoint)
    if not endpoints:
        return 0
    found: dict[tuple[Any, ...], WebhookDelivery] = {}
    for notice in notices:
        organization = people.organization(notice.membership_id)
        for endpoint in endpoints.get(organization, ()) if organization is not None else ():
            key = (endpoint, notice.deadline_id, notice.due_on, notice.rung, notice.intent_id)
            if key not in found:
                found[key] = _delivery(endpoint, notice, now)
    WebhookDelivery.objects.bulk_create(list(found.values()), batch_size=1000, ignore_conflicts=True)
    return len(found)


def _delivery(endpoint: UUID, notice: LedgerRow, now: datetime) -> WebhookDelivery:
    return WebhookDelivery(
        endpoint_id=endpoint,
        kind=notice.kind,
        deadline_id=notice.deadline_id,
        intent_id=notice.intent_id,
        case_id=notice.case_id,
        due_on=notice.due_on,
        rung=notice.rung,
        climb=notice.climb,
        created_at=now,
        try_at=now,
    )
