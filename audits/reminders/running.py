"""One run of the reminders: scan, resolve intents, open digests, send. Safe twice, late, killed and in parallel."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

import structlog
from django.db import transaction
from django.utils import timezone

from audits.models import Channel, Digest, ReminderRun
from audits.reminders import digests, wording
from audits.reminders.digests import Claim
from audits.reminders.intents import resolve_intents
from audits.reminders.mail import MailCarrier
from audits.reminders.recipients import People
from audits.reminders.scan import last_run, scan, seen_until
from audits.reminders.sms import SmsCarrier

log = structlog.get_logger(__name__)

CAP = 2000  # messages of one run; what is left waits for the next
CLAIM_BATCH = 25
ALL_DAY = (0, 24)
CARRIERS: dict[Channel, type[MailCarrier] | type[SmsCarrier]] = {Channel.EMAIL: MailCarrier, Channel.SMS: SmsCarrier}


@dataclass
class RunReport:
    """What one run did. `queued` counts ledger rows, `opened` and `sent` messages, `waiting` messages left over.

    `set_aside` counts deadlines, intents and notices that could not be told or worded; each is in the log.
    """

    on: date
    dry_run: bool = False
    first: bool = False
    looked_at: int = 0
    due: int = 0
    queued: int = 0
    superseded: int = 0
    without_recipient: int = 0
    intents: int = 0
    opened: int = 0
    sent: int = 0
    uncertain: int = 0
    retried: int = 0
    failed: int = 0
    waiting: int = 0
    capped: bool = False
    mail_down: bool = False
    sms_down: bool = False
    outside_hours: bool = False
    set_aside: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Plain values for logs and JSON."""
        return {**asdict(self), "on": self.on.isoformat()}


def run(
    on: date,
    now: datetime | None = None,
    *,
    dry_run: bool = False,
    cap: int = CAP,
    sending_hours: tuple[int, int] = ALL_DAY,
) -> RunReport:
    """Tell everybody what is due on the Shanghai date `on`.

    `now` is the moment the run begins (aware; default the present), `cap` the most messages it sends, `sending_hours`
    the hours of Shanghai between which mail goes out (from, to); outside them the ledger is written and mail waits.
    The first run of a database sends at most `cap` and marks the rest as superseded. A dry run stores and sends nothing.
    """
    started = monotonic()
    begun = now or timezone.now()

    def clock() -> datetime:
        return begun + timedelta(seconds=monotonic() - started)

    report = RunReport(on, dry_run)
    if dry_run:
        with transaction.atomic():
            _fill_ledger(report, on, begun, clock, cap)
            report.waiting = _waiting()
            transaction.set_rollback(True)
        return report
    _fill_ledger(report, on, begun, clock, cap)
    start, end = sending_hours
    if start <= timezone.localtime(begun).hour < end:
        _send(report, on, clock, cap)
    else:
        report.outside_hours = True
    report.waiting = _waiting()
    log.info("reminders_run", **report.as_dict())
    return report


def _fill_ledger(report: RunReport, on: date, started_at: datetime, clock: Callable[[], datetime], cap: int) -> None:
    """Scan deadlines and intents into the ledger, then open a digest for everybody who has mail waiting.

    The run is noted last: a first one that was killed is a first one again, and as quiet.
    """
    before = last_run(on)
    event_id = seen_until(before, started_at)
    report.first = before is None
    people = People(on)
    scanned = scan(on, started_at, people, before)
    report.looked_at, report.due, report.superseded = scanned.looked_at, scanned.due, scanned.superseded
    report.queued, report.without_recipient = scanned.queued, scanned.without_recipient
    report.intents, queued, unresolved = resolve_intents(on, started_at, people)
    report.queued += queued
    report.set_aside += scanned.set_aside + unresolved
    report.opened = digests.open_digests(on, started_at)
    if report.first:
        report.superseded += digests.keep_quiet(on, cap)
    if before is None or before.on != on or before.event_id != event_id:
        ReminderRun.objects.update_or_create(
            on=on, defaults={"event_id": event_id, "started_at": started_at, "scanned_at": clock()}
        )


def _waiting() -> int:
    """Messages that wait for a later run."""
    return Digest.objects.filter(state__in=digests.OPEN).count()


