"""What each act changed: the old value beside the new one, found in one pass over the acts of a subject.

An event stores what became of things, never what they were before: that is what the events before it say. So the old
values are what the fold held until then, and nothing is stored twice. Only where no event of the subject says it (the
name of an enterprise, the details of an entry of a list) an act notes it itself, under `changes.before`.

Whoever gives fewer acts, because a reader may not know of the others, gets fewer old values; none that only those others
tell.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from audits.procedure import registry
from audits.procedure.words import Subject
from audits.workflow.state import EMPTY, State, apply

Body = Mapping[str, Any]


class What(StrEnum):
    """The kind of thing that changed. Part of the API."""

    DUE_ON = "due_on"
    ADJUSTED_DUE_ON = "adjusted_due_on"
    MET_ON = "met_on"
    VOID = "void"
    PROVISIONAL = "provisional"
    NAME = "name"
    ADDRESS = "address"
    PLACE = "place"
    CATEGORIES = "categories"
    ROUTE = "route"
    RESULT = "result"
    STEP = "step"
    CLOCK = "clock"
    ATTEMPT = "attempt"
    CLOSED = "closed"
    LISTED = "listed"
    CREDITED = "credited"
    COUNTED = "counted"
    OPTION = "option"
    FIELD = "field"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not what it was, as stored; `audits.api.change_shapes` words it.

    `step`: whose deadline, result or field it is. `key`: of the deadline, the option or the field. `part`: of an option
    its column, or metric, year and side of an effect; of a deadline its nature. `seq`: of the act whose field was corrected.
    `on`: the date of a deadline that did not move. None: there was or is no such value.
    """

    what: What
    old: Any
    new: Any
    step: str = ""
    key: str = ""
    part: str = ""
    seq: int = 0
    on: str = ""


def changes_of(bodies: Iterable[Body]) -> dict[int, list[Change]]:
    """What each act changed, by version. The acts of one subject, in order, as the reader may see them."""
    state: State = dict(EMPTY)
    said: dict[int, tuple[str, dict[str, Any]]] = {}
    found: dict[int, list[Change]] = {}
    for body in bodies:
        noted = list(_noted(body))
        if body["subject"][0] != Subject.LIST:
            after = apply(state, body)
            noted += [*_corrected(body, said), *_of_the_case(state, after), *_deadlines(state, after, body)]
            noted += _options(state, after, body)
            state = after
        if not body.get("redacted"):
            said[body["seq"]] = (body["action"], {**body["payload"], "date": body["on"]})
        found[body["seq"]] = noted
    return found


def _noted(body: Body) -> Iterator[Change]:
    """What the act itself noted of before: nobody else's events say it."""
    if body.get("redacted"):
        return
    payload = body["payload"]
    now = {
        What.NAME: payload.get("new_name") or payload.get("name"),
        What.ADDRESS: payload.get("address"),
        What.CATEGORIES: payload.get("categories"),
    }
    for what, old in body["changes"].get("before", {}).items():
        new = now.get(What(what))
        if new and new != old:
            yield Change(What(what), old, new)


def _corrected(body: Body, said: dict[int, tuple[str, dict[str, Any]]]) -> Iterator[Change]:
    """The field an act corrected: what the record said until then, earlier corrections included."""
    if body["action"] != "correct" or body.get("redacted"):
        return
    seq, key, new = (body["payload"].get(name) for name in ("event", "field", "value"))
    action, values = said.get(seq, ("", {}))
    yield Change(What.FIELD, values.get(key), new, step=action, key=str(key), seq=seq)
    dated = {"date", *(step.date_field for step in registry.find(action) if step.date_field)}
    for name in dated if key in dated else {key}:
        values[name] = new


def _of_the_case(before: State, after: State) -> Iterator[Change]:
    """What is true of the whole case. What had no value before is told by the act itself."""
    held, now = before["values"], after["values"]
    if held.get("scope_code") and held["scope_code"] != now.get("scope_code"):
        yield Change(What.PLACE, held["scope_code"], now["scope_code"])
    if before["categories"] and set(before["categories"]) != set(after["categories"]):
        yield Change(What.CATEGORIES, sorted(before["categories"]), sorted(after["categories"]))
    if before["route"] and before["route"] != after["route"]:
        yield Change(What.ROUTE, before["route"], after["route"])
    if before["opened_on"] and before["attempt"] != after["attempt"]:
        yield Change(What.ATTEMPT, before["attempt"], after["attempt"])
    for step, result in before["results"].items():
        if step in after["results"] and after["results"][step] != result:
            yield Change(What.RESULT, result, after["results"][step], step=step)
    for step, entry in before["done"].items():
        if step not in after["done"]:
            yield Change(What.STEP, entry["on"], None, step=step)
    if before["suspended"] != after["suspended"]:
        yield Change(What.CLOCK, _span(before), _span(after))
    if before["closed"] != after["closed"]:
        yield Change(What.CLOSED, (before["closed"] or {}).get("on"), (after["closed"] or {}).get("on"))
    for what, name in ((What.LISTED, "removed"), (What.CREDITED, "credited")):
        if bool(held.get(name)) != bool(now.get(name)):
            yield Change(what, bool(held.get(name)), bool(now.get(name)))
    if bool(held.get("exclusion")) != bool(now.get("exclusion")):
        reasons = [(one or {}).get("reason", "") for one in (held.get("exclusion"), now.get("exclusion"))]
        yield Change(What.COUNTED, *reasons)


def _span(state: State) -> list[str | None] | None:
    """The last suspension: since when, until when."""
    return list(state["suspended"][-1]) if state["suspended"] else None


def _deadlines(before: State, after: State, body: Body) -> Iterator[Change]:
    """Deadlines made, moved, met or voided. One that only took another version of its table did not change."""
    for key, new in sorted(body["deadlines"].items(), key=lambda pair: (pair[1] or {}).get("due_on", "")):
        old = before["deadlines"].get(key)
        now = new or old
        if now is None:
            continue
        known = {"step": now["step"], "key": key, "part": now["nature"]}
        if new is None or new["void"]:
            if old is not None and not old["void"]:
                yield Change(What.VOID, False, True, on=old["due_on"], **known)
            continue
        if old is None or old["void"]:
            yield Change(What.DUE_ON, None, new["due_on"], **known)
            old = {"due_on": new["due_on"], "provisional": new["provisional"]}
        elif old["due_on"] != new["due_on"]:
            yield Change(What.DUE_ON, old["due_on"], new["due_on"], **known)
        for what in (What.ADJUSTED_DUE_ON, What.MET_ON, What.PROVISIONAL):
            if old.get(what.value) != new[what.value]:
                yield Change(what, old.get(what.value), new[what.value], on=new["due_on"], **known)


_COLUMNS = ("name", "cost_class", "done_on", "investment_planned", "investment_actual")


def _options(before: State, after: State, body: Body) -> Iterator[Change]:
    """Values of an option that stood on record already."""
    for code in body["changes"].get("options", {}):
        old, new = before["options"].get(code), after["options"][code]
        if old is None:
            continue
        for column in _COLUMNS:
            if old.get(column) != new.get(column):
                yield Change(What.OPTION, old.get(column), new.get(column), key=code, part=column)
        for effect, amounts in sorted(new["effects"].items()):
            held = old["effects"].get(effect, {})
            for side in ("planned", "verified"):
                if held.get(side) != amounts.get(side):
                    yield Change(What.OPTION, held.get(side), amounts.get(side), key=code, part=f"{effect}@{side}")
