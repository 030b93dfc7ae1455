"""Looking at processes, for the tests that start and kill some."""

import os
import time
from collections.abc import Callable
from pathlib import Path


def _state_and_parent(pid: int) -> tuple[str, int] | None:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return fields[0], int(fields[1])


def is_living(pid: int) -> bool:
    """Whether the process exists and is not a zombie waiting to be collected."""
    found = _state_and_parent(pid)
    return found is not None and found[0] != "Z"


def children(parent: int) -> list[int]:
    """The living direct children of a process."""
    pids = [int(path.name) for path in Path("/proc").glob("[0-9]*")]
    return [pid for pid in pids if is_living(pid) and (_state_and_parent(pid) or ("", 0))[1] == parent]


def descendants(parent: int) -> list[int]:
    """All living processes below a process."""
    below = children(parent)
    return [*below, *(pid for child in below for pid in descendants(child))]


def eventually(condition: Callable[[], bool], *, seconds: float) -> bool:
    """Ask until it is true (True) or the time is up (False)."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        os.sched_yield()
    return False
