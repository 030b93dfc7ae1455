"""One message per recipient and day: opened, claimed with a lease, settled. The sending itself lies outside.

A digest is claimed by one worker for a while. If the worker dies, another takes it over when the lease has run out: a
digest whose message had not been handed over is sent as if nothing had happened; one that may have been is `uncertain`
and goes out once more under the same Message-ID.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Membership
from audits.models import Channel, Digest, Notice
from audits.procedure.words import Party
from audits.reminders.wording import is_over
from enterprises.bulk import insert_values
from enterprises.models import Contract

BATCH = 1000
ATTEMPTS = 5
LAPSES = 20  # a message that no worker lives to begin is set aside in the end
FIRST_PAUSE = timedelta(minutes=5)  # doubled after each failure
OPEN = (Digest.State.PENDING, Digest.State.CLAIMED)


@dataclass(frozen=True, slots=True)
class Claim:
    """A digest this worker may send now, with what is still to be said in it (oldest date first)."""

    digest: Digest
    notices: Sequence[Notice]


def open_digests(on: date, now: datetime) -> int:
    """A digest for everybody who has mail (or text messages) waiting and got none today. Returns how many were opened.

    It goes out at the hour of `on` its reader chose, else when sending begins; at once where that hour has passed.
    """
    waiting = Notice.objects.filter(state=Notice.State.PENDING, send_on__lte=on, digest=None)
    if not waiting.exists():
        return 0
    same = {"recipient_id": OuterRef("recipient_id"), "channel": OuterRef("channel")}
    Digest.objects.filter(Exists(waiting.filter(**same)), day=on, state=Digest.State.EMPTY).update(
        state=Digest.State.PENDING, try_at=now, ready_at=now, attempts=0
    )
    other = Digest.objects.filter(**same)
    recipients = (
        waiting.filter(~Exists(other.filter(Q(day=on) | Q(sent_at__date=on) | Q(state__in=OPEN))))
        .order_by()
        .values_list("recipient_id", "channel", "recipient__notification_settings__digest_hour")
        .distinct()
    )
    moments = {hour: max(now, at_hour(on, hour)) for hour in range(1, 24)} | {None: now, 0: now}
    opened = 0
    found = recipients.iterator(BATCH)
    while batch := list(islice(found, BATCH)):
        _store([NewDigest(uuid4(), one, channel, on, moments[hour], moments[hour]) for one, channel, hour in batch])
        opened += len(batch)
    return opened


class NewDigest(NamedTuple):
    """The values of a `Digest` that is opened, by the names of its columns."""

    id: UUID
    recipient_id: UUID
    channel: str
    day: date
    try_at: datetime
    ready_at: datetime
    state: str = Digest.State.PENDING.value
    attempts: int = 0
    lapses: int = 0
    uncertain: bool = False
    message_id: str = ""
    error: str = ""


def _store(rows: Sequence[NewDigest]) -> None:
    """Insert digests; one that another worker opened meanwhile stays as it is."""
    if connection.vendor == "postgresql":
        try:
            with transaction.atomic():
                insert_values(Digest, NewDigest._fields, rows)
        except IntegrityError:
            pass
        else:
            return
    Digest.objects.bulk_create([Digest(**row._asdict()) for row in rows], batch_size=BATCH, ignore_conflicts=True)


def lease() -> timedelta:
    """For how long a claimed digest is nobody else's."""
    return timedelta(seconds=settings.REMINDER_LEASE_SECONDS)


def at_hour(on: date, hour: int) -> datetime:
    """That hour of a Shanghai date."""
    return datetime.combine(on, time(hour), timezone.get_default_timezone())


def channels_to_send(now: datetime) -> list[Channel]:
    """The channels on which a digest is open and its hour has come; one small query."""
    ready = Digest.objects.filter(state__in=OPEN, try_at__lte=now)
    return [Channel(one) for one in ready.order_by("channel").values_list("channel", flat=True).distinct()]


def oldest_waiting(now: datetime) -> datetime | None:
    """Since when the oldest message waits whose hour has come; None when none does."""
    oldest: datetime | None = Digest.objects.filter(state__in=OPEN, ready_at__lte=now).aggregate(at=Min("ready_at"))[
        "at"
    ]
    return oldest


def something_to_send(now: datetime, channel: Channel = Channel.EMAIL) -> bool:
    """Whether a digest is open on a channel and its hour has come."""
    return Digest.objects.filter(state__in=OPEN, try_at__lte=now, channel=channel).exists()


def claim(
    worker: UUID, on: date, now: datetime, limit: int, channel: Channel = Channel.EMAIL
) -> tuple[list[Claim], int]:
    """Take up to `limit` open digests for the length of a lease. What is no longer true is left out of them.

    Returns what to send and how many digests were looked at; none when another worker holds what there is.
    """
    with transaction.atomic():
        rows = _lock(now, limit, channel)
        for row in rows:
            _take(row, worker, now)
        Digest.objects.bulk_update(
            rows,
            ["state", "claimed_by", "try_at", "sending_at", "attempts", "lapses", "uncertain", "message_id", "error"],
        )
        taken = [row for row in rows if row.state == Digest.State.CLAIMED]
        _gather([row for row in taken if not row.uncertain], on)
        _give_up([row for row in rows if row.state == Digest.State.FAILED])
        return _still_true(taken, on), len(rows)


