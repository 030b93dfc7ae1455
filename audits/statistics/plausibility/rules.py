"""What a plausibility rule is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from audits.procedure.words import Mark, Text

Figures = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Rule:
    """A named doubt about the figure of one metric."""

    key: str
    metric: str
    message: Text
    doubts: Callable[[Figures], bool]
    mark: Mark = Mark.OWN
