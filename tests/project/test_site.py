"""The site as a whole: health, headers, languages, the documented interface, production settings, the read copy."""

import io
import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
import structlog
from django.apps import apps
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import override_settings

from cpaudit_site.logs import logging_config
from cpaudit_site.replica import ReplicaRouter, reading_from_replica

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "PATH": os.environ["PATH"],
    "SECRET_KEY": "a-key-of-more-than-thirty-two-characters-0123456789-abcdef",
    "ALLOWED_HOSTS": "cpaudit.example.org",
    "PROXIES": "1",
}


def manage(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`manage.py` in the environment of a production host."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**PRODUCTION, "CPAUDIT_DATA_DIR": str(folder), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


# --- health -----------------------------------------------------------------------------------------------------------


def test_live_answers_without_a_database(client):
    response = client.get("/health/live", HTTP_HOST="10.0.0.7")  # a probe knows no host name of ours
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_ready_asks_all_parts(client):
    response = client.get("/health/ready", HTTP_HOST="10.0.0.7")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "checks": {"database": "ok", "migrations": "ok", "cache": "ok", "queue": "ok"},
    }
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_a_missing_migration_makes_it_not_ready(client):
    MigrationRecorder(connection).migration_qs.filter(app="accounts").delete()
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["checks"] == {"database": "ok", "migrations": "failing", "cache": "ok", "queue": "ok"}


@pytest.mark.django_db
@override_settings(REDIS_URL="redis://127.0.0.1:1/0")
def test_a_queue_out_of_reach_makes_it_not_ready_and_tells_nothing_of_where_it_is(client):
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["checks"]["queue"] == "failing"
    assert "127.0.0.1" not in response.content.decode()


# --- pages and languages ----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_every_page_carries_the_security_headers(client):
    response = client.get("/accounts/login/")
    assert response.status_code == 200
    policy = response["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("accepted", "language"),
    [(None, "zh-hans"), ("fr", "zh-hans"), ("zh-CN,zh;q=0.9", "zh-hans"), ("en-US,en;q=0.9", "en")],
)
def test_the_language_is_chinese_unless_english_is_asked_for(client, accepted, language):
    headers = {"Accept-Language": accepted} if accepted else {}
    assert client.get("/accounts/login/", headers=headers)["Content-Language"] == language


@pytest.mark.django_db
def test_the_interface_is_documented_without_inline_code_or_foreign_addresses(client):
    page = client.get("/api/docs/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "<style" not in text
    assert "<script>" not in text
    assert "http://" not in text
    assert "https://" not in text
    script = client.get("/api/docs/?script=")
    assert script["Content-Type"].startswith("application/javascript")
    schema = client.get("/api/schema/", headers={"Accept": "application/json"})
    assert schema.status_code == 200
    assert schema.json()["openapi"].startswith("3.")


# --- production -------------------------------------------------------------------------------------------------------


@pytest.mark.embedded
@pytest.mark.parametrize("key", ["", "demo", "insecure-demo-key", "thirty-one-characters-are-short"])
def test_production_refuses_a_missing_demo_or_short_key(tmp_path, key):
    refused = manage(tmp_path, "check", SECRET_KEY=key)
    assert refused.returncode == 1
    assert "SECRET_KEY is missing, shorter than 32 characters or a demo value" in refused.stderr


@pytest.mark.embedded
def test_djangos_own_deployment_check_finds_nothing_but_what_is_left_to_the_proxy(tmp_path):
    (tmp_path / "static").mkdir()
    found = manage(tmp_path, "check", "--deploy", "--fail-level", "ERROR")
    warned = {word for word in found.stderr.replace(")", "(").split("(") if word.startswith(("security.W", "axes.W"))}
    # Whether subdomains and browsers' preload lists are included is for the owner of the domain to say.
    assert (found.returncode, warned) == (0, {"security.W005", "security.W021"})


@pytest.mark.embedded
def test_production_settings_follow_the_environment(tmp_path):
    code = (
        "from django.conf import settings as s; import json; print(json.dumps(["
        "s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS,"
        "s.DATABASES['default']['ENGINE'], s.DATABASES['default']['OPTIONS'], s.DATABASES['replica']['HOST'],"
        "s.STORAGES['default']['BACKEND'], s.STORAGES['staticfiles']['BACKEND'], s.EMAIL_HOST, s.EMAIL_USE_TLS,"
        "s.CACHES['default']['BACKEND']]))"
    )
    found = manage(
        tmp_path,
        *("shell", "--no-imports", "-c", code),
        DATABASE_URL="postgres://u:p@db.example.org/cpaudit?sslmode=require",
        REPLICA_URL="postgres://u:p@copy.example.org/cpaudit",
        REDIS_URL="redis://queue.example.org/0",
        EMAIL_URL="smtp+tls://u:p@mail.example.org:587",
        S3_BUCKET="cpaudit-files",
    )
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout.strip().splitlines()[-1]) == [
        *(True, True, True, 31_536_000),
        *("django.db.backends.postgresql", {"sslmode": "require"}, "copy.example.org"),
        "storages.backends.s3.S3Storage",
        "whitenoise.storage.CompressedManifestStaticFilesStorage",
        *("mail.example.org", True),
        "django.core.cache.backends.redis.RedisCache",
    ]


# --- logs and the read copy -------------------------------------------------------------------------------------------


def test_a_logged_error_is_one_line_of_json_without_the_values_of_variables():
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        logging_config(level="INFO", form="json")
        ours = next(handler for handler in root.handlers if handler not in before[0])
        ours.setStream(stream := io.StringIO())
        try:
            password = "never-in-the-log"  # noqa: F841 - it must not be shown
            raise ValueError("broken")
        except ValueError:
            structlog.get_logger("tests").exception("it_broke", case="A1")
    finally:
        root.handlers[:], root.level = before
    (line,) = stream.getvalue().splitlines()
    entry = json.loads(line)
    assert (entry["event"], entry["case"], entry["level"]) == ("it_broke", "A1", "error")
    assert entry["exception"][0]["exc_type"] == "ValueError"
    assert "never-in-the-log" not in line


def test_reads_go_to_the_copy_only_where_asked_and_never_inside_a_transaction(db):
    router, user = ReplicaRouter(), apps.get_model("accounts", "User")
    assert router.db_for_read(user) == "default"
    with reading_from_replica():
        assert router.db_for_read(user) == "default"  # a test runs in a transaction
        assert router.db_for_write(user) == "default"
    assert router.allow_migrate("replica", "accounts") is False


@pytest.mark.django_db(transaction=True)
def test_reads_go_to_the_copy_outside_a_transaction():
    router, user = ReplicaRouter(), apps.get_model("accounts", "User")
    with reading_from_replica():
        assert router.db_for_read(user) == "replica"
    assert router.db_for_read(user) == "default"
