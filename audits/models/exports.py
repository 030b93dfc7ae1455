"""Exports: files made in the background for one member, kept for a few days."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audits.models.jobs import OPEN, Job, JobState


class ExportJob(Job):
    """One export: a job that leaves a file."""

    format = models.CharField(_("format"), max_length=8)
    file_name = models.CharField(_("file name"), max_length=200, blank=True)
    content_type = models.CharField(_("content type"), max_length=100, blank=True)
    storage_name = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)

    class Meta(Job.Meta):
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        indexes = [
            models.Index(fields=["requested_by", "-created_at"], name="export_of_member"),
            models.Index(
                fields=["created_at"],
                condition=Q(state__in=OPEN),
                name="export_open",
            ),
            models.Index(fields=["expires_at"], condition=Q(state=JobState.DONE.value), name="export_expiring"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.format} {self.state}"
