"""Taking an act back: everything it changed returns to what it was before. Pure, from the bodies of a subject's events.

An act recorded by mistake has changed more than "done": dates of orders, suspensions, opinions, what the case is credited
with. Undoing it compares the state before the act with the one after it and puts each difference back, as mechanical
instructions in the event of the undoing, so that the fold stays a function of each event alone. Where a later act has
changed the same thing, that one must be taken back first; a correction of the very act goes with it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from audits.workflow.state import EMPTY, State, apply, fold

Body = Mapping[str, Any]
# Deadlines follow from the rest: the clock computes them anew.
_DERIVED = frozenset({"deadlines"})
_MISSING = object()


def taken_back(bodies: Sequence[Body], seq: int, current: Mapping[str, Any]) -> dict[str, Any]:
    """The changes that undo the event `seq`: `restore` and `forget` by container and key, `set` for whole containers."""
    changes: dict[str, Any] = {}
    before, _ = _around(bodies, seq)
    for container, key in _changed(bodies, seq):
        if key is None:
            changes.setdefault("set", {})[container] = before[container]
        elif key in before[container]:
            changes.setdefault("restore", {}).setdefault(container, {})[key] = before[container][key]
        elif key in current[container]:
            changes.setdefault("forget", {}).setdefault(container, []).append(key)
    return changes


def steps_touched(bodies: Sequence[Body], seq: int) -> list[str]:
    """The steps of which the event changed whether, when or how they were done."""
    return sorted({str(key) for container, key in _changed(bodies, seq) if container == "done"})


def resting_on(bodies: Sequence[Body], seq: int, current: Mapping[str, Any]) -> list[str]:
    """The keys of later acts that changed what the event `seq` changed, the latest first; none when it can be taken back."""
    _, after = _around(bodies, seq)
    expected = after
    for body in _corrections(bodies, seq):
        expected = apply(expected, body)
    touched = [pair for pair in _changed(bodies, seq) if not _same(expected, current, *pair)]
    if not touched:
        return []
    found: list[str] = []
    state = after
    for body in bodies:
        if body["seq"] > seq:
            following = apply(state, body)
            if body["action"] != "recompute" and any(not _same(state, following, *pair) for pair in touched):
                found.append(str(body["action"]))
            state = following
    return list(dict.fromkeys(reversed(found)))


def body_of(bodies: Iterable[Body], seq: Any) -> Body | None:
    """The event with that number; None where there is none."""
    return next((body for body in bodies if body["seq"] == seq), None)


def _around(bodies: Sequence[Body], seq: int) -> tuple[State, State]:
    """The state before an event, and after it."""
    before = fold(body for body in bodies if body["seq"] < seq)
    event = body_of(bodies, seq)
    return before, apply(before, event) if event is not None else before


def _changed(bodies: Sequence[Body], seq: int) -> list[tuple[str, str | None]]:
    """What an event and its corrections changed: container and key, or the container as a whole (key None)."""
    before, after = _around(bodies, seq)
    states = [after]
    for body in _corrections(bodies, seq):
        states.append(apply(states[-1], body))
    found: dict[tuple[str, str | None], None] = {}
    for name, empty in EMPTY.items():
        if name in _DERIVED:
            continue
        for state in states:
            if not isinstance(empty, dict):
                if state[name] != before[name]:
                    found[name, None] = None
                continue
            for key in {*state[name], *before[name]}:
                own_record = name == "done" and key == "correct"  # the correction stays on record as an act
                if not own_record and state[name].get(key, _MISSING) != before[name].get(key, _MISSING):
                    found[name, key] = None
    return sorted(found, key=lambda pair: (pair[0], pair[1] or ""))


def _corrections(bodies: Sequence[Body], seq: int) -> list[Body]:
    return [body for body in bodies if body["action"] == "correct" and body["payload"].get("event") == seq]


def _same(one: Mapping[str, Any], other: Mapping[str, Any], container: str, key: str | None) -> bool:
    if key is None:
        return bool(one[container] == other[container])
    return bool(one[container].get(key, _MISSING) == other[container].get(key, _MISSING))
