"""The servers the tests start for themselves: they are real, and none of them outlives its parent."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis as redis_client

from scripts.services import ServiceMissing, postgres, redis
from tests.project.processes import children, descendants, eventually, is_living

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def nothing_named(monkeypatch):
    """As on a machine where no server is named."""
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    monkeypatch.delenv("TEST_REDIS_URL", raising=False)


def test_a_postgres_of_our_own_answers_and_does_not_wait_for_the_disk(nothing_named):
    with postgres() as url, psycopg.connect(url) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("off",)
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
        assert int(connection.execute("SHOW server_version_num").fetchone()[0]) >= 150000
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=2)


def test_a_durable_postgres_flushes_to_disk(nothing_named):
    with postgres(durable=True) as url, psycopg.connect(url) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)


def test_a_redis_of_our_own_answers_and_is_gone_after(nothing_named):
    with redis() as url:
        assert redis_client.Redis.from_url(url).ping() is True
    with pytest.raises(redis_client.ConnectionError):
        redis_client.Redis.from_url(url).ping()


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="the wheels exist up to Python 3.12")
def test_the_wheels_serve_where_nothing_is_installed(nothing_named, monkeypatch):
    monkeypatch.setenv("TEST_SERVERS", "wheels")
    with postgres() as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    with redis() as url:
        assert redis_client.Redis.from_url(url).ping() is True


def test_sqlite_is_never_taken_for_postgres(monkeypatch):
    monkeypatch.setenv("TEST_DATABASE_URL", "sqlite:////tmp/x.sqlite3")
    with pytest.raises(ServiceMissing, match="must name a PostgreSQL"), postgres():
        pass


def test_where_no_server_is_to_be_had_it_says_so(nothing_named, monkeypatch):
    monkeypatch.setenv("TEST_SERVERS", "wheels")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ServiceMissing, match="PostgreSQL 15 or later is missing"), postgres():
        pass
    with pytest.raises(ServiceMissing, match="Redis is missing"), redis():
        pass


def test_the_exit_status_is_that_of_the_command():
    code = "import os, sys; sys.exit(7 if os.environ['TEST_REDIS_URL'] == 'redis://named:1/0' else 1)"
    environment = os.environ | {"TEST_REDIS_URL": "redis://named:1/0"}
    answer = subprocess.run(
        [sys.executable, "-m", "scripts.services", "--redis", "--", sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        check=False,
    )
    assert answer.returncode == 7


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks /proc")
@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGKILL])
def test_no_process_outlives_the_parent(nothing_named, tmp_path, signum):
    ready = tmp_path / "ready"
    os.mkfifo(ready)
    command = ["sh", "-c", f"echo up > {ready}; exec sleep 600"]
    parent = subprocess.Popen(
        [sys.executable, "-m", "scripts.services", "--postgres", "--redis", "--", *command], cwd=ROOT
    )
    assert ready.read_text() == "up\n"  # opening the pipe waits until both servers run
    assert len(children(parent.pid)) == 3  # PostgreSQL, Redis, the command
    started = descendants(parent.pid)
    parent.send_signal(signum)
    parent.wait(timeout=30)
    assert eventually(lambda: not any(is_living(pid) for pid in started), seconds=180)
