"""Uploaded files: staged first, bound by an action, never replaced afterwards."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from audits.models.cases import AuditCase, DutyYear
from audits.procedure.words import Party
from enterprises.models import KeyEnterpriseList
from enterprises.readers import reader_of, sees_everything
from enterprises.scopes import within

# Files of a list that anybody who sees the list may read: those of its publications.
PUBLISHED_WITH_THE_LIST = ("publish", "amend_list")


class DocumentScope(models.QuerySet):
    def visible_to(self, membership: Membership) -> Self:
        """Own staged files; files of cases and duties the membership may read; of a list the own ones and those of its
        publications. Evidence on candidates is for the authorities over the whole unit (and who sent it) alone."""
        reader = reader_of(membership)
        lists = KeyEnterpriseList.objects.visible_to(membership)
        of_lists = Q(uploaded_by__organization_id=reader.organization_id) | Q(
            action__in=PUBLISHED_WITH_THE_LIST, sensitive=False
        )
        if reader.party is Party.AUTHORITY:
            of_lists |= within(reader.jurisdiction or "", "list__reporting_unit__scope_code") & Q(sensitive=False)
        elif sees_everything(reader):
            of_lists = Q(sensitive=False) | of_lists
        return self.filter(
            Q(case=None, list=None, duty_id=None, uploaded_by=membership)
            | Q(case__in=AuditCase.objects.visible_to(membership))
            | Q(duty_id__in=DutyYear.objects.visible_to(membership).values("pk"))
            | (Q(list__in=lists) & of_lists)
        )


class Document(models.Model):
    """One stored file. `sha256` is of its content; `storage_name` is where the private storage keeps it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(_("content type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    storage_name = models.CharField(max_length=200)
    uploaded_by = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name=_("uploaded by"))
    staged_at = models.DateTimeField(_("staged at"))
    case = models.ForeignKey(AuditCase, models.PROTECT, null=True, blank=True, related_name="documents")
    list = models.ForeignKey(KeyEnterpriseList, models.PROTECT, null=True, blank=True, related_name="documents")
    duty_id = models.UUIDField(null=True, blank=True)
    event_seq = models.PositiveIntegerField(null=True, blank=True)
    action = models.CharField(max_length=40, blank=True)
    field = models.CharField(max_length=80, blank=True)
    sensitive = models.BooleanField(default=False)
    bound_at = models.DateTimeField(_("bound at"), null=True, blank=True)

    objects = DocumentScope.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ("staged_at", "id")
        indexes = [
            models.Index(fields=["staged_at"], condition=Q(bound_at=None), name="document_unbound"),
        ]

    def __str__(self) -> str:
        return self.name
