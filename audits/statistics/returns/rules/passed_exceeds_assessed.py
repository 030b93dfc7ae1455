"""More cases passed than were assessed: possible only where a case failed in an earlier year and passed in this one."""

from collections.abc import Iterable

from audits.procedure.words import Text
from audits.statistics.metrics import Process
from audits.statistics.returns.rules.base import ReturnRule, Severity, Told


def passed_exceeds_assessed(told: Told) -> Iterable[str]:
    """The number of cases that passed."""
    passed, assessed = told.figures.get(Process.ASSESSED_PASSED), told.figures.get(Process.ASSESSED)
    return [Process.ASSESSED_PASSED] if passed is not None and assessed is not None and passed > assessed else []


PASSED_EXCEEDS_ASSESSED = ReturnRule(
    "passed_exceeds_assessed",
    Severity.WARNING,
    Text(
        "评估通过数多于评估数：仅在以前年度未通过、本年度通过时才会如此。",
        "More passed than were assessed: so only where cases failed in an earlier year and passed in this one.",
    ),
    passed_exceeds_assessed,
)
