"""Cases went on after the draft was made: what was taken from facts is no longer what they say.

`overdue` is left out: it is counted for a day and changes by itself.
"""

from collections.abc import Iterable

from audits.procedure.words import Text
from audits.statistics.metrics import Process
from audits.statistics.returns.rules.base import ReturnRule, Severity, Told


def facts_changed(told: Told) -> Iterable[str]:
    """Each metric whose facts are others now than when the draft was made."""
    return [
        metric
        for metric, then in told.drafted.items()
        if metric != Process.OVERDUE and metric in told.facts and told.facts[metric] != then
    ]


FACTS_CHANGED = ReturnRule(
    "facts_changed",
    Severity.WARNING,
    Text(
        "草稿生成后案件数据已有变化；请更正，或说明为何仍按原数报送。",
        "Cases have changed since this was drafted. Correct the figure, or say why it stands.",
    ),
    facts_changed,
)
