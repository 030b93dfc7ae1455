"""Enterprises, their former names and their codes."""

import datetime
import uuid
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import Membership, Organization
from audits.procedure.words import Party
from enterprises.models.dated import Dated, DatedQuerySet, not_before_start
from enterprises.models.industries import Industry
from enterprises.readers import reader_of, sees_everything
from enterprises.scopes import within


class EnterpriseSize(models.TextChoices):
    """Size by the statistical standard for large, medium, small and micro enterprises."""

    LARGE = "large", _("Large")
    MEDIUM = "medium", _("Medium-sized")
    SMALL = "small", _("Small")
    MICRO = "micro", _("Micro")


class EnterpriseQuerySet(models.QuerySet["Enterprise"]):
    """Chainable questions about enterprises."""

    def visible_to(self, membership: Membership) -> Self:
        """Those the membership may see; `TypeError` without one.

        Authorities: those with an established site in the jurisdiction. Enterprises: themselves, and what was merged into them.
        Consultancies: clients while a contract runs. Operators and the system: all. Everybody else: none.
        """
        from enterprises.models.contracts import Contract
        from enterprises.models.sites import Site

        reader = reader_of(membership)
        if sees_everything(reader):
            return self
        if reader.party is Party.AUTHORITY:
            sites = Site.objects.established().filter(within(reader.jurisdiction or ""), enterprise_id=OuterRef("pk"))
            return self.filter(Exists(sites))
        if reader.party is Party.ENTERPRISE:
            return self.of_organization(reader.organization_id)
        if reader.party is Party.CONSULTANCY:
            contracts = Contract.objects.running(timezone.localdate()).filter(
                consultancy__organization_id=reader.organization_id, enterprise_id=OuterRef("pk")
            )
            return self.filter(Exists(contracts))
        return self.none()

    def of_organization(self, organization_id: uuid.UUID) -> Self:
        """The enterprise of an organization and those merged into it."""
        return self.filter(Q(organization_id=organization_id) | Q(merged_into__organization_id=organization_id))

    def standing(self) -> Self:
        """Those not merged into another."""
        return self.filter(merged_into__isnull=True)


class Enterprise(models.Model):
    """An enterprise in law. Its works are `Site`s; a listing and a case concern one site.

    Made and changed through `enterprises.enterprise_register`, which keeps names, codes and search keys together.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.OneToOneField(
        Organization, models.PROTECT, related_name="enterprise", verbose_name=_("organization")
    )
    name = models.CharField(_("name"), max_length=200, db_index=True)
    name_pinyin = models.CharField(_("search key"), max_length=1000, blank=True, default="", editable=False)
    credit_code = models.CharField(_("credit code"), max_length=18, null=True, blank=True, unique=True)
    organization_code = models.CharField(_("organization code"), max_length=9, null=True, blank=True, db_index=True)
    legal_representative = models.CharField(_("legal representative"), max_length=100, blank=True, default="")
    registered_address = models.CharField(_("registered address"), max_length=300, blank=True, default="")
    size = models.CharField(_("size"), max_length=10, choices=EnterpriseSize.choices, blank=True, default="")
    industry = models.ForeignKey(
        Industry, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("industry")
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="absorbed", verbose_name=_("merged into")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = EnterpriseQuerySet.as_manager()
    history = HistoricalRecords(verbose_name=_("history of the enterprise"))

    class Meta:
        verbose_name = _("enterprise")
        verbose_name_plural = _("enterprises")
        ordering = ["name_pinyin", "id"]
        indexes = [
            models.Index(fields=["created_at", "id"], name="enterprises_created"),
            models.Index(fields=["name_pinyin", "id"], name="enterprises_sorted"),
        ]
        constraints = [
            models.CheckConstraint(
                name="enterprises_enterprise_not_into_itself",
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("id")),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def name_on(self, on: datetime.date) -> str:
        """What the enterprise was called on a day; the present name when no record reaches back so far."""
        row = self.names.in_force(on).order_by("-valid_from").first()
        return row.name if row else self.name


class EnterpriseName(Dated):
    """A name an enterprise has or had. The present one is the row without an end."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="names", verbose_name=_("enterprise"))
    name = models.CharField(_("name"), max_length=200, db_index=True)
    name_pinyin = models.CharField(_("search key"), max_length=1000, blank=True, default="", editable=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True, default="")

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("name of an enterprise")
        verbose_name_plural = _("names of enterprises")
        ordering = ["enterprise", "valid_from", "id"]
        constraints = [not_before_start("enterprises_name_dates")]

    def __str__(self) -> str:
        return self.name


class CodeScheme(models.TextChoices):
    USCC = "uscc", _("Unified social credit code")
    ORGANIZATION_CODE = "organization_code", _("Organization code")


class EnterpriseCode(Dated):
    """A code an enterprise has or had. `check_ok` is false for codes published with a wrong check character."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="codes", verbose_name=_("enterprise"))
    scheme = models.CharField(_("scheme"), max_length=20, choices=CodeScheme.choices)
    value = models.CharField(_("value"), max_length=18, db_index=True)
    check_ok = models.BooleanField(_("check character is right"))
    source = models.CharField(_("source"), max_length=200, blank=True, default="")

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("code of an enterprise")
        verbose_name_plural = _("codes of enterprises")
        ordering = ["enterprise", "valid_from", "id"]
        constraints = [
            not_before_start("enterprises_code_dates"),
            models.UniqueConstraint(
                fields=["enterprise", "scheme", "value", "valid_from"], name="enterprises_code_once"
            ),
        ]

    def __str__(self) -> str:
        return self.value
