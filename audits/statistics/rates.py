"""Rates, divided when they are read: numerators and denominators are facts that add up, rates are not.

A rate without a denominator is unknown (None), never nought.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from django.db.models import Count, Q

from audits.models import Deadline
from audits.procedure.deadline_records import Nature
from audits.procedure.words import CostClass, Text
from audits.statistics.metrics import Process, RatePart, options_implemented, options_planned

PLACES = Decimal("0.0001")


class Rate(StrEnum):
    STARTED_IN_TIME = "started_in_time"
    COMPLETED_IN_TIME = "completed_in_time"
    PASSED_FIRST_TIME = "passed_first_time"
    ACCEPTED_FIRST_TIME = "accepted_first_time"
    MEDIUM_HIGH_IMPLEMENTED = "medium_high_implemented"


RATE_TITLES: Mapping[Rate, Text] = {
    Rate.STARTED_IN_TIME: Text("按期启动率", "started in time"),
    Rate.COMPLETED_IN_TIME: Text("按期完成率", "completed in time"),
    Rate.PASSED_FIRST_TIME: Text("评估一次通过率", "passed the assessment first time"),
    Rate.ACCEPTED_FIRST_TIME: Text("验收一次合格率", "accepted first time"),
    Rate.MEDIUM_HIGH_IMPLEMENTED: Text("中/高费方案实施率", "medium and high-cost options implemented"),
}
_COSTLY = (CostClass.MEDIUM, CostClass.HIGH)
# The rate: what is summed above the line, and what below it.
PARTS: Mapping[Rate, tuple[tuple[str, ...], tuple[str, ...]]] = {
    Rate.STARTED_IN_TIME: ((RatePart.STARTED_IN_TIME,), (RatePart.START_DUE,)),
    Rate.COMPLETED_IN_TIME: ((RatePart.COMPLETED_IN_TIME,), (RatePart.COMPLETION_DUE,)),
    Rate.PASSED_FIRST_TIME: ((RatePart.ASSESSED_PASSED_FIRST,), (Process.ASSESSED,)),
    Rate.ACCEPTED_FIRST_TIME: ((RatePart.ACCEPTED_FIRST,), (RatePart.ACCEPTANCE_DECIDED,)),
    Rate.MEDIUM_HIGH_IMPLEMENTED: (
        tuple(options_implemented(one) for one in _COSTLY),
        tuple(options_planned(one) for one in _COSTLY),
    ),
}
_DUE = {"start_audit": RatePart.START_DUE, "complete_audit": RatePart.COMPLETION_DUE}


def rates_of(figures: Mapping[str, int], not_yet: Mapping[str, int] | None = None) -> dict[Rate, Decimal | None]:
    """Every rate, between 0 and 1, to four places; None where nothing stands below the line.

    `figures` are sums of facts; `not_yet` those of `not_yet_due` for the same cases and years, which are taken off: who
    still has time is neither in time nor late.
    """
    open_ones = not_yet or {}
    found: dict[Rate, Decimal | None] = {}
    for rate, (above, below) in PARTS.items():
        part = sum(figures.get(metric, 0) for metric in above)
        whole = sum(figures.get(metric, 0) - open_ones.get(metric, 0) for metric in below)
        found[rate] = (Decimal(part) / whole).quantize(PLACES, ROUND_HALF_UP) if whole > 0 else None
    return found


def not_yet_due(today: date, where: Q, first: int, last: int) -> dict[str, Counter[str]]:
    """By unit, counted cases whose period of the law ends in the years `first` to `last` but runs on `today` undone.

    `where` is a condition on deadlines (`case__scope_code`, ...). Keys are `RatePart.START_DUE`, `COMPLETION_DUE`.
    """
    running = Deadline.objects.open().filter(
        where,
        step__in=_DUE,
        due_on__gte=max(today, date(first, 1, 1)),
        due_on__lte=date(last, 12, 31),
        detail__nature=Nature.STATUTORY.value,
        case__tally__excluded=False,
    )
    found: dict[str, Counter[str]] = {}
    counted = running.order_by().values_list("case__tally__reporting_unit_id", "step")
    for unit, step, cases in counted.annotate(cases=Count("case_id", distinct=True)):
        found.setdefault(unit, Counter())[_DUE[step]] = cases
    return found
