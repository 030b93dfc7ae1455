"""Who acts, as the tables write it. L, C, U, R, N of the drafts are the functions an authority is found by."""

from audits.procedure.schema import Actor
from audits.procedure.words import Function, Party, Role

_STAFF = (Role.OFFICER, Role.APPROVER)
_DECIDES = (Role.APPROVER,)


def authority(function: Function) -> Actor:
    """Any officer or approver of the competent authority: receiving, checking, preparing, recording."""
    return Actor(Party.AUTHORITY, _STAFF, function)


def deciding(function: Function) -> Actor:
    """An approver of the competent authority: what binds others outside the house."""
    return Actor(Party.AUTHORITY, _DECIDES, function)


LOCAL = authority(Function.SUPERVISE)
LOCAL_DECIDES = deciding(Function.SUPERVISE)
# Whichever authority's act it is about: that is no function of a place, a guard says whose.
OWN_AUTHORITY_DECIDES = Actor(Party.AUTHORITY, _DECIDES)
CITY = authority(Function.VERIFY)
LIST_DECIDES = deciding(Function.LIST)
REVIEWER = authority(Function.REVIEW)
REVIEW_DECIDES = deciding(Function.REVIEW)
ORDER_DECIDES = deciding(Function.ORDER)
PLANNER = deciding(Function.PLAN)
PLANNING_STAFF = authority(Function.PLAN)

# The consultancy may prepare what the enterprise submits.
ENTERPRISE = Actor(Party.ENTERPRISE, (Role.PREPARER, Role.CERTIFIER), also=(Party.CONSULTANCY,))
ENTERPRISE_ALONE = Actor(Party.ENTERPRISE, (Role.PREPARER, Role.CERTIFIER))
ENTERPRISE_CERTIFIES = Actor(Party.ENTERPRISE, (Role.CERTIFIER,), also=(Party.CONSULTANCY,))
EXPERT = Actor(Party.EXPERT, (Role.EXPERT,))
SYSTEM = Actor(Party.SYSTEM, (Role.SYSTEM,))
