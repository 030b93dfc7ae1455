"""What a plausibility rule is, and what it looks at."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from audits.procedure.words import Mark, Text
from audits.statistics.plausibility.peers import Figures, Peers


@dataclass(frozen=True, slots=True)
class Seen:
    """The figures of one row: a place and a year, by metric in its base unit; a metric that is not told is absent.

    `last_year` are the same place's figures of the year before, `peers` all places of the same kind and year, this one
    among them (none: nothing to compare with). In an `unfinished` year little says nothing, much still does.
    """

    figures: Figures
    last_year: Figures = field(default_factory=dict)
    peers: Peers = field(default_factory=Peers)
    unfinished: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A named doubt. `finds` gives the metrics it doubts; `message` says what to check, `looks_at` what is compared."""

    key: str
    looks_at: Text
    message: Text
    finds: Callable[[Seen], Iterable[str]]
    mark: Mark = Mark.OWN


@dataclass(frozen=True, slots=True)
class Doubt:
    """A rule that doubts the figure of one metric."""

    rule: Rule
    metric: str

    @property
    def flag(self) -> dict[str, str]:
        """As rows and frozen returns keep it."""
        return {"rule": self.rule.key, "metric": str(self.metric)}
