"""What is being prepared, outside the log, until it is submitted."""

from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.acting import Acting
from accounts.models import Membership
from audits.procedure.words import Party, Subject


def side_of(subject: Any, acting: Acting) -> UUID:
    """Whose working copy of a subject's step a member shares.

    An organization's, with two exceptions. Of a case, an enterprise and its consultancy prepare together whatever
    becomes of either (a merger, a new contract): their side bears the id of the case. An expert prepares alone: experts
    of one pool must not read each other's opinions.
    """
    if acting.party in (Party.ENTERPRISE, Party.CONSULTANCY) and subject.subject_kind == Subject.CASE:
        pk: UUID = subject.pk
        return pk
    return acting.user_id if acting.party is Party.EXPERT else acting.organization_id


class DraftQuerySet(models.QuerySet[Any]):
    """The one way to a draft: without the side, one authority would find what another prepares on the same list."""

    def of(self, subject: Any, action: str, acting: Acting) -> "DraftQuerySet":
        """The draft of an action that the member shares: none or one."""
        return self.filter(subject_id=subject.pk, action=action, side=side_of(subject, acting))


class Draft(models.Model):
    """The working copy of one payload. One per subject, action and preparing side."""

    subject_kind = models.CharField(max_length=8)
    subject_id = models.UUIDField()
    side = models.UUIDField(_("preparing side"))  # `side_of`
    action = models.CharField(_("action"), max_length=40)
    payload = models.JSONField(_("payload"), default=dict)
    authors = models.JSONField(_("authors"), default=list)  # [{"user", "membership", "organization"}] as strings
    revision = models.PositiveIntegerField(_("revision"), default=1)
    updated_at = models.DateTimeField(_("updated at"))
    # Why the certifier sent it back: {"user", "membership", "name", "reason", "at", "revision"}, the last time only.
    refusal = models.JSONField(_("sent back"), null=True, blank=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [models.UniqueConstraint(fields=["subject_id", "action", "side"], name="draft_once_per_side")]

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
