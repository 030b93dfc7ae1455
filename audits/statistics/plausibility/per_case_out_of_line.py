"""An effect or investment per completed audit that is an order of magnitude off what it is elsewhere."""

from collections.abc import Iterable

from audits.procedure.words import Text
from audits.statistics.plausibility.comparing import amounts
from audits.statistics.plausibility.peers import per_case
from audits.statistics.plausibility.rules import Rule, Seen
from audits.statistics.plausibility.thresholds import PER_CASE, PER_CASE_UNITS
from audits.statistics.plausibility.unit_slip import unit_slip


def per_case_out_of_line(seen: Seen) -> Iterable[str]:
    """Each amount whose per-case figure is more than ten times the median, or less than a tenth.

    With fewer than six units it says nothing; what looks like a slip of the unit is told by that rule alone.
    """
    found = [metric for metric in amounts(seen.figures) if _out_of_line(seen, metric)]
    slips = unit_slip(seen) if found else ()
    return [metric for metric in found if metric not in slips]


def _out_of_line(seen: Seen, metric: str) -> bool:
    own, (units, middle) = per_case(seen.figures, metric), seen.peers.per_case(metric)
    if own is None or units < PER_CASE_UNITS.value:
        return False
    return own > PER_CASE.value * middle or own * PER_CASE.value < middle


PER_CASE_OUT_OF_LINE = Rule(
    key="per_case_out_of_line",
    looks_at=Text(
        "每个完成审核的平均值与其他单位同年中位数",
        "the figure per completed audit and the median of other units that year",
    ),
    message=Text(
        "平均到每个完成的审核，与其他单位的中位数相差十倍以上；请核对数值与审核数。",
        "Per completed audit it is more than ten times the median of other units, or less than a tenth. Check the figure "
        "and the number of audits.",
    ),
    finds=per_case_out_of_line,
)
