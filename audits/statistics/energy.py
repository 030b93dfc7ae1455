"""Saved energy in one unit: standard coal and CO2, from the factors in force at the end of the year.

Nothing is stored: a sum of amounts times a factor of the year is the same however it is added up. CO2 that cases told
themselves (`co2_cut_t`) stands apart and is not added.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from audits.procedure.conversion import FACTORS, Factor, FactorKey
from audits.statistics.metrics import Effect, planned

_TO_TCE: tuple[tuple[Effect, FactorKey | None], ...] = (
    (Effect.STANDARD_COAL_SAVED, None),
    (Effect.ELECTRICITY_SAVED, FactorKey.TCE_PER_KWH),
    (Effect.COAL_SAVED, FactorKey.TCE_PER_T_COAL),
)
_TO_CO2: tuple[tuple[Effect, FactorKey | None], ...] = (
    (Effect.STANDARD_COAL_SAVED, FactorKey.CO2_PER_TCE),
    (Effect.ELECTRICITY_SAVED, FactorKey.CO2_PER_KWH),
    (Effect.COAL_SAVED, FactorKey.CO2_PER_T_COAL),
)


# The metrics that are converted: all that a total over several years needs by year.
CONVERTED = frozenset(key for effect, _ in _TO_TCE for key in (effect.value, planned(effect)))


@dataclass(frozen=True, slots=True)
class Energy:
    """Integers of 0.001 tce and 0.001 t; None is unknown, and `missing` names the factors that no source gives."""

    tce: int | None
    co2: int | None
    missing: tuple[FactorKey, ...]


def energy_of(
    figures: Mapping[str, int],
    year: int,
    *,
    of_plan: bool = False,
    factors: Mapping[FactorKey, Factor] = FACTORS,
) -> Energy:
    """What the energy effects among `figures` (integers of 0.001 base unit) of one year come to.

    A fuel that was not saved needs no factor. A total over several years is the sum of its years: `energy_of_years`.
    """
    day = date(year, 12, 31)
    missing: list[FactorKey] = []

    def total(parts: tuple[tuple[Effect, FactorKey | None], ...]) -> int | None:
        found: Decimal | None = Decimal(0)
        for effect, key in parts:
            amount = figures.get(planned(effect) if of_plan else effect.value, 0)
            if not amount:
                continue
            held = factors[key].on(day) if key is not None else None
            if key is not None and held is None:
                missing.append(key)
                found = None
            elif found is not None:
                found += amount * (held.value if held is not None else 1)
        return int(found.quantize(Decimal(1), ROUND_HALF_UP)) if found is not None else None

    tce, co2 = total(_TO_TCE), total(_TO_CO2)
    return Energy(tce, co2, tuple(missing))


def energy_of_years(
    figures: Mapping[int, Mapping[str, int]],
    *,
    of_plan: bool = False,
    factors: Mapping[FactorKey, Factor] = FACTORS,
) -> Energy:
    """What the figures by year come to: each year by its own factors, unknown if one of the years is."""
    told = [energy_of(held, year, of_plan=of_plan, factors=factors) for year, held in sorted(figures.items())]
    missing = {key for one in told for key in one.missing}
    return Energy(_sum(one.tce for one in told), _sum(one.co2 for one in told), tuple(sorted(missing)))


def _sum(amounts: Iterable[int | None]) -> int | None:
    found = 0
    for amount in amounts:
        if amount is None:
            return None
        found += amount
    return found
