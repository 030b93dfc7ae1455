"""What somebody must be told (intents), and who was told what and when (the ledger)."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from audits.models.cases import AuditCase, DutyYear
from audits.models.deadlines import Deadline


class NoticeIntent(models.Model):
    """Written by `perform` in its transaction: a kind and an audience rule, never a recipient."""

    case = models.ForeignKey(AuditCase, models.PROTECT, null=True, related_name="+")
    duty = models.ForeignKey(DutyYear, models.PROTECT, null=True, related_name="+")
    list_id = models.UUIDField(null=True)
    event_seq = models.PositiveIntegerField()
    kind = models.CharField(_("kind"), max_length=40)
    audience = models.JSONField(_("audience"), default=dict)
    created_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("notice intent")
        verbose_name_plural = _("notice intents")
        indexes = [models.Index(fields=["id"], condition=Q(resolved_at=None), name="intent_open")]

    def __str__(self) -> str:
        return f"{self.kind} #{self.event_seq}"


class Notice(models.Model):
    """One row of the ledger: one recipient, one channel, one rung of one deadline on one date (or one intent)."""

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        CLAIMED = "claimed", _("claimed")
        SENT = "sent", _("sent")
        UNCERTAIN = "uncertain", _("uncertain")
        SUPERSEDED = "superseded", _("superseded")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    deadline = models.ForeignKey(Deadline, models.PROTECT, null=True, related_name="notices")
    intent = models.ForeignKey(NoticeIntent, models.PROTECT, null=True, related_name="notices")
    case = models.ForeignKey(AuditCase, models.PROTECT, null=True, related_name="notices")
    kind = models.CharField(_("kind"), max_length=40)
    due_on = models.DateField(_("due on"), null=True)
    rung = models.SmallIntegerField(_("rung in days relative to the date"), null=True)
    recipient = models.ForeignKey(User, models.PROTECT, related_name="notices", verbose_name=_("recipient"))
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    channel = models.CharField(_("channel"), max_length=12)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.PENDING)
    send_on = models.DateField(_("send on"))
    digest_key = models.CharField(max_length=80, blank=True)
    message_id = models.CharField(max_length=200, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ("-created_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["deadline", "due_on", "rung", "recipient", "channel"],
                condition=Q(deadline__isnull=False),
                name="notice_once_per_rung",
            ),
            models.UniqueConstraint(
                fields=["intent", "recipient", "channel"], condition=Q(intent__isnull=False), name="notice_once_per_intent"
            ),
        ]
        indexes = [models.Index(fields=["state", "send_on"], name="notice_state")]

    def __str__(self) -> str:
        return f"{self.kind} {self.recipient_id} {self.state}"
