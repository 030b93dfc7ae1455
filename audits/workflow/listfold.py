"""The pure fold of a list: its state, and the status of every entry."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from audits.procedure.words import EntryStatus, ListStatus
from audits.workflow.state import EMPTY, State, apply


@dataclass
class Folded:
    """`entries` maps a listing's id to its status."""

    state: State = field(default_factory=lambda: dict(EMPTY))
    entries: dict[str, str] = field(default_factory=dict)


def fold_list(bodies: Iterable[Mapping[str, Any]]) -> Folded:
    """State and entries after all events of one list. An event says `changes.entries = {status: [listing ids]}`."""
    folded = Folded()
    for body in bodies:
        folded.state = apply(folded.state, body)
        for status, ids in body["changes"].get("entries", {}).items():
            for one in ids:
                folded.entries[one] = status
    return folded


def status_of(state: Mapping[str, Any]) -> ListStatus:
    """Where the list as a whole stands."""
    if "publish" in state["done"]:
        return ListStatus.PUBLISHED
    return ListStatus.CONFIRMED if "confirm" in state["done"] else ListStatus.COLLECTING


# From which status an act may take an entry.
SUBMITTABLE = (EntryStatus.NOMINATED, EntryStatus.RETURNED)
JUDGED = (EntryStatus.SUBMITTED, EntryStatus.DOUBTFUL)
OPEN = (
    EntryStatus.NOMINATED,
    EntryStatus.SUBMITTED,
    EntryStatus.VERIFIED,
    EntryStatus.DOUBTFUL,
    EntryStatus.RETURNED,
)
