"""Rates: a part divided by its whole, both counts of the same group; unknown where the whole is nought."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from audits.procedure.words import CostClass, Text
from audits.statistics.metrics import Process, RatePart, options_implemented, options_planned

PLACES = Decimal("0.0001")
_COSTLY = (CostClass.MEDIUM, CostClass.HIGH)


@dataclass(frozen=True, slots=True)
class Rate:
    """A named rate: the metrics whose sums are divided."""

    key: str
    title: Text
    part: Sequence[str]
    whole: Sequence[str]

    def of(self, figures: Mapping[str, int]) -> tuple[int, int, str | None]:
        """Part, whole, and their quotient to four places; None where there is nothing to divide by."""
        part, whole = (sum(figures.get(key, 0) for key in keys) for keys in (self.part, self.whole))
        if not whole:
            return part, whole, None
        return part, whole, str((Decimal(part) / whole).quantize(PLACES, ROUND_HALF_EVEN))


RATES: Sequence[Rate] = (
    Rate("started_in_time", Text("按期启动率", "started in time"), [RatePart.STARTED_IN_TIME], [RatePart.START_DUE]),
    Rate(
        "completed_in_time",
        Text("按期完成率", "completed in time"),
        [RatePart.COMPLETED_IN_TIME],
        [RatePart.COMPLETION_DUE],
    ),
    Rate(
        "assessed_passed_first",
        Text("评估一次通过率", "assessment passed first time"),
        [RatePart.ASSESSED_PASSED_FIRST],
        [Process.ASSESSED],
    ),
    Rate(
        "accepted_first",
        Text("验收一次合格率", "accepted first time"),
        [RatePart.ACCEPTED_FIRST],
        [RatePart.ACCEPTANCE_DECIDED],
    ),
    Rate(
        "costly_options_implemented",
        Text("中高费方案实施率", "medium and high-cost options carried out"),
        [options_implemented(one) for one in _COSTLY],
        [options_planned(one) for one in _COSTLY],
    ),
)