def _send(report: RunReport, on: date, clock: Callable[[], datetime], cap: int) -> None:
    """Send what is open, channel by channel: one that cannot be reached does not hold up the other."""
    for channel in digests.channels_to_send(clock()):
        cap -= _send_channel(report, channel, on, clock, cap)


def _send_channel(report: RunReport, channel: Channel, on: date, clock: Callable[[], datetime], cap: int) -> int:
    """Claim and send batch by batch, until nothing is left, the cap is reached or the channel cannot be reached.

    Returns how many messages were taken on.
    """
    worker = uuid4()
    taken = 0
    while digests.something_to_send(clock(), channel):
        if taken >= cap:
            report.capped = True
            break
        claims, looked_at = digests.claim(worker, on, clock(), min(CLAIM_BATCH, cap - taken), channel)
        taken += len(claims)
        if not looked_at:
            break  # another worker is at it
        if claims and not _send_batch(report, claims, worker, on, clock):
            break
    return taken


def _send_batch(report: RunReport, claims: list[Claim], worker: UUID, on: date, clock: Callable[[], datetime]) -> bool:
    """Send a batch of one channel; False when it cannot be reached, or not any more: then the rest is given back.

    After a failure the connection is made anew before the next message is begun. So what was never handed over loses no
    attempt, and nobody has to wonder whether it went out.
    """
    channel = Channel(claims[0].digest.channel)
    carrier = CARRIERS[channel]()
    connected = False
    try:
        for number, claimed in enumerate(claims):
            try:
                if not connected:
                    carrier.open()
            except carrier.failures as error:
                log.error("channel_unreachable", channel=channel.value, error=str(error))
                digests.release(claims[number:], clock())
                report.mail_down = report.mail_down or channel is Channel.EMAIL
                report.sms_down = report.sms_down or channel is Channel.SMS
                return False
            connected = _send_one(report, claimed, worker, on, clock, carrier)
            if not connected:
                _close(carrier)
    finally:
        _close(carrier)
    return True


def _close(carrier: MailCarrier | SmsCarrier) -> None:
    """Leave; a server that is gone does not hear it."""
    with suppress(*carrier.failures):
        carrier.close()


def _send_one(
    report: RunReport,
    claimed: Claim,
    worker: UUID,
    on: date,
    clock: Callable[[], datetime],
    carrier: MailCarrier | SmsCarrier,
) -> bool:
    """Send one message. Whatever goes wrong with it, the others go out. False when the connection is not to be trusted."""
    digest = claimed.digest
    try:
        claimed, message = _worded(report, claimed, on, carrier)
    except Exception as error:  # not one notice but the whole message: set aside after some attempts, not the whole run
        log.exception("digest_not_rendered", digest=str(digest.pk))
        _note_failure(report, claimed, repr(error), clock())
        return True
    if message is None or not digests.begin(claimed, worker, clock()):
        return True
    try:
        carrier.hand_over(message)
    except carrier.failures as error:
        log.warning("digest_not_sent", digest=str(digest.pk), error=str(error))
        _note_failure(report, claimed, str(error), clock(), perhaps_sent=not isinstance(error, carrier.refused))
        return False
    digests.settle_sent(claimed, clock())
    report.sent += 1
    report.uncertain += digest.uncertain
    return True


def _worded(report: RunReport, claimed: Claim, on: date, carrier: MailCarrier | SmsCarrier) -> tuple[Claim, Any]:
    """The message, with the claim as far as it is told in it; None when nothing in it can be worded.

    A notice that cannot be worded is set aside with its error, and the rest goes out without it.
    """
    digest = claimed.digest
    try:
        return claimed, carrier.prepare(digest, claimed.notices, on)
    except Exception:
        wrong = wording.unwordable(claimed.notices, on, digest.recipient.language)
        if not wrong:
            raise
    for notice, error in wrong:
        log.error("notice_not_worded", notice=str(notice.pk), error=error)
    kept = digests.set_aside(claimed, wrong)
    report.set_aside += len(wrong)
    if not kept.notices:
        report.failed += 1
        return kept, None
    return kept, carrier.prepare(digest, kept.notices, on)


def _note_failure(report: RunReport, claimed: Claim, error: str, now: datetime, *, perhaps_sent: bool = False) -> None:
    if digests.settle_failed(claimed, error, now, perhaps_sent=perhaps_sent):
        report.failed += 1
    else:
        report.retried += 1
