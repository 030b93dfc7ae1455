"""The second factor: one-time and recovery codes, in allauth's storage so that pages and API share them."""

import datetime

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, validate_totp_code
from django.db import transaction

from accounts import errors, mail, tokens
from accounts.models import PendingSecondFactor, User

PENDING_FOR = datetime.timedelta(hours=1)


def is_on(user: User) -> bool:
    """Whether signing in needs a one-time code."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def verify(user: User, otp: str) -> bool:
    """Whether `otp` is a current one-time code, not used before, or an unused recovery code, which this uses up."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
    held = {row.type: row for row in Authenticator.objects.filter(user=user, type__in=kinds)}
    for kind in kinds:
        if kind in held and held[kind].wrap().validate_code(otp):
            held[kind].record_usage()
            return True
    return False


def begin(user: User, *, now: datetime.datetime) -> tuple[str, str]:
    """A new secret and its otpauth:// address, to be confirmed within an hour. Error: `SecondFactorOn`."""
    if is_on(user):
        raise errors.SecondFactorOn()
    secret = generate_totp_secret()
    adapter = get_adapter()
    PendingSecondFactor.objects.update_or_create(
        user=user, defaults={"secret": adapter.encrypt(secret), "begun_at": now}
    )
    return secret, adapter.build_totp_url(user, secret)


@transaction.atomic
def confirm(user: User, code: str, *, now: datetime.datetime) -> list[str]:
    """Switch the second factor on with a first code; the recovery codes, shown this once.

    Every token and every session got without it ends. Errors: `SecondFactorOn`, `SecondFactorNotBegun`, `OtpWrong`.
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    if is_on(locked):
        raise errors.SecondFactorOn()
    pending = PendingSecondFactor.objects.filter(user=locked, begun_at__gt=now - PENDING_FOR).first()
    if pending is None:
        raise errors.SecondFactorNotBegun()
    secret = get_adapter().decrypt(pending.secret)
    if not validate_totp_code(secret, code):
        raise errors.OtpWrong()
    TOTP.activate(locked, secret)
    pending.delete()
    tokens.revoke_all(locked)
    return _new_recovery_codes(locked)


@transaction.atomic
def switch_off(user: User, otp: str) -> None:
    """Switch the second factor off and drop the recovery codes. Errors: `SecondFactorOff`, `OtpWrong`."""
    locked = User.objects.select_for_update().get(pk=user.pk)
    if not is_on(locked):
        raise errors.SecondFactorOff()
    if not verify(locked, otp):
        raise errors.OtpWrong()
    Authenticator.objects.filter(user=locked).delete()


@transaction.atomic
def drop(user: User, *, by: User) -> None:
    """Switch the second factor off for somebody who lost the device and the recovery codes; operators do this.

    The owner is told by mail who did: nobody's account becomes easier to enter unseen.
    """
    was_on = is_on(user)
    Authenticator.objects.filter(user=user).delete()
    PendingSecondFactor.objects.filter(user=user).delete()
    tokens.revoke_all(user)
    if was_on:
        mail.tell(mail.SECOND_FACTOR_DROPPED, user, operator=by.get_full_name())


@transaction.atomic
def renew_recovery_codes(user: User, otp: str) -> list[str]:
    """New recovery codes, shown this once; the old ones are dead. Errors: `SecondFactorOff`, `OtpWrong`."""
    locked = User.objects.select_for_update().get(pk=user.pk)
    if not is_on(locked):
        raise errors.SecondFactorOff()
    if not verify(locked, otp):
        raise errors.OtpWrong()
    return _new_recovery_codes(locked)


def _new_recovery_codes(user: User) -> list[str]:
    Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
    held = RecoveryCodes.activate(user)
    held.mark_as_viewed()
    codes: list[str] = held.get_unused_codes()
    return codes
