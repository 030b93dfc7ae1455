"""Statistics: facts per case, and sums per county and per unit."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audits.models.cases import AuditCase
from enterprises.models import Industry, ReportingUnit


class CaseTally(models.Model):
    """Up to which event a case is counted, and under which headings: one row per counted case.

    What the case added to `ProvinceFact` stands under these headings until it is counted again, even if the case has
    moved to another unit meanwhile. `categories` is comma-framed text (",exceeds_standard,toxic_use,"), and so is
    `excluded_years`. A case excluded from statistics has a tally with `exclusion` ({"reason", "grounds", "on"}) but no
    facts.
    """

    case = models.OneToOneField(AuditCase, models.CASCADE, primary_key=True, related_name="tally")
    version = models.PositiveIntegerField(_("counted up to version"))
    reporting_unit = models.ForeignKey(ReportingUnit, models.PROTECT, related_name="+")
    scope_code = models.CharField(_("scope code"), max_length=6)
    kind = models.CharField(_("kind"), max_length=12)
    industry = models.ForeignKey(Industry, models.PROTECT, null=True, related_name="+")
    categories = models.CharField(_("categories"), max_length=200, blank=True)
    lines = models.CharField(_("lines"), max_length=12)
    excluded = models.BooleanField(_("excluded from statistics"), default=False)
    exclusion = models.JSONField(_("why it is excluded"), default=dict, blank=True)
    excluded_years = models.CharField(_("years it would count in"), max_length=400, blank=True, default="")

    class Meta:
        verbose_name = _("tally of a case")
        verbose_name_plural = _("tallies of cases")
        indexes = [
            # Few: what a table lists below itself.
            models.Index(fields=["scope_code"], condition=Q(excluded=True), name="case_tally_excluded")
        ]

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


class CaseSpan(models.Model):
    """How many days a case took from one point to the next, by the year of the later one: medians are read from these.

    Medians do not add up, so no sum holds them (docs/decisions/statistics-grains.md). Unit and scope code are those of
    the tally, repeated here so that a median is read from one index.
    """

    case = models.ForeignKey(AuditCase, models.CASCADE, related_name="spans", db_index=False)
    span = models.CharField(_("span"), max_length=24)
    year = models.PositiveSmallIntegerField(_("year"))
    reporting_unit = models.ForeignKey(ReportingUnit, models.PROTECT, related_name="+", db_index=False)
    scope_code = models.CharField(_("scope code"), max_length=6)
    days = models.IntegerField(_("days"))

    class Meta:
        verbose_name = _("duration of a case")
        verbose_name_plural = _("durations of cases")
        constraints = [models.UniqueConstraint(fields=["case", "span"], name="case_span_once")]
        indexes = [
            models.Index(fields=["year", "reporting_unit", "span", "days"], name="case_span_unit"),
            models.Index(fields=["year", "scope_code", "span", "days"], name="case_span_scope"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.span} {self.days}"


class CountyFact(models.Model):
    """The fine grain: county x year x category x industry x case kind x lines x metric.

    `category` "" holds each case once; the rows of the categories hold it once in each of its own and do not add up.
    `lines` says which lines see these cases ("environment", "energy", "both", "none"): a partition, so that the sum of
    one line can be told. `industry` is "" where none is known.
    """

    # No index of its own: the constraint below serves every question.
    reporting_unit = models.ForeignKey(ReportingUnit, models.CASCADE, related_name="+", db_index=False)
    scope_code = models.CharField(_("scope code"), max_length=6)
    year = models.PositiveSmallIntegerField(_("year"))
    category = models.CharField(_("category"), max_length=20, blank=True, default="")
    industry = models.CharField(_("industry"), max_length=20, blank=True, default="")
    kind = models.CharField(_("kind"), max_length=12)
    lines = models.CharField(_("lines"), max_length=12)
    metric = models.CharField(_("metric"), max_length=48)
    value = models.BigIntegerField(_("value"))

    class Meta:
        verbose_name = _("fact of a county")
        verbose_name_plural = _("facts of counties")
        constraints = [
            models.UniqueConstraint(
                fields=["year", "category", "scope_code", "metric", "industry", "kind", "lines", "reporting_unit"],
                name="county_fact_once",
            )
        ]
        # Sums are moved by difference in the database; what came to nothing is found here and removed.
        indexes = [models.Index(fields=["value"], condition=Q(value=0), name="county_fact_nothing")]

    def __str__(self) -> str:
        return f"{self.scope_code} {self.year} {self.category} {self.industry} {self.kind} {self.metric}"


class ProvinceFact(models.Model):
    """The coarse grain that a provincial table answers from: unit x year x metric, in all and under each heading.

    `dimension` "" holds the totals, in which a case counts once. The members of "kind", "industry" and "lines" add up
    to them; those of "category" do not: a case counts once in each of its categories.
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
        indexes = [models.Index(fields=["value"], condition=Q(value=0), name="province_fact_nothing")]

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
