"""Rows that hold from a day to a day, both counted."""

import datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


def in_force(on: datetime.date, start: str = "valid_from", end: str = "valid_until") -> Q:
    """The condition that a row holds on a day; an empty end is open."""
    return Q(**{f"{start}__lte": on}) & (Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": on}))


def not_before_start(name: str, start: str = "valid_from", end: str = "valid_until") -> models.CheckConstraint:
    """The constraint that a row does not end before it begins."""
    return models.CheckConstraint(name=name, condition=Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": F(start)}))


class DatedQuerySet(models.QuerySet[Any]):
    """Chainable questions about rows with `valid_from` and `valid_until`."""

    def in_force(self, on: datetime.date) -> Self:
        """Those that hold on that day."""
        return self.filter(in_force(on))


class Dated(models.Model):
    """Abstract: `valid_from` and the last day `valid_until` (empty: open)."""

    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("last day of validity"), null=True, blank=True)

    class Meta:
        abstract = True
