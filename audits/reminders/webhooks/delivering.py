"""One run over all lanes that have something to send: many receivers at once, so that a slow one delays no other.

Only the requests run in threads; the database is asked and told by the caller's thread alone.
"""

import socket
from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

import structlog
from django.utils import timezone

from accounts.sealing import InvalidToken
from audits.models import WebhookDelivery, WebhookEndpoint
from audits.reminders.webhooks import lanes, messages, posting, signing
from audits.reminders.webhooks.addresses import Lookup
from audits.reminders.webhooks.posting import Answer

log = structlog.get_logger(__name__)

RECEIVERS = 32  # asked at once
BUDGET = 40.0  # seconds after which no new message is begun; the next run goes on
# A name server that does not answer cannot be interrupted: after this long its message counts as failed.
LONGEST = posting.SECONDS + 20


@dataclass
class DeliveryReport:
    """What one run did: lanes taken, messages sent, failed, and among those sent the ones repeated in doubt."""

    lanes: int = 0
    sent: int = 0
    failed: int = 0
    uncertain: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Plain values for logs and JSON."""
        return asdict(self)


@dataclass(frozen=True)
class _Sending:
    endpoint: WebhookEndpoint
    delivery: WebhookDelivery
    begun: float


def deliver(
    now: datetime | None = None,
    *,
    budget: float = BUDGET,
    seconds: float = posting.SECONDS,
    receivers: int = RECEIVERS,
    lookup: Lookup = socket.getaddrinfo,
) -> DeliveryReport:
    """Send what is due. `now` is the moment the run begins (aware; default the present); safe twice and in parallel.

    A message is tried `seconds` long. Nothing is begun after `budget` seconds; what is under way is waited for.
    """
    started, begun = monotonic(), now or timezone.now()
    run = _Run(uuid4(), begun, started, seconds, lookup)
    pool = ThreadPoolExecutor(receivers, thread_name_prefix="webhook")
    try:
        while True:
            room = receivers - len(run.sending)
            if room and monotonic() - started < budget:
                run.take_lanes(pool, room)
            if not run.sending:
                break
            run.settle_done(pool, goes_on=monotonic() - started < budget)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    if run.report.lanes:
        log.info("webhooks_run", **run.report.as_dict())
    return run.report


class _Run:
    """The state of one run: which requests are under way."""

    def __init__(self, worker: UUID, begun: datetime, started: float, seconds: float, lookup: Lookup) -> None:
        self.worker, self.begun, self.started, self.seconds, self.lookup = worker, begun, started, seconds, lookup
        self.report = DeliveryReport()
        self.sending: dict[Future[Answer], _Sending] = {}
        self.looked = float("-inf")

    def clock(self) -> datetime:
        return self.begun + timedelta(seconds=monotonic() - self.started)

    def take_lanes(self, pool: ThreadPoolExecutor, room: int) -> None:
        """Claim lanes for the threads that are free and begin the first message of each; look once in a second."""
        if self.sending and monotonic() - self.looked < 1.0:
            return
        self.looked = monotonic()
        for endpoint in lanes.claim(self.worker, self.clock(), room):
            self.report.lanes += 1
            self.send_next(pool, endpoint)

    def send_next(self, pool: ThreadPoolExecutor, endpoint: WebhookEndpoint) -> None:
        """Begin the next message of a lane, or give the lane back."""
        delivery = lanes.begin(endpoint, self.worker, self.clock())
        if delivery is None:
            lanes.release(endpoint, self.worker)
            return
        try:
            request = self._request(endpoint, delivery)
        except InvalidToken:  # SECRET_KEY was changed without a fallback
            self._settle(_Sending(endpoint, delivery, monotonic()), Answer(None, "the secret cannot be read any more"))
            lanes.release(endpoint, self.worker)
            return
        self.sending[pool.submit(posting.post, **request)] = _Sending(endpoint, delivery, monotonic())

    def _request(self, endpoint: WebhookEndpoint, delivery: WebhookDelivery) -> dict[str, Any]:
        body, timestamp = delivery.body.encode(), int(self.clock().timestamp())
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "cpaudit",
            "Message-ID": messages.message_id(delivery),
            "Webhook-Id": str(delivery.pk),
            "Webhook-Timestamp": str(timestamp),
            "Webhook-Signature": signing.signature(
                signing.opened(endpoint.secret_sealed), str(delivery.pk), timestamp, body
            ),
        }
        return {"url": endpoint.url, "body": body, "headers": headers, "seconds": self.seconds, "lookup": self.lookup}

    def settle_done(self, pool: ThreadPoolExecutor, *, goes_on: bool) -> None:
        """Wait for an answer (or for one that is overdue), write it down, and go on with its lane."""
        done = deque(wait(self.sending, timeout=1.0, return_when=FIRST_COMPLETED).done)
        late = [f for f, one in self.sending.items() if monotonic() - one.begun > LONGEST and f not in done]
        for future in [*done, *late]:
            one = self.sending.pop(future)
            answer = future.result() if future in done else Answer(None, "the name server does not answer")
            if self._settle(one, answer) and goes_on:
                self.send_next(pool, one.endpoint)
            else:
                lanes.release(one.endpoint, self.worker)

    def _settle(self, one: _Sending, answer: Answer) -> bool:
        good = lanes.settle(one.endpoint, one.delivery, answer, self.clock())
        self.report.sent += good
        self.report.failed += not good
        self.report.uncertain += good and one.delivery.uncertain
        return good
