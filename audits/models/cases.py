"""The two subjects of this room: an audit case of one site, and a reporting unit's duties of one year."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from audits.models.scope import CaseScope, nearest_date
from audits.procedure.words import CaseKind, Line, Party, Phase, Subject
from enterprises.models import Enterprise, Listing, ReportingUnit, Site
from enterprises.models.ledgered import Ledgered
from enterprises.readers import reader_of
from enterprises.scopes import within


class AuditCase(Ledgered):
    """One audit round of one site. Every column but the identity is a cache of the fold over its events."""

    subject_kind = Subject.CASE

    number = models.CharField(_("case number"), max_length=32, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=[(k.value, k.value) for k in CaseKind])
    listing = models.OneToOneField(
        Listing, models.PROTECT, null=True, blank=True, related_name="case", verbose_name=_("listing")
    )
    # Enterprise and reporting unit lead an index of several columns below: none of their own.
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="cases", db_index=False, verbose_name=_("enterprise")
    )
    site = models.ForeignKey(Site, models.PROTECT, related_name="cases", verbose_name=_("site"))
    scope_code = models.CharField(_("scope code"), max_length=6)
    reporting_unit = models.ForeignKey(
        ReportingUnit, models.PROTECT, related_name="+", db_index=False, verbose_name=_("reporting unit")
    )
    categories = models.JSONField(_("categories"), default=list)
    line_environment = models.BooleanField(default=True)
    line_energy = models.BooleanField(default=False)
    regime = models.CharField(_("regime"), max_length=1)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    opened_on = models.DateField(_("opened on"))
    phase = models.CharField(_("phase"), max_length=16, choices=[(p.value, p.value) for p in Phase])
    route = models.CharField(_("route"), max_length=10, blank=True)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=1)
    next_due_on = models.DateField(_("next due on"), null=True, blank=True)
    next_due_step = models.CharField(_("next due step"), max_length=40, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    basis_digest = models.CharField(max_length=64, blank=True)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    objects = CaseScope.as_manager()

    class Meta:
        verbose_name = _("audit case")
        verbose_name_plural = _("audit cases")
        ordering = ("-created_at", "id")
        indexes = [
            models.Index(fields=["scope_code", "-created_at", "id"], name="case_scope_created"),
            models.Index(fields=["enterprise", "site"], name="case_enterprise_site"),
            models.Index(fields=["reporting_unit", "published_on"], name="case_unit_published"),
            models.Index(fields=["-created_at", "id"], name="case_created"),
            models.Index(nearest_date(), "id", name="case_nearest"),
            models.Index(fields=["basis_digest"], condition=Q(closed_on=None), name="case_open_basis"),
        ]

    def __str__(self) -> str:
        return self.number


class CaseCounter(models.Model):
    """The last case number given out in a reporting unit and year; locked while numbers are taken."""

    reporting_unit = models.ForeignKey(ReportingUnit, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reporting_unit", "year"], name="case_counter_once")]

    def __str__(self) -> str:
        return f"{self.reporting_unit_id} {self.year}: {self.last}"


class DutyScope(models.QuerySet):
    """Duties of authorities: readable by the authorities of the unit and above, but not by other places or parties."""

    def visible_to(self, membership: Membership) -> "DutyScope":
        reader = reader_of(membership)
        if reader.party == Party.SYSTEM:
            return self
        if reader.party != Party.AUTHORITY or reader.line == Line.ENERGY:
            return self.none()
        return self.filter(within(reader.jurisdiction or ""))


class DutyYear(Ledgered):
    """What one reporting unit owes for one year: annual plan, annual report, progress reports."""

    subject_kind = Subject.DUTY

    reporting_unit = models.ForeignKey(
        ReportingUnit, models.PROTECT, related_name="duties", verbose_name=_("reporting unit")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    scope_code = models.CharField(_("scope code"), max_length=6)
    regime = models.CharField(_("regime"), max_length=1)
    next_due_on = models.DateField(_("next due on"), null=True, blank=True)
    next_due_step = models.CharField(_("next due step"), max_length=40, blank=True)
    basis_digest = models.CharField(max_length=64, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = DutyScope.as_manager()

    class Meta:
        verbose_name = _("duty year")
        verbose_name_plural = _("duty years")
        constraints = [models.UniqueConstraint(fields=["reporting_unit", "year"], name="duty_once_a_year")]

    def __str__(self) -> str:
        return f"{self.reporting_unit_id} {self.year}"
