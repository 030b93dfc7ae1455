"""The pure fold: a subject's state is what its events say, applied in order.

An event body is a JSON object (see `events.body`). Whatever depends on the table of steps was decided when the event
was written and stands in it as mechanical `changes` and `deadlines`; so a fold over old events gives the same state
under any later table.

Shape of a state (plain JSON)::

    {"kind": "mandatory", "regime": "A", "published_on": "2008-08-01", "opened_on": "2008-08-01",
     "categories": {"exceeds_standard": "2008-08-01"}, "sector": "", "attempt": 1, "route": "self",
     "done": {"start_audit": {"on": …, "first": …, "seq": 5, "count": 1, "user": …, "organization": …, "items": ["1"]}},
     "results": {"decide_assessment": "pass"}, "dates": {"decide_assessment.acceptance_due_on": "2010-01-01"},
     "deadlines": {"start_audit": {…, "met_on": …, "void": false}}, "suspended": [["2009-01-01", null]],
     "extensions": [{"step": …, "until": …, "decided_on": …}], "options": {"F1": {…}}, "panel": {"assessment": ["<membership>"]},
     "objections": {"open": ["5"], …}, "closed": {"on": …, "why": …} | null, "past": [{attempt, done, results}]}
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from audits.procedure.deadline_records import Nature
from audits.procedure.words import Phase

State = dict[str, Any]

EMPTY: State = {
    "kind": "",
    "regime": "",
    "published_on": None,
    "opened_on": None,
    "categories": {},
    "sector": "",
    "attempt": 1,
    "route": "",
    "done": {},
    "results": {},
    "dates": {},
    "deadlines": {},
    "suspended": [],
    "extensions": [],
    "options": {},
    "panel": {},
    "values": {},
    "closed": None,
    "past": [],
}


def apply(state: Mapping[str, Any], body: Mapping[str, Any]) -> State:
    """The state after one more event. Neither argument is changed.

    Order: steps forgotten (`reset`, `undo`), the act itself, mechanical changes, deadlines.
    """
    after: State = _copy(state)
    changes: Mapping[str, Any] = body.get("changes", {})
    if "reset" in changes:
        _start_attempt(after, changes["reset"], changes.get("keep_items", {}))
    for action in changes.get("undo", ()):
        after["done"].pop(action, None)
        after["results"].pop(action, None)
    if not changes.get("silent"):
        _record(after, body)
    _apply_changes(after, body, changes)
    for key, deadline in body.get("deadlines", {}).items():
        if deadline is None:
            after["deadlines"].pop(key, None)
        else:
            after["deadlines"][key] = deadline
    return after


def fold(bodies: Iterable[Mapping[str, Any]]) -> State:
    """The state after all events of one subject, in order."""
    state: State = _copy(EMPTY)
    for body in bodies:
        state = apply(state, body)
    return state


def _copy(state: Mapping[str, Any]) -> State:
    """A copy deep enough for what `apply` changes in place: the containers, not the values in them."""
    after: State = {}
    for name, empty in EMPTY.items():
        value = state.get(name, empty)
        if isinstance(value, dict):
            after[name] = dict(value)
        elif isinstance(value, list):
            after[name] = [list(item) if isinstance(item, list) else item for item in value]
        else:
            after[name] = value
    return after


def _start_attempt(state: State, forgotten: Iterable[str], keep_items: Mapping[str, Iterable[str]]) -> None:
    """Keep what was done in the attempt that ends, then forget the steps that must be done again.

    Of a step in `keep_items` the named items stay (stages 1 and 2 of an audit that is redone from stage 3).
    """
    names = set(forgotten)
    state["past"].append(
        {
            "attempt": state["attempt"],
            "done": {k: v for k, v in state["done"].items() if k in names},
            "results": {k: v for k, v in state["results"].items() if k in names},
        }
    )
    kept = {}
    for key, wanted in keep_items.items():
        items = sorted(set(state["done"].get(key, {}).get("items", ())) & set(wanted))
        if items:
            kept[key] = {**state["done"][key], "items": items}
    state["done"] = {**{k: v for k, v in state["done"].items() if k not in names}, **kept}
    state["results"] = {k: v for k, v in state["results"].items() if k not in names}
    state["attempt"] += 1
    state["panel"] = {}


def _record(state: State, body: Mapping[str, Any]) -> None:
    """Note that the step was done, when in law, and by whom."""
    action, on = body["action"], body["on"]
    before = state["done"].get(action)
    item = body.get("changes", {}).get("item")
    entry = {
        "on": on,
        "first": before["first"] if before else on,
        "seq": body["seq"],
        "count": (before["count"] if before else 0) + 1,
        "user": body["by"]["user"],
        "organization": body["by"]["organization"],
    }
    items = [*(before.get("items", []) if before else []), *([item] if item is not None else [])]
    if items:
        entry["items"] = sorted(set(items))
    state["done"][action] = entry


def _apply_changes(state: State, body: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
    """Apply the mechanical instructions of an event."""
    if "result" in changes:
        state["results"][body["action"]] = changes["result"]
    state.update(changes.get("set", {}))
    for name in ("dates", "categories", "panel", "values"):
        state[name].update(changes.get(name, {}))
    for name in changes.get("drop_dates", ()):
        state["dates"].pop(name, None)
    for code, option in changes.get("options", {}).items():
        state["options"][code] = merge_option(state["options"].get(code), option)
    for category in changes.get("drop_categories", ()):
        state["categories"].pop(category, None)
    for action, on in changes.get("redate", {}).items():
        if action in state["done"]:
            state["done"][action] = {**state["done"][action], "on": on, "first": on}
    for container, values in changes.get("restore", {}).items():
        state[container].update(values)
    for container, keys in changes.get("forget", {}).items():
        for key in keys:
            state[container].pop(key, None)
    for extension in changes.get("extensions", ()):
        state["extensions"].append(dict(extension))
    if "suspend" in changes:
        state["suspended"].append([changes["suspend"], None])
    if "resume" in changes and state["suspended"]:
        state["suspended"][-1][1] = changes["resume"]


def merge_option(before: Mapping[str, Any] | None, option: Mapping[str, Any]) -> dict[str, Any]:
    """A later statement about an option replaces what it names, and its effects metric by metric and year by year."""
    if before is None:
        return dict(option)
    effects = {**before.get("effects", {})}
    for key, value in option.get("effects", {}).items():
        effects[key] = {**effects.get(key, {}), **value}
    return {**before, **{k: v for k, v in option.items() if k != "effects"}, "effects": effects}


# --- reading -----------------------------------------------------------------------------------------------------


def day(value: str | None) -> date | None:
    """A stored date as a date."""
    return date.fromisoformat(value) if value else None


def done_dates(state: Mapping[str, Any]) -> dict[str, date]:
    """Step key to the legal date it was last done in the current attempt."""
    return {key: date.fromisoformat(entry["on"]) for key, entry in state["done"].items()}


def is_suspended(state: Mapping[str, Any]) -> bool:
    """Whether a suspension is running."""
    return bool(state["suspended"]) and state["suspended"][-1][1] is None


def opinions_on(state: Mapping[str, Any], review: str) -> list[str]:
    """Ids of the users who have given an opinion on a review of the running attempt."""
    given: list[str] = state["values"].get(f"opinions.{review}.{state['attempt']}", [])
    return given


def open_deadlines(state: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Deadlines neither met nor void."""
    return {k: d for k, d in state["deadlines"].items() if not d.get("met_on") and not d.get("void")}


