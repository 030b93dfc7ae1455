"""Rates as tables show them: with what is divided, beside the quotient."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from audits.procedure.words import Text
from audits.statistics.rates import PARTS, RATE_TITLES, Rate, rates_of


@dataclass(frozen=True, slots=True)
class ShownRate:
    """A rate by its key."""

    rate: Rate
    title: Text

    @property
    def key(self) -> str:
        """As the interface names it."""
        return self.rate.value

    def of(self, figures: Mapping[str, int], not_yet: Mapping[str, int] | None) -> tuple[int, int, str | None]:
        """Part, whole (without who still has time), quotient; None where it is unknown."""
        above, below = PARTS[self.rate]
        part = sum(figures.get(key, 0) for key in above)
        whole = sum(figures.get(key, 0) - (not_yet or {}).get(key, 0) for key in below)
        value = rates_of(figures, not_yet)[self.rate]
        return part, whole, None if value is None else str(value)


RATES: Sequence[ShownRate] = [ShownRate(rate, RATE_TITLES[rate]) for rate in Rate]
