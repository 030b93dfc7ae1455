"""What is being prepared, outside the log, until it is submitted."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Draft(models.Model):
    """The working copy of one payload. One per subject, action and preparing side (organization)."""

    subject_kind = models.CharField(max_length=8)
    subject_id = models.UUIDField()
    action = models.CharField(_("action"), max_length=40)
    payload = models.JSONField(_("payload"), default=dict)
    authors = models.JSONField(_("authors"), default=list)  # [{"user", "membership", "organization"}] as strings
    revision = models.PositiveIntegerField(_("revision"), default=1)
    updated_at = models.DateTimeField(_("updated at"))

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [models.UniqueConstraint(fields=["subject_id", "action"], name="draft_once_per_action")]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_id} r{self.revision}"
