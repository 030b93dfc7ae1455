"""Deadlines as rows: a cache of the fold, there to be scanned."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from audits.models.cases import AuditCase, DutyYear
from audits.models.scope import case_condition


class DeadlineScope(models.QuerySet):
    def visible_to(self, membership: Membership) -> Self:
        """Deadlines of the cases (or duties) the membership may read."""
        cases = Q(case_id__isnull=False) & case_condition(membership, prefix="case__")
        return self.filter(cases | Q(duty__in=DutyYear.objects.visible_to(membership)))

    def open(self) -> Self:
        """Neither met nor void."""
        return self.filter(met_on=None, void=False)

    def running(self) -> Self:
        """Open, and not held up by a suspension: what may be reminded of and can become overdue."""
        return self.open().filter(held=False)


class Deadline(models.Model):
    """One deadline of one subject. Its identity (`subject`, `key`) survives a moved date.

    `due_on` is the date that counts in law; `adjusted_due_on` the date after extension or suspension of a statutory
    date, shown beside it. Lateness is computed for a date, never stored.
    """

    # The unique constraints below begin with them: no indexes of their own.
    case = models.ForeignKey(AuditCase, models.PROTECT, null=True, related_name="deadlines", db_index=False)
    duty = models.ForeignKey(DutyYear, models.PROTECT, null=True, related_name="deadlines", db_index=False)
    key = models.CharField(_("key"), max_length=80)
    step = models.CharField(_("step"), max_length=40)
    party = models.CharField(_("owner"), max_length=12)
    due_on = models.DateField(_("due on"))
    adjusted_due_on = models.DateField(_("adjusted due on"), null=True, blank=True)
    provisional = models.BooleanField(_("provisional"), default=False)
    calendar_unknown = models.BooleanField(_("calendar unknown"), default=False)
    met_on = models.DateField(_("met on"), null=True, blank=True)
    void = models.BooleanField(_("void"), default=False)
    # A suspension of the case holds this date up (a decided one; the law's own run on): see `state.stands_still`.
    held = models.BooleanField(_("held up by a suspension"), default=False)
    detail = models.JSONField(default=dict)

    objects = DeadlineScope.as_manager()

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        ordering = ("due_on", "key")
        constraints = [
            models.UniqueConstraint(fields=["case", "key"], name="deadline_once_per_case"),
            models.UniqueConstraint(fields=["duty", "key"], name="deadline_once_per_duty"),
            models.CheckConstraint(
                condition=Q(case=None, duty__isnull=False) | Q(duty=None, case__isnull=False),
                name="deadline_one_subject",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], condition=Q(met_on=None, void=False), name="deadline_open_due")
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.due_on}"
