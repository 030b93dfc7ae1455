"""Options of a case with planned and verified effects. Amounts are integers of 0.001 base unit."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audits.models.cases import AuditCase


class Option(models.Model):
    """One cleaner production option (方案), a cache of the fold."""

    case = models.ForeignKey(AuditCase, models.PROTECT, related_name="options")
    code = models.CharField(_("option number"), max_length=40)
    name = models.CharField(_("name"), max_length=200)
    cost_class = models.CharField(_("cost class"), max_length=6)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    investment_planned = models.BigIntegerField(_("planned investment, 0.001 CNY"), null=True, blank=True)
    investment_actual = models.BigIntegerField(_("actual investment, 0.001 CNY"), null=True, blank=True)

    class Meta:
        verbose_name = _("option")
        verbose_name_plural = _("options")
        ordering = ("case", "code")
        constraints = [models.UniqueConstraint(fields=["case", "code"], name="option_once_per_case")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class OptionEffect(models.Model):
    """One effect of one option in one year, planned apart from verified."""

    option = models.ForeignKey(Option, models.CASCADE, related_name="effects")
    metric = models.CharField(_("metric"), max_length=40)
    year = models.PositiveSmallIntegerField(_("year of effect"))
    planned = models.BigIntegerField(_("planned, 0.001 base unit"), null=True, blank=True)
    verified = models.BigIntegerField(_("verified, 0.001 base unit"), null=True, blank=True)

    class Meta:
        verbose_name = _("effect of an option")
        verbose_name_plural = _("effects of options")
        constraints = [models.UniqueConstraint(fields=["option", "metric", "year"], name="effect_once")]

    def __str__(self) -> str:
        return f"{self.metric} {self.year}"
