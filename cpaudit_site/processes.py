"""Small parts for parents that start other processes: children that die with them, free ports, orderly ends.

Nothing here imports Django: the tools and the demo's parent use it before any setting is read.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

PR_SET_PDEATHSIG = 1


def die_with_parent(signum: int = signal.SIGKILL, parent: int | None = None) -> None:
    """Ask the kernel to send `signum` to this process when its parent ends, however that happens.

    Linux only; elsewhere nothing is done, and only an orderly end of the parent ends its children. `parent` is the pid
    that is expected: when the parent died before the call, this process ends at once.
    """
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(signum), 0, 0, 0)
    if parent is not None and os.getppid() != parent:
        os.kill(os.getpid(), signum)


def start(
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    user: str | None = None,
    death_signal: int = signal.SIGKILL,
    new_session: bool = False,
    stdin: int | None = subprocess.DEVNULL,
    stdout: int | IO[Any] | None = None,
    stderr: int | IO[Any] | None = None,
) -> subprocess.Popen[bytes]:
    """Start `command` as a child that gets `death_signal` when this process ends. Call it from the main thread.

    `user` (root only) is the account it runs as. The death signal is set after the change of user, which clears it.
    """
    parent = os.getpid()

    def prepare() -> None:
        die_with_parent(death_signal, parent)

    account: dict[str, Any] = {"user": user, "group": user_group(user), "extra_groups": []} if user else {}
    return subprocess.Popen(  # noqa: S603 - the callers name their own programs
        list(command),
        env=dict(env) if env is not None else None,
        cwd=cwd,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        start_new_session=new_session,
        preexec_fn=prepare,
        **account,
    )


def user_group(user: str) -> int:
    """The primary group of an account."""
    import pwd

    return pwd.getpwnam(user).pw_gid


def end(children: Iterable[subprocess.Popen[bytes]], *, patience: float, signum: int = signal.SIGTERM) -> None:
    """End all children: `signum` to each, `patience` seconds for all together, then SIGKILL for those that remain."""
    living = [child for child in children if child.poll() is None]
    for child in living:
        child.send_signal(signum)
    deadline = time.monotonic() + patience
    for child in living:
        try:
            child.wait(timeout=max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
    for child in living:
        child.wait()


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether nobody listens on `port`."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def next_free_port(first: int, host: str = "127.0.0.1", tries: int = 200) -> int:
    """The first free port from `first` on. Raises OSError when `tries` ports in a row are taken."""
    for port in range(first, first + tries):
        if is_free(port, host):
            return port
    raise OSError(f"no free port between {first} and {first + tries - 1}")


def any_free_port(host: str = "127.0.0.1") -> int:
    """A free port chosen by the system."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], bool], *, seconds: float, step: float = 0.1) -> bool:
    """Ask `condition` every `step` seconds until it is true (returns True) or `seconds` have passed (False)."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(step)
    return True
