"""An amount ten times last year's, or a tenth: perhaps a slip of the unit (kWh for 万kWh is ten thousand times)."""

from collections.abc import Iterable
from decimal import Decimal

from audits.procedure.words import Text
from audits.statistics.metrics import METRICS
from audits.statistics.returns.rules.base import ReturnRule, Severity, Told

FACTOR = Decimal(10)


def jump_against_last_year(told: Told) -> Iterable[str]:
    """Each amount more than ten times as large, or less than a tenth; noughts are not compared."""
    return [
        metric
        for metric, now in told.figures.items()
        if METRICS[metric].is_amount
        and now > 0
        and (before := told.last_year.get(metric, Decimal(0))) > 0
        and (now > FACTOR * before or now * FACTOR < before)
    ]


JUMP_AGAINST_LAST_YEAR = ReturnRule(
    "jump_against_last_year",
    Severity.WARNING,
    Text(
        "与上年相比超过十倍或不足十分之一,可能为计量单位误差;请核对并说明。",
        "More than ten times last year's figure, or less than a tenth: perhaps a slip of the unit. Check, and say why.",
    ),
    jump_against_last_year,
)
