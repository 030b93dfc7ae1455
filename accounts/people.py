"""Making accounts and opening them to their owners."""

import logging

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import transaction
from django.urls import NoReverseMatch, reverse
from rest_framework.exceptions import ErrorDetail, ValidationError

from accounts import mail
from accounts.models import Organization, User

logger = logging.getLogger(__name__)


def checked(user: User, password: str | None) -> User:
    """The unsaved user, if all its fields and the password are acceptable.

    Errors: DRF `ValidationError` by field (`username`, `email`, `full_name`, `password`), with Django's stable codes.
    """
    problems: dict[str, list[ErrorDetail]] = {}
    try:
        user.full_clean(exclude=["password"])
    except DjangoValidationError as error:
        problems |= {field: _details(errors) for field, errors in error.error_dict.items()}
    if password is not None:
        try:
            validate_password(password, user)
        except DjangoValidationError as error:
            problems["password"] = _details(error.error_list)
    if problems:
        raise ValidationError(problems)
    return user


def check_password_rules(password: str, user: User, field: str = "password") -> None:
    """Raise DRF `ValidationError` on `field` when the password breaks the rules of the settings."""
    try:
        validate_password(password, user)
    except DjangoValidationError as error:
        raise ValidationError({field: _details(error.error_list)}) from None


def create_user(*, username: str, email: str, full_name: str, password: str | None, language: str = "zh-hans") -> User:
    """Make one account; without a password it can only be opened by a link (`send_invitation`).

    Errors: `ValidationError` by field, also when another request takes the same name at the same moment.
    """
    user = User(username=username, email=email, full_name=full_name, language=language)
    checked(user, password)
    if password is None:
        user.set_unusable_password()
    else:
        user.set_password(password)
    user.save(force_insert=True)
    return user


def send_invitation(user: User, organization: Organization) -> None:
    """Mail the person a link to set a password, after the transaction commits; a failing mail server is logged only."""
    transaction.on_commit(lambda: _mail_invitation(user, organization), robust=True)


def _mail_invitation(user: User, organization: Organization) -> None:
    mail.send(mail.INVITATION, user, password_link(user), organization=organization.name)


def password_link(user: User) -> str:
    """A one-time address where the person sets a password; dead once used or after PASSWORD_RESET_TIMEOUT."""
    uid, key = user_pk_to_url_str(user), default_token_generator.make_token(user)
    try:
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": key})
    except NoReverseMatch:  # a service without pages: the program that shows the link knows where to send the parts
        path = f"/accounts/password/reset/key/{uid}-{key}/"
    return settings.SITE_URL + path


def _details(errors: list[DjangoValidationError]) -> list[ErrorDetail]:
    return [ErrorDetail(message, code=error.code or "invalid") for error in errors for message in error.messages]
