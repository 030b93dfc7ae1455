"""What the table of steps says about a deadline or an act: its title, its ladder, and which authority owes it."""

from functools import lru_cache

from audits.procedure.registry import PROCEDURES, find
from audits.procedure.rungs import RUNGS, Rungs
from audits.procedure.schema import Step
from audits.procedure.words import Function, Party, RegimeKey, Text


@lru_cache(maxsize=1024)
def row_of(action: str, regime: str) -> Step | None:
    """The row of an action in a regime; where that has none, the newest row anywhere. None for an unknown action."""
    own = next((step for step in PROCEDURES[RegimeKey(regime)].steps if step.key == action), None) if regime else None
    others = find(action)
    return own or (others[-1] if others else None)


def ladder_of(action: str, regime: str) -> Rungs:
    """When people are told of a deadline of this step."""
    step = row_of(action, regime)
    return RUNGS[step.rungs if step else "default"]


def function_of(action: str, regime: str) -> Function:
    """By which function the authority that owes a step is found; supervision when the row names none."""
    step = row_of(action, regime)
    return (step.actor.function if step else None) or Function.SUPERVISE


def title_of(action: str, regime: str, reader: Party) -> Text:
    """What the step is called for this reader."""
    step = row_of(action, regime)
    if step is None:
        return Text(action, action)
    return (step.title_enterprise if reader is not Party.AUTHORITY else None) or step.title