def _lock(now: datetime, limit: int, channel: Channel) -> list[Digest]:
    """Open digests whose hour has come. On SQLite the immediate transaction itself keeps others out."""
    waiting = Digest.objects.filter(state__in=OPEN, try_at__lte=now, channel=channel).order_by("try_at", "pk")
    if connection.features.has_select_for_update_skip_locked:
        waiting = waiting.select_for_update(skip_locked=True)
    return list(waiting[:limit])


def _take(row: Digest, worker: UUID, now: datetime) -> None:
    """Claim one row in memory; after too many attempts it is set aside."""
    if row.state == Digest.State.CLAIMED and row.sending_at is not None:
        row.uncertain = True
    elif row.state == Digest.State.CLAIMED:
        # Its worker ended with the batch in hand before this message's turn: that was no attempt.
        row.attempts -= 1
        row.lapses += 1
    row.claimed_by, row.sending_at = worker, None
    if row.attempts >= ATTEMPTS or row.lapses >= LAPSES:
        row.state = Digest.State.FAILED
        row.error = row.error or "The worker ended before the message was sent, again and again."
        return
    row.state = Digest.State.CLAIMED
    row.attempts += 1
    row.try_at = now + lease()
    row.message_id = row.message_id or message_id(row)


def message_id(row: Digest) -> str:
    """The Message-ID of a digest: always the same, so that a repeat is recognized."""
    return f"<{row.pk}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>"


def _gather(rows: Sequence[Digest], on: date) -> None:
    """Put what waits for these recipients into their digests; not into one that may have been sent already."""
    mine = Digest.objects.filter(
        pk__in=[row.pk for row in rows], recipient_id=OuterRef("recipient_id"), channel=OuterRef("channel")
    )
    Notice.objects.filter(
        Exists(mine),
        recipient_id__in=[row.recipient_id for row in rows],
        state=Notice.State.PENDING,
        send_on__lte=on,
    ).update(digest_id=Subquery(mine.values("pk")[:1]), state=Notice.State.CLAIMED)


def _give_up(rows: Sequence[Digest]) -> None:
    for row in rows:
        Notice.objects.filter(digest=row).exclude(state=Notice.State.SUPERSEDED).update(
            state=Notice.State.FAILED, error=row.error
        )


def _still_true(rows: Sequence[Digest], on: date) -> list[Claim]:
    """What the claimed digests will say: nothing to people without a membership, nothing about what is done or moved,
    and nothing to a consultancy whose contract has ended meanwhile."""
    by_digest: dict[UUID, list[Notice]] = {row.pk: [] for row in rows}
    stale = []
    notices = (
        Notice.objects.filter(digest__in=rows, state=Notice.State.CLAIMED)
        .annotate(
            active=Exists(Membership.objects.active(on).filter(pk=OuterRef("membership_id"))),
            entrusted=Exists(
                Contract.objects.running(on).filter(
                    Q(site_id__isnull=True) | Q(site_id=OuterRef("case__site_id")),
                    consultancy__organization_id=OuterRef("membership__organization_id"),
                    enterprise_id=Coalesce(
                        OuterRef("case__enterprise__merged_into_id"), OuterRef("case__enterprise_id")
                    ),
                )
            ),
            party=F("membership__organization__party"),
        )
        .select_related(
            "case__enterprise", "case__site", "deadline__duty__reporting_unit", "intent__duty__reporting_unit"
        )
        .order_by("due_on", "created_at", "pk")
    )
    for notice in notices:
        left = notice.party == Party.CONSULTANCY and notice.case_id is not None and not notice.entrusted
        if not notice.active or left or is_over(notice):
            stale.append(notice.pk)
        elif notice.digest_id is not None:
            by_digest[notice.digest_id].append(notice)
    Notice.objects.filter(pk__in=stale).update(state=Notice.State.SUPERSEDED)
    empty = [row.pk for row in rows if not by_digest[row.pk]]
    Digest.objects.filter(pk__in=empty).update(state=Digest.State.EMPTY)
    people = Digest.objects.filter(pk__in=by_digest).exclude(pk__in=empty).select_related("recipient")
    return [Claim(row, by_digest[row.pk]) for row in people.order_by("pk")]


def begin(claimed: Claim, worker: UUID, now: datetime) -> bool:
    """Note that the message is being handed over; False when the lease was lost to another worker meanwhile."""
    mine = Digest.objects.filter(pk=claimed.digest.pk, state=Digest.State.CLAIMED, claimed_by=worker, sending_at=None)
    return mine.update(sending_at=now, try_at=now + lease()) == 1


