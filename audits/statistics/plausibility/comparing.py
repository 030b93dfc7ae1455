"""What several rules count with: columns that belong together."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from audits.procedure.words import CostClass
from audits.statistics.metrics import METRICS, Effect, investment_actual, options_done
from audits.statistics.plausibility.peers import NOUGHT, Figures

EFFECTS: Sequence[str] = [effect.value for effect in Effect]
BENEFITS = frozenset({Effect.BENEFIT_SAVING.value, Effect.BENEFIT_REDUCTION.value})


def amounts(figures: Figures) -> list[str]:
    """The metrics told above nought that are amounts of a unit; counts have no unit to slip."""
    return [
        metric for metric, value in figures.items() if value > 0 and metric in METRICS and METRICS[metric].is_amount
    ]


def sum_of(figures: Figures, metrics: Iterable[str]) -> Decimal | None:
    """Their sum; None where one of them is not told, for then the sum is not known."""
    total = NOUGHT
    for metric in metrics:
        if metric not in figures:
            return None
        total += figures[metric]
    return total


def investment(figures: Figures) -> Decimal | None:
    """Investment made, of all cost classes."""
    return sum_of(figures, [investment_actual(one) for one in CostClass])


def options(figures: Figures) -> Decimal | None:
    """Options carried out, of all cost classes."""
    return sum_of(figures, [options_done(one) for one in CostClass])
