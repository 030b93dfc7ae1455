"""The production set-up without an engine: the file is read as one would, its own commands are started natively."""

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings
from django.utils import timezone
from psycopg import sql

from cpaudit_site.celery import SCHEDULE, BeatingScheduler, app
from cpaudit_site.processes import any_free_port, end, start
from tests.project import compose
from tests.project.processes import eventually

ROOT = compose.ROOT
SECRETS = {"SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "AWS_SECRET_ACCESS_KEY"}
GIVEN = {
    "SECRET_KEY": "a-key-only-for-the-test-of-the-compose-file-0123456789",
    "POSTGRES_PASSWORD": "of-the-database",
    "REDIS_PASSWORD": "of-redis",
    "EMAIL_URL": "smtp+tls://sender:word@mail.example.org:587",
    "DEFAULT_FROM_EMAIL": "cpaudit@example.org",
    "ALLOWED_HOSTS": "cpaudit.example.org",
    "SITE_URL": "https://cpaudit.example.org",
}
OURS = ("migrate", "web", "worker", "beat")


def read_by_our_code() -> set[str]:
    """Names of the environment variables that our code or its libraries read."""
    text = "".join(path.read_text() for path in (ROOT / "cpaudit_site").glob("*.py"))
    ours = re.findall(r'(?:env\.\w+|environ\.get|_database)\(\s*"([A-Z0-9_]+)"', text)
    return {*ours, "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}


def test_without_a_secret_or_a_place_nothing_starts():
    required = {name for name, kind in compose.names().items() if kind == ":?"}
    assert required == set(GIVEN)
    for name in required:
        with pytest.raises(compose.Unset, match=f"^{name}$"):
            compose.services({key: value for key, value in GIVEN.items() if key != name})


def test_no_secret_has_a_default_and_no_variable_is_left_bare():
    kinds = compose.names()
    assert [name for name, kind in kinds.items() if kind == ""] == []
    text = (ROOT / "docker-compose.yml").read_text()
    assert {name for name in SECRETS if re.search(rf"\$\{{{name}:-[^}}]", text)} == set()


def test_every_variable_given_to_our_processes_is_read_by_them():
    known = read_by_our_code()
    given = {name for service in OURS for name in compose.services(GIVEN)[service]["environment"]}
    assert given - known == set()
    assert {"SECRET_KEY", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "ALLOWED_HOSTS", "CPAUDIT_DATA_DIR"} <= given


def test_the_order_of_starting_and_the_health_checks_are_complete():
    services = compose.services(GIVEN)
    assert set(services) == {*OURS, "postgres", "redis"}
    for name, service in services.items():
        assert ("healthcheck" in service) == (name != "migrate"), name
        for other, condition in service.get("depends_on", {}).items():
            healthy = "service_completed_successfully" if other == "migrate" else "service_healthy"
            assert condition == {"condition": healthy}, (name, other)
    for name in ("web", "worker", "beat"):
        assert set(services[name]["depends_on"]) == {"migrate", "redis"}
    used = {volume.partition(":")[0] for service in services.values() for volume in service.get("volumes", [])}
    assert used == set(compose.raw()["volumes"])


def test_the_image_takes_in_all_it_names_and_runs_as_nobody_special():
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert set(re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)) == {"python:3.11-slim"}
    assert re.findall(r"^USER (.+)", dockerfile, re.MULTILINE) == ["cpaudit"]
    copied = {
        source for line in re.findall(r"^COPY (?!--from)(.+)", dockerfile, re.MULTILINE) for source in line.split()[:-1]
    }
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert copied == let_in
    assert [source for source in copied if not (ROOT / source).exists()] == []
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks", "scripts"}
    assert packages <= copied


# --- the processes themselves ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def database():
    """A database of the compose file's name-giving user on the test server; its address with the real host."""
    admin = os.environ["TEST_DATABASE_URL"]
    services = compose.services(GIVEN)
    url = urlsplit(services["web"]["environment"]["DATABASE_URL"])
    user, password, name = url.username, url.password, f"{url.path[1:]}_compose_{os.getpid()}"
    assert services["postgres"]["environment"] | {"POSTGRES_INITDB_ARGS": ""} == {
        "POSTGRES_USER": user,
        "POSTGRES_DB": url.path[1:],
        "POSTGRES_PASSWORD": password,
        "POSTGRES_INITDB_ARGS": "",
    }
    role = f"{user}_{os.getpid()}"
    with psycopg.connect(admin, autocommit=True) as connection:
        statement = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
        connection.execute(statement.format(sql.Identifier(role), sql.Literal(password)))
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(role)))
    real = urlsplit(admin)
    yield urlunsplit(("postgres", f"{role}:{password}@{real.hostname}:{real.port}", f"/{name}", "", ""))
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


