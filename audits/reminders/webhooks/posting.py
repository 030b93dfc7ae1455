"""One request to one receiver: to the checked address and no other, within a time and a size, following nothing.

No database here: many of these run at once in threads.
"""

import contextlib
import http.client
import os
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

from audits.reminders.webhooks import addresses
from audits.reminders.webhooks.addresses import Lookup, NotReachable, Target

SECONDS = 10.0  # from the first look-up to the last byte of the answer
CONNECT_SECONDS = 4.0
MOST_BYTES = 16 * 1024  # of an answer that are read
SHOWN = 500  # characters of it that are kept


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a request. `status` None: none came, and `perhaps` says whether the message may have arrived."""

    status: int | None
    error: str = ""
    text: str = ""
    milliseconds: int = 0
    perhaps: bool = False

    @property
    def good(self) -> bool:
        """Whether the receiver took the message."""
        return self.status is not None and 200 <= self.status < 300


class CheckedConnection(http.client.HTTPConnection):
    """A connection to one of the checked addresses; the certificate must be that of the name."""

    def __init__(self, target: Target, found: list[str], until: float) -> None:
        super().__init__(target.host, target.port, timeout=CONNECT_SECONDS)
        self.target, self.found, self.until = target, found, until
        self.begun = False  # whether bytes of the request may have left
        self.guard: socket.socket | None = None

    def connect(self) -> None:
        """Try the addresses in turn. `OSError` when none answers in time."""
        problem: OSError = NotReachable("no address")
        for address in self.found:
            left = self.until - time.monotonic()
            if left <= 0:
                raise TimeoutError("timed out")
            try:
                raw = socket.create_connection((address, self.target.port), timeout=min(CONNECT_SECONDS, left))
            except OSError as error:
                problem = error
                continue
            if not addresses.may_be_reached(raw.getpeername()[0]):
                raw.close()
                raise NotReachable("the connection leads into our network")
            raw.settimeout(max(0.1, self.until - time.monotonic()))
            self.guard = socket.socket(fileno=os.dup(raw.fileno()))
            self.sock = _secured(raw, self.target.host) if self.target.secure else raw
            return
        raise problem

    def send(self, data: object) -> None:
        if self.sock is None and self.auto_open:
            self.connect()
        self.begun = True
        super().send(data)  # type: ignore[arg-type]

    def cut(self) -> None:
        """End the connection from another thread, whatever it waits for."""
        guard = self.guard
        if guard is not None:
            with contextlib.suppress(OSError):
                guard.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        super().close()
        if self.guard is not None:
            self.guard.close()
            self.guard = None


def _secured(raw: socket.socket, host: str) -> ssl.SSLSocket:
    try:
        return ssl.create_default_context().wrap_socket(raw, server_hostname=host)
    except Exception:
        raw.close()
        raise


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    seconds: float = SECONDS,
    lookup: Lookup = socket.getaddrinfo,
) -> Answer:
    """Send one message. Never raises for what a receiver or the network does."""
    started = time.monotonic()
    connection: CheckedConnection | None = None
    timer: threading.Timer | None = None
    try:
        target = addresses.parse(url)
        found = addresses.resolve(target, lookup)
        connection = CheckedConnection(target, found, started + seconds)
        timer = threading.Timer(max(0.1, started + seconds - time.monotonic()), connection.cut)
        timer.daemon = True
        timer.start()
        connection.request("POST", target.path, body, {**headers, "Host": target.host_header, "Connection": "close"})
        response = connection.getresponse()
        text = response.read(MOST_BYTES).decode("utf-8", "replace")
        return Answer(response.status, _plain(_explained(response)), _plain(text)[:SHOWN], _since(started))
    except Exception as error:
        late = time.monotonic() - started >= seconds
        told = f"no answer within {seconds:g} seconds" if late else f"{type(error).__name__}: {error}"
        perhaps = connection is not None and connection.begun
        return Answer(None, _plain(told)[:SHOWN], "", _since(started), perhaps)
    finally:
        if timer is not None:
            timer.cancel()
        if connection is not None:
            connection.close()


def _explained(response: http.client.HTTPResponse) -> str:
    """What is wrong with an answer; empty when it is good."""
    if 200 <= response.status < 300:
        return ""
    if 300 <= response.status < 400:
        return f"redirected to {response.headers.get('Location', '')[:200]!r}; redirects are not followed"
    return f"answered {response.status} {response.reason}"[:200]


def _plain(text: str) -> str:
    """Without what no database stores."""
    return text.replace("\x00", "")


def _since(started: float) -> int:
    return int((time.monotonic() - started) * 1000)
