"""Money saved although nothing was spent: good housekeeping is free, but a whole place rarely does nothing else."""

from collections.abc import Iterable

from audits.procedure.words import Text
from audits.statistics.metrics import Effect
from audits.statistics.plausibility.comparing import investment
from audits.statistics.plausibility.peers import NOUGHT
from audits.statistics.plausibility.rules import Rule, Seen


def saving_without_investment(seen: Seen) -> Iterable[str]:
    """A saving above nought where investment is told for every cost class and is nought in all."""
    saved = seen.figures.get(Effect.BENEFIT_SAVING, NOUGHT) > 0
    return [Effect.BENEFIT_SAVING] if saved and investment(seen.figures) == 0 else []


SAVING_WITHOUT_INVESTMENT = Rule(
    key="saving_without_investment",
    looks_at=Text("节约效益与各类方案实际投资之和", "the yearly saving and the investment made, all cost classes"),
    message=Text(
        "有节约效益而没有任何实际投资；请核对投资是否漏报。",
        "Money was saved and none invested. Check whether the investment was left out.",
    ),
    finds=saving_without_investment,
)
