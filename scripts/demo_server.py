"""A filled demo behind a real web server on a free port of this machine, for tests in the browser and for screenshots.

It is the demo of `make demo` without worker and beat: the same settings, gunicorn, compressed static files with hashed
names. It ends with this process, also when that is killed.
"""

import os
import secrets
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from cpaudit_site.processes import any_free_port, end, start, wait_until
from cpaudit_site.run import HOST, ROOT, STOP_SECONDS, CannotRun, Demo, Part, environment_of, prepare

START_SECONDS = 60.0
ADDRESS = "DEMO_URL"
WEB = ("-m", "gunicorn", "--config", "python:cpaudit_site.web_server", "cpaudit_site.wsgi")
PASSWORD = "CPAUDIT_DEMO_PASSWORD"  # noqa: S105 - the name of a variable
MAILS = "DEMO_OUTBOX"
NIGHT = """
import django
django.setup()
from cpaudit_site.celery import SCHEDULE, app
app.loader.import_default_modules()
for one in SCHEDULE.values():
    app.tasks[one["task"]]()
"""


@dataclass(frozen=True, slots=True)
class DemoServer:
    """Where the demo answers (no slash at the end), the password of all its users, what it logs into, and the folder its
    mails are written to."""

    address: str
    password: str
    log: Path | None = None
    outbox: Path | None = None

    def last_words(self) -> str:
        """The end of the log, for messages about a failure."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-60:]) if self.log else ""


@contextmanager
def demo_server(folder: Path, database_url: str = "") -> Iterator[DemoServer]:
    """Fill a demo in `folder` and serve it. A demo that runs already is used instead when DEMO_URL names it (and
    DEMO_OUTBOX the folder of its mails).

    `database_url` names a PostgreSQL: a database is made there and dropped at the end; without it SQLite in `folder`.
    Raises cpaudit_site.run.CannotRun when it cannot be filled, RuntimeError when it does not answer.
    """
    if os.environ.get(ADDRESS):
        outbox = os.environ.get(MAILS)
        yield DemoServer(os.environ[ADDRESS].rstrip("/"), os.environ[PASSWORD], outbox=Path(outbox) if outbox else None)
        return
    port = any_free_port(HOST)
    demo = Demo(folder, secrets.token_urlsafe(48), secrets.token_urlsafe(12))
    demo.environment = environment_of(demo, port) | {
        "THROTTLE_ANONYMOUS": "",
        "THROTTLE_USER": "",
        "THROTTLE_SIGN_IN": "",
        "LOG_LEVEL": "WARNING",
    }
    with _database(database_url) as url:
        if url:
            demo.environment["DATABASE_URL"] = url
        prepare(demo, empty=False)
        _first_night(demo)
        part = Part("web", [sys.executable, *WEB], lambda: _answers(port), folder / "web.log")
        part.start(demo.environment)
        assert part.process is not None  # noqa: S101 - it was started the line before
        try:
            ready = wait_until(lambda: part.has_ended() or part.answers(), seconds=START_SECONDS)
            if not ready or part.has_ended():
                raise RuntimeError(f"The demo does not answer:\n{part.last_words()}")
            yield DemoServer(f"http://{HOST}:{port}", demo.password, part.log, folder / "outbox")
        finally:
            end([part.process], patience=STOP_SECONDS)


def _first_night(demo: Demo) -> None:
    """Run every periodic task once, as worker and beat would: nobody's inbox is empty. Mail goes into files."""
    process = start([sys.executable, "-c", NIGHT], env=demo.environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    if process.wait() != 0:
        raise CannotRun("A periodic task failed, see above. 定时任务失败，见上文。")


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/health/ready", timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def _database(server_url: str) -> Iterator[str]:
    """The address of a database of its own on the PostgreSQL named, for as long as the block runs; "" for SQLite."""
    if not server_url.startswith(("postgres", "psql", "pgsql")):
        yield ""
        return
    import psycopg
    from psycopg import sql

    name = f"cpaudit_browser_{secrets.token_hex(4)}"
    parts = urlsplit(server_url)
    home = urlunsplit(parts._replace(scheme="postgresql"))
    with psycopg.connect(home, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urlunsplit(parts._replace(path=f"/{name}"))
        finally:
            with suppress(psycopg.Error):
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
