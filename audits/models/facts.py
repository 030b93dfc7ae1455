"""Statistics: facts per case, and sums per unit."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audits.models.cases import AuditCase
from enterprises.models import Industry, ReportingUnit


class CaseTally(models.Model):
    """Up to which event a case is counted, and under which headings: one row per counted case.

    What the case added to `ProvinceFact` stands under these headings until it is counted again, even if the case has
    moved to another unit meanwhile. `categories` is comma-framed text (",exceeds_standard,toxic_use,").
    """

    case = models.OneToOneField(AuditCase, models.CASCADE, primary_key=True, related_name="tally")
    version = models.PositiveIntegerField(_("counted up to version"))
    reporting_unit = models.ForeignKey(ReportingUnit, models.PROTECT, related_name="+")
    scope_code = models.CharField(_("scope code"), max_length=6)
    kind = models.CharField(_("kind"), max_length=12)
    industry = models.ForeignKey(Industry, models.PROTECT, null=True, related_name="+")
    categories = models.CharField(_("categories"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("tally of a case")
        verbose_name_plural = _("tallies of cases")

    def __str__(self) -> str:
        return f"{self.case_id} v{self.version}"


class CaseFact(models.Model):
    """What one case adds to one metric of one year: the grain everything is summed from. Integer of 0.001 base unit
    for amounts, plain number for counts."""

    case = models.ForeignKey(AuditCase, models.CASCADE, related_name="facts")
    year = models.PositiveSmallIntegerField(_("year"))
    metric = models.CharField(_("metric"), max_length=48)
    value = models.BigIntegerField(_("value"))

    class Meta:
        verbose_name = _("fact of a case")
        verbose_name_plural = _("facts of cases")
        constraints = [models.UniqueConstraint(fields=["case", "year", "metric"], name="case_fact_once")]
        indexes = [models.Index(fields=["year", "metric"], name="case_fact_year")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.year} {self.metric}"


class ProvinceFact(models.Model):
    """The coarse grain that a provincial table answers from: unit x year x metric, in all and under each heading.

    `dimension` "" holds the totals, in which a case counts once. The members of "kind" and "industry" add up to them;
    those of "category" do not: a case counts once in each of its categories.
    """

    reporting_unit = models.ForeignKey(ReportingUnit, models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField(_("year"))
    dimension = models.CharField(_("dimension"), max_length=10, blank=True, default="")
    member = models.CharField(_("heading"), max_length=20, blank=True, default="")
    metric = models.CharField(_("metric"), max_length=48)
    value = models.BigIntegerField(_("value"))

    class Meta:
        verbose_name = _("fact of a unit")
        verbose_name_plural = _("facts of units")
        constraints = [
            models.UniqueConstraint(
                fields=["year", "dimension", "member", "reporting_unit", "metric"], name="province_fact_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.reporting_unit_id} {self.year} {self.dimension} {self.member} {self.metric}"


class StatisticsWatermark(models.Model):
    """Up to which event the facts are computed."""

    name = models.CharField(primary_key=True, max_length=20)
    event_id = models.BigIntegerField(default=0)
    refreshed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("watermark of statistics")
        verbose_name_plural = _("watermarks of statistics")

    def __str__(self) -> str:
        return self.name
