"""What an act on a list does to its entries."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from audits.models import Event
from audits.procedure.words import EntryStatus
from enterprises.models import KeyEnterpriseList, Listing


@dataclass
class Move:
    """What an act does to the entries. `entries`: status to listings; `listings`: rows to insert first; `columns`: what
    the listings get beside their new status."""

    entries: dict[EntryStatus, list[UUID]] = field(default_factory=dict)
    listings: list[Listing] = field(default_factory=list)
    changes: dict[str, Any] = field(default_factory=dict)
    columns: dict[str, Any] = field(default_factory=dict)
    after: Callable[[KeyEnterpriseList, Event], None] | None = None


def values_of(statuses: Iterable[EntryStatus]) -> list[str]:
    """The stored texts of some statuses."""
    return [status.value for status in statuses]
