"""`make setup` on machines that lack something, and when it has nothing or something to do. The Pythons are stand-ins."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.embedded

ROOT = Path(__file__).resolve().parents[2]
# Answers as Python does, writes down what it was asked, and makes a .venv with itself in it.
STAND_IN = """#!/bin/sh
echo "$*" >>"$LOG"
case "$*" in
    --version) echo "Python ${{VERSION:-{version}}}" ;;
    "-c "*) exit {fits} ;;
    "-m venv"*) {venv} ;;
    "-m pip --version") exit {pip} ;;
    "-m ensurepip") exit {ensurepip} ;;
    "-m pip install"*) exit {install} ;;
esac
"""
MAKES_VENV = 'mkdir -p .venv/bin && cp "$0" .venv/bin/python'


@pytest.fixture
def machine(tmp_path):
    """A folder with the script and a small lock, and a way to put stand-ins on an otherwise empty PATH."""
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "setup.sh", tmp_path / "scripts")
    (tmp_path / "requirements.lock.txt").write_text("django==5.2.19 \\\n    --hash=sha256:00\n")
    (tmp_path / "bin").mkdir()
    for tool in ("sh", "cat", "dirname", "grep", "rm", "mkdir", "cp"):
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool))
    return tmp_path


def put(path: Path, *, version="3.11.7", fits=0, venv=MAKES_VENV, pip=0, ensurepip=0, install=0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        STAND_IN.format(version=version, fits=fits, venv=venv, pip=pip, ensurepip=ensurepip, install=install)
    )
    path.chmod(0o755)


def setup(machine: Path, **environment: str) -> tuple[int, str, list[str]]:
    """(exit status, what it complained of, what the Pythons were asked to install or make)."""
    log = machine / "log"
    log.write_text("")
    answer = subprocess.run(
        ["sh", "scripts/setup.sh"],
        cwd=machine,
        env={"PATH": str(machine / "bin"), "LOG": str(log), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    asked = [
        line for line in log.read_text().splitlines() if line.startswith(("-m venv", "-m pip install", "-m ensure"))
    ]
    return answer.returncode, answer.stderr, asked


def test_without_python_one_sentence_says_so(machine):
    status, complaint, _ = setup(machine)
    assert status == 1
    assert complaint.startswith("Python 3.11, 3.12 or 3.13 is missing: ")
    assert "缺少 Python 3.11" in complaint
    assert len(complaint.splitlines()) == 1


def test_a_python_that_is_too_old_counts_as_none(machine):
    put(machine / "bin" / "python3", version="3.9.2", fits=1)
    status, complaint, asked = setup(machine)
    assert (status, asked) == (1, [])
    assert complaint.startswith("Python 3.11, 3.12 or 3.13 is missing: ")


def test_a_newer_name_is_taken_where_python3_is_too_old(machine):
    put(machine / "bin" / "python3", version="3.9.2", fits=1)
    put(machine / "bin" / "python3.12", version="3.12.1")
    assert setup(machine)[0] == 0
    assert (machine / ".venv" / "bin" / "python").exists()


def test_without_a_working_venv_module_one_sentence_names_the_package(machine):
    put(machine / "bin" / "python3", venv="mkdir -p .venv/bin; exit 1")
    status, complaint, _ = setup(machine)
    assert status == 1
    assert "the venv module with pip is missing (on Debian: apt-get install python3-venv)" in complaint
    assert len(complaint.splitlines()) == 1
    assert not (machine / ".venv").exists()  # nothing half-made is left


def test_it_installs_once_and_again_only_when_the_lock_or_the_python_changes(machine):
    put(machine / "bin" / "python3")
    install = "-m pip install --quiet --quiet --disable-pip-version-check --no-input --no-deps --require-hashes"
    assert setup(machine)[::2] == (0, ["-m venv --clear .venv", f"{install} -r requirements.lock.txt"])
    assert setup(machine)[::2] == (0, [])
    os.utime(machine / "requirements.lock.txt")
    assert setup(machine)[::2] == (0, [])
    (machine / "requirements.lock.txt").write_text("django==5.2.20 \\\n    --hash=sha256:11\n")
    assert setup(machine)[::2] == (0, [f"{install} -r requirements.lock.txt"])
    assert setup(machine, VERSION="3.12.0")[::2] == (0, [f"{install} -r requirements.lock.txt"])


def test_an_installation_that_failed_is_tried_again(machine):
    put(machine / "bin" / "python3", install=1)
    status, complaint, _ = setup(machine)
    assert status == 1
    assert complaint.startswith("The locked packages could not be installed")
    put(machine / ".venv" / "bin" / "python")
    assert setup(machine)[2][-1].startswith("-m pip install")


def test_a_venv_without_pip_gets_one(machine):
    put(machine / ".venv" / "bin" / "python", pip=1)
    assert [line.split()[1] for line in setup(machine)[2]] == ["ensurepip", "pip"]
    put(machine / ".venv" / "bin" / "python", pip=1, ensurepip=1)
    (machine / ".venv" / ".lock-installed").unlink()
    status, complaint, _ = setup(machine)
    assert status == 1
    assert complaint.startswith("pip is missing in .venv and cannot be added")


def test_a_venv_whose_python_is_gone_is_made_anew(machine):
    (machine / ".venv" / "bin").mkdir(parents=True)
    (machine / ".venv" / "bin" / "python").symlink_to("/nowhere/python3")
    put(machine / "bin" / "python3", venv='rm -rf .venv && mkdir -p .venv/bin && cp "$0" .venv/bin/python')
    status, complaint, asked = setup(machine)
    assert (status, complaint, asked[0]) == (0, "", "-m venv --clear .venv")
