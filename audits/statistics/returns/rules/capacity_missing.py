"""Training and capacity come from nowhere but the return: a figure left out would be missing for good.

Of a year before the system they may be unknown, so a return read from a form is not asked for them.
"""

from collections.abc import Iterable

from audits.procedure.words import Text
from audits.statistics.metrics import Capacity
from audits.statistics.returns.rules.base import ReturnRule, Severity, Told


def capacity_missing(told: Told) -> Iterable[str]:
    """Each figure of capacity that is not told."""
    return [metric for metric in Capacity if told.from_facts and metric not in told.figures]


CAPACITY_MISSING = ReturnRule(
    "capacity_missing",
    Severity.ERROR,
    Text(
        "能力建设数据须填报；没有则填 0。", "Figures of training and capacity must be told; nought if there are none."
    ),
    capacity_missing,
)
