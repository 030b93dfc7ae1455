"""A year's saving of a hundred times the investment: CNY against 万元 is ten thousand times."""

from collections.abc import Iterable

from audits.procedure.words import Text
from audits.statistics.metrics import Effect
from audits.statistics.plausibility.comparing import investment
from audits.statistics.plausibility.peers import NOUGHT
from audits.statistics.plausibility.rules import Rule, Seen
from audits.statistics.plausibility.thresholds import BENEFIT_TO_INVESTMENT


def benefit_out_of_proportion(seen: Seen) -> Iterable[str]:
    """A saving of more than a hundred times the investment made; no investment at all is another rule's."""
    made = investment(seen.figures)
    saved = seen.figures.get(Effect.BENEFIT_SAVING, NOUGHT)
    return [Effect.BENEFIT_SAVING] if made and saved > BENEFIT_TO_INVESTMENT.value * made else []


BENEFIT_OUT_OF_PROPORTION = Rule(
    key="benefit_out_of_proportion",
    looks_at=Text("节约效益与各类方案实际投资之和", "the yearly saving and the investment made, all cost classes"),
    message=Text(
        "年节约效益超过实际投资的一百倍；请核对是否混淆元与万元。",
        "A year saves more than a hundred times what was invested. Check whether CNY and 万元 were mixed up.",
    ),
    finds=benefit_out_of_proportion,
)
