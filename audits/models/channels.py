"""How a person wants to be told, and the secret address of a person's calendar."""

import uuid
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership

DIGEST_HOUR = 8  # of Shanghai, unless another is chosen
phone_validator = RegexValidator(r"^\+?[0-9]{6,15}\Z", _("A phone number holds 6 to 15 digits, perhaps after a +."))


class NotificationSettings(models.Model):
    """What one person changed of the usual: everything by e-mail at eight, nothing by text message.

    Notices in the app cannot be switched off. The language is the account's (`User.language`).
    `email_off` and `sms_on` are lists of kinds (`audits.reminders.kinds`).
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="notification_settings",
        verbose_name=_("user"),
    )
    email_off = models.JSONField(_("kinds not sent by e-mail"), default=list, blank=True)
    sms_on = models.JSONField(_("kinds sent by text message"), default=list, blank=True)
    phone = models.CharField(_("mobile phone"), max_length=16, blank=True, validators=[phone_validator])
    digest_hour = models.PositiveSmallIntegerField(
        _("hour of the daily message"), default=DIGEST_HOUR, validators=[MaxValueValidator(23)]
    )

    class Meta:
        verbose_name = _("notification settings")
        verbose_name_plural = _("notification settings")

    def __str__(self) -> str:
        return f"{self.user_id}"


class CalendarFeedQuerySet(models.QuerySet):
    """Chainable questions about calendar addresses."""

    def working(self) -> Self:
        """Those not revoked."""
        return self.filter(revoked_at=None)

    def of(self, membership: Membership) -> Self:
        """Those of one membership."""
        return self.filter(membership=membership)


class CalendarFeed(models.Model):
    """The secret address under which calendar programs read one membership's deadlines. Only a hash is stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name=_("membership"))
    token_hash = models.CharField(_("hash of the address"), max_length=64, unique=True)
    created_at = models.DateTimeField(_("created at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        constraints = [
            models.UniqueConstraint(fields=["membership"], condition=Q(revoked_at=None), name="calendar_feed_one")
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} {self.created_at:%Y-%m-%d}"
