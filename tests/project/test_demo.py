"""The demo's parent: it says the address only when all answer, keeps the data, and leaves no process behind."""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cpaudit_site import run
from cpaudit_site.processes import any_free_port
from tests.project.processes import descendants, eventually, is_living

pytestmark = pytest.mark.embedded

ROOT = Path(__file__).resolve().parents[2]
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks /proc, and the kernel tells the children")


@contextmanager
def demo(folder: Path, *arguments: str, first_port: int | None = None) -> Iterator[subprocess.Popen[str]]:
    """A running demo without data; killed with all it started should the test fail."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TEST_")}
    environment |= {"CPAUDIT_DATA_DIR": str(folder)}
    environment.pop("MAKELEVEL", None)
    command = [sys.executable, "-m", "cpaudit_site.run", "--empty", "--port", str(first_port or any_free_port())]
    parent = subprocess.Popen(
        [*command, *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield parent
    finally:
        if parent.poll() is None:
            os.killpg(parent.pid, signal.SIGKILL)
        parent.communicate()


@contextmanager
def taking(port: int) -> Iterator[None]:
    """Somebody else listens on the port."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        yield


def address(parent: subprocess.Popen[str]) -> str:
    """Read on until the address is said."""
    assert parent.stdout is not None
    heard = ""
    for line in parent.stdout:
        heard += line
        if found := re.search(r"http://127\.0\.0\.1:\d+/", line):
            return found.group()
    raise AssertionError(f"the demo ended without an address:\n{heard}")


def status(url: str) -> int:
    with urllib.request.urlopen(url, timeout=10) as response:
        return int(response.status)


@linux
def test_it_runs_keeps_its_data_and_leaves_no_process_however_it_ends(tmp_path):
    taken = any_free_port()
    with taking(taken), demo(tmp_path, first_port=taken) as parent:
        url = address(parent)
        assert int(url.rstrip("/").rpartition(":")[2]) > taken  # the next free port
        assert status(f"{url}health/ready") == 200
        assert status(f"{url}api/docs/") == 200
        started = descendants(parent.pid)
        assert len(started) == 4  # gunicorn and its worker, the Celery worker, beat
        assert {os.getpgid(pid) for pid in started} == {parent.pid}
        os.killpg(parent.pid, signal.SIGINT)  # as Ctrl-C does: to the whole group
        assert parent.wait(timeout=10) == 0
        assert [pid for pid in started if is_living(pid)] == []

    secrets = json.loads((tmp_path / run.MARK).read_text())
    assert (tmp_path / run.MARK).stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(tmp_path / "cpaudit.sqlite3") as database:
        database.execute("CREATE TABLE left_by_the_first_run (id)")

    with demo(tmp_path) as parent:
        address(parent)
        started = descendants(parent.pid)
        parent.send_signal(signal.SIGTERM)  # as a supervisor does: to the parent alone
        assert parent.wait(timeout=10) == 0
        assert [pid for pid in started if is_living(pid)] == []

    with demo(tmp_path) as parent:
        address(parent)
        started = descendants(parent.pid)
        assert len(started) == 4
        parent.kill()  # nothing of ours runs any more that could end the children
        parent.wait()
        assert eventually(lambda: not any(is_living(pid) for pid in started), seconds=180)

    assert json.loads((tmp_path / run.MARK).read_text()) == secrets
    with sqlite3.connect(tmp_path / "cpaudit.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM left_by_the_first_run").fetchone() == (0,)


def test_reset_leaves_a_folder_that_no_demo_has_made(tmp_path):
    (tmp_path / "cpaudit.sqlite3").write_text("somebody's data")
    with pytest.raises(run.CannotRun, match="was not made by `make demo`"):
        run.reset(tmp_path)
    assert (tmp_path / "cpaudit.sqlite3").read_text() == "somebody's data"


def test_reset_removes_what_the_demo_wrote_and_nothing_else(tmp_path):
    run.secrets_of(tmp_path)
    (tmp_path / "cpaudit.sqlite3").write_text("")
    (tmp_path / "files").mkdir()
    (tmp_path / "notes.txt").write_text("mine")
    run.reset(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_the_password_is_the_given_one_else_that_of_the_last_run(tmp_path, monkeypatch):
    monkeypatch.delenv("CPAUDIT_DEMO_PASSWORD", raising=False)
    first = run.secrets_of(tmp_path)
    assert run.secrets_of(tmp_path).password == first.password
    assert len(first.password) >= 12
    monkeypatch.setenv("CPAUDIT_DEMO_PASSWORD", "given-by-hand")
    given = run.secrets_of(tmp_path)
    assert (given.password, given.key) == ("given-by-hand", first.key)


def test_a_second_demo_on_the_same_data_is_refused(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("CPAUDIT_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("MAKELEVEL", raising=False)
    with run._alone(tmp_path):
        assert run.main(["--empty"]) == 1
    assert "already running" in capsys.readouterr().err


def test_the_demo_never_uses_a_database_or_queue_of_somebody_else(tmp_path, monkeypatch):
    for name in run.NOT_OF_THE_DEMO:
        monkeypatch.setenv(name, "postgres://production.example/cpaudit")
    environment = run.environment_of(run.secrets_of(tmp_path), 8000)
    assert {name: environment[name] for name in run.NOT_OF_THE_DEMO if name in environment} == {"DEBUG": "0"}