class Native:
    """Runs the commands of the compose file on this machine: only hosts, ports and folders are replaced."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder = folder
        self.port = any_free_port()
        self.started: list[subprocess.Popen[bytes]] = []
        self.replaced = {
            "DATABASE_URL": database,
            "REDIS_URL": os.environ["TEST_REDIS_URL"],
            "WEB_BIND": f"127.0.0.1:{self.port}",
            "STATIC_DIR": str(folder / "static"),
        }

    def environment(self, service: str) -> dict[str, str]:
        given = {name: str(value) for name, value in compose.services(GIVEN)[service]["environment"].items()}
        (self.folder / service).mkdir(exist_ok=True)
        replaced = {name: value for name, value in self.replaced.items() if name in given or name == "STATIC_DIR"}
        return {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(self.folder),
            **given,
            **replaced,
            "CPAUDIT_DATA_DIR": str(self.folder / service),
        }

    def run(self, service: str, command: list[str]) -> subprocess.CompletedProcess[str]:
        environment = self.environment(service)
        return subprocess.run(
            [shutil.which(command[0], path=environment["PATH"]) or command[0], *command[1:]],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def start(self, service: str) -> None:
        environment = self.environment(service)
        command = compose.services(GIVEN)[service]["command"]
        with self.log(service).open("wb") as log:
            program = shutil.which(command[0], path=environment["PATH"]) or command[0]
            child = start([program, *command[1:]], env=environment, cwd=ROOT, stdout=log, stderr=log, new_session=True)
        self.started.append(child)

    def healthy(self, service: str) -> bool:
        test = compose.services(GIVEN)[service]["healthcheck"]["test"]
        assert test[0] == "CMD"
        return self.run(service, test[1:]).returncode == 0

    def log(self, service: str) -> Path:
        return self.folder / f"{service}.log"


@pytest.fixture
def native(tmp_path, database):
    runner = Native(tmp_path, database)
    yield runner
    end(runner.started, patience=20)


def answer(port: int, path: str) -> tuple[int, dict[str, object]]:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}")
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


@pytest.mark.postgres
@pytest.mark.redis
def test_migrate_web_worker_and_beat_work_together(native):
    # Before the migration: alive, but not ready, and the health check of the file says so.
    collect = native.run("web", ["python", "manage.py", "collectstatic", "--noinput", "--verbosity", "0"])
    assert (collect.returncode, collect.stderr) == (0, "")
    native.start("web")
    assert eventually(lambda: native.log("web").read_bytes().count(b"Booting worker") > 0, seconds=180)
    assert eventually(lambda: reachable(native.port), seconds=180)
    assert answer(native.port, "/health/live") == (200, {"status": "ok"})
    status, body = answer(native.port, "/health/ready")
    assert (status, body["checks"]["migrations"], body["checks"]["queue"]) == (503, "failing", "ok")
    assert not native.healthy("web")

    migration = native.run("migrate", compose.services(GIVEN)["migrate"]["command"])
    assert migration.returncode == 0, migration.stderr
    status, body = answer(native.port, "/health/ready")
    assert (status, body) == (
        200,
        {"status": "ok", "checks": {"database": "ok", "migrations": "ok", "cache": "ok", "queue": "ok"}},
    )
    assert native.healthy("web")

    native.start("worker")
    assert eventually(lambda: native.healthy("worker"), seconds=180), native.log("worker").read_text()

    # Beat was away for two days: it sends what it missed, at once, and the worker does it.
    run_folder = native.folder / "beat" / "run"
    run_folder.mkdir(parents=True)
    missed = BeatingScheduler(app, schedule_filename=str(run_folder / "beat-schedule"))
    for entry in missed.schedule.values():
        entry.last_run_at = timezone.now() - timedelta(days=2)
    missed.close()
    native.start("beat")
    assert eventually(lambda: native.healthy("beat"), seconds=180), native.log("beat").read_text()

    tasks = {entry["task"] for entry in SCHEDULE.values()}

    def undone() -> set[str]:
        log = native.log("worker").read_text()
        return {task for task in tasks if not re.search(rf"Task {re.escape(task)}\[[0-9a-f-]+\] succeeded", log)}

    assert eventually(lambda: not undone(), seconds=180), (undone(), native.log("worker").read_text()[-3000:])


def reachable(port: int) -> bool:
    try:
        answer(port, "/health/live")
    except (urllib.error.URLError, OSError):
        return False
    return True


@pytest.mark.postgres
@pytest.mark.redis
@pytest.mark.parametrize("key", ["", "demo", "insecure-demo-key", "short"])
def test_a_missing_demo_or_short_key_is_refused(native, key):
    native.replaced["SECRET_KEY"] = key
    for service in OURS:
        refused = native.run(service, ["python", "manage.py", "check"])
        assert refused.returncode == 1
        assert "SECRET_KEY is missing, shorter than 32 characters or a demo value" in refused.stderr


def test_the_queue_of_this_run_is_the_one_the_settings_name():
    expected = "filesystem://localhost//" if not settings.REDIS_URL else settings.REDIS_URL
    assert app.conf.broker_url == expected
    assert app.conf.accept_content == ["json"]
    assert app.conf.timezone == "Asia/Shanghai"
    assert app.conf.task_acks_late is True
