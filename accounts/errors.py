"""What can go wrong in this room: each error has a stable code, an HTTP status and a message in the caller's language.

They are DRF exceptions, so the API renders them as they are; pages read `status_code`, `detail` and `default_code`.
"""

from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException

PASSWORD_UNCHANGED = _("The new password is the old one.")


class AccountsError(APIException):
    """Base of all errors of this room; `default_code` is part of the API."""

    status_code: int = status.HTTP_400_BAD_REQUEST
    default_code = "accounts_error"
    default_detail = _("The request cannot be carried out.")


class MembershipInvalid(AccountsError):
    default_code = "membership_invalid"
    default_detail = _("The header X-Membership is not a valid id.")


class MembershipNotYours(AccountsError):
    status_code = status.HTTP_403_FORBIDDEN
    default_code = "membership_not_yours"
    default_detail = _("You do not hold this membership, or it is no longer active.")


class MembershipMissing(AccountsError):
    status_code = status.HTTP_403_FORBIDDEN
    default_code = "membership_missing"
    default_detail = _("Your account has no active membership, so it cannot act for any organization.")


class RoleOutsideParty(AccountsError):
    default_code = "role_outside_party"
    default_detail = _("This role does not exist in an organization of this kind.")


class AlreadyMember(AccountsError):
    status_code = status.HTTP_409_CONFLICT
    default_code = "already_member"
    default_detail = _("This person already holds this role in this organization.")


class NamedOtherwise(AccountsError):
    status_code = status.HTTP_409_CONFLICT
    default_code = "named_otherwise"
    default_detail = _("There is an account with this e-mail under another name. Write the name as its owner does.")


class AddressUnconfirmed(AccountsError):
    status_code = status.HTTP_409_CONFLICT
    default_code = "address_unconfirmed"
    default_detail = _(
        "There is an account with this e-mail, but its owner has not confirmed the address. Ask the person to set a new "
        "password by the link under 'Forgot your password?', which confirms it, or to confirm it under 'E-mail "
        "addresses'; then try again."
    )


class AlreadyRemoved(AccountsError):
    status_code = status.HTTP_409_CONFLICT
    default_code = "already_removed"
    default_detail = _("This membership has already been removed.")


class ReasonMissing(AccountsError):
    default_code = "reason_missing"
    default_detail = _("Give a reason.")


class LastAdministrator(AccountsError):
    status_code = status.HTTP_409_CONFLICT
    default_code = "last_administrator"
    default_detail = _("The last administrator of an organization cannot be removed; ask for a hand-over.")


class SystemIsFixed(AccountsError):
    status_code = status.HTTP_403_FORBIDDEN
    default_code = "system_is_fixed"
    default_detail = _("The system's own account cannot be changed.")


class OnlyAdministrators(AccountsError):
    status_code = status.HTTP_403_FORBIDDEN
    default_code = "only_administrators"
    default_detail = _("Only an administrator of the organization may do this.")


class OnlyOperators(AccountsError):
    status_code = status.HTTP_403_FORBIDDEN
    default_code = "only_operators"
    default_detail = _("Only an operator of the service may do this.")


class NotSupervising(AccountsError):
    status_code = status.HTTP_403_FORBIDDEN
    default_code = "not_supervising"
    default_detail = _("Only the authority that supervises this organization may do this.")


class CredentialsInvalid(AccountsError):
    """One answer for unknown user, wrong password, disabled user and wrong one-time code."""

    status_code = status.HTTP_401_UNAUTHORIZED
    auth_header = "Token"
    default_code = "invalid_credentials"
    default_detail = _("The user name, the password or the one-time code is wrong.")


class OtpRequired(AccountsError):
    status_code = status.HTTP_401_UNAUTHORIZED
    auth_header = "Token"
    default_code = "otp_required"
    default_detail = _("This account has a second factor: give a one-time code or a recovery code.")


class LockedOut(AccountsError):
    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_code = "locked_out"
    default_detail = _("Too many failed attempts to sign in. Try again later.")


class PasswordWrong(AccountsError):
    default_code = "password_wrong"
    default_detail = _("The password is wrong.")


class OtpWrong(AccountsError):
    default_code = "otp_wrong"
    default_detail = _("The one-time code is wrong or has been used already.")


class SecondFactorOn(AccountsError):
    status_code = status.HTTP_409_CONFLICT
    default_code = "second_factor_on"
    default_detail = _("The second factor is already switched on.")


class SecondFactorOff(AccountsError):
    status_code = status.HTTP_409_CONFLICT
    default_code = "second_factor_off"
    default_detail = _("The second factor is not switched on.")


class SecondFactorNotBegun(AccountsError):
    status_code = status.HTTP_409_CONFLICT
    default_code = "second_factor_not_begun"
    default_detail = _("Begin with a new secret first; an unconfirmed one is kept for one hour.")


class ResetInvalid(AccountsError):
    default_code = "reset_invalid"
    default_detail = _("This link to set a password is not valid, or has been used, or is too old.")


class ActivationInvalid(AccountsError):
    """One answer for unknown organization, wrong, used, revoked and expired code."""

    default_code = "activation_invalid"
    default_detail = _(
        "The activation code and the credit code do not fit together, or the code can no longer be used."
    )


class CodeUnavailable(AccountsError):
    status_code = status.HTTP_409_CONFLICT
    default_code = "activation_code_unavailable"
    default_detail = _("This activation code has been used, revoked or has expired, and cannot be shown again.")


class AlreadyActivated(AccountsError):
    status_code = status.HTTP_409_CONFLICT
    default_code = "already_activated"
    default_detail = _("This organization already has users; a change of administrator is a hand-over.")


class HandoverPending(AccountsError):
    status_code = status.HTTP_409_CONFLICT
    default_code = "handover_pending"
    default_detail = _("A hand-over of this organization is already waiting for a decision.")


class HandoverDecided(AccountsError):
    status_code = status.HTTP_409_CONFLICT
    default_code = "handover_decided"
    default_detail = _("This hand-over has already been decided.")


class HandoverNeedsTwo(AccountsError):
    status_code = status.HTTP_403_FORBIDDEN
    default_code = "handover_needs_two"
    default_detail = _("The person who asked for a hand-over cannot approve it.")
