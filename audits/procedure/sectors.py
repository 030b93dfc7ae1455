"""Sectors of document 54 of 2010: five of heavy metals and seven of over-capacity, with their cycles (P01, P06).

The Directory of other sectors (P02, five-year cycle) could not be found: it has one row, chosen by hand.
"""

from dataclasses import dataclass
from datetime import date

from audits.procedure.articles import huanfa_54
from audits.procedure.schema import Article
from audits.procedure.words import TOXIC, Category, Text

HEAVY_METALS = "heavy_metals"
OVER_CAPACITY = "over_capacity"
DIRECTORY = "directory"

GROUPS: dict[str, Text] = {
    HEAVY_METALS: Text("重金属污染防治重点行业", "heavy-metal sectors"),
    OVER_CAPACITY: Text("产能过剩行业", "over-capacity sectors"),
    DIRECTORY: Text("《分类管理名录》其他行业", "other sectors of the Directory"),
}


BASIS = huanfa_54("1, 5")


@dataclass(frozen=True, slots=True)
class SectorCycle:
    """A sector under a cycle. `first_round_by`: end of the year by which all of it was to be assessed and accepted."""

    key: str
    title: Text
    group: str
    cycle_years: int
    first_round_by: date
    valid_from: date
    valid_until: date | None = None
    basis: Article = BASIS
    rows: tuple[str, ...] = ("P01", "P06")


_FROM = date(2010, 4, 22)


def _heavy(key: str, zh: str, en: str) -> SectorCycle:
    return SectorCycle(key, Text(zh, en), HEAVY_METALS, 2, date(2011, 12, 31), _FROM)


def _over(key: str, zh: str, en: str) -> SectorCycle:
    return SectorCycle(key, Text(zh, en), OVER_CAPACITY, 3, date(2012, 12, 31), _FROM)


SECTORS: dict[str, SectorCycle] = {
    sector.key: sector
    for sector in (
        _heavy("heavy_nonferrous_mining", "重有色金属矿采选业", "heavy non-ferrous metal mining"),
        _heavy("heavy_nonferrous_smelting", "重有色金属冶炼业", "heavy non-ferrous metal smelting"),
        _heavy("lead_acid_batteries", "铅蓄电池业", "lead-acid batteries"),
        _heavy("leather", "皮革及其制品业", "leather and leather products"),
        _heavy("chemical_raw_materials", "化学原料及化学制品制造业", "chemical raw materials and products"),
        _over("steel", "钢铁", "steel"),
        _over("cement", "水泥", "cement"),
        _over("flat_glass", "平板玻璃", "flat glass"),
        _over("coal_chemicals", "煤化工", "coal chemicals"),
        _over("polysilicon", "多晶硅", "polysilicon"),
        _over("electrolytic_aluminium", "电解铝", "electrolytic aluminium"),
        _over("shipbuilding", "造船", "shipbuilding"),
    )
}
# Any other sector of the Directory (P02): it could not be found, so an authority says that an enterprise is on it.
DIRECTORY_OTHER = SectorCycle(
    "directory_other",
    Text("《名录》所列其他行业", "other sector of the Directory"),
    DIRECTORY,
    5,
    date(2014, 12, 31),
    _FROM,
    rows=("P02", "P06"),
)


def cycle_of(sector: str, on: date) -> SectorCycle | None:
    """The cycle a sector is under on a day, or None."""
    cycle = DIRECTORY_OTHER if sector == DIRECTORY_OTHER.key else SECTORS.get(sector)
    if cycle is None or on < cycle.valid_from or (cycle.valid_until is not None and on > cycle.valid_until):
        return None
    return cycle


def round_interval_years(
    categories: frozenset[Category], sector: str, on: date, toxic_years: int, sector_years: int | None = None
) -> tuple[int, tuple[str, ...]] | None:
    """The longest interval between two audits in years and the rows it rests on; None where no text sets one.

    The least of the statutory interval of the toxic category (`toxic_years`, nationally 5) and the sector's cycle. A
    unit's own `sector_years` may only shorten the latter. A pure excess case outside the sectors has none (19.10).
    """
    found: list[tuple[int, tuple[str, ...]]] = []
    if categories & TOXIC:
        found.append((toxic_years, ("A19",)))
    cycle = cycle_of(sector, on)
    if cycle is not None:
        found.append((min(cycle.cycle_years, sector_years or cycle.cycle_years), cycle.rows))
    return min(found) if found else None
