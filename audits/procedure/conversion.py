"""Factors that turn saved energy into standard coal and CO2: dated, sourced parameters.

A factor without a value on a day is one we have no source for, and none is taken from memory: what needs it is shown as
unknown. A value is added as a line with its dates and source. None of the sources was read itself, so no value is marked
`seen`; where each was found, and what contradicted it, stands in docs/decisions/energy-factors.md.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from audits.procedure.articles import GB_2589_2008, GB_2589_2020, GRID_FACTORS
from audits.procedure.schema import Article
from audits.procedure.words import Mark, Text


@dataclass(frozen=True, slots=True)
class FactorValue:
    """A value in force from `valid_from` through `valid_until` (None: until further notice), and where it stands."""

    value: Decimal
    valid_from: date
    source: Article
    valid_until: date | None = None


class FactorKey(StrEnum):
    TCE_PER_KWH = "tce_per_kwh"
    TCE_PER_T_COAL = "tce_per_t_coal"
    CO2_PER_KWH = "co2_t_per_kwh"
    CO2_PER_T_COAL = "co2_t_per_t_coal"
    CO2_PER_TCE = "co2_t_per_tce"


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor with its values, oldest first."""

    key: FactorKey
    label: Text
    unit: str
    values: tuple[FactorValue, ...] = ()

    def on(self, day: date) -> FactorValue | None:
        """The value in force on a day, the latest where several are; None where no source gives one."""
        held = [
            one for one in self.values if one.valid_from <= day and (one.valid_until is None or day <= one.valid_until)
        ]
        return held[-1] if held else None


def factors_on(day: date) -> list[tuple[Factor, FactorValue]]:
    """The factors that have a value on a day."""
    return [(factor, held) for factor in FACTORS.values() if (held := factor.on(day)) is not None]


# The year in the number of a standard is all that is known of its date: its values are used from the end of that year.
GB_2589_2008_FROM, GB_2589_2020_FROM = date(2008, 12, 31), date(2020, 12, 31)


def _gb_2589(value: str) -> tuple[FactorValue, ...]:
    """A reference value that the two editions of the standard share."""
    old, new = (Article(name, "annex A", Mark.RECALLED) for name in (GB_2589_2008, GB_2589_2020))
    return (
        FactorValue(Decimal(value), GB_2589_2008_FROM, old, GB_2589_2020_FROM - timedelta(days=1)),
        FactorValue(Decimal(value), GB_2589_2020_FROM, new),
    )


FACTORS: dict[FactorKey, Factor] = {
    factor.key: factor
    for factor in (
        Factor(
            FactorKey.TCE_PER_KWH,
            Text("电力折标准煤系数（当量值）", "standard coal per electricity (calorific)"),
            "tce/kWh",
            _gb_2589("0.0001229"),
        ),
        Factor(
            FactorKey.TCE_PER_T_COAL,
            Text("煤炭折标准煤系数（按原煤）", "standard coal per coal (raw coal)"),
            "tce/t",
            _gb_2589("0.7143"),
        ),
        Factor(
            FactorKey.CO2_PER_KWH,
            Text("电力二氧化碳排放因子（全国平均）", "CO2 per electricity (national average)"),
            "t/kWh",
            (
                FactorValue(
                    Decimal("0.0005306"),
                    date(2023, 1, 1),
                    Article(GRID_FACTORS, "2023", Mark.UNCERTAIN),
                    date(2023, 12, 31),
                ),
            ),
        ),
        Factor(FactorKey.CO2_PER_T_COAL, Text("煤炭二氧化碳排放因子", "CO2 per coal"), "t/t"),
        Factor(FactorKey.CO2_PER_TCE, Text("标准煤二氧化碳排放因子", "CO2 per standard coal"), "t/tce"),
    )
}
