"""A database of the run's own, on the server that TEST_DATABASE_URL names."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg


class ServerMissing(RuntimeError):
    """No PostgreSQL is named."""


def server_url() -> str:
    """The server that TEST_DATABASE_URL names. Raises `ServerMissing`."""
    server = os.environ.get("TEST_DATABASE_URL", "")
    if not server.startswith(("postgres://", "postgresql://")):
        raise ServerMissing("TEST_DATABASE_URL names no PostgreSQL; `make bench` starts one.")
    return server


@contextmanager
def fresh_database() -> Iterator[None]:
    """An empty, migrated database for as long as the block runs; Django is set up on it.

    The service runs with production's settings (no DEBUG). A Redis named by TEST_REDIS_URL is its queue, as in
    production; without one the queue is files.
    """
    server = server_url()
    name = f"cpaudit_bench_{os.getpid()}_{secrets.token_hex(3)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        with tempfile.TemporaryDirectory(prefix="cpaudit-bench-") as folder:
            _environment(urlunsplit(urlsplit(server)._replace(path=f"/{name}")), folder)
            _migrated()
            yield
            _close()
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def use(url: str, folder: str) -> None:
    """Set Django up on a database; what the service writes besides goes to `folder`."""
    import django

    _environment(url, folder)
    django.setup()


def _environment(url: str, folder: str) -> None:
    for variable in ("DEBUG", "REPLICA_URL", "EMAIL_URL", "S3_BUCKET", "DATABASE_POOL", "REDIS_URL"):
        os.environ.pop(variable, None)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "cpaudit_site.settings",
        "DATABASE_URL": url,
        "CPAUDIT_DATA_DIR": folder,
        "SECRET_KEY": secrets.token_hex(32),
        "LOG_LEVEL": "WARNING",
        "STATIC_DIR": folder,
        # As in production, also where no Redis is at hand.
        "REGISTER_CACHE_SECONDS": "2",
    }
    if os.environ.get("TEST_REDIS_URL"):
        parts = urlsplit(os.environ["TEST_REDIS_URL"])
        os.environ["REDIS_URL"] = urlunsplit(parts._replace(path="/15"))


def _migrated() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)


def _close() -> None:
    from django.db import connections

    connections.close_all()


def about_server(server: str) -> dict[str, Any]:
    """What the figures depend on: server, its durability, cores."""
    found = {}
    with psycopg.connect(server) as connection:
        for setting in ("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers"):
            row = connection.execute(f"SHOW {setting}").fetchone()
            found[setting] = row[0] if row else ""
    queue = "redis" if os.environ.get("TEST_REDIS_URL") else "files"
    return {"cores": os.cpu_count(), "postgresql": found, "queue": queue}


def checkpoint() -> None:
    """Let the server finish what earlier work left, so that no measure pays for another."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
