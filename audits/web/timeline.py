"""All steps of a case in reading order: done, now, later, missed, or not part of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

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
    by: str = ""
    why_not: Text | None = None


def timeline(
    ctx: Context, deadlines: Iterable[Mapping[str, Any]], who: Mapping[str, str]
) -> list[tuple[str, list[Line]]]:
    """Phases with their steps. `who` names the actor of the last act of each step."""
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
            line.due_on, line.late_days = owed["due_on"], owed["late_days"]
        if line.standing is Standing.NOT_HERE:
            refusal = applicability(step, ctx)
            line.why_not = refusal.text if refusal is not None else None
        phases[step.phase.value].append(line)
    return [(phase, lines) for phase, lines in phases.items() if lines]


def _standing(step: Step, ctx: Context, owed: Mapping[str, Any] | None) -> Standing:
    held = step.key in ctx.state["done"]
    if not held and applicability(step, ctx) is not None:
        return Standing.NOT_HERE
    if owed is not None and owed["late_days"] > 0:
        return Standing.MISSED
    if held:
        return Standing.DONE
    return Standing.NOW if owed is not None or not progress(step, ctx) else Standing.LATER
