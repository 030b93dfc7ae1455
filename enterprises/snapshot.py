"""Reading registers once for many acts: inside `snapshot()` parameters, competence and the calendar stay as first read.

For batches (publishing 5,000 listings, recomputing dates): without it every act asks whether the registers changed, one
small query each. A snapshot belongs to the thread or task that opened it and ends with the block.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

Value = TypeVar("Value")
_held: ContextVar[dict[Hashable, Any] | None] = ContextVar("enterprises_snapshot", default=None)


@contextmanager
def snapshot() -> Iterator[None]:
    """Within the block registers are read once and then remembered; a block inside a block shares the outer one."""
    if _held.get() is not None:
        yield
        return
    token = _held.set({})
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
    """Drop what is remembered, after a register was changed inside the block."""
    held = _held.get()
    if held is not None:
        held.clear()
