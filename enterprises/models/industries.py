"""What is produced: GB/T 4754 and the sectors the audit documents name."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audits.procedure import sectors
from audits.procedure.words import Mark
from enterprises.models.dated import Dated, DatedQuerySet, not_before_start


class IndustryLevel(models.TextChoices):
    SECTION = "section", _("Section")
    DIVISION = "division", _("Industry division")


class Industry(models.Model):
    """A section (A to T) or division (01 to 97) of GB/T 4754-2017. Reference data."""

    code = models.CharField(_("code"), max_length=2, primary_key=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("section")
    )
    level = models.CharField(_("level"), max_length=20, choices=IndustryLevel.choices)
    name_zh = models.CharField(_("Chinese name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=150)
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        verbose_name = _("industry")
        verbose_name_plural = _("industries")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"


class SectorKind(models.TextChoices):
    HEAVY_METALS = sectors.HEAVY_METALS, _("Heavy-metal sector")
    OVER_CAPACITY = sectors.OVER_CAPACITY, _("Over-capacity sector")
    DIRECTORY = sectors.DIRECTORY, _("Other sector of the Directory")
    FOCUS = "focus", _("Focus sector of 2020")


class Sector(Dated):
    """A sector named by document 54 of 2010 (P01, P06) or by the notice of 2020, with its cycle where it has one."""

    key = models.CharField(_("key"), max_length=40, primary_key=True)
    name_zh = models.CharField(_("Chinese name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=20, choices=SectorKind.choices)
    cycle_years = models.PositiveSmallIntegerField(_("cycle in years"), null=True, blank=True)
    first_round_due = models.DateField(_("first round due on"), null=True, blank=True)
    article = models.CharField(_("article"), max_length=200)
    mark = models.CharField(_("mark"), max_length=20, choices=[(mark.value, mark.value) for mark in Mark])
    order = models.PositiveSmallIntegerField(_("order"))

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("sector")
        verbose_name_plural = _("sectors")
        ordering = ["order", "key"]
        constraints = [not_before_start("enterprises_sector_dates")]

    def __str__(self) -> str:
        return self.name_zh
