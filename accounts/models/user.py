"""A person who signs in, with e-mail or user name."""

import uuid

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.fields import LowerCharField, LowerEmailField

# No "@": nobody can take another person's e-mail address as a user name and be taken for them at sign-in.
username_validator = RegexValidator(
    r"^[\w.+-]+\Z", _("A user name may hold letters, digits and . + - _ only."), code="invalid_username"
)


class User(AbstractUser):  # type: ignore[django-manager-missing]  # knox names the manager of tokens
    """One person, one account. What the account may do comes from its memberships alone.

    `is_staff` opens Django's admin (operators). Names and e-mail are unique whatever their case.
    """

    # One field for the whole name: Chinese names are not split.
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = LowerCharField(
        _("user name"),
        max_length=150,
        unique=True,
        validators=[username_validator],
        error_messages={"unique": _("A user with that user name already exists.")},
    )
    email = LowerEmailField(
        _("e-mail address"),
        unique=True,
        error_messages={"unique": _("A user with that e-mail address already exists.")},
    )
    full_name = models.CharField(_("full name"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="zh-hans")

    REQUIRED_FIELDS = ["email"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        """The full name, or the user name where none is given."""
        return self.full_name or self.username

    def get_short_name(self) -> str:
        """Same as `get_full_name`: Chinese names are not split."""
        return self.get_full_name()
