"""Annual returns of reporting units, and the national ones. Frozen means frozen: the database refuses to change them."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from audits.models.cases import DutyYear
from audits.models.documents import Document
from audits.procedure.words import Line, Party
from enterprises.models import ReportingUnit
from enterprises.readers import reader_of
from enterprises.scopes import within


class ReturnScope(models.QuerySet):
    def visible_to(self, membership: Membership) -> Self:
        """Returns of the units an authority's jurisdiction contains: the unit's own house, its province, the nation.

        Everybody else knows of them only what the public table tells. National returns are the nation's.
        """
        reader = reader_of(membership)
        if reader.party == Party.SYSTEM:
            return self
        if reader.party != Party.AUTHORITY or reader.line == Line.ENERGY or reader.jurisdiction is None:
            return self.none()
        return self.filter(within(reader.jurisdiction, "reporting_unit__scope_code"))

    def frozen(self) -> Self:
        """Submitted returns; drafts are left out."""
        return self.filter(frozen_at__isnull=False)


class UnitReturn(models.Model):
    """A return for a year: of a reporting unit, or national (`reporting_unit` null). A draft until `frozen_at` is set.

    `metrics` holds `{metric: {"value": decimal string as told, "unit", "remark", "drafted": what the facts said}}`;
    `further` the figures told beside them that are no metric of ours: `[{"period", "label", "value", "unit",
    "remark"}]`; `corrections` every change of a figure, `[{"metric", "old", "new", "reason", "by", "name", "at"}]`;
    `acknowledgements` what was answered to warnings, `{rule: {"text", "by", "name", "at"}}`; `authors` who had a hand
    in it, `[{"user", "membership", "organization"}]`. `digest` is of the frozen content (`returns.freezing`); it is the
    SHA-256 of the `document` that the event of the `duty` holds.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reporting_unit = models.ForeignKey(
        ReportingUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="returns",
        verbose_name=_("reporting unit"),
    )
    scope_label = models.CharField(_("scope"), max_length=100, blank=True)
    year = models.PositiveSmallIntegerField(_("year"))
    revision = models.PositiveSmallIntegerField(_("revision"), default=1)
    supersedes = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
        verbose_name=_("supersedes"),
    )
    version = models.PositiveIntegerField(_("version"), default=1)
    metrics = models.JSONField(_("metrics"), default=dict)
    further = models.JSONField(_("further figures"), default=list)
    notes = models.TextField(_("notes"), blank=True)
    flags = models.JSONField(_("flags"), default=list)
    corrections = models.JSONField(_("corrections"), default=list)
    acknowledgements = models.JSONField(_("acknowledgements"), default=dict)
    authors = models.JSONField(_("authors"), default=list)
    reason = models.TextField(_("reason"), blank=True)
    source = models.CharField(_("source"), max_length=300)
    as_of = models.DateTimeField(_("figures as of"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    frozen_at = models.DateTimeField(_("frozen at"), null=True, blank=True)
    digest = models.CharField(_("digest"), max_length=64, blank=True)
    submitted_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("submitted by")
    )
    request_key = models.CharField(max_length=128, blank=True)
    request_digest = models.CharField(max_length=64, blank=True)
    duty = models.ForeignKey(
        DutyYear, models.PROTECT, null=True, blank=True, related_name="returns", verbose_name=_("duty year")
    )
    event_seq = models.PositiveIntegerField(null=True, blank=True)
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("document")
    )

    objects = ReturnScope.as_manager()

    class Meta:
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        ordering = ("-created_at", "id")
        constraints = [
            models.UniqueConstraint(fields=["reporting_unit", "year", "revision"], name="return_once"),
            models.UniqueConstraint(
                fields=["year", "revision"], condition=Q(reporting_unit=None), name="national_return_once"
            ),
            models.UniqueConstraint(
                fields=["reporting_unit", "year"], condition=Q(frozen_at=None), name="return_one_draft"
            ),
            models.UniqueConstraint(
                fields=["submitted_by", "request_key"],
                condition=Q(submitted_by__isnull=False),
                name="return_once_per_request",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reporting_unit_id or 'national'} {self.year} r{self.revision}"
