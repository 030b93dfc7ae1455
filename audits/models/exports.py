"""Exports: files made in the background for one member, kept for a few days."""

import uuid
from enum import StrEnum
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from enterprises.readers import reader_of


class ExportState(StrEnum):
    """Where a job stands. A running one whose lease is over is taken up again by the next scan."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    EXPIRED = "expired"


class ExportScope(models.QuerySet):
    def visible_to(self, membership: Membership) -> Self:
        """Own jobs only: what a file holds was in the scope of the membership that asked for it."""
        reader = reader_of(membership)
        return self.filter(requested_by_id=reader.membership_id)


class ExportJob(models.Model):
    """One export. `attempt` counts claims and fences: only the newest claim may finish the job.

    `error` is a stable code, "" while nothing went wrong; `params` is plain JSON, checked when the job was asked for.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=30)
    format = models.CharField(_("format"), max_length=8)
    language = models.CharField(_("language"), max_length=10)
    params = models.JSONField(_("parameters"), default=dict)
    requested_by = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name=_("requested by"))
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=[(one.value, one.value) for one in ExportState],
        default=ExportState.QUEUED.value,
    )
    progress = models.PositiveSmallIntegerField(_("progress in percent"), default=0)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    error = models.CharField(_("error"), max_length=40, blank=True)
    file_name = models.CharField(_("file name"), max_length=200, blank=True)
    content_type = models.CharField(_("content type"), max_length=100, blank=True)
    storage_name = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    created_at = models.DateTimeField(_("created at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)

    objects = ExportScope.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ("-created_at", "id")
        indexes = [
            models.Index(fields=["requested_by", "-created_at"], name="export_of_member"),
            models.Index(
                fields=["created_at"],
                condition=Q(state__in=[ExportState.QUEUED.value, ExportState.RUNNING.value]),
                name="export_open",
            ),
            models.Index(fields=["expires_at"], condition=Q(state=ExportState.DONE.value), name="export_expiring"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.format} {self.state}"
