"""The table of rest days."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audits.procedure.words import Mark


class RestDayYear(models.Model):
    """The arrangement of one year: the State Council's notice, where the table was read, and a digest of its days."""

    year = models.PositiveSmallIntegerField(_("year"), primary_key=True)
    notice_number = models.CharField(_("number of the notice"), max_length=100, blank=True, default="")
    source = models.CharField(_("source"), max_length=300)
    mark = models.CharField(_("mark"), max_length=20, choices=[(mark.value, mark.value) for mark in Mark])
    digest = models.CharField(_("digest"), max_length=64)
    loaded_at = models.DateTimeField(_("loaded at"), auto_now=True)

    class Meta:
        verbose_name = _("year of rest days")
        verbose_name_plural = _("years of rest days")
        ordering = ["year"]

    def __str__(self) -> str:
        return str(self.year)


class RestDayKind(models.TextChoices):
    """The kinds of `audits.procedure.calendar.KINDS`."""

    HOLIDAY = "holiday", _("Holiday")
    REST_MOVED = "rest_moved", _("Weekday made free")
    WORKDAY_MOVED = "workday_moved", _("Weekend day worked instead")


class RestDay(models.Model):
    """One day that differs from the plain week. It belongs to an arrangement, perhaps that of the following year."""

    date = models.DateField(_("date"), primary_key=True)
    year = models.ForeignKey(
        RestDayYear, models.CASCADE, related_name="days", verbose_name=_("year of the arrangement")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=RestDayKind.choices)
    name_zh = models.CharField(_("Chinese name"), max_length=50, blank=True, default="")
    name_en = models.CharField(_("English name"), max_length=80, blank=True, default="")

    class Meta:
        verbose_name = _("rest day")
        verbose_name_plural = _("rest days")
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date} {self.name_zh}"
