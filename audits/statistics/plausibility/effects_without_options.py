"""Effects come from options that were carried out; where there are none, either is missing."""

from collections.abc import Iterable

from audits.procedure.words import Text
from audits.statistics.plausibility.comparing import BENEFITS, EFFECTS, options
from audits.statistics.plausibility.peers import NOUGHT
from audits.statistics.plausibility.rules import Rule, Seen


def effects_without_options(seen: Seen) -> Iterable[str]:
    """Each verified effect above nought where options are told for every cost class and none was carried out.

    Benefits in money are left to the rule on investment. An effect of this year may come from an option of an earlier
    one: a hint, no more.
    """
    if options(seen.figures) != 0:
        return []
    return [one for one in EFFECTS if one not in BENEFITS and seen.figures.get(one, NOUGHT) > 0]


EFFECTS_WITHOUT_OPTIONS = Rule(
    key="effects_without_options",
    looks_at=Text("核实效果与各类方案实施数之和", "verified effects and options carried out, all cost classes"),
    message=Text(
        "有核实效果而本年没有实施任何方案；请核对方案是否漏报，或效果是否来自以前年度的方案。",
        "There is a verified effect but no option was carried out this year. Check whether options were left out, or "
        "whether the effect comes from an option of an earlier year.",
    ),
    finds=effects_without_options,
)
