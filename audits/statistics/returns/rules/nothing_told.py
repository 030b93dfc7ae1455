"""A return without a single figure tells nothing."""

from collections.abc import Iterable

from audits.procedure.words import Text
from audits.statistics.returns.rules.base import ReturnRule, Severity, Told


def nothing_told(told: Told) -> Iterable[str]:
    """The return as a whole."""
    return [] if told.figures else [""]


NOTHING_TOLD = ReturnRule(
    "nothing_told",
    Severity.ERROR,
    Text("报表没有任何数值。", "The return holds no figure."),
    nothing_told,
)
