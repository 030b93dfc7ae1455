"""Consultancies and the auditors they, or enterprises, employ."""

import uuid
from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import Membership, Organization
from audits.procedure.words import Party
from enterprises.models.dated import in_force, not_before_start
from enterprises.models.divisions import ReportingUnit
from enterprises.models.industries import Sector
from enterprises.readers import reader_of, sees_everything
from enterprises.scopes import within


class ConsultancyStatus(models.TextChoices):
    LISTED = "listed", _("Listed")
    SUSPENDED = "suspended", _("Suspended")
    REMOVED = "removed", _("Removed from the register")


class ConsultancyQuerySet(models.QuerySet["Consultancy"]):
    """Chainable questions about consultancies."""

    def visible_to(self, membership: Membership) -> Self:
        """All: the register of consultancies is public (P04). `TypeError` without a membership all the same."""
        reader_of(membership)
        return self

    def listed(self) -> Self:
        """Those on the register, suspended ones included."""
        return self.exclude(status=ConsultancyStatus.REMOVED)


class Consultancy(models.Model):
    """A firm that helps enterprises audit, with what document 151 asks of it as declared and with what proof.

    `evidence` maps a field's name to what proves it (a document's number or words). Whether the five conditions hold on
    a day is answered by `enterprises.consultancy_register.consultancy_conditions`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.OneToOneField(
        Organization, models.PROTECT, related_name="consultancy", verbose_name=_("organization")
    )
    credit_code = models.CharField(_("credit code"), max_length=18, null=True, blank=True, unique=True)
    address = models.CharField(_("address"), max_length=300, blank=True, default="")
    reporting_unit = models.ForeignKey(
        ReportingUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="consultancies",
        verbose_name=_("registered in"),
    )
    legal_person = models.BooleanField(_("independent legal person"), default=False)
    quality_system = models.BooleanField(_("quality assurance system"), default=False)
    premises = models.BooleanField(_("fixed premises"), default=False)
    equipment = models.BooleanField(_("digital processing of documents and drawings"), default=False)
    archives = models.BooleanField(_("archives"), default=False)
    competence = models.BooleanField(
        _("knows law, standards and processes, draws up balances, writes reports"), default=False
    )
    no_serious_offence = models.BooleanField(_("no serious offence on record"), default=False)
    evidence = models.JSONField(_("evidence"), default=dict, blank=True)
    sectors = models.ManyToManyField(Sector, blank=True, related_name="consultancies", verbose_name=_("sectors"))
    status = models.CharField(
        _("status"), max_length=20, choices=ConsultancyStatus.choices, default=ConsultancyStatus.LISTED
    )
    status_since = models.DateField(_("status since"))
    suspended_until = models.DateField(_("last day of suspension"), null=True, blank=True)
    status_reason = models.CharField(_("reason of the status"), max_length=500, blank=True, default="")
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = ConsultancyQuerySet.as_manager()
    history = HistoricalRecords(m2m_fields=[sectors], verbose_name=_("history of the consultancy"))

    class Meta:
        verbose_name = _("consultancy")
        verbose_name_plural = _("consultancies")
        ordering = ["organization__name", "id"]
        indexes = [models.Index(fields=["reporting_unit", "status"], name="enterprises_consultancy_unit")]

    def __str__(self) -> str:
        return self.organization.name


class AuditorTitle(models.TextChoices):
    SENIOR = "senior", _("Senior title")
    INTERMEDIATE = "intermediate", _("Intermediate title")
    OTHER = "other", _("Other title")


class AuditorQuerySet(models.QuerySet["Auditor"]):
    """Chainable questions about auditors."""

    def employed_by(self, organization_id: uuid.UUID, on: date) -> Self:
        """Those employed by an organization on a day."""
        periods = EmploymentPeriod.objects.employed(on).filter(
            auditor_id=OuterRef("pk"), organization_id=organization_id
        )
        return self.filter(Exists(periods))

    def visible_to(self, membership: Membership) -> Self:
        """Authorities: those ever employed by a consultancy, or by an enterprise in the jurisdiction.

        Others: their own; enterprises also the auditors of consultancies under a contract with them. `TypeError`
        without a membership.
        """
        from django.utils import timezone

        from enterprises.models.contracts import Contract
        from enterprises.models.sites import Site

        reader = reader_of(membership)
        if sees_everything(reader):
            return self
        periods = EmploymentPeriod.objects.filter(auditor_id=OuterRef("pk"))
        own = Q(organization_id=reader.organization_id)
        if reader.party is Party.AUTHORITY:
            sites = Site.objects.established().filter(
                within(reader.jurisdiction or ""), enterprise__organization_id=OuterRef("organization_id")
            )
            in_reach = Q(organization__party=Party.CONSULTANCY.value) | Q(Exists(sites))
            return self.filter(Exists(periods.filter(in_reach)))
        if reader.party is Party.ENTERPRISE:
            contracts = Contract.objects.running(timezone.localdate()).filter(
                enterprise__organization_id=reader.organization_id,
                consultancy__organization_id=OuterRef("organization_id"),
            )
            return self.filter(Exists(periods.filter(own | Q(Exists(contracts)))))
        if reader.party is Party.CONSULTANCY:
            return self.filter(Exists(periods.filter(own)))
        return self.none()


class Auditor(models.Model):
    """A person who signs audits with the number of a training certificate."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=100)
    certificate_number = models.CharField(_("certificate number"), max_length=60, null=True, blank=True, unique=True)
    nationally_trained = models.BooleanField(_("nationally trained"), default=False)
    title = models.CharField(_("title"), max_length=20, choices=AuditorTitle.choices, default=AuditorTitle.OTHER)
    experience_since = models.DateField(_("audit experience since"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = AuditorQuerySet.as_manager()
    history = HistoricalRecords(verbose_name=_("history of the auditor"))

    class Meta:
        verbose_name = _("auditor")
        verbose_name_plural = _("auditors")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class EmploymentPeriodQuerySet(models.QuerySet[Any]):
    """Chainable questions about employment."""

    def employed(self, on: date) -> Self:
        """Periods that cover a day."""
        return self.filter(in_force(on, "starts_on", "ends_on"))


class EmploymentPeriod(models.Model):
    """An auditor works for an organization (a consultancy or an enterprise); for one at a time, see `employ`."""

    auditor = models.ForeignKey(Auditor, models.CASCADE, related_name="employments", verbose_name=_("auditor"))
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="auditor_employments", verbose_name=_("employer")
    )
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)

    objects = EmploymentPeriodQuerySet.as_manager()
    history = HistoricalRecords(verbose_name=_("history of the employment"))

    class Meta:
        verbose_name = _("employment of an auditor")
        verbose_name_plural = _("employments of auditors")
        ordering = ["auditor", "starts_on", "id"]
        indexes = [models.Index(fields=["organization", "starts_on"], name="enterprises_employment_org")]
        constraints = [
            not_before_start("enterprises_employment_dates", "starts_on", "ends_on"),
            models.UniqueConstraint(
                fields=["auditor"], condition=Q(ends_on__isnull=True), name="enterprises_employment_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.auditor_id} {self.organization_id} {self.starts_on}"
