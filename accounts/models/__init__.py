"""Users, organizations, memberships, activation codes, hand-over requests and access tokens."""

from accounts.models.activation import ActivationCode, HandoverRequest, HandoverState
from accounts.models.organization import Membership, Organization
from accounts.models.records import RecordKept
from accounts.models.token import AccessToken, PendingSecondFactor
from accounts.models.user import User

__all__ = [
    "AccessToken",
    "ActivationCode",
    "HandoverRequest",
    "HandoverState",
    "Membership",
    "Organization",
    "PendingSecondFactor",
    "RecordKept",
    "User",
]
