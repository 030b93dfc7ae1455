"""What somebody must be told (intents), who was told what and when (the ledger), and the runs that did it."""

import uuid
from typing import Self

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
    # Why nobody could be told: such an intent is set aside, so that it does not hold up the others.
    error = models.TextField(_("error"), blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("notice intent")
        verbose_name_plural = _("notice intents")
        indexes = [models.Index(fields=["id"], condition=Q(resolved_at=None), name="intent_open")]

    def __str__(self) -> str:
        return f"{self.kind} #{self.event_seq}"


class Channel(models.TextChoices):
    """How somebody is told. A notice in the app is told as soon as it stands in the ledger."""

    IN_APP = "in_app", _("in the app")
    EMAIL = "email", _("e-mail")
    SMS = "sms", _("text message")


class Digest(models.Model):
    """One message to one recipient: everything that is due on one day. Claimed with a lease, sent outside transactions.

    While claimed, `try_at` is the end of the lease. `sending_at` is set just before the message is handed over: a lease
    that runs out after that leaves it unknown whether it was sent (`uncertain`); it is then sent once more with the same
    `message_id`.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        CLAIMED = "claimed", _("claimed")
        SENT = "sent", _("sent")
        UNCERTAIN = "uncertain", _("uncertain")
        EMPTY = "empty", _("nothing left to say")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("recipient"))
    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices)
    day = models.DateField(_("day"))
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.PENDING)
    try_at = models.DateTimeField(_("next attempt"))
    # When it could first have gone out; failed attempts do not move it, so that its age tells how long sending is down.
    ready_at = models.DateTimeField(_("ready since"), null=True, blank=True)
    claimed_by = models.UUIDField(null=True, blank=True)
    sending_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # Claims whose worker ended before it came to this message: not the message's fault, most likely.
    lapses = models.PositiveSmallIntegerField(_("claims that lapsed"), default=0)
    uncertain = models.BooleanField(_("perhaps sent twice"), default=False)
    message_id = models.CharField(max_length=200, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("daily message")
        verbose_name_plural = _("daily messages")
        constraints = [models.UniqueConstraint(fields=["recipient", "channel", "day"], name="digest_once_a_day")]
        indexes = [
            models.Index(fields=["try_at", "id"], condition=Q(state__in=["pending", "claimed"]), name="digest_open"),
        ]

    def __str__(self) -> str:
        return f"{self.recipient_id} {self.day} {self.state}"


class NoticeQuerySet(models.QuerySet):
    """Chainable questions about the ledger."""

    def inbox_of(self, user: User) -> Self:
        """What a person was told in the app, newest first."""
        return self.filter(recipient=user, channel=Channel.IN_APP).exclude(state=Notice.State.SUPERSEDED)

    def unread(self) -> Self:
        """Those not yet read."""
        return self.filter(read_at=None)

    def told_about(self, case: AuditCase) -> Self:
        """Who was told what and when about a case."""
        return self.filter(case=case).select_related("recipient", "deadline").order_by("-created_at", "id")


class Notice(models.Model):
    """One row of the ledger: one recipient, one channel, one rung of one deadline on one date (or one intent).

    A deadline keeps its identity when its date moves; `due_on` is part of the key, so a moved date is reminded of again.
    """

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
    webhook = models.ForeignKey("WebhookEndpoint", models.PROTECT, null=True, related_name="notices")
    kind = models.CharField(_("kind"), max_length=40)
    due_on = models.DateField(_("due on"), null=True)
    rung = models.SmallIntegerField(_("rung in days relative to the date"), null=True)
    climb = models.PositiveSmallIntegerField(_("levels above the owner"), default=0)
    recipient = models.ForeignKey(User, models.PROTECT, related_name="notices", verbose_name=_("recipient"))
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.PENDING)
    send_on = models.DateField(_("send on"))
    digest = models.ForeignKey(Digest, models.PROTECT, null=True, blank=True, related_name="notices")
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()

    objects = NoticeQuerySet.as_manager()

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
                fields=["intent", "recipient", "channel"],
                condition=Q(intent__isnull=False),
                name="notice_once_per_intent",
            ),
        ]
        indexes = [
            models.Index(fields=["recipient", "send_on"], condition=Q(state="pending"), name="notice_pending"),
            models.Index(fields=["recipient", "channel", "-created_at"], name="notice_inbox"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.recipient_id} {self.state}"


class ReminderRun(models.Model):
    """The last finished scan of one day. What fell due since is found from it, so a missed day catches up.

    `on` is the Shanghai date it ran for, `event_id` the newest event it has seen.
    """

    on = models.DateField(_("ran for"), primary_key=True)
    event_id = models.BigIntegerField(default=0)
    started_at = models.DateTimeField(_("started at"))
    scanned_at = models.DateTimeField(_("scanned at"))

    class Meta:
        verbose_name = _("run of reminders")
        verbose_name_plural = _("runs of reminders")

    def __str__(self) -> str:
        return f"{self.on}"
