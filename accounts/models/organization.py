"""Organizations and the memberships that let people act for them."""

import datetime
import uuid
from typing import Self

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.choices import LEVEL_LABELS, LINE_LABELS, PARTY_LABELS, ROLE_LABELS, choices
from accounts.models.records import KeptModel, KeptQuerySet
from accounts.models.user import User
from audits.procedure.words import Level, Line, Party, Role


class OrganizationQuerySet(models.QuerySet["Organization"]):
    """Chainable questions about organizations."""

    def open(self, on: datetime.date) -> Self:
        """Those not closed on that Shanghai date."""
        return self.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on))


class Organization(KeptModel):
    """Who acts in law: an authority, an enterprise, a consultancy; or the operator, the pool of experts, the system.

    Authorities have a level, a line and a jurisdiction: a scope prefix ("32", "3205", "320509", "" for the nation).
    For all others `level` and `line` are "" and `jurisdiction` is null.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    party = models.CharField(_("party"), max_length=20, choices=choices(PARTY_LABELS))
    name = models.CharField(_("name"), max_length=200)
    level = models.CharField(_("level"), max_length=20, choices=choices(LEVEL_LABELS), blank=True, default="")
    line = models.CharField(_("line"), max_length=20, choices=choices(LINE_LABELS), blank=True, default="")
    jurisdiction = models.CharField(
        _("jurisdiction"),
        max_length=12,
        null=True,  # null: not an authority; "": the whole nation
        blank=True,
        default=None,
        validators=[RegexValidator(r"^\d*\Z", _("A jurisdiction is a prefix of a division code: digits only."))],
        help_text=_("Division code without trailing zero pairs; empty for the nation."),
    )
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = OrganizationQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["party", "jurisdiction"], name="accounts_org_jurisdiction")]
        constraints = [
            models.CheckConstraint(
                name="accounts_org_party_known", condition=Q(party__in=[party.value for party in Party])
            ),
            models.CheckConstraint(
                name="accounts_org_authority_placed",
                condition=Q(
                    Q(level=Level.NATION.value, jurisdiction="")
                    | Q(
                        ~Q(jurisdiction=""),
                        level__in=[level.value for level in Level if level is not Level.NATION],
                        jurisdiction__isnull=False,
                    ),
                    party=Party.AUTHORITY.value,
                    line__in=[line.value for line in Line],
                )
                | Q(~Q(party=Party.AUTHORITY.value), level="", line="", jurisdiction__isnull=True),
                violation_error_message=_(
                    "An authority needs a level, a line and a jurisdiction; other organizations have none of them."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(KeptQuerySet):
    """Chainable questions about memberships."""

    def active(self, on: datetime.date) -> Self:
        """Those that let their holder act on that Shanghai date.

        Begun, not ended (`ends_on` is the last day), not removed (removal counts at once and for every date), of an
        organization that is not closed and a user who is not disabled.
        """
        return self.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=on),
            Q(organization__closed_on__isnull=True) | Q(organization__closed_on__gt=on),
            starts_on__lte=on,
            removed_at__isnull=True,
            user__is_active=True,
        )

    def of(self, user: "User") -> Self:
        """Those of one person."""
        return self.filter(user=user)

    def in_organization(self, organization: Organization) -> Self:
        """Those that act for one organization."""
        return self.filter(organization=organization)

    def with_people(self) -> Self:
        """With user and organization fetched in the same query."""
        return self.select_related("organization", "user")


class Membership(KeptModel):
    """One person acting for one organization in one role, from a day, possibly to a day.

    Never deleted: `accounts.memberships.remove` notes who took it away, when and why. Made by
    `accounts.memberships.grant`, which holds the rule that the role belongs to the party of the organization.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships", verbose_name=_("user")
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="memberships", verbose_name=_("organization")
    )
    role = models.CharField(_("role"), max_length=20, choices=choices(ROLE_LABELS))
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    granted_at = models.DateTimeField(_("granted at"), auto_now_add=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,  # null: opened by an activation code or by the program itself
        blank=True,
        verbose_name=_("granted by"),
    )
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("removed by")
    )
    removal_reason = models.CharField(_("reason of removal"), max_length=500, blank=True, default="")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["starts_on", "granted_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="accounts_membership_role_known", condition=Q(role__in=[role.value for role in Role])
            ),
            models.CheckConstraint(
                name="accounts_membership_dates",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                violation_error_message=_("A membership cannot end before it starts."),
            ),
            models.CheckConstraint(
                name="accounts_membership_removal_told",
                condition=Q(removed_at__isnull=True, removed_by__isnull=True, removal_reason="")
                | Q(~Q(removal_reason=""), removed_at__isnull=False, removed_by__isnull=False),
                violation_error_message=_("A removal needs who, when and why."),
            ),
            models.UniqueConstraint(
                fields=["user", "organization", "role"],
                condition=Q(removed_at__isnull=True, ends_on__isnull=True),
                name="accounts_membership_once",
                violation_error_message=_("This person already holds this role in this organization."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.organization}"
