"""What is being prepared, outside the log, until it is submitted."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership


class Draft(models.Model):
    """The working copy of one payload. One per subject, action and preparing side (organization)."""

    subject_kind = models.CharField(max_length=8)
    subject_id = models.UUIDField()
    action = models.CharField(_("action"), max_length=40)
    payload = models.JSONField(_("payload"), default=dict)
    authors = models.JSONField(_("authors"), default=list)  # [{"user", "membership", "organization"}] as strings
    revision = models.PositiveIntegerField(_("revision"), default=1)
    updated_at = models.DateTimeField(_("updated at"))
    # Why the certifier sent it back: {"user", "membership", "name", "reason", "at", "revision"}, the last time only.
    refusal = models.JSONField(_("sent back"), null=True, blank=True)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [models.UniqueConstraint(fields=["subject_id", "action"], name="draft_once_per_action")]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_id} r{self.revision}"

    @property
    def sent_back(self) -> bool:
        """Whether it waits for somebody to change it after a refusal."""
        return self.refusal is not None and self.refusal["revision"] == self.revision


class Preparation(models.Model):
    """Who had a hand in a submission: kept when the draft goes, so that work done can be counted."""

    subject_kind = models.CharField(max_length=8)
    subject_id = models.UUIDField()
    action = models.CharField(_("action"), max_length=40)
    event_seq = models.PositiveIntegerField()
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name=_("prepared by"))

    class Meta:
        verbose_name = _("preparation")
        verbose_name_plural = _("preparations")
        constraints = [
            models.UniqueConstraint(fields=["subject_id", "event_seq", "membership"], name="preparation_once")
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_id} #{self.event_seq}"
