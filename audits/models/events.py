"""Append-only events, one hash chain per subject, and the seals over all heads."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership


class Event(models.Model):
    """One act. `text` is the canonical JSON the hash covers; the other columns repeat parts of it for queries.

    The database refuses UPDATE, DELETE and TRUNCATE (`audits.models.triggers`).
    """

    subject_kind = models.CharField(max_length=8)
    subject_id = models.UUIDField()
    seq = models.PositiveIntegerField(_("version"))
    action = models.CharField(_("action"), max_length=40)
    legal_date = models.DateField(_("legal date"))
    recorded_at = models.DateTimeField(_("recorded at"))
    membership = models.ForeignKey(
        Membership, models.PROTECT, related_name="+", db_index=False, verbose_name=_("acting as")
    )  # `event_once_per_request` begins with it
    request_key = models.CharField(max_length=128)
    request_digest = models.CharField(max_length=64)
    text = models.TextField(_("canonical text"))
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ("subject_id", "seq")
        constraints = [
            models.UniqueConstraint(fields=["subject_id", "seq"], name="event_once_per_version"),
            models.UniqueConstraint(fields=["membership", "request_key"], name="event_once_per_request"),
        ]
        indexes = [models.Index(fields=["recorded_at"], name="event_recorded")]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id} #{self.seq} {self.action}"


class Seal(models.Model):
    """A periodic, chained seal over the heads that changed since the seal before it."""

    number = models.PositiveIntegerField(primary_key=True)
    sealed_at = models.DateTimeField()
    subjects = models.PositiveIntegerField()
    text = models.TextField()
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")

    def __str__(self) -> str:
        return f"seal {self.number}"


class SealedHead(models.Model):
    """The head of one subject as a seal saw it."""

    seal = models.ForeignKey(Seal, models.PROTECT, related_name="heads")
    subject_kind = models.CharField(max_length=8)
    subject_id = models.UUIDField()
    version = models.PositiveIntegerField()
    head_hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("sealed head")
        verbose_name_plural = _("sealed heads")
        constraints = [models.UniqueConstraint(fields=["seal", "subject_id"], name="sealed_head_once")]
        indexes = [models.Index(fields=["subject_id", "version"], name="sealed_head_subject")]

    def __str__(self) -> str:
        return f"{self.subject_id} v{self.version}"
