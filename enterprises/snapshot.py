"""Reading registers once for many acts: inside `snapshot()` parameters, competence and the calendar stay as first read.

For batches (publishing 5,000 listings, recomputing dates): without it every act asks whether the registers changed, one
small query each. A snapshot belongs to the thread or task that opened it and ends with the block.

Where `REGISTER_CACHE_SECONDS` is above zero, blocks of one process that open within so many seconds share what was read.
Another process may thus act on registers that are a few seconds old; dates heal by the recompute scan, and a register
changed by this process is read anew at once (`forget`). Tests and the embedded mode keep it at zero.
"""

import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.conf import settings

Value = TypeVar("Value")
_held: ContextVar[dict[Hashable, Any] | None] = ContextVar("enterprises_snapshot", default=None)


_since = float("-inf")
_recent: dict[Hashable, Any] = {}


def _shared() -> dict[Hashable, Any]:
    """What this process read a moment ago, or a fresh start."""
    global _since, _recent
    seconds: float = settings.REGISTER_CACHE_SECONDS
    if seconds <= 0:
        return {}
    now = time.monotonic()
    if now - _since > seconds:
        _since, _recent = now, {}
    return _recent


@contextmanager
def snapshot() -> Iterator[None]:
    """Within the block registers are read once and then remembered; a block inside a block shares the outer one."""
    if _held.get() is not None:
        yield
        return
    token = _held.set(_shared())
    try:
        yield
    finally:
        _held.reset(token)


def remembered(key: Hashable, read: Callable[[], Value]) -> Value:
    """What `read` gives; within a snapshot it is called once for each key."""
    held = _held.get()
    if held is None:
        return read()
    if key not in held:
        held[key] = read()
    value: Value = held[key]
    return value


def active() -> bool:
    """Whether a snapshot is open."""
    return _held.get() is not None


def forget() -> None:
    """Drop what is remembered, after a register was changed."""
    _recent.clear()
    held = _held.get()
    if held is not None:
        held.clear()
