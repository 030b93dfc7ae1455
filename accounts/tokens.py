"""Access tokens and sessions: issuing, whether one still works, listing, revoking."""

import datetime
from dataclasses import dataclass
from uuid import UUID, uuid5

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from knox.settings import knox_settings

from accounts.models import AccessToken, User

LONGEST_DAYS = 90  # what a program may ask for
_SESSION_NAMES = UUID("6f0c4bd2-5a8e-4f0e-9d53-6c1a0a3c4b11")  # public ids of sessions are made from this


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One place where a person is signed in. `kind` is "token" or "session"; `ends_at` None: no end is set."""

    id: UUID
    kind: str
    label: str
    begun_at: datetime.datetime
    last_seen_at: datetime.datetime | None
    ends_at: datetime.datetime | None
    ip: str | None
    current: bool


def issue(
    user: User, *, with_second_factor: bool, now: datetime.datetime, label: str = "", days: int | None = None
) -> tuple[AccessToken, str]:
    """A new token and its text, shown this once (only its hash is stored). Lives TOKEN_HOURS, or `days` (1 to 90).

    Expired tokens of the person are cleared away on the way.
    """
    AccessToken.objects.of(user).filter(expiry__lte=now).delete()
    lifetime = knox_settings.TOKEN_TTL if days is None else datetime.timedelta(days=days)
    token, text = AccessToken.objects.create(
        user=user,
        expiry=lifetime,
        label=label,
        password_stamp=user.get_session_auth_hash(),
        with_second_factor=with_second_factor,
    )
    return token, text


def works(token: AccessToken, *, now: datetime.datetime) -> bool:
    """Whether the token still opens the API.

    Not expired; the user enabled; the password the same as when it was issued; got with a second factor if its user has
    one now (`token.user_has_totp`, which every query of tokens brings along).
    """
    user = token.user
    stamps = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return (
        user.is_active
        and (token.expiry is None or token.expiry > now)
        and any(constant_time_compare(token.password_stamp, stamp) for stamp in stamps)
        and (token.with_second_factor or not token.user_has_totp)
    )


def signed_in(
    user: User, *, now: datetime.datetime, token: AccessToken | None = None, session_key: str | None = None
) -> list[SignedIn]:
    """Where the person is signed in, newest first; `token` or `session_key` mark the current one. Changes nothing."""
    places = [
        SignedIn(
            id=row.public_id,
            kind="token",
            label=row.label or _("Access token"),
            begun_at=row.created,
            last_seen_at=None,
            ends_at=row.expiry,
            ip=None,
            current=token is not None and row.pk == token.pk,
        )
        for row in AccessToken.objects.of(user).select_related("user")
        if works(row, now=now)
    ]
    ends = dict(
        Session.objects.filter(
            session_key__in=UserSession.objects.filter(user=user).values("session_key"), expire_date__gt=now
        ).values_list("session_key", "expire_date")
    )
    places += [
        SignedIn(
            id=_session_id(row),
            kind="session",
            label=row.user_agent,
            begun_at=row.created_at,
            last_seen_at=row.last_seen_at,
            ends_at=ends[row.session_key],
            ip=row.ip,
            current=session_key is not None and row.session_key == session_key,
        )
        for row in UserSession.objects.filter(user=user)
        if row.session_key in ends
    ]
    return sorted(places, key=lambda place: place.begun_at, reverse=True)


def revoke(user: User, public_id: UUID) -> bool:
    """End one of the person's own tokens or sessions; False when there is none with that id."""
    if AccessToken.objects.of(user).filter(public_id=public_id).delete()[0]:
        return True
    for row in UserSession.objects.filter(user=user):
        if _session_id(row) == public_id:
            row.end()
            return True
    return False


def revoke_all(user: User) -> int:
    """End every token and every session of the person; how many there were."""
    ended = int(AccessToken.objects.of(user).delete()[0])
    for row in UserSession.objects.filter(user=user):
        row.end()
        ended += 1
    return ended


def _session_id(row: UserSession) -> UUID:
    return uuid5(_SESSION_NAMES, str(row.pk))
