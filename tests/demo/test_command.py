"""`manage.py demo --prepare` writes only where a demo is asked for; `--reset` empties only what a demo has made."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from accounts.models import User
from accounts.people import create_user
from audits.demo import people, resetting

ROOT = Path(__file__).resolve().parents[2]


def make_demo_users() -> None:
    """What tells a demo's database from another."""
    for name in people.NAMED:
        create_user(username=name, email=f"{name}@{people.DOMAIN}", full_name=name, password=None)


@pytest.mark.django_db
def test_it_refuses_a_service_that_is_no_demo(monkeypatch):
    monkeypatch.delenv(resetting.FLAG, raising=False)
    with pytest.raises(CommandError, match="only written where it is asked for"):
        call_command("demo", "--prepare")
    assert not people.is_filled()


@pytest.mark.django_db
@pytest.mark.parametrize("more", [(), ("--reset",)])
def test_it_leaves_data_of_others_alone(monkeypatch, more):
    monkeypatch.setenv(resetting.FLAG, "1")
    create_user(username="li", email="li@example.com", full_name="某人", password=None)
    with pytest.raises(CommandError, match="nothing was changed"):
        call_command("demo", "--prepare", *more)
    with pytest.raises(resetting.NotADemo):
        resetting.reset()
    assert User.objects.filter(username="li").exists()


@pytest.mark.django_db(transaction=True)
def test_reset_removes_people_and_files_and_keeps_the_proof_against_tampering(monkeypatch, settings, tmp_path):
    monkeypatch.setenv(resetting.FLAG, "1")
    settings.MEDIA_ROOT = tmp_path / "files"
    make_demo_users()
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "report.pdf").write_bytes(b"%PDF-1.4")
    resetting.reset()
    assert not User.objects.filter(email__endswith=people.DOMAIN).exists()
    assert not (tmp_path / "files").exists()
    call_command("check", databases=["default"], fail_level="WARNING")  # the append-only triggers are there again


STEPS = """
import django
django.setup()
from django.core.management import call_command
from tests.demo.test_command import left_after_reset
call_command("migrate", verbosity=0)
print(left_after_reset())
"""


def left_after_reset() -> tuple[int, bool]:
    """Make a demo's users and a file, reset; what is left: accounts beside the system's, and whether the file is there."""
    make_demo_users()
    name = default_storage.save("documents/report.pdf", ContentFile(b"%PDF-1.4"))
    resetting.reset()
    return User.objects.filter(email__endswith=people.DOMAIN).count(), default_storage.exists(name)


@pytest.mark.embedded
def test_reset_of_the_embedded_mode_deletes_the_database_and_the_files(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "cpaudit_site.settings",
        "CPAUDIT_DATA_DIR": str(tmp_path),
        "DEBUG": "1",
    }
    environment.pop("DATABASE_URL", None)
    done = subprocess.run([sys.executable, "-c", STEPS], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout.splitlines()[-1:]) == (0, ["(0, False)"]), done.stderr
    assert (tmp_path / "cpaudit.sqlite3").exists()
    assert (tmp_path / "notes.txt").read_text() == "mine"