def stands_still(deadline: Mapping[str, Any]) -> bool:
    """Whether a running suspension holds this date up: decided ones only, the law's own run on (law text 19.9)."""
    return deadline["nature"] == Nature.DECIDED and bool(deadline.get("suspended_since"))


def overdue_steps(state: Mapping[str, Any], on: date) -> frozenset[str]:
    """Steps with a deadline that has passed undone on `on`. Lateness counts by the date in law, never an adjusted one."""
    day_text = on.isoformat()
    return frozenset(
        d["step"] for d in open_deadlines(state).values() if d["due_on"] < day_text and not stands_still(d)
    )


_PHASE_AFTER = (
    ("apply_acceptance", Phase.ACCEPTANCE),
    ("apply_assessment", Phase.ASSESSMENT),
    ("submit_report", Phase.REPORT),
    ("complete_audit", Phase.REPORT),
    ("start_audit", Phase.AUDIT),
)


def phase_of(state: Mapping[str, Any]) -> Phase:
    """Where the case is, for people."""
    if state["closed"]:
        return Phase.CLOSED
    done = state["done"]
    if "decide_acceptance" in done and "publish_result" in done:
        return Phase.PUBLICATION
    for step, phase in _PHASE_AFTER:
        if step in done:
            if step == "apply_assessment" and state["results"].get("decide_assessment") == "pass":
                return Phase.IMPLEMENTATION
            return phase
    return Phase.PREPARATION
