"""`make demo`: fill the demo and run the whole service from one parent in the foreground.

    python -m cpaudit_site.run [--reset] [--port 8000] [--empty]

1. Finds or makes the demo's secrets in CPAUDIT_DATA_DIR (the key of 32 random bytes, the password of the demo users).
2. Migrates, collects the static files, fills the demo (`manage.py demo --prepare`).
3. Starts web, worker and beat in its own process group, and says the address when all three answer.
4. Ends all of them within ten seconds on Ctrl-C, TERM or HUP, or when it dies itself (the kernel tells the children).

A worker or beat that falls is started again a few times. The data stay for the next run; --reset removes them first.
The demo is always the embedded mode: DATABASE_URL and the like are not used.
"""

import argparse
import contextlib
import fcntl
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cpaudit_site.processes import die_with_parent, end, next_free_port, start

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
FIRST_PORT = 8000
START_SECONDS = 120.0
STOP_SECONDS = 6.0
MOST_RESTARTS = 5
# What a demo leaves in CPAUDIT_DATA_DIR, and --reset removes. The mark says that the folder is a demo's.
MARK = "demo.json"
LEFT_BY_DEMO = (
    *("cpaudit.sqlite3", "cpaudit.sqlite3-wal", "cpaudit.sqlite3-shm"),
    *("files", "outbox", "sms.jsonl", "queue", "static", "run"),
)
NOT_OF_THE_DEMO = ("DATABASE_URL", "REPLICA_URL", "REDIS_URL", "S3_BUCKET", "EMAIL_URL", "DEBUG", "PROXIES")


class CannotRun(RuntimeError):
    """The demo cannot start; the message says why (Chinese and English)."""


@dataclass
class Part:
    """One of the three processes: how it is started, where it logs, how one knows that it answers."""

    name: str
    command: list[str]
    answers: Callable[[], bool]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    restarts: int = 0

    def start(self, environment: Mapping[str, str]) -> None:
        with self.log.open("ab") as log:
            self.process = start(self.command, env=environment, cwd=ROOT, stdout=log, stderr=log)

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])


@dataclass
class Demo:
    """The secrets and the environment of the demo in one data folder."""

    folder: Path
    key: str
    password: str
    environment: dict[str, str] = field(default_factory=dict)


# --- preparing --------------------------------------------------------------------------------------------------------


def data_folder() -> Path:
    return Path(os.environ.get("CPAUDIT_DATA_DIR") or ROOT / ".data").resolve()


def reset(folder: Path) -> None:
    """Remove what an earlier demo left in `folder`. Raises CannotRun for a folder that no demo has made."""
    present = [folder / name for name in LEFT_BY_DEMO if (folder / name).exists()]
    if present and not (folder / MARK).exists():
        raise CannotRun(
            f"{folder} was not made by `make demo`; nothing was removed. "
            f"{folder} 不是由 make demo 生成的，未删除任何内容。"
        )
    for path in present:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    (folder / MARK).unlink(missing_ok=True)


