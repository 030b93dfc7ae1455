"""Rules a return is checked by before it is submitted, beside the plausibility rules of published figures.

The contract: one rule per file, function named as the file and as `ReturnRule.key`. It is given what the return tells
(`Told`) and names the metrics it doubts ("" for the return as a whole). An error must be corrected, a warning
acknowledged with a text. All are rules of this product.
"""

from collections.abc import Mapping

from audits.statistics.returns.rules.base import ReturnRule, Severity, Told
from audits.statistics.returns.rules.capacity_missing import CAPACITY_MISSING
from audits.statistics.returns.rules.facts_changed import FACTS_CHANGED
from audits.statistics.returns.rules.nothing_told import NOTHING_TOLD
from audits.statistics.returns.rules.passed_exceeds_assessed import PASSED_EXCEEDS_ASSESSED

RETURN_RULES: Mapping[str, ReturnRule] = {
    rule.key: rule
    for rule in (
        NOTHING_TOLD,
        CAPACITY_MISSING,
        FACTS_CHANGED,
        PASSED_EXCEEDS_ASSESSED,
    )
}

__all__ = ["RETURN_RULES", "ReturnRule", "Severity", "Told"]
