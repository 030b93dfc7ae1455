"""A figure that is off by about the factor between two units people mix up: 10^3 (kg, t), 10^4 (万), 10^8 (亿).

It is compared with last year's figure of the same place, and per completed audit with the median of other places.
"""

from collections.abc import Iterable
from decimal import Decimal

from audits.procedure.words import Text
from audits.statistics.plausibility.comparing import amounts
from audits.statistics.plausibility.peers import NOUGHT, per_case
from audits.statistics.plausibility.rules import Rule, Seen
from audits.statistics.plausibility.thresholds import PER_CASE_UNITS, SLIP_TOLERANCE, SLIPS

_RANGES = [
    (Decimal(10) ** power / SLIP_TOLERANCE.value, Decimal(10) ** power * SLIP_TOLERANCE.value) for power in SLIPS
]


def unit_slip(seen: Seen) -> Iterable[str]:
    """Each amount that differs by about such a factor, up or down; in an unfinished year from last year's only up."""
    return [
        metric for metric in amounts(seen.figures) if _against_last_year(seen, metric) or _against_others(seen, metric)
    ]


def is_slip(ratio: Decimal) -> bool:
    """Whether a ratio lies within the tolerance of such a factor or of its reverse."""
    ratio = max(ratio, 1 / ratio)
    return any(least <= ratio <= most for least, most in _RANGES)


def _against_last_year(seen: Seen, metric: str) -> bool:
    now, before = seen.figures[metric], seen.last_year.get(metric, NOUGHT)
    if before <= 0 or (seen.unfinished and now < before):
        return False
    return is_slip(now / before)


def _against_others(seen: Seen, metric: str) -> bool:
    own, (units, middle) = per_case(seen.figures, metric), seen.peers.per_case(metric)
    return own is not None and units >= PER_CASE_UNITS.value and is_slip(own / middle)


UNIT_SLIP = Rule(
    key="unit_slip",
    looks_at=Text(
        "与本地上年数值之比；每个完成审核的平均值与其他单位中位数之比",
        "the ratio to last year's figure; per completed audit, the ratio to the median of other units",
    ),
    message=Text(
        "与比较值相差约千倍、万倍或亿倍，很可能是计量单位错误（如元与万元、千克与吨）；请核对单位。",
        "Off by about a thousand, ten thousand or a hundred million: probably a slip of the unit (CNY for 万元, kg for "
        "t). Check the unit.",
    ),
    finds=unit_slip,
)
