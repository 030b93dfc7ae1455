"""Authorities and what they delegate to one another."""

import uuid
from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import Organization
from audits.procedure.words import Function, Level, Line
from enterprises.models.dated import Dated, DatedQuerySet, not_before_start


class AuthorityQuerySet(DatedQuerySet):
    """Chainable questions about authorities."""

    def acting(self, on: date) -> Self:
        """Those in force on that day whose organization is not closed, with the organization fetched."""
        open_ = Q(organization__closed_on__isnull=True) | Q(organization__closed_on__gt=on)
        return self.in_force(on).filter(open_).select_related("organization")


class Authority(Dated):
    """A department of government. Its name, level, line and jurisdiction stand once, in its organization."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.OneToOneField(
        Organization, models.PROTECT, related_name="authority", verbose_name=_("organization")
    )
    name_en = models.CharField(_("English name"), max_length=200, blank=True, default="")

    objects = AuthorityQuerySet.as_manager()
    history = HistoricalRecords(verbose_name=_("history of the authority"))

    class Meta:
        verbose_name = _("authority")
        verbose_name_plural = _("authorities")
        ordering = ["organization__jurisdiction", "organization__line", "id"]
        constraints = [not_before_start("enterprises_authority_dates")]

    def __str__(self) -> str:
        return self.organization.name

    @property
    def level(self) -> Level:
        """Level of the organization."""
        return Level(self.organization.level)

    @property
    def line(self) -> Line:
        """Line of the organization."""
        return Line(self.organization.line)

    @property
    def scope_code(self) -> str:
        """Jurisdiction of the organization: a scope prefix, "" for the nation."""
        return self.organization.jurisdiction or ""


class Delegation(Dated):
    """One authority lets another act for a function in a scope, from a day to a day, by a document."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    function = models.CharField(_("function"), max_length=20, choices=[(one.value, one.value) for one in Function])
    scope_code = models.CharField(_("scope code"), max_length=6, blank=True, default="")
    from_authority = models.ForeignKey(
        Authority, models.PROTECT, related_name="delegations_given", verbose_name=_("delegating authority")
    )
    to_authority = models.ForeignKey(
        Authority, models.PROTECT, related_name="delegations_received", verbose_name=_("authority that acts")
    )
    document = models.CharField(_("document"), max_length=300)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects: Any = DatedQuerySet.as_manager()
    history = HistoricalRecords(verbose_name=_("history of the delegation"))

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        ordering = ["-valid_from", "id"]
        indexes = [models.Index(fields=["from_authority", "function"], name="enterprises_delegation_from")]
        constraints = [
            not_before_start("enterprises_delegation_dates"),
            models.CheckConstraint(
                name="enterprises_delegation_to_other", condition=~Q(from_authority=models.F("to_authority"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.function} {self.scope_code}: {self.from_authority} → {self.to_authority}"
