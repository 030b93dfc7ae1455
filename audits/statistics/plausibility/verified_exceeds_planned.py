"""An effect verified at many times what was planned: plans are rarely that modest, units often mixed up."""

from collections.abc import Iterable

from audits.procedure.words import Text
from audits.statistics.metrics import planned
from audits.statistics.plausibility.comparing import EFFECTS
from audits.statistics.plausibility.peers import NOUGHT
from audits.statistics.plausibility.rules import Rule, Seen
from audits.statistics.plausibility.thresholds import VERIFIED_TO_PLANNED


def verified_exceeds_planned(seen: Seen) -> Iterable[str]:
    """Each effect verified at more than ten times its plan; where nothing was planned there is nothing to compare."""
    return [
        effect
        for effect in EFFECTS
        if (plan := seen.figures.get(planned(effect), NOUGHT)) > 0
        and seen.figures.get(effect, NOUGHT) > VERIFIED_TO_PLANNED.value * plan
    ]


VERIFIED_EXCEEDS_PLANNED = Rule(
    key="verified_exceeds_planned",
    looks_at=Text("同一效果的核实值与计划值", "the same effect, verified and planned"),
    message=Text(
        "核实效果超过计划的十倍；请核对两者的计量单位。",
        "The verified effect is more than ten times the planned one. Check the units of both.",
    ),
    finds=verified_exceeds_planned,
)
