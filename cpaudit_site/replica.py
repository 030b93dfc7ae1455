"""Reading from a copy of the database (REPLICA_URL), only where a view asks for it.

A copy lags behind. Whatever decides or writes reads the first database; lists and statistics may say

    with reading_from_replica():
        ...

Without REPLICA_URL the router is not installed and the block changes nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import transaction

_reading = ContextVar("reading_from_replica", default=False)


@contextmanager
def reading_from_replica() -> Iterator[None]:
    """Inside the block queries read from the copy, unless a transaction is open on the first database."""
    token = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(token)


class ReplicaRouter:
    """Sends reads to "replica" inside `reading_from_replica`; everything else, and every write, to "default"."""

    def db_for_read(self, model: type, **hints: Any) -> str:
        in_transaction = transaction.get_connection("default").in_atomic_block
        return "replica" if _reading.get() and not in_transaction else "default"

    def db_for_write(self, model: type, **hints: Any) -> str:
        return "default"

    def allow_relation(self, first: Any, second: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "default"
