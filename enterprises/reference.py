"""Reference data: loaded after every `migrate` and again after a flush.

Decision: the `post_migrate` signal calls `load_after_migrate`, rather than a data migration. `migrate` and `flush` (which
transactional tests use) both send it, so the data is there in every case, and a later schema never meets an older
migration that uses today's models. Unchanged files cost one query.
"""

from typing import Any


def load_after_migrate(sender: Any, using: str = "default", **kwargs: Any) -> None:
    """Receiver of `post_migrate`."""
