"""As whom a request acts: one membership at a time, seen by pure code as `Acting`."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from rest_framework.request import Request

from accounts.errors import MembershipInvalid, MembershipMissing, MembershipNotYours
from accounts.models import Membership, User
from accounts.system import SYSTEM_MEMBERSHIP_ID
from audits.procedure.words import Level, Line, Party, Role

MEMBERSHIP_HEADER = "X-Membership"
SESSION_KEY = "membership"
_CACHE = "_acting_membership"


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts, as plain values for pure code. `level`, `line` and `jurisdiction` are None but for authorities."""

    membership_id: UUID
    user_id: UUID
    organization_id: UUID
    party: Party
    role: Role
    level: Level | None
    line: Line | None
    jurisdiction: str | None
    name: str

    def covers(self, scope_code: str) -> bool:
        """Whether the scope code lies inside the jurisdiction; never for anybody but an authority."""
        return self.jurisdiction is not None and scope_code.startswith(self.jurisdiction)


def acting_of(membership: Membership) -> Acting:
    """The membership as plain values; reads `user` and `organization` (fetch them with `select_related`)."""
    organization = membership.organization
    return Acting(
        membership_id=membership.pk,
        user_id=membership.user_id,
        organization_id=membership.organization_id,
        party=Party(organization.party),
        role=Role(membership.role),
        level=Level(organization.level) if organization.level else None,
        line=Line(organization.line) if organization.line else None,
        jurisdiction=organization.jurisdiction,
        name=str(membership.user),
    )


@lru_cache(maxsize=1)
def system_membership() -> Membership:
    """The membership the program acts with (recomputed dates, reminders). It can never sign in.

    Cached for the process: its ids are fixed and its rows are never removed.
    """
    membership: Membership = Membership.objects.with_people().get(pk=SYSTEM_MEMBERSHIP_ID)
    return membership


def memberships_of(request: HttpRequest | Request) -> list[Membership]:
    """The caller's memberships that are active today, oldest first; one query per request, then remembered on it."""
    plain: Any = request._request if isinstance(request, Request) else request
    held: tuple[UUID, list[Membership]] | None = getattr(plain, _CACHE, None)
    user = request.user
    if not isinstance(user, User):
        return []
    if held is None or held[0] != user.pk:
        held = (user.pk, list(Membership.objects.active(timezone.localdate()).of(user).with_people()))
        setattr(plain, _CACHE, held)
    return held[1]


def acting_membership(request: HttpRequest | Request) -> Membership:
    """The membership this request acts with.

    Named by the header `X-Membership`, else chosen in the session, else the oldest active one.
    Errors: `MembershipInvalid` (400, header is no UUID), `MembershipNotYours` (403, not one of the caller's own active
    memberships: whether it exists at all is not told), `MembershipMissing` (403, the caller has none).
    A session's choice that is no longer active is passed over.
    """
    own = memberships_of(request)
    wanted = request.headers.get(MEMBERSHIP_HEADER)
    if wanted is not None:
        try:
            wanted_id = UUID(wanted)
        except ValueError:
            raise MembershipInvalid() from None
        for membership in own:
            if membership.pk == wanted_id:
                return membership
        raise MembershipNotYours()
    return chosen_membership(request)


def chosen_membership(request: HttpRequest | Request) -> Membership:
    """The membership pages act with, whatever headers say: chosen in the session, else the oldest active one.

    Error: `MembershipMissing` (the caller has none). A session's choice that is no longer active is passed over.
    """
    own = memberships_of(request)
    session = getattr(request, "session", None)
    chosen = session.get(SESSION_KEY) if session is not None else None
    for membership in own:
        if chosen is not None and str(membership.pk) == chosen:
            return membership
    if not own:
        raise MembershipMissing()
    return own[0]


def choose_membership(request: HttpRequest | Request, membership_id: UUID) -> Membership:
    """Let the pages of this session act with one of the caller's own memberships from now on."""
    for membership in memberships_of(request):
        if membership.pk == membership_id:
            request.session[SESSION_KEY] = str(membership_id)
            return membership
    raise MembershipNotYours()
