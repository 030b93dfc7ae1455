"""Changing and resetting passwords. Either ends every token and every session of the person."""

from allauth.account.forms import ResetPasswordForm, UserTokenForm
from allauth.core import context
from django.db import transaction
from django.http import HttpRequest
from rest_framework.exceptions import ErrorDetail, ValidationError

from accounts import addresses, errors, people, tokens
from accounts.models import User
from accounts.system import SYSTEM_USER_ID


@transaction.atomic
def change(user: User, *, password: str, new_password: str) -> None:
    """Change the password with the present one. Errors: `PasswordWrong`, `ValidationError` on `new_password`."""
    held = User.objects.select_for_update().get(pk=user.pk)
    if not held.check_password(password):
        raise errors.PasswordWrong()
    _set(held, new_password)


def send_reset(request: HttpRequest, email: str) -> None:
    """Mail a link to set a new password, if an enabled account has that e-mail; the caller learns nothing."""
    form = ResetPasswordForm({"email": email})
    if form.is_valid():
        with context.request_context(request):  # also after the response, when a transaction has ended
            form.save(request)


@transaction.atomic
def reset(*, uid: str, key: str, new_password: str) -> User:
    """Set a new password with the two parts of the mailed link, once; that proves the address it went to.

    Errors: `ResetInvalid`, `ValidationError` on `new_password`. A second factor stays due at sign-in.
    """
    form = UserTokenForm({"uidb36": uid, "key": key})
    if not form.is_valid() or form.reset_user is None or form.reset_user.pk == SYSTEM_USER_ID:
        raise errors.ResetInvalid()
    user: User = User.objects.select_for_update().get(pk=form.reset_user.pk)
    if not user.is_active:
        raise errors.ResetInvalid()
    _set(user, new_password)
    addresses.confirm_by_link(user)
    return user


def check(user: User, password: str) -> None:
    """Ask the signed-in person for the password again. Error: `PasswordWrong`."""
    if not user.check_password(password):
        raise errors.PasswordWrong()


def _set(user: User, new_password: str) -> None:
    people.check_password_rules(new_password, user, field="new_password")
    if user.has_usable_password() and user.check_password(new_password):
        same = ErrorDetail(str(errors.PASSWORD_UNCHANGED), code="password_unchanged")
        raise ValidationError({"new_password": [same]})
    user.set_password(new_password)
    user.save(update_fields=["password"])
    tokens.revoke_all(user)
