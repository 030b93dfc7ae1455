"""Plausibility: named rules that flag a figure. A flag is a hint and changes nothing; the figure stays as told.

The contract: one rule per file, function named as the file and as `Rule.key`. It is given what stands in one row, with
last year's and other places' figures where there are any (`Seen`), and names the metrics it doubts. Thresholds stand in
`thresholds`. All are rules of this product (mark `own`).
"""

from collections.abc import Mapping

from audits.statistics.plausibility.benefit_out_of_proportion import BENEFIT_OUT_OF_PROPORTION
from audits.statistics.plausibility.effects_without_options import EFFECTS_WITHOUT_OPTIONS
from audits.statistics.plausibility.jump_against_last_year import JUMP_AGAINST_LAST_YEAR
from audits.statistics.plausibility.outlier_between_units import OUTLIER_BETWEEN_UNITS
from audits.statistics.plausibility.peers import Figures, Peers
from audits.statistics.plausibility.per_case_out_of_line import PER_CASE_OUT_OF_LINE
from audits.statistics.plausibility.rules import Doubt, Rule, Seen
from audits.statistics.plausibility.saving_without_investment import SAVING_WITHOUT_INVESTMENT
from audits.statistics.plausibility.thresholds import THRESHOLDS, Threshold
from audits.statistics.plausibility.unit_slip import UNIT_SLIP
from audits.statistics.plausibility.verified_exceeds_planned import VERIFIED_EXCEEDS_PLANNED
from audits.statistics.plausibility.wastewater_exceeds_water_use import WASTEWATER_EXCEEDS_WATER_USE

RULES: Mapping[str, Rule] = {
    rule.key: rule
    for rule in (
        WASTEWATER_EXCEEDS_WATER_USE,
        UNIT_SLIP,
        JUMP_AGAINST_LAST_YEAR,
        PER_CASE_OUT_OF_LINE,
        OUTLIER_BETWEEN_UNITS,
        VERIFIED_EXCEEDS_PLANNED,
        BENEFIT_OUT_OF_PROPORTION,
        SAVING_WITHOUT_INVESTMENT,
        EFFECTS_WITHOUT_OPTIONS,
    )
}


def doubts(seen: Seen) -> list[Doubt]:
    """Every figure of this row that a rule doubts, rule by rule."""
    return [Doubt(rule, metric) for rule in RULES.values() for metric in rule.finds(seen)]


__all__ = ["RULES", "THRESHOLDS", "Doubt", "Figures", "Peers", "Rule", "Seen", "Threshold", "doubts"]
