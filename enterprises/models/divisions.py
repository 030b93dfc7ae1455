"""Where things are: divisions of GB/T 2260 and the 37 units that report."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReportingUnitKind(models.TextChoices):
    PROVINCE = "province", _("Province")
    XPCC = "xpcc", _("Xinjiang Production and Construction Corps")
    SEPARATELY_PLANNED = "separately_planned", _("Separately planned city")


class ReportingUnit(models.Model):
    """One of 37 that report to the nation: a partition of the country, so sums count every place once.

    31 provinces, the Xinjiang Production and Construction Corps, five separately planned cities (apart from their
    province, which is their `parent`). Hong Kong, Macao and Taiwan do not report. Law text section 11.4.
    """

    code = models.CharField(_("code"), max_length=6, primary_key=True)
    name_zh = models.CharField(_("Chinese name"), max_length=50)
    name_en = models.CharField(_("English name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=20, choices=ReportingUnitKind.choices)
    scope_code = models.CharField(_("scope code"), max_length=6, unique=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="separately_planned", verbose_name=_("province")
    )
    order = models.PositiveSmallIntegerField(_("order"), unique=True)

    class Meta:
        verbose_name = _("reporting unit")
        verbose_name_plural = _("reporting units")
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name_zh


class DivisionLevel(models.TextChoices):
    PROVINCE = "province", _("Province")
    CITY = "city", _("City")
    COUNTY = "county", _("County")
    PLACEHOLDER = "placeholder", _("Placeholder without an authority")  # 市辖区, 县, 省直辖县级行政区划


class Division(models.Model):
    """A division of GB/T 2260 to county level, retired ones included; the Corps has its own root 66 (product rule).

    Read-only reference data, a mirror of `enterprises.divisions` for queries and foreign keys. `scope_code` is the code
    without trailing zero pairs; a retired division has the scope code of its successor.
    """

    code = models.CharField(_("code"), max_length=6, primary_key=True)
    name_zh = models.CharField(_("Chinese name"), max_length=50)
    full_name_zh = models.CharField(_("full Chinese name"), max_length=120)
    level = models.CharField(_("level"), max_length=20, choices=DivisionLevel.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("division above")
    )
    scope_code = models.CharField(_("scope code"), max_length=6, db_index=True)
    reporting_unit = models.ForeignKey(
        ReportingUnit, models.PROTECT, related_name="divisions", verbose_name=_("reporting unit")
    )
    retired_in = models.PositiveSmallIntegerField(_("retired in"), null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name=_("successor")
    )
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        verbose_name = _("division")
        verbose_name_plural = _("divisions")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.full_name_zh}"
