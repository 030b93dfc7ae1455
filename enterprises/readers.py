"""Who asks: every scoped query needs the membership of its reader."""

from typing import Any

from django.utils import timezone

from accounts.acting import Acting, acting_of
from accounts.models import Membership
from audits.procedure.words import Party


def reader_of(membership: Any) -> Acting:
    """The reader as plain values; `TypeError` without a membership: a forgotten reader must never mean "everything".

    `ValueError` for a membership that is not active today (not begun, over, removed, organization closed).
    """
    if not isinstance(membership, Membership):
        raise TypeError("visible_to() needs the membership of the reader; nothing is shown without one.")
    today = timezone.localdate()
    organization = membership.organization
    if (
        membership.removed_at is not None
        or membership.starts_on > today
        or (membership.ends_on is not None and membership.ends_on < today)
        or (organization.closed_on is not None and organization.closed_on <= today)
    ):
        raise ValueError("This membership is not active today; nothing is shown to it.")
    return acting_of(membership)


def sees_everything(reader: Acting) -> bool:
    """Operators keep the registers and the system works on them."""
    return reader.party in (Party.OPERATOR, Party.SYSTEM)
