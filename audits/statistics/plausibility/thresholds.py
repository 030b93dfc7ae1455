"""Where doubt begins. Every number here is a choice of this product (mark `own`); no text of law sets one."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from audits.procedure.words import Mark, Text


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number, what it means, and how sure it is."""

    value: Decimal
    meaning: Text
    mark: Mark = Mark.OWN


def _own(value: str, zh: str, en: str) -> Threshold:
    return Threshold(Decimal(value), Text(zh, en))


WASTEWATER_TO_WATER = _own("10", "废水削减量与节水量之比", "waste water cut to water saved")
VERIFIED_TO_PLANNED = _own("10", "核实效果与计划效果之比", "verified effect to planned effect")
BENEFIT_TO_INVESTMENT = _own("100", "年节约效益与投资之比", "yearly saving to investment")
JUMP = _own("10", "与上年之比（或其倒数）", "to last year's figure, or the reverse")
PER_CASE = _own("10", "每案平均值与各单位中位数之比（或其倒数）", "per case, to the median of units, or the reverse")
PER_CASE_UNITS = _own("6", "比较每案平均值所需的单位数", "units needed to compare per case")
OUTLIER = _own("3.5", "对数值偏离中位数的稳健标准差倍数", "robust standard deviations of the logarithm from the median")
OUTLIER_UNITS = _own("9", "判断离群所需的单位数", "units needed to call one an outlier")
OUTLIER_FLOOR = _own("0.15", "稳健标准差（常用对数）的下限", "least robust standard deviation, in decades")
SLIP_TOLERANCE = _own("2", "与10的幂相差的倍数", "how far from the power of ten a slip may lie, as a factor")

# The steps between units that people mix up: the exponent of ten, and which they are.
SLIPS: Mapping[int, Text] = {
    3: Text("千倍（如千克与吨）", "a thousand (kg and t)"),
    4: Text("万倍（如元与万元、千瓦时与万千瓦时）", "ten thousand (CNY and 万元, kWh and 万kWh)"),
    8: Text("亿倍（如元与亿元）", "a hundred million (CNY and 亿元)"),
}

THRESHOLDS: Mapping[str, Threshold] = {
    "wastewater_to_water": WASTEWATER_TO_WATER,
    "verified_to_planned": VERIFIED_TO_PLANNED,
    "benefit_to_investment": BENEFIT_TO_INVESTMENT,
    "jump": JUMP,
    "per_case": PER_CASE,
    "per_case_units": PER_CASE_UNITS,
    "outlier": OUTLIER,
    "outlier_units": OUTLIER_UNITS,
    "outlier_floor": OUTLIER_FLOOR,
    "slip_tolerance": SLIP_TOLERANCE,
}
