"""Deadlines of a subject: computed by the pure rules from its state, compared with what the state holds.

A deadline in a state is `Deadline.as_json()` plus `met_on` and `void`. Once met it stays as it was when it was met.
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from audits.procedure import deadlines as rules
from audits.procedure import explanations
from audits.procedure.canonical import canonical_json, digest
from audits.procedure.deadlines import Deadline, Extension, Suspension
from audits.procedure.predicates import disclosing_categories
from audits.procedure.schema import Step
from audits.procedure.sectors import round_interval_years
from audits.procedure.view import View
from audits.procedure.words import Category, Subject, Text
from audits.workflow.decide import Context, applicability
from audits.workflow.state import day, done_dates, open_deadlines, stands_still


def basis_of(ctx: Context) -> dict[str, str]:
    """With what the dates are computed: version of the table, digest of the parameters, version of the calendar."""
    return {
        "table": ctx.facts.get("table_version", ""),
        "params": ctx.facts.get("clock_digest", ""),
        "calendar": ctx.calendar.version,
    }


def basis_digest(basis: Mapping[str, str]) -> str:
    """One text for all three, to find what must be computed again."""
    return _digest_of(tuple(sorted(basis.items())))


@lru_cache(maxsize=4096)
def _digest_of(basis: tuple[tuple[str, str], ...]) -> str:
    return digest(canonical_json(dict(basis)))


def anchors_of(state: Mapping[str, Any], step: Step, view: View) -> dict[str, date]:
    """What a rule may run from. `published_on` is the date of the categories this step follows (law text 19.11)."""
    anchors = done_dates(state)
    published = day(state.get("published_on"))
    following = disclosing_categories(view) if step.key == "disclose" else step.categories
    if following and state["categories"]:
        own = [on for category, on in state["categories"].items() if category in following and on]
        published = day(min(own)) if own else published
    if published is not None:
        anchors["published_on"] = published
    for name, value in state["values"].items():
        if name.endswith("_on") and value:
            anchors[name] = date.fromisoformat(value)
    return anchors


def suspensions_of(state: Mapping[str, Any]) -> list[Suspension]:
    """The spans in which the clock stood still."""
    return [Suspension(date.fromisoformat(a), date.fromisoformat(b) if b else None) for a, b in state["suspended"]]


def extensions_of(state: Mapping[str, Any]) -> list[Extension]:
    """The extensions granted."""
    return [
        Extension(date.fromisoformat(e["until"]), date.fromisoformat(e["decided_on"]), e.get("step", ""))
        for e in state["extensions"]
    ]


def computed(state: Mapping[str, Any], ctx: Context, year: int | None = None) -> dict[str, dict[str, Any]]:
    """Every deadline the state gives rise to now, by key, without `met_on` and `void`."""
    ended = state.get("closed") or state["values"].get("removed") or state["values"].get("credited")
    decided = {name: date.fromisoformat(value) for name, value in state["dates"].items()}
    suspensions, extensions = suspensions_of(state), extensions_of(state)
    after = Context(
        ctx.subject, state, ctx.steps, ctx.params, ctx.calendar, ctx.on, ctx.today, ctx.lines, ctx.facts, ctx.competent
    )
    version = ctx.facts.get("table_version", "")
    found: dict[str, dict[str, Any]] = {}
    for step in ctx.steps.values():
        if ended and step.key != "propose_next_round":  # the interval runs on when the round is over
            continue
        ordered = _ordered(step, decided)
        params = _params(step, state, ctx)
        if step.due is None and not ordered and step.key not in (params.get(rules.LOCAL_DUE) or ()):
            continue
        if applicability(step, after) is not None:
            continue
        for one in rules.compute_all(
            step,
            anchors=anchors_of(state, step, after.view),
            decided={**decided, **ordered},
            params=params,
            calendar=ctx.calendar,
            year=year,
            suspensions=suspensions,
            extensions=extensions,
            table_version=version,
        ):
            found[one.key] = one.as_json()
    return found


def _params(step: Step, state: Mapping[str, Any], ctx: Context) -> Mapping[str, Any]:
    """The parameters dates are computed with. For the next round the interval is the least that binds (law text 19.10)."""
    params: Mapping[str, Any] = ctx.facts.get("clock_params", ctx.params)
    if step.key != "propose_next_round":
        return params
    found = round_interval_years(
        frozenset(Category(c) for c in state["categories"]),
        state["sector"],
        day(state["published_on"]) or ctx.on,
        int(params.get("interval_years") or 5),
        params.get("sector_interval_years"),
    )
    return {**params, "interval_years": found[0] if found else None}


def _ordered(step: Step, decided: Mapping[str, date]) -> dict[str, date]:
    """Dates that other acts set for this step, under the keys `compute_all` reads: `"<deciding step>:<step>"`."""
    if not decided:
        return {}
    found = {name: on for name, on in decided.items() if name.endswith(f":{step.key}")}
    for due in step.decided_dues:
        if due.decided_in is not None and ".".join(due.decided_in) in decided:
            found[f"{due.decided_in[0]}:{step.key}"] = decided[".".join(due.decided_in)]
    return found


def difference(
    row: Any, state: Mapping[str, Any], ctx: Context, undone: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """What changes in the deadlines of the state: key to the new object.

    A step that is done meets its open deadlines on its legal date, and a deadline once met stays met when the case is
    opened again for a redo (the list clock never restarts); only what was recorded in error (`undone`) is judged anew.
    One whose rule no longer gives a date becomes void, so that its identity and its past notices stay.
    """
    now = computed(state, ctx, year=getattr(row, "year", None))
    held = state["deadlines"]
    in_series, answered = _series(now, held, state["done"], ctx.state["done"])
    changed: dict[str, Any] = {}
    for key, fresh in now.items():
        before = held.get(key)
        done = state["done"].get(fresh["step"])
        met = before is not None and before.get("met_on") and fresh["step"] not in undone
        if met and (fresh["nature"] != "decided" or before["met_on"] >= fresh["trigger_on"]):
            continue
        met_on = answered.get(key) if key in in_series else _met_on(fresh, done)
        value = {**fresh, "met_on": met_on, "void": False}
        if value != before:
            changed[key] = value
    for key, before in held.items():
        if key not in now and not before.get("void") and not before.get("met_on"):
            done = state["done"].get(before["step"])
            met = None if rules.IN_SERIES in key else _met_on(before, done)
            changed[key] = {**before, "met_on": met} if met else {**before, "void": True}
    return changed


def _series(
    now: Mapping[str, Any], held: Mapping[str, Any], done: Mapping[str, Any], done_before: Mapping[str, Any]
) -> tuple[set[str], dict[str, str]]:
    """The deadlines of steps for which a unit set several dates in a year, and which of them this event meets and when.

    Each report answers one date: the earliest not yet answered, and none whose time has not begun (the date before it
    is still to come). So a report sent again meets nothing, and a late one never the date after.
    """
    steps = {fresh["step"] for key, fresh in now.items() if rules.IN_SERIES in key}
    keys: set[str] = set()
    answered: dict[str, str] = {}
    for step in steps:
        dates = [key for key, one in now.items() if one["step"] == step and one["nature"] == "local"]
        dates = sorted((key for key in dates if key == f"{step}:local" or rules.IN_SERIES in key), key=_due(now))
        keys.update(dates)
        told = done.get(step)
        if told is None or (told == done_before.get(step) and any(key in held for key in dates)):
            continue
        begins = ""
        for key in dates:
            if not held.get(key, {}).get("met_on"):
                if told["on"] > begins:
                    answered[key] = str(told["on"])
                break
            begins = now[key]["due_on"]
    return keys, answered


def _due(deadlines: Mapping[str, Any]) -> Callable[[str], str]:
    return lambda key: str(deadlines[key]["due_on"])


def _met_on(deadline: Mapping[str, Any], done: Mapping[str, Any] | None) -> str | None:
    """When the step was done that this deadline asks for.

    A date set by a decision after the step was already done asks for it again: only what is done on or after the day
    of the decision meets it.
    """
    if done is None:
        return None
    if deadline["nature"] == "decided" and done["on"] < deadline["trigger_on"]:
        return None
    first = done["first"] if deadline["nature"] == "statutory" else done["on"]
    return str(first)


def earliest(step: Step, ctx: Context) -> date | None:
    """The first day the step may be done on, or None."""
    decided = {name: date.fromisoformat(value) for name, value in ctx.state["dates"].items()}
    found = rules.not_before(
        step, anchors=anchors_of(ctx.state, step, ctx.view), decided=decided, params=ctx.params, calendar=ctx.calendar
    )
    return found.due_on if found else None


def next_due(state: Mapping[str, Any]) -> tuple[date | None, str]:
    """The earliest open deadline `(date, step)`, `(None, "")` if there is none: never "due today" by default. A date that a
    running suspension holds up is none yet."""
    rows = [(d["due_on"], d["step"]) for d in open_deadlines(state).values() if not stands_still(d)]
    if not rows:
        return None, ""
    due_on, step = min(rows)
    return date.fromisoformat(due_on), step


def explain(deadline: Mapping[str, Any], language: str, titles: Mapping[str, Text] | None = None) -> str:
    """The deadline in one sentence."""
    parsed = _parse(canonical_json({k: v for k, v in deadline.items() if k not in ("met_on", "void")}))
    return explanations.explain(parsed, language, titles)


@lru_cache(maxsize=4096)
def _parse(text: str) -> Deadline:
    import json

    return Deadline.from_json(json.loads(text))


def late_days(deadline: Mapping[str, Any], on: date) -> int:
    """Days late on a date; computed, never stored."""
    parsed = _parse(canonical_json({k: v for k, v in deadline.items() if k not in ("met_on", "void")}))
    return rules.late_days(parsed, day(deadline.get("met_on")), on)


__all__ = ["Subject", "basis_of", "computed", "difference", "earliest", "explain", "late_days", "next_due"]
