"""Real Celery workers on real Redis and PostgreSQL, each with an SMTP server of its own that can stop time inside a send."""

import asyncio
import contextlib
import email
import email.policy
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import redis
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from celery import Celery
from django.conf import settings
from django.db import connection

from cpaudit_site.processes import any_free_port, start, wait_until

PROJECT = Path(__file__).parents[2]
LEASE_SECONDS = 10  # longer than a busy machine takes between two steps of a test
PATIENCE = 60


@dataclass
class Stop:
    """A place inside the sending of a message: `data` (the server reads it) or `accepted` (it took it, says nothing yet).

    The first worker that gets there waits until the test says `go`; everybody else passes.
    """

    place: str
    taken: threading.Lock = field(default_factory=threading.Lock)
    reached: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)
    worker: str = ""
    address: str = ""  # of the recipient of the message in flight

    async def wait(self, worker: str, address: str) -> bool:
        """Hold whoever comes first; False for the others."""
        if not self.taken.acquire(blocking=False):
            return False
        self.worker, self.address = worker, address
        self.reached.set()
        await asyncio.get_running_loop().run_in_executor(None, self.go.wait, PATIENCE)
        return True


@dataclass
class PostOffice:
    """What all servers took, in order, and the stop that is set."""

    messages: list[EmailMessage] = field(default_factory=list)
    stop: Stop | None = None

    def set_stop(self, place: str) -> Stop:
        self.stop = Stop(place)
        return self.stop


class Server(Controller):
    """The SMTP server that one worker talks to."""

    def __init__(self, office: PostOffice, worker: str) -> None:
        self.office, self.worker = office, worker
        super().__init__(self, hostname="127.0.0.1", port=any_free_port())

    def factory(self) -> SMTP:
        server = self

        class Session(SMTP):
            async def push(self, status: Any) -> None:
                await super().push(status)
                stop = server.office.stop
                asked = status[:3] in ("354", b"354") and stop is not None and stop.place == "data"
                if asked and await stop.wait(server.worker, self.envelope.rcpt_tos[0]):
                    # Its client is gone before the message was whole. What lies in the buffer is not read: that the
                    # socket's end is noticed before `go` is heard is not certain.
                    self.transport.abort()
                    raise asyncio.CancelledError

        return Session(self)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.office.messages.append(message)
        stop = self.office.stop
        if stop is not None and stop.place == "accepted":
            await stop.wait(self.worker, envelope.rcpt_tos[0])
        return "250 taken"


class Staff:
    """Two workers, `one` and `two`, that are started, killed and given work."""

    def __init__(self, office: PostOffice, folder: Path) -> None:
        self.office, self.folder = office, folder
        self.servers = {name: Server(office, name) for name in ("one", "two")}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
        parts = urlsplit(os.environ["TEST_REDIS_URL"])
        self.broker = urlunsplit(parts._replace(path=f"/{10 + number % 5}"))
        self.queue = Celery("tests", broker=self.broker, set_as_current=False)
        self.queue.conf.broker_transport_options = {"global_keyprefix": "cpaudit-queue:"}

    def open(self) -> None:
        self._empty_queue()
        for name, server in self.servers.items():
            server.start()
            self.hire(name)

    def close(self) -> None:
        for process in self.processes.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        for server in self.servers.values():
            server.stop()
        self._empty_queue()
        self.queue.close()

    def _empty_queue(self) -> None:
        with redis.Redis.from_url(self.broker) as client:
            client.flushdb()

    def hire(self, name: str) -> None:
        """Start a worker as production does, on the test's database."""
        held = connection.settings_dict
        login = f"{quote(held['USER'])}:{quote(held['PASSWORD'])}@{held['HOST']}:{held['PORT']}"
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "cpaudit_site.settings",
            "DATABASE_URL": f"postgres://{login}/{held['NAME']}?application_name={name}",
            "REDIS_URL": self.broker,
            "EMAIL_URL": f"smtp://127.0.0.1:{self.servers[name].port}",
            "CPAUDIT_DATA_DIR": str(self.folder / name),
            "SECRET_KEY": settings.SECRET_KEY,
            "DEBUG": "0",
            "SITE_URL": "https://cp.example.org",
            "SENDING_HOURS": "0-24",
            "REMINDER_LEASE_SECONDS": str(LEASE_SECONDS),
        }
        options = ("--concurrency", "1", "--without-mingle", "--without-gossip", "--without-heartbeat")
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = start(
                [sys.executable, "-m", "celery", "-A", "cpaudit_site", "worker", "-n", f"{name}@tests", *options],
                env=environment,
                cwd=PROJECT,
                new_session=True,
                stdout=log,
                stderr=log,
            )

    def kill(self, name: str) -> None:
        """SIGKILL to the worker and its child; what its database session was waiting for is over too."""
        os.killpg(self.processes[name].pid, signal.SIGKILL)
        self.processes[name].wait()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s", [name])
            wait_until(lambda: not self._sessions(name), seconds=PATIENCE, step=0.01)

    def _sessions(self, name: str) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = %s", [name])
            return int(cursor.fetchone()[0])

    def ask(self, day: str) -> None:
        """What beat does: a run for each worker."""
        for _ in self.processes:
            self.queue.send_task("audits.tasks.send_due_notices", [day])

    def waiting_for_a_lock(self, *names: str) -> str:
        """The worker whose database session waits for a lock the test holds."""
        found: list[str] = []

        def blocked() -> bool:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT application_name FROM pg_stat_activity"
                    " WHERE wait_event_type = 'Lock' AND application_name = ANY(%s) ORDER BY query_start",
                    [list(names or self.processes)],
                )
                found[:] = [name for (name,) in cursor.fetchall()]
            return bool(found)

        assert wait_until(blocked, seconds=PATIENCE, step=0.02), "no worker came to the lock"
        return found[0]

    def said(self) -> str:
        """The logs, for a test that fails."""
        return "\n".join(file.read_text(errors="replace")[-4000:] for file in sorted(self.folder.glob("*.log")))


@contextlib.contextmanager
def staff_at(folder: Path) -> Iterator[Staff]:
    """Two workers as long as the block runs."""
    staff = Staff(PostOffice(), folder)
    try:
        staff.open()
        yield staff
    finally:
        staff.close()
