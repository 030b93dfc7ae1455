"""What can go wrong in this room: each error has a stable code, an HTTP status and a message in the caller's language.

They are DRF exceptions, so the API renders them as they are; pages read `status_code`, `detail` and `default_code`.
"""

from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException


class AccountsError(APIException):
    """Base of all errors of this room; `default_code` is part of the API."""

    status_code = status.HTTP_400_BAD_REQUEST
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