def secrets_of(folder: Path) -> Demo:
    """The demo's key and password: those of the last run, else new ones. CPAUDIT_DEMO_PASSWORD goes before both."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / MARK
    try:
        kept: dict[str, str] = json.loads(path.read_text())
    except FileNotFoundError:
        kept = {}
    key = kept.get("key") or secrets.token_urlsafe(48)
    password = os.environ.get("CPAUDIT_DEMO_PASSWORD") or kept.get("password") or secrets.token_urlsafe(12)
    draft = folder / f"{MARK}.draft"
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump({"key": key, "password": password}, file)
    draft.replace(path)
    return Demo(folder, key, password)


def environment_of(demo: Demo, port: int) -> dict[str, str]:
    """The environment of all processes of the demo."""
    kept = {name: value for name, value in os.environ.items() if name not in NOT_OF_THE_DEMO}
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "cpaudit_site.settings",
        "CPAUDIT_DATA_DIR": str(demo.folder),
        "CPAUDIT_DEMO": "1",
        "CPAUDIT_DEMO_PASSWORD": demo.password,
        "SECRET_KEY": demo.key,
        "DEBUG": "0",
        "HTTPS": "0",
        "SENDING_HOURS": "0-24",  # whoever tries the demo at night wants to see its mail
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "SITE_URL": f"http://{HOST}:{port}",
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
        "WEB_BIND": f"{HOST}:{port}",
        "WEB_WORKERS": "1",
        "PYTHONUNBUFFERED": "1",
    }


def prepare(demo: Demo, *, empty: bool) -> None:
    """Migrate, collect static files and fill. Raises CannotRun when one of them fails."""
    _manage(demo, "migrate", "--verbosity", "0")
    _manage(demo, "collectstatic", "--noinput", "--verbosity", "0")
    if empty:
        return
    say("Filling the demo (kept for the next run) …", "正在准备演示数据（下次运行会保留）……")
    _manage(demo, "demo", "--prepare")


def _manage(demo: Demo, *arguments: str) -> None:
    process = start([sys.executable, "manage.py", *arguments], env=demo.environment, cwd=ROOT)
    try:
        status = process.wait()
    finally:
        end([process], patience=STOP_SECONDS)
    if status != 0:
        raise CannotRun(f"`manage.py {' '.join(arguments)}` failed, see above. 命令失败，见上文。")


# --- running ----------------------------------------------------------------------------------------------------------


def serve(environment: Mapping[str, str], port: int, *, announce: Callable[[], None]) -> int:
    """Run web, worker and beat until a signal comes; `announce` is called once, when all three answer.

    Returns the exit status: 0 after a signal, 1 when a part does not start or falls too often.
    """
    asked: list[int] = []
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, lambda number, frame: asked.append(number))
    os.environ.update(environment)
    parts = _parts(port, Path(environment["CPAUDIT_DATA_DIR"]) / "run")
    try:
        for part in parts:
            part.start(environment)
        if not _all_answer(parts, asked):
            return 0 if asked else 1
        announce()
        while not asked:
            if not _keep_up(parts, environment):
                return 1
            time.sleep(0.2)
        say("Stopping …", "正在停止……")
        return 0
    finally:
        end([part.process for part in parts if part.process is not None], patience=STOP_SECONDS)


def _parts(port: int, folder: Path) -> list[Part]:
    from cpaudit_site.celery import answer, beat_pulse, worker_answer  # reads the settings, so not before now

    folder.mkdir(parents=True, exist_ok=True)
    begun = time.time()
    word = secrets.token_hex(8)
    sent: list[str] = []

    def web_answers() -> bool:
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/health/ready", timeout=5) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def worker_answers() -> bool:
        if not sent:
            answer.delay(word)
            sent.append(word)
        path = worker_answer()
        return path.exists() and path.read_text() == word

    def beat_answers() -> bool:
        path = beat_pulse()
        return path.exists() and path.stat().st_mtime >= begun

    celery = [sys.executable, "-m", "celery", "-A", "cpaudit_site"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    web = [sys.executable, "-m", "gunicorn", "--config", "python:cpaudit_site.web_server", "cpaudit_site.wsgi"]
    return [
        Part("web", web, web_answers, folder / "web.log"),
        # One process and no pool: a pool's children would outlive a worker that is killed.
        Part("worker", [*celery, "worker", "--pool", "solo", *quiet], worker_answers, folder / "worker.log"),
        Part("beat", [*celery, "beat"], beat_answers, folder / "beat.log"),
    ]


def _all_answer(parts: Sequence[Part], asked: Sequence[int]) -> bool:
    waiting = list(parts)
    deadline = time.monotonic() + START_SECONDS
    while waiting and not asked:
        for part in [part for part in waiting if part.has_ended()]:
            return _complain(part, "does not start", "无法启动")
        waiting = [part for part in waiting if not part.answers()]
        if waiting and time.monotonic() > deadline:
            return _complain(waiting[0], "does not answer", "没有应答")
        time.sleep(0.1)
    return not asked


def _keep_up(parts: Sequence[Part], environment: Mapping[str, str]) -> bool:
    """Start again what has fallen; False when something falls again and again."""
    for part in parts:
        if part.has_ended():
            part.restarts += 1
            if part.restarts > MOST_RESTARTS:
                return _complain(part, "falls again and again", "反复退出")
            part.start(environment)
    return True


def _complain(part: Part, english: str, chinese: str) -> bool:
    print(f"{part.name} {english} / {part.name} {chinese}:\n{part.last_words()}", file=sys.stderr, flush=True)
    return False


# --- the command ------------------------------------------------------------------------------------------------------


def say(english: str, chinese: str) -> None:
    print(f"{chinese}  {english}", flush=True)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One demo per data folder. The lock goes with this process, however it ends."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotRun(f"A demo is already running on {folder}. 该目录上的演示已在运行。") from None
        yield


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command of the module's first lines. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="make demo", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--reset", action="store_true", help="remove the data of the last run first")
    parser.add_argument("--port", type=int, default=FIRST_PORT, help="the first port to try (default: 8000)")
    parser.add_argument("--empty", action="store_true", help="do not fill the database")
    options = parser.parse_args(arguments)
    if "MAKELEVEL" in os.environ:
        die_with_parent(signal.SIGTERM)
    folder = data_folder()
    try:
        with _alone(folder):
            if options.reset:
                reset(folder)
            demo = secrets_of(folder)
            port = next_free_port(options.port, HOST)
            demo.environment = environment_of(demo, port)
            prepare(demo, empty=options.empty)
            port = next_free_port(port, HOST)
            demo.environment = environment_of(demo, port)
            return serve(demo.environment, port, announce=lambda: _announce(demo, port))
    except CannotRun as reason:
        print(reason, file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        return 130


def _announce(demo: Demo, port: int) -> None:
    say("The demo is running; Ctrl-C ends it.", "演示已启动，按 Ctrl-C 结束。")
    print(f"  http://{HOST}:{port}/", flush=True)
    print(f"  密码 password: {demo.password}", flush=True)
    print(f"  数据 data: {demo.folder}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