def _held(claimed: Claim) -> QuerySet[Digest]:
    """The digest while it is this claim's; none when the lease ran out and another worker took it over.

    Then that worker settles it: it knows that the message may have gone out already.
    """
    return Digest.objects.filter(pk=claimed.digest.pk, state=Digest.State.CLAIMED, claimed_by=claimed.digest.claimed_by)


def settle_sent(claimed: Claim, now: datetime) -> None:
    """Note that the message went out (perhaps for the second time)."""
    uncertain = claimed.digest.uncertain
    with transaction.atomic():
        mine = _held(claimed).update(
            state=Digest.State.UNCERTAIN if uncertain else Digest.State.SENT, sent_at=now, error=""
        )
        if mine:
            Notice.objects.filter(pk__in=[notice.pk for notice in claimed.notices]).update(
                state=Notice.State.UNCERTAIN if uncertain else Notice.State.SENT, sent_at=now, error=""
            )


def settle_failed(claimed: Claim, error: str, now: datetime, *, perhaps_sent: bool = False) -> bool:
    """Note a failed attempt: again later, or set aside after the last one. Returns whether it was set aside."""
    digest = claimed.digest
    given_up = digest.attempts >= ATTEMPTS
    with transaction.atomic():
        mine = _held(claimed).update(
            state=Digest.State.FAILED if given_up else Digest.State.PENDING,
            try_at=now + FIRST_PAUSE * 2 ** (digest.attempts - 1),
            sending_at=None,
            uncertain=digest.uncertain or perhaps_sent,
            error=error[:2000],
        )
        if mine and given_up:
            Notice.objects.filter(pk__in=[notice.pk for notice in claimed.notices]).update(
                state=Notice.State.FAILED, error=error[:2000]
            )
    return bool(mine) and given_up


def set_aside(claimed: Claim, wrong: Sequence[tuple[Notice, str]]) -> Claim:
    """Take the notices that cannot be worded out of a digest, each with its error. Returns the claim of the others.

    Where none is left the digest is set aside too: there is nothing to send.
    """
    bad = {notice.pk for notice, _ in wrong}
    kept = Claim(claimed.digest, [notice for notice in claimed.notices if notice.pk not in bad])
    with transaction.atomic():
        for notice, error in wrong:
            Notice.objects.filter(pk=notice.pk, digest=claimed.digest, state=Notice.State.CLAIMED).update(
                state=Notice.State.FAILED, error=error[:2000]
            )
        if not kept.notices:
            _held(claimed).update(state=Digest.State.FAILED, error=wrong[0][1][:2000])
    return kept


def release(claims: Sequence[Claim], now: datetime) -> None:
    """Give back what was not begun (the mail server cannot be reached): the attempt does not count."""
    for claimed in claims:
        _held(claimed).filter(sending_at=None).update(
            state=Digest.State.PENDING, try_at=now + FIRST_PAUSE, attempts=claimed.digest.attempts - 1
        )


TOO_MUCH = "first activation: more was due than one run may send"


def keep_quiet(on: date, cap: int) -> int:
    """Quiet first activation: of what the first scan opened `cap` messages stay, the rest is marked as superseded.

    In the app too: of all that it tells there `cap` notices stay, in all. The next rung tells the rest again. Returns how
    many notices were marked. Safe to repeat: what went out counts.
    """
    marked = _keep_inboxes_quiet(on, cap)
    opened = Digest.objects.filter(day=on).exclude(state=Digest.State.EMPTY)
    untouched = opened.filter(state=Digest.State.PENDING, attempts=0)
    room = max(0, cap - (opened.count() - untouched.count()))
    kept = list(untouched.order_by("try_at", "pk").values_list("pk", flat=True)[:room])
    if untouched.exclude(pk__in=kept).update(state=Digest.State.EMPTY) == 0:
        return marked
    dropped = Digest.objects.filter(
        recipient_id=OuterRef("recipient_id"), channel=OuterRef("channel"), day=on, state=Digest.State.EMPTY
    )
    return marked + Notice.objects.filter(Exists(dropped), state=Notice.State.PENDING, send_on__lte=on).update(
        state=Notice.State.SUPERSEDED, error=TOO_MUCH
    )


def _keep_inboxes_quiet(on: date, cap: int) -> int:
    """The same for inboxes: whose own it is before those it climbed to, and what is due next before what is long past."""
    told = Notice.objects.filter(
        Q(deadline__isnull=False) | Q(intent__isnull=False), channel=Channel.IN_APP, send_on=on, state=Notice.State.SENT
    )
    beyond = told.order_by("climb", F("due_on").desc(nulls_first=True), "pk").values_list("pk", flat=True)[cap:]
    marked = 0
    rest = list(beyond)
    for start in range(0, len(rest), BATCH):
        marked += Notice.objects.filter(pk__in=rest[start : start + BATCH]).update(
            state=Notice.State.SUPERSEDED, error=TOO_MUCH
        )
    return marked
