"""Waste water cut out of proportion with the water saved.

Who cuts waste water mostly does it by using less water, so the two are of one order of magnitude. The paper's figure
for 2007 (60,462,646,700 t against 380,000,000 t of water saved) is 159 times as much, and more than twice what all
industry discharged that year: probably a slip of the unit.
"""

from decimal import Decimal

from audits.procedure.words import Text
from audits.statistics.metrics import Effect
from audits.statistics.plausibility.rules import Figures, Rule

FACTOR = Decimal(10)


def wastewater_exceeds_water_use(figures: Figures) -> bool:
    """More than ten times as much waste water cut as water saved; no doubt where no water saving is told."""
    saved = figures.get(Effect.WATER_SAVED, Decimal(0))
    return saved > 0 and figures.get(Effect.WASTEWATER_CUT, Decimal(0)) > FACTOR * saved


WASTEWATER_EXCEEDS_WATER_USE = Rule(
    key="wastewater_exceeds_water_use",
    metric=Effect.WASTEWATER_CUT,
    message=Text(
        "废水削减量超过节水量的十倍,可能为单位误差;数值按原文保留。",
        "The waste water cut is more than ten times the water saved, perhaps a slip of the unit; kept as told.",
    ),
    doubts=wastewater_exceeds_water_use,
)
