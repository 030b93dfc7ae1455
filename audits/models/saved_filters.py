"""Conditions of a list that a member keeps under a name. A convenience of pages: never a right, always under `visible_to`."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership


class FilteredList(models.TextChoices):
    """The lists whose conditions can be kept."""

    CASES = "cases", _("cases")
    DEADLINES = "deadlines", _("deadlines")


class SavedFilterQuerySet(models.QuerySet):
    """Chainable questions about kept conditions."""

    def of(self, membership: Membership) -> Self:
        """Those of one membership: nobody else sees or changes them."""
        return self.filter(membership=membership)


class SavedFilter(models.Model):
    """A name for the conditions of one list; at most one of them opens by itself."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+", verbose_name=_("membership"))
    page = models.CharField(_("list"), max_length=12, choices=FilteredList)
    name = models.CharField(_("name"), max_length=40)
    query = models.JSONField(_("conditions"), default=dict)
    is_default = models.BooleanField(_("opens by itself"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["membership", "page", "name"], name="saved_filter_name_once"),
            models.UniqueConstraint(
                fields=["membership", "page"], condition=Q(is_default=True), name="saved_filter_one_default"
            ),
        ]

    def __str__(self) -> str:
        return self.name
