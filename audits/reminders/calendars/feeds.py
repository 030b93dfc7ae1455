"""Secret addresses of calendars: one per membership, stored hashed, shown once, renewed and revoked at will."""

import hashlib
import secrets
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.models import Membership
from audits.models import CalendarFeed

_BYTES = 32


def working_feed(by: Membership) -> CalendarFeed | None:
    """The address a member has now."""
    found: CalendarFeed | None = CalendarFeed.objects.working().of(by).first()
    return found


@transaction.atomic
def renew(by: Membership, now: datetime) -> tuple[CalendarFeed, str]:
    """A new address, shown this once; the one before stops working. Returns the row and the address."""
    Membership.objects.select_for_update().get(pk=by.pk)  # two at once leave one that works
    revoke(by, now)
    token = secrets.token_urlsafe(_BYTES)
    feed = CalendarFeed.objects.create(membership=by, token_hash=hash_of(token), created_at=now)
    return feed, address_of(token)


def revoke(by: Membership, now: datetime) -> bool:
    """Let the address stop working; False when there was none."""
    return bool(CalendarFeed.objects.working().of(by).update(revoked_at=now))


def owner_of(token: str, on: date) -> Membership | None:
    """The membership whose address this is; None when it was revoked, or the membership is not active."""
    feeds = CalendarFeed.objects.working().filter(
        token_hash=hash_of(token), membership__in=Membership.objects.active(on)
    )
    feed = feeds.select_related("membership__organization", "membership__user").first()
    return feed.membership if feed is not None else None


def hash_of(token: str) -> str:
    """As it is stored. The token has 256 random bits, so a plain hash cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()


def address_of(token: str) -> str:
    """The whole address."""
    return f"{settings.SITE_URL}{reverse('calendar', kwargs={'token': token})}"
