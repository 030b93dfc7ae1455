"""What the rows of a list are compared with: a narrow, read-only picture of the registers."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class DivisionInfo:
    """A current division. `scope_code` is the internal prefix code; `path` names it from the province down."""

    code: str
    name: str
    scope_code: str
    path: str = ""
    county: bool = True  # false where divisions of a lower level exist below it


@dataclass(frozen=True, slots=True)
class KnownEnterprise:
    """An enterprise of the register under one of its codes, with all its names, the current one first."""

    id: UUID
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnownListing:
    """A listing already on this list: the site it concerns."""

    name: str
    address: str  # production address, or the registered one where none is given
    division_code: str


class Lookup(Protocol):
    """Mappings are keyed by code; the two methods are asked once per file, never per row."""

    @property
    def divisions(self) -> Mapping[str, DivisionInfo]: ...

    @property
    def names(self) -> Mapping[str, Sequence[str]]:
        """Codes of current divisions by `stem` of their name."""

    @property
    def successors(self) -> Mapping[str, str]:
        """Retired code -> current code."""

    @property
    def retired_names(self) -> Mapping[str, str]:
        """Retired code -> the name it had, as far as known."""

    @property
    def industries(self) -> Mapping[str, str]:
        """GB/T 4754 code (sections by letter, divisions by two digits, more where registered) -> Chinese name."""

    @property
    def sectors(self) -> Mapping[str, str]:
        """Name of a sector, in any language -> its key."""

    @property
    def within(self) -> str:
        """Scope code of the authority whose list this is; rows outside it are rejected. "" for the nation."""

    def enterprises(self, codes: Collection[str]) -> Mapping[str, KnownEnterprise]:
        """The enterprises registered under any of these credit or organization codes."""

    def listings(self, codes: Collection[str]) -> Mapping[str, Sequence[KnownListing]]:
        """What already stands on this list under these codes."""


def names_by_stem(divisions: Mapping[str, DivisionInfo]) -> dict[str, list[str]]:
    """Codes by the stem of their name, for `Lookup.names`."""
    found: dict[str, list[str]] = {}
    for code, division in divisions.items():
        found.setdefault(stem(division.name), []).append(code)
    return found


@dataclass(frozen=True)
class StaticLookup:
    """A lookup held in memory: what the adapter fills, and what tests write down."""

    divisions: Mapping[str, DivisionInfo]
    successors: Mapping[str, str] = field(default_factory=dict)
    retired_names: Mapping[str, str] = field(default_factory=dict)
    industries: Mapping[str, str] = field(default_factory=dict)
    sectors: Mapping[str, str] = field(default_factory=dict)
    within: str = ""
    known: Mapping[str, KnownEnterprise] = field(default_factory=dict)
    listed: Mapping[str, Sequence[KnownListing]] = field(default_factory=dict)
    names: Mapping[str, Sequence[str]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", names_by_stem(self.divisions))

    def enterprises(self, codes: Collection[str]) -> Mapping[str, KnownEnterprise]:
        return {code: self.known[code] for code in codes if code in self.known}

    def listings(self, codes: Collection[str]) -> Mapping[str, Sequence[KnownListing]]:
        return {code: self.listed[code] for code in codes if code in self.listed}


_SUFFIX = re.compile(r"(?:自治县|自治旗|自治州|自治区|特别行政区|特区|林区|地区|区|县|市|旗|盟|省)$")


@lru_cache(maxsize=8192)
def stem(name: str) -> str:
    """A division's name without its kind (吴江区, 吴江市 -> 吴江), unless nothing to speak of would be left (城区)."""
    short = _SUFFIX.sub("", name)
    return short if len(short) >= 2 else name
