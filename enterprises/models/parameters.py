"""Values that units of the country set for themselves."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from audits.procedure.words import Mark
from enterprises.models.dated import Dated, DatedQuerySet, not_before_start
from enterprises.models.divisions import ReportingUnit


class UnitParameter(Dated):
    """One dated, sourced value that differs from the national default. Set only through `enterprises.parameters`.

    Exactly one target: a `reporting_unit` (without the separately planned city of that province) or a `scope_code`
    (a prefix, everything below it). `revision` grows with every change, so that caches notice.
    """

    reporting_unit = models.ForeignKey(
        ReportingUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parameters",
        verbose_name=_("reporting unit"),
    )
    scope_code = models.CharField(_("scope code"), max_length=6, blank=True, default="")
    key = models.CharField(_("key"), max_length=60)
    value = models.JSONField(_("value"))
    source = models.CharField(_("source"), max_length=300)
    article = models.CharField(_("article"), max_length=200, blank=True, default="")
    mark = models.CharField(_("mark"), max_length=20, choices=[(mark.value, mark.value) for mark in Mark])
    note = models.TextField(_("note"), blank=True, default="")
    revision = models.PositiveIntegerField(_("number of changes"), default=1, editable=False)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = DatedQuerySet.as_manager()
    history = HistoricalRecords(verbose_name=_("history of the parameter"))

    class Meta:
        verbose_name = _("parameter of a unit")
        verbose_name_plural = _("parameters of units")
        ordering = ["key", "reporting_unit", "scope_code", "valid_from"]
        constraints = [
            not_before_start("enterprises_parameter_dates"),
            models.CheckConstraint(
                name="enterprises_parameter_one_target",
                condition=Q(reporting_unit__isnull=False, scope_code="")
                | (Q(reporting_unit__isnull=True) & ~Q(scope_code="")),
            ),
            models.UniqueConstraint(
                fields=["reporting_unit", "key", "valid_from"],
                condition=Q(reporting_unit__isnull=False),
                name="enterprises_parameter_unit_once",
            ),
            models.UniqueConstraint(
                fields=["scope_code", "key", "valid_from"],
                condition=Q(reporting_unit__isnull=True),
                name="enterprises_parameter_scope_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} · {self.reporting_unit_id or self.scope_code} · {self.valid_from}"
