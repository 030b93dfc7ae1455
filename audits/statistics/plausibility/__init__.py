"""Plausibility: named rules that flag a published figure. A flag changes nothing; the figure stays as told.

The contract: one rule per file, function named as the file and as `Rule.key`. It is given the figures of one row as
`{metric: Decimal in the metric's base unit}` (a metric that was not told is absent) and says whether the figure of
`Rule.metric` is to be doubted. All are rules of this product (mark `own`).
"""

from collections.abc import Mapping
from decimal import Decimal

from audits.statistics.plausibility.rules import Figures, Rule
from audits.statistics.plausibility.wastewater_exceeds_water_use import WASTEWATER_EXCEEDS_WATER_USE

RULES: Mapping[str, Rule] = {rule.key: rule for rule in (WASTEWATER_EXCEEDS_WATER_USE,)}


def doubts(figures: Mapping[str, Decimal]) -> list[Rule]:
    """The rules that doubt a figure of this row."""
    return [rule for rule in RULES.values() if rule.doubts(figures)]


__all__ = ["RULES", "Figures", "Rule", "doubts"]
