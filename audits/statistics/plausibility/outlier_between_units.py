"""A figure far outside what units of the same year tell, measured so that the outliers themselves do not blur it.

Places differ in size by orders of magnitude, so logarithms are compared: the distance from the median in robust standard
deviations (1.4826 times the median absolute deviation).
"""

import math
from collections.abc import Iterable

from audits.procedure.words import Text
from audits.statistics.plausibility.comparing import amounts
from audits.statistics.plausibility.rules import Rule, Seen
from audits.statistics.plausibility.thresholds import OUTLIER, OUTLIER_FLOOR, OUTLIER_UNITS

_DEVIATIONS, _FLOOR = float(OUTLIER.value), float(OUTLIER_FLOOR.value)


def outlier_between_units(seen: Seen) -> Iterable[str]:
    """Each amount above the median by more than 3.5 robust deviations. Little is no outlier: small places exist.

    With fewer than nine units that tell the figure it says nothing.
    """
    return [metric for metric in amounts(seen.figures) if _outlying(seen, metric)]


def _outlying(seen: Seen, metric: str) -> bool:
    units, middle, deviation = seen.peers.logarithms(metric)
    if units < OUTLIER_UNITS.value:
        return False
    return math.log10(seen.figures[metric]) - middle > _DEVIATIONS * max(deviation, _FLOOR)


OUTLIER_BETWEEN_UNITS = Rule(
    key="outlier_between_units",
    looks_at=Text(
        "同年各单位数值的中位数与中位绝对偏差（取对数）",
        "median and median absolute deviation of that year's units, in logarithms",
    ),
    message=Text(
        "远高于同年其他单位；请核对数值、单位与范围。",
        "Far above the other units of that year. Check figure, unit and coverage.",
    ),
    finds=outlier_between_units,
)
