"""Which experts are assigned to which case: what an expert may see."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from audits.models.cases import AuditCase


class ReviewAssignment(models.Model):
    """An expert on a panel, from `form_panel` until the review is decided. A cache of the fold."""

    case = models.ForeignKey(AuditCase, models.PROTECT, related_name="assignments")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    review_kind = models.CharField(_("review"), max_length=12)
    attempt = models.PositiveSmallIntegerField(default=1)
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("review assignment")
        verbose_name_plural = _("review assignments")
        constraints = [
            models.UniqueConstraint(fields=["case", "membership", "review_kind", "attempt"], name="assignment_once")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.membership_id}"
