"""All steps of a case in reading order: done, now, later, missed, or not part of it; after them what came between.

Orders, corrections, penalties, extensions, suspensions, objections and the acts on the life of the site may be done in any
phase and more than once. They stand in a phase of their own, act by act, in the order of their dates.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from audits.api.readable import fields_of, shown
from audits.procedure import registry
from audits.procedure.schema import Step
from audits.procedure.words import Party, Phase, Subject, Text
from audits.workflow.decide import Context, applicability, progress

COURSE = tuple(phase for phase in Phase if phase is not Phase.ORDERS)


class Standing(StrEnum):
    """Where a step stands."""

    DONE = "done"
    NOW = "now"
    MISSED = "missed"
    LATER = "later"
    NOT_HERE = "not_here"


@dataclass(slots=True)
class Line:
    """One step in the timeline."""

    step: Step
    standing: Standing
    done_on: str | None = None
    times: int = 0
    due_on: date | None = None
    late_days: int = 0
    due_held: bool = False  # the date stands still while the case is suspended
    by: str = ""
    why_not: Text | None = None
    about: str = ""


# What an act of the phase of orders is about, where it says so; the first that it has.
ABOUT = ("step", "duty", "what", "against", "new_name", "division")


def timeline(
    ctx: Context, deadlines: Iterable[Mapping[str, Any]], bodies: Iterable[Mapping[str, Any]]
) -> list[tuple[str, list[Line]]]:
    """Phases with their steps. `bodies` are the acts on the case that the reader may know of, in order."""
    acts = list(bodies)
    who = {body["action"]: body["by"]["organization_name"] for body in acts}
    done: Mapping[str, Any] = ctx.state["done"]
    due: dict[str, Mapping[str, Any]] = {}
    for one in deadlines:
        if not one["void"] and one["met_on"] is None:
            due.setdefault(one["action"], one)
    phases: dict[str, list[Line]] = {phase.value: [] for phase in COURSE}
    for step in ctx.steps.values():
        if step.subject is not Subject.CASE or step.phase.value not in phases or step.actor.party is Party.SYSTEM:
            continue
        if step.optional and step.key not in done:
            continue
        held, owed = done.get(step.key), due.get(step.key)
        line = Line(step, _standing(step, ctx, owed))
        if held is not None:
            line.done_on, line.times, line.by = held["on"], held["count"], who.get(step.key, "")
        if owed is not None:
            line.due_on, line.late_days, line.due_held = owed["due_on"], owed["late_days"], owed["held"]
        if line.standing is Standing.NOT_HERE:
            refusal = applicability(step, ctx)
            line.why_not = refusal.text if refusal is not None else None
        phases[step.phase.value].append(line)
    phases[Phase.ORDERS.value] = _orders(ctx, due, acts)
    return [(phase, lines) for phase, lines in phases.items() if lines]


def _orders(ctx: Context, due: Mapping[str, Mapping[str, Any]], acts: Iterable[Mapping[str, Any]]) -> list[Line]:
    """Every act outside the course that stands, and every one that is owed by a date; the system's own are no news."""
    lines: list[Line] = []
    for body in acts:
        for undone in body["changes"].get("undo", ()):
            last = next((line for line in reversed(lines) if line.step.key == undone), None)
            if last is not None:
                lines.remove(last)
        rows = registry.find(body["action"])
        step = ctx.steps.get(body["action"]) or (rows[-1] if rows else None)
        if step is None or step.phase is not Phase.ORDERS or step.actor.party is Party.SYSTEM:
            continue
        by = body["by"]["organization_name"]
        lines.append(Line(step, Standing.DONE, body["on"], 1, by=by, about=_about(body)))
    for key, owed in due.items():
        step = ctx.steps.get(key)
        if step is not None and step.phase is Phase.ORDERS:
            standing = Standing.MISSED if owed["late_days"] > 0 else Standing.NOW
            late = owed["late_days"]
            lines.append(Line(step, standing, due_on=owed["due_on"], late_days=late, due_held=owed["held"]))
    return sorted(lines, key=lambda line: str(line.done_on or line.due_on))


def _about(body: Mapping[str, Any]) -> str:
    fields, payload = fields_of(body["action"]), body["payload"]
    key = next((key for key in ABOUT if payload.get(key) and key in fields), "")
    return str(shown(fields[key], payload[key])) if key else ""


def _standing(step: Step, ctx: Context, owed: Mapping[str, Any] | None) -> Standing:
    held = step.key in ctx.state["done"]
    if not held and applicability(step, ctx) is not None:
        return Standing.NOT_HERE
    if owed is not None and owed["late_days"] > 0:
        return Standing.MISSED
    if held:
        return Standing.DONE
    return Standing.NOW if owed is not None or not progress(step, ctx) else Standing.LATER
