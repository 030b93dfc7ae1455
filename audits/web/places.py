"""Places a list can be narrowed to, by name: what lies below the reader's own place, nearest levels first."""

from collections.abc import Mapping
from functools import lru_cache

from accounts.models import Membership
from audits.api.places import COUNTY, as_entered, place_name
from audits.procedure.words import Party, Text
from enterprises.divisions import DivisionRow, Level, UnknownDivision, all_divisions, division_of_scope, reporting_units

# (heading of the group, [(scope code, name)])
Group = tuple[str, list[tuple[str, Text]]]
PROVINCE, CITY = 2, 4  # digits of a scope code


def short_name(scope_code: str) -> str:
    """The name as people of the place say it: 320509 is 吴江区."""
    try:
        return division_of_scope(scope_code).name_zh
    except UnknownDivision:
        return scope_code


def groups(by: Membership, chosen: str = "") -> list[Group]:
    """What the reader may choose from: the reporting units for who sees the nation, cities with their counties in a province,
    counties in a city; nothing where there is but one. `chosen` is kept even where it is none of these."""
    authority = by.organization.party == Party.AUTHORITY
    own = (by.organization.jurisdiction or "") if authority else ""
    if len(own) == COUNTY:
        return []
    found = list(_units() if not own else _below(own))
    codes = {code for _, options in found for code, _ in options}
    if chosen and chosen not in codes:
        found.insert(0, ("", [(chosen, place_name(chosen))]))
    return found


@lru_cache(maxsize=1)
def _units() -> tuple[Group, ...]:
    return (("", [(unit.scope_code, as_entered(unit.name_zh)) for unit in reporting_units().values()]),)


@lru_cache(maxsize=64)
def _below(own: str) -> tuple[Group, ...]:
    """The present divisions inside a place, each city a group that begins with the city itself."""
    below: Mapping[str, DivisionRow] = {
        row.scope_code: row
        for row in sorted(all_divisions().values(), key=lambda row: row.scope_code)
        if row.successor is None and row.level is not Level.PLACEHOLDER
        if row.scope_code.startswith(own) and row.scope_code != own
    }
    grouped: dict[str, list[tuple[str, Text]]] = {}
    for code, row in below.items():
        city = below.get(code[:CITY]) if len(own) == PROVINCE else None
        name = as_entered(row.name_zh)
        if city is row:
            name = Text(f"{row.name_zh}（全市）", f"{row.name_zh} (all of it)")
        grouped.setdefault(city.name_zh if city else "", []).append((code, name))
    return tuple(grouped.items())


__all__ = ["as_entered", "groups", "place_name", "short_name"]
