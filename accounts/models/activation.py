"""First access of a listed enterprise, and hand-over of its account later."""

import datetime
import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.organization import Membership, Organization
from accounts.models.records import KeptModel, KeptQuerySet


class ActivationCodeQuerySet(KeptQuerySet):
    """Chainable questions about activation codes."""

    def open(self, now: datetime.datetime) -> Self:
        """Those that still open an account at that moment: neither used, nor revoked, nor expired."""
        return self.filter(used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now)

    def of(self, organization: Organization) -> Self:
        """Those issued to one organization."""
        return self.filter(organization=organization)


class ActivationCode(KeptModel):
    """A one-time, expiring code printed on the notice letter to a listed enterprise.

    Only a keyed hash is stored. The code itself is derived from the secret key, the row's id and its nonce, so that the
    letter can be printed again while the code is open (`accounts.activation.code_of`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="activation_codes", verbose_name=_("organization")
    )
    code_hash = models.CharField(_("hash of the code"), max_length=64, unique=True)
    nonce = models.CharField(_("nonce"), max_length=64)
    issued_at = models.DateTimeField(_("issued at"))
    issued_by = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name=_("issued by"))
    expires_at = models.DateTimeField(_("expires at"))
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("used by")
    )
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    objects = ActivationCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("activation code")
        verbose_name_plural = _("activation codes")
        ordering = ["-issued_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(used_at__isnull=True, revoked_at__isnull=True),
                name="accounts_activation_one_unused",
            ),
            models.CheckConstraint(
                name="accounts_activation_used_by",
                condition=Q(used_at__isnull=True, used_by__isnull=True)
                | Q(used_at__isnull=False, used_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} · {self.issued_at:%Y-%m-%d}"


class HandoverState(models.TextChoices):
    """Where a request for hand-over stands."""

    REQUESTED = "requested", _("Requested")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")


class HandoverRequest(KeptModel):
    """The account of an organization passes to a new administrator, with the approval of the county's authority."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="handovers", verbose_name=_("organization")
    )
    requested_at = models.DateTimeField(_("requested at"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,  # null: nobody of the organization can sign in any more; the authority notes who asked
        blank=True,
        verbose_name=_("requested by"),
    )
    requested_by_text = models.CharField(_("requested by (in words)"), max_length=300, blank=True, default="")
    new_username = models.CharField(_("user name of the new administrator"), max_length=150)
    new_email = models.EmailField(_("e-mail address of the new administrator"))
    new_full_name = models.CharField(_("name of the new administrator"), max_length=150)
    grounds = models.CharField(_("grounds"), max_length=1000)
    state = models.CharField(_("state"), max_length=20, choices=HandoverState.choices, default=HandoverState.REQUESTED)
    decided_by = models.ForeignKey(
        Membership, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    reason = models.CharField(_("reason of the decision"), max_length=1000, blank=True, default="")
    new_membership = models.ForeignKey(
        Membership, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("new membership")
    )

    objects = KeptQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-over request")
        verbose_name_plural = _("hand-over requests")
        ordering = ["-requested_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization"], condition=Q(state="requested"), name="accounts_handover_one_open"
            ),
            models.CheckConstraint(
                name="accounts_handover_decision_told",
                condition=Q(state="requested", decided_by__isnull=True, decided_at__isnull=True)
                | Q(~Q(state="requested"), ~Q(reason=""), decided_by__isnull=False, decided_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} · {self.get_state_display()}"
