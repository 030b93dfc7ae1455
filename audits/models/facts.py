"""Statistics: facts per case, sums per unit, and returns of units for years outside the log."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audits.models.cases import AuditCase
from enterprises.models import ReportingUnit


class CaseFact(models.Model):
    """What one case adds to one metric of one year: the grain everything is summed from. Integer of 0.001 base unit
    for amounts, plain number for counts."""

    case = models.ForeignKey(AuditCase, models.CASCADE, related_name="facts")
    year = models.PositiveSmallIntegerField()
    metric = models.CharField(max_length=48)
    value = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "year", "metric"], name="case_fact_once")]
        indexes = [models.Index(fields=["year", "metric"], name="case_fact_year")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.year} {self.metric}"


class ProvinceFact(models.Model):
    """The coarse grain that a provincial table answers from: unit x year x metric."""

    reporting_unit = models.ForeignKey(ReportingUnit, models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField()
    metric = models.CharField(max_length=48)
    value = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reporting_unit", "year", "metric"], name="province_fact_once")]
        indexes = [models.Index(fields=["year"], name="province_fact_year")]

    def __str__(self) -> str:
        return f"{self.reporting_unit_id} {self.year} {self.metric}"


class StatisticsWatermark(models.Model):
    """Up to which event the facts are computed."""

    name = models.CharField(primary_key=True, max_length=20)
    event_id = models.BigIntegerField(default=0)
    refreshed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class UnitReturn(models.Model):
    """A return for a year: of a reporting unit, or national (`reporting_unit` null). Frozen when `frozen_at` is set."""

    reporting_unit = models.ForeignKey(ReportingUnit, models.PROTECT, null=True, blank=True, related_name="returns")
    scope_label = models.CharField(_("scope"), max_length=100, blank=True)
    year = models.PositiveSmallIntegerField(_("year"))
    revision = models.PositiveSmallIntegerField(_("revision"), default=1)
    metrics = models.JSONField(_("metrics"), default=dict)  # {metric: {"value": decimal string, "unit", "remark"}}
    flags = models.JSONField(_("flags"), default=list)
    source = models.CharField(_("source"), max_length=300)
    frozen_at = models.DateTimeField(_("frozen at"), null=True, blank=True)

    class Meta:
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        constraints = [
            models.UniqueConstraint(fields=["reporting_unit", "year", "revision"], name="return_once"),
            models.UniqueConstraint(
                fields=["year", "revision"], condition=models.Q(reporting_unit=None), name="national_return_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reporting_unit_id or 'national'} {self.year} r{self.revision}"
