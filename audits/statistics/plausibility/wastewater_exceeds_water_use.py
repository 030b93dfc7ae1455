"""Waste water cut out of proportion with the water saved.

Who cuts waste water mostly does it by using less water, so the two are of one order of magnitude. The paper's figure
for 2007 (60,462,646,700 t against 380,000,000 t of water saved) is 159 times as much, and more than twice what all
industry discharged that year: probably a slip of the unit.
"""

from collections.abc import Iterable

from audits.procedure.words import Text
from audits.statistics.metrics import Effect
from audits.statistics.plausibility.peers import NOUGHT
from audits.statistics.plausibility.rules import Rule, Seen
from audits.statistics.plausibility.thresholds import WASTEWATER_TO_WATER


def wastewater_exceeds_water_use(seen: Seen) -> Iterable[str]:
    """More than ten times as much waste water cut as water saved; no doubt where no water saving is told."""
    saved, cut = (seen.figures.get(one, NOUGHT) for one in (Effect.WATER_SAVED, Effect.WASTEWATER_CUT))
    return [Effect.WASTEWATER_CUT] if saved > 0 and cut > WASTEWATER_TO_WATER.value * saved else []


WASTEWATER_EXCEEDS_WATER_USE = Rule(
    key="wastewater_exceeds_water_use",
    looks_at=Text("同一行的废水削减量与节水量", "waste water cut and water saved of the same row"),
    message=Text(
        "废水削减量超过节水量的十倍，可能为单位误差；数值按原文保留。",
        "The waste water cut is more than ten times the water saved, perhaps a slip of the unit; kept as told.",
    ),
    finds=wastewater_exceeds_water_use,
)
