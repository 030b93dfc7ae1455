"""Contracts between enterprises and consultancies: while one runs, the consultancy sees its client."""

import uuid
from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import Membership
from audits.procedure.words import Party
from enterprises.models.consultancies import Consultancy
from enterprises.models.dated import in_force, not_before_start
from enterprises.models.enterprises import Enterprise
from enterprises.models.sites import Site
from enterprises.readers import reader_of, sees_everything
from enterprises.scopes import within


class ContractQuerySet(models.QuerySet["Contract"]):
    """Chainable questions about contracts."""

    def running(self, on: date) -> Self:
        """Those under way on a day: begun, not run out, not ended early (`ended_on` is the first day without it)."""
        return self.filter(in_force(on, "starts_on", "ends_on") & (Q(ended_on__isnull=True) | Q(ended_on__gt=on)))

    def visible_to(self, membership: Membership) -> Self:
        """Those of the two parties, and of the enterprises with an established site in an authority's jurisdiction."""
        reader = reader_of(membership)
        if sees_everything(reader):
            return self
        if reader.party is Party.AUTHORITY:
            sites = Site.objects.established().filter(
                within(reader.jurisdiction or ""), enterprise_id=OuterRef("enterprise_id")
            )
            one_site = within(reader.jurisdiction or "", "site__scope_code")
            return self.filter((Q(site__isnull=True) & Exists(sites)) | (Q(site__isnull=False) & one_site))
        if reader.party is Party.ENTERPRISE:
            return self.filter(enterprise__in=Enterprise.objects.of_organization(reader.organization_id))
        if reader.party is Party.CONSULTANCY:
            return self.filter(consultancy__organization_id=reader.organization_id)
        return self.none()


class Contract(models.Model):
    """A consultancy works for an enterprise: for one site, or for all when `site` is empty (151 art. 5)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultancy = models.ForeignKey(
        Consultancy, models.PROTECT, related_name="contracts", verbose_name=_("consultancy")
    )
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="contracts", verbose_name=_("enterprise"))
    site = models.ForeignKey(
        Site, models.PROTECT, null=True, blank=True, related_name="contracts", verbose_name=_("site")
    )
    signed_on = models.DateField(_("signed on"))
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    document = models.CharField(_("document"), max_length=300, blank=True, default="")
    recorded_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )
    ended_on = models.DateField(_("ended early on"), null=True, blank=True)
    ended_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ended by")
    )
    reason = models.CharField(_("reason of the end"), max_length=500, blank=True, default="")
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = ContractQuerySet.as_manager()
    history = HistoricalRecords(verbose_name=_("history of the contract"))

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        ordering = ["-starts_on", "id"]
        indexes = [
            models.Index(fields=["consultancy", "enterprise", "starts_on"], name="enterprises_contract_client"),
            models.Index(fields=["created_at", "id"], name="enterprises_contract_created"),
        ]
        constraints = [
            not_before_start("enterprises_contract_dates", "starts_on", "ends_on"),
            models.CheckConstraint(
                name="enterprises_contract_end_told",
                condition=Q(ended_on__isnull=True) | (~Q(reason="") & Q(ended_on__gte=models.F("starts_on"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consultancy_id} · {self.enterprise_id} · {self.signed_on}"
