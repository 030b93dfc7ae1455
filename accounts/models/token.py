"""Access tokens of the API: stored hashed by knox, bound to the password and the second factor they were got with."""

import uuid
from typing import Self

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken, AuthTokenManager

from accounts.models.user import User


class AccessTokenQuerySet(models.QuerySet["AccessToken"]):
    """Chainable questions about tokens."""

    def of(self, user: User) -> Self:
        """Those of one person."""
        return self.filter(user=user)

    def with_second_factor_known(self) -> Self:
        """Each with `user_has_totp`: whether its user has a second factor now."""
        totp = Authenticator.objects.filter(user=models.OuterRef("user"), type=Authenticator.Type.TOTP)
        return self.annotate(user_has_totp=models.Exists(totp))


class AccessTokenManager(AuthTokenManager):
    """knox's `create`, which hashes; every row tells whether its user has a second factor."""

    def get_queryset(self) -> AccessTokenQuerySet:
        return AccessTokenQuerySet(self.model, using=self._db).with_second_factor_known()

    def of(self, user: User) -> AccessTokenQuerySet:
        """Those of one person."""
        return self.get_queryset().of(user)


class AccessToken(AbstractAuthToken):
    """One signed-in program or session of the API.

    It stops working when the password changes (`password_stamp` no longer fits), when a second factor is switched on
    that it was got without, when its user is disabled, when it expires or is revoked (`accounts.tokens.works`).
    """

    public_id = models.UUIDField(_("id"), default=uuid.uuid4, unique=True, editable=False)
    label = models.CharField(_("label"), max_length=100, blank=True, default="")
    password_stamp = models.CharField(_("password stamp"), max_length=128)
    with_second_factor = models.BooleanField(_("got with a second factor"), default=False)

    objects = AccessTokenManager()

    class Meta:
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")
        ordering = ["-created"]

    def __str__(self) -> str:
        return f"{self.user} · {self.created:%Y-%m-%d}"


class PendingSecondFactor(models.Model):
    """The secret of a second factor that its user has not yet confirmed with a first code. Encrypted."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user"))
    secret = models.CharField(_("secret"), max_length=500)
    begun_at = models.DateTimeField(_("begun at"))

    class Meta:
        verbose_name = _("unconfirmed second factor")
        verbose_name_plural = _("unconfirmed second factors")

    def __str__(self) -> str:
        return str(self.user)
