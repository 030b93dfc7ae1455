"""What places of one kind and year have in common: medians, each computed once for a whole table."""

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

from audits.statistics.metrics import Process

Figures = Mapping[str, Decimal]
NOUGHT = Decimal(0)
Number = TypeVar("Number", Decimal, float)
ROBUST = 1.4826  # makes the median absolute deviation of a normal distribution its standard deviation


class Peers:
    """The rows of a table, as rules compare one of them with all."""

    def __init__(self, rows: Sequence[Figures] = ()) -> None:
        self.rows = rows
        self._medians: dict[str, tuple[int, Decimal]] = {}
        self._spreads: dict[str, tuple[int, float, float]] = {}

    def per_case(self, metric: str) -> tuple[int, Decimal]:
        """How many rows have a per-case figure of the metric, and its median (nought where none has)."""
        if metric not in self._medians:
            values = [value for one in self.rows if (value := per_case(one, metric)) is not None]
            self._medians[metric] = len(values), median(values) if values else NOUGHT
        return self._medians[metric]

    def logarithms(self, metric: str) -> tuple[int, float, float]:
        """How many rows tell the metric above nought; median and robust deviation of its common logarithm.

        Logarithms are floating-point numbers: they say how far apart figures are, never what they are.
        """
        if metric not in self._spreads:
            values = [math.log10(value) for one in self.rows if (value := one.get(metric, NOUGHT)) > 0]
            middle = median(values) if values else 0.0
            deviation = ROBUST * median([abs(value - middle) for value in values]) if values else 0.0
            self._spreads[metric] = len(values), middle, deviation
        return self._spreads[metric]


def per_case(figures: Figures, metric: str) -> Decimal | None:
    """The figure divided by the audits completed; None where either is nought or not told."""
    value, cases = figures.get(metric, NOUGHT), figures.get(Process.COMPLETED, NOUGHT)
    return value / cases if value > 0 and cases > 0 else None


def median(values: Sequence[Number]) -> Number:
    """The middle of the values in order, or the mean of the two in the middle. Needs one value at least."""
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
