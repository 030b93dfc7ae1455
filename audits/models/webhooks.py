"""Webhooks: where the programs of an organization want to be told, and the log of every delivery."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organization
from audits.models.cases import AuditCase
from audits.models.deadlines import Deadline
from audits.models.notices import NoticeIntent


class WebhookEndpointQuerySet(models.QuerySet):
    """Chainable questions about endpoints."""

    def kept(self) -> Self:
        """Those not removed."""
        return self.filter(removed_at=None)

    def working(self) -> Self:
        """Those that are sent to: switched on, not parked, not removed."""
        return self.kept().filter(active=True, parked_at=None)

    def of(self, organization: Organization) -> Self:
        """Those of one organization."""
        return self.filter(organization=organization)

    def free(self, now: datetime) -> Self:
        """Those whose lane nobody holds and whose pause after a failure is over."""
        return self.filter(Q(lease_until=None) | Q(lease_until__lte=now), try_at__lte=now)


class WebhookEndpoint(models.Model):
    """One address of one organization, and its lane: one worker at a time delivers to it, in order.

    `failures` counts attempts that failed since the last that did not; too many and the endpoint is parked.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("organization"))
    url = models.CharField(_("address"), max_length=500)
    secret_sealed = models.TextField(_("secret (encrypted)"))
    active = models.BooleanField(_("switched on"), default=True)
    created_by = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name=_("created by"))
    created_at = models.DateTimeField(_("created at"))
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True)
    parked_at = models.DateTimeField(_("parked at"), null=True, blank=True)
    failures = models.PositiveSmallIntegerField(_("failures in a row"), default=0)
    last_success_at = models.DateTimeField(_("last success"), null=True, blank=True)
    try_at = models.DateTimeField(_("next attempt"))
    claimed_by = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)

    objects = WebhookEndpointQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ("-created_at", "id")
        indexes = [
            models.Index(fields=["organization"], condition=Q(removed_at=None), name="webhook_of_organization"),
            models.Index(
                fields=["try_at"], condition=Q(active=True, parked_at=None, removed_at=None), name="webhook_due"
            ),
        ]

    def __str__(self) -> str:
        return self.url


class WebhookDelivery(models.Model):
    """One message to one endpoint: a rung of a deadline, an act, or a test. Its id names it at the receiver.

    The body is written at the first attempt and stays the same in all others. `sending_at` is set just before a
    message is handed over; one whose worker ended after that goes out again under the same id and is `uncertain`.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        SENT = "sent", _("sent")
        UNCERTAIN = "uncertain", _("uncertain")
        SUPERSEDED = "superseded", _("superseded")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    endpoint = models.ForeignKey(WebhookEndpoint, models.PROTECT, related_name="deliveries")
    kind = models.CharField(_("kind"), max_length=40)
    deadline = models.ForeignKey(Deadline, models.PROTECT, null=True, related_name="+")
    intent = models.ForeignKey(NoticeIntent, models.PROTECT, null=True, related_name="+")
    case = models.ForeignKey(AuditCase, models.PROTECT, null=True, related_name="+")
    due_on = models.DateField(_("due on"), null=True)
    rung = models.SmallIntegerField(_("rung in days relative to the date"), null=True)
    climb = models.PositiveSmallIntegerField(_("levels above the owner"), default=0)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.PENDING)
    created_at = models.DateTimeField(_("created at"))
    try_at = models.DateTimeField(_("next attempt"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    sending_at = models.DateTimeField(null=True, blank=True)
    uncertain = models.BooleanField(_("perhaps sent twice"), default=False)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    body = models.TextField(_("body"), blank=True)
    status = models.PositiveSmallIntegerField(_("answer's status"), null=True, blank=True)
    answer = models.TextField(_("beginning of the answer"), blank=True)
    milliseconds = models.PositiveIntegerField(_("duration in milliseconds"), null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("delivery to a webhook")
        verbose_name_plural = _("deliveries to webhooks")
        ordering = ("-created_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint", "deadline", "due_on", "rung"],
                condition=Q(deadline__isnull=False),
                name="delivery_once_per_rung",
            ),
            models.UniqueConstraint(
                fields=["endpoint", "intent"], condition=Q(intent__isnull=False), name="delivery_once_per_intent"
            ),
        ]
        indexes = [
            models.Index(fields=["endpoint", "-created_at"], name="delivery_log"),
            models.Index(fields=["endpoint", "try_at"], condition=Q(state="pending"), name="delivery_open"),
        ]

    def __str__(self) -> str:
        return f"{self.endpoint_id} {self.kind} {self.state}"
