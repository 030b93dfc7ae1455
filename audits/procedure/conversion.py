"""Factors that turn saved energy into standard coal and CO2: dated, sourced parameters.

A factor without a value is a factor we have no source for: neither the law text nor the data of this project gives one,
and none is taken from memory. What needs it is shown as unknown. A value is added as a line with its dates and source.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from audits.procedure.schema import Article
from audits.procedure.words import Text


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


FACTORS: dict[FactorKey, Factor] = {
    factor.key: factor
    for factor in (
        Factor(FactorKey.TCE_PER_KWH, Text("电力折标准煤系数", "standard coal per electricity"), "tce/kWh"),
        Factor(FactorKey.TCE_PER_T_COAL, Text("煤炭折标准煤系数", "standard coal per coal"), "tce/t"),
        Factor(FactorKey.CO2_PER_KWH, Text("电力二氧化碳排放因子", "CO2 per electricity"), "t/kWh"),
        Factor(FactorKey.CO2_PER_T_COAL, Text("煤炭二氧化碳排放因子", "CO2 per coal"), "t/t"),
        Factor(FactorKey.CO2_PER_TCE, Text("标准煤二氧化碳排放因子", "CO2 per standard coal"), "t/tce"),
    )
}
