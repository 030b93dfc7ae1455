"""All steps of a case in reading order: done, now, later, missed, or not part of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from audits.procedure.schema import Step
from audits.procedure.words import Phase, Text
from audits.workflow.actions import ActionStatus

COURSE = tuple(phase for phase in Phase if phase not in (Phase.ORDERS, Phase.CLOSED))


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
    case: Any, statuses: Iterable[ActionStatus], deadlines: Iterable[Mapping[str, Any]], who: Mapping[str, str]
) -> list[tuple[str, list[Line]]]:
    """Phases with their steps. `who` names the actor of the last act of each step."""
    done: Mapping[str, Any] = case.state.get("done", {})
    due: dict[str, Mapping[str, Any]] = {}
    for one in deadlines:
        if not one["void"] and one["met_on"] is None:
            due.setdefault(one["action"], one)
    phases: dict[str, list[Line]] = {phase.value: [] for phase in COURSE}
    for status in statuses:
        step = status.step
        if step.phase.value not in phases or (step.optional and step.key not in done):
            continue
        codes = {reason.code for reason in status.reasons}
        line = Line(step, Standing.LATER)
        held = done.get(step.key)
        owed = due.get(step.key)
        if held is not None:
            line.done_on, line.times, line.by = held["on"], held["count"], who.get(step.key, "")
        if owed is not None:
            line.due_on, line.late_days = owed["due_on"], owed["late_days"]
        line.standing = _standing(codes, held, owed, status)
        if line.standing is Standing.NOT_HERE:
            line.why_not = next(reason.text for reason in status.reasons if reason.code == "not_applicable")
        phases[step.phase.value].append(line)
    return [(phase, lines) for phase, lines in phases.items() if lines]


def _standing(codes: set[str], held: Any, owed: Mapping[str, Any] | None, status: ActionStatus) -> Standing:
    if "not_applicable" in codes and held is None:
        return Standing.NOT_HERE
    if owed is not None and owed["late_days"] > 0:
        return Standing.MISSED
    if held is not None:
        return Standing.DONE
    if status.allowed or owed is not None:
        return Standing.NOW
    return Standing.LATER
