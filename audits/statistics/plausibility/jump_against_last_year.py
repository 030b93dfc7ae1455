"""An amount ten times last year's, or a tenth. A factor that looks like a slip of the unit is told by that rule alone."""

from collections.abc import Iterable

from audits.procedure.words import Text
from audits.statistics.plausibility.comparing import amounts
from audits.statistics.plausibility.peers import NOUGHT
from audits.statistics.plausibility.rules import Rule, Seen
from audits.statistics.plausibility.thresholds import JUMP
from audits.statistics.plausibility.unit_slip import unit_slip


def jump_against_last_year(seen: Seen) -> Iterable[str]:
    """Each amount more than ten times as large, or less than a tenth; noughts are not compared.

    In an unfinished year only the first.
    """
    found = [metric for metric in amounts(seen.figures) if _jumped(seen, metric)]
    slips = unit_slip(seen) if found else ()
    return [metric for metric in found if metric not in slips]


def _jumped(seen: Seen, metric: str) -> bool:
    now, before = seen.figures[metric], seen.last_year.get(metric, NOUGHT)
    if before <= 0:
        return False
    return now > JUMP.value * before or (not seen.unfinished and now * JUMP.value < before)


JUMP_AGAINST_LAST_YEAR = Rule(
    key="jump_against_last_year",
    looks_at=Text("与本地上年数值之比", "the ratio to last year's figure of the same place"),
    message=Text(
        "与上年相比超过十倍或不足十分之一；请核对并说明。",
        "More than ten times last year's figure, or less than a tenth. Check, and say why.",
    ),
    finds=jump_against_last_year,
)
