"""Work that is asked for on a page and done in the background: what every job has, and acts on lists as jobs."""

import uuid
from enum import StrEnum
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from enterprises.models import KeyEnterpriseList
from enterprises.readers import reader_of


class JobState(StrEnum):
    """Where a job stands. A running one whose lease is over is taken up again by the next scan."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    EXPIRED = "expired"  # its file is no longer kept


OPEN = (JobState.QUEUED.value, JobState.RUNNING.value)


class JobScope(models.QuerySet):
    def visible_to(self, membership: Membership) -> Self:
        """Own jobs only: what a job does and holds was in the scope of the membership that asked for it."""
        reader = reader_of(membership)
        return self.filter(requested_by_id=reader.membership_id)

    def open(self) -> Self:
        """Those that wait or are being done."""
        return self.filter(state__in=OPEN)


class Job(models.Model):
    """Asked for by a member, done by a scan. `attempt` counts claims and fences: only the newest claim may finish the job.

    `error` is a stable code, "" while nothing went wrong; `params` is plain JSON, checked when the job was asked for.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=30)
    language = models.CharField(_("language"), max_length=10)
    params = models.JSONField(_("parameters"), default=dict)
    requested_by = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name=_("requested by"))
    state = models.CharField(
        _("state"), max_length=10, choices=[(one.value, one.value) for one in JobState], default=JobState.QUEUED.value
    )
    progress = models.PositiveSmallIntegerField(_("progress in percent"), default=0)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    error = models.CharField(_("error"), max_length=40, blank=True)
    created_at = models.DateTimeField(_("created at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    objects = JobScope.as_manager()

    class Meta:
        abstract = True
        ordering = ("-created_at", "id")


class ListActJob(Job):
    """An act on many entries of a list. `kind` is the action, or `import` for a confirmed dry run.

    `told` are the reasons of a refusal, [[zh, en], …]; `version` is that of the list after the act.
    """

    told = models.JSONField(
        _("reasons of the refusal"), default=list, blank=True
    )  # the builtin: `list` below is the field
    list = models.ForeignKey(
        KeyEnterpriseList, models.PROTECT, related_name="jobs", verbose_name=_("key-enterprise list")
    )
    entries = models.PositiveIntegerField(_("entries"), default=0)
    version = models.PositiveIntegerField(_("version of the list after it"), null=True, blank=True)

    class Meta(Job.Meta):
        verbose_name = _("act in the background")
        verbose_name_plural = _("acts in the background")
        indexes = [
            models.Index(fields=["list", "-created_at"], name="list_act_of_list"),
            models.Index(fields=["created_at"], condition=Q(state__in=OPEN), name="list_act_open"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
