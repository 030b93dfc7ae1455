"""One enterprise's row while it is judged: cleaned texts, and what they stand for in the registers."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from audits.procedure.words import CaseKind, Category
from enterprises.importing import categories
from enterprises.importing.cells import is_none_marker, lost_as_number
from enterprises.importing.columns import Column
from enterprises.importing.lookup import DivisionInfo, KnownEnterprise, KnownListing, Lookup
from enterprises.importing.workbook import Cell


class Place(StrEnum):
    """What became of a row's division."""

    KNOWN = "known"
    MISSING = "missing"
    UNKNOWN = "unknown"
    AMBIGUOUS = "ambiguous"
    RETIRED = "retired"  # its repair was not agreed to, or its name speaks against the successor


@dataclass(slots=True)
class Row:
    """Texts are cleaned, "" for none. `cells` are the cells as read."""

    number: int
    cells: Sequence[Cell]
    name: str = ""
    code: str = ""  # credit code: whatever stands in the file, possible or not
    organization_code: str = ""
    code_text: str = ""  # what stood in the credit code column, markers for none included
    organization_code_text: str = ""
    city_name: str = ""
    division_name: str = ""
    division_code: str = ""
    address: str = ""
    production_address: str = ""
    industry: str = ""
    category: str = ""
    sector: str = ""
    legal_representative: str = ""
    remark: str = ""
    place: Place = Place.MISSING
    division: DivisionInfo | None = None
    given_division_code: str = ""  # as in the file, where a successor took its place
    hints: tuple[DivisionInfo, ...] = ()  # divisions the name could mean
    name_agrees: bool = True
    industry_code: str = ""
    industry_known: bool = True
    categories: frozenset[Category] = frozenset()
    broad_category: bool = False
    unknown_categories: tuple[str, ...] = ()
    sector_key: str = ""
    enterprise: KnownEnterprise | None = None
    completed: tuple[Column, ...] = ()

    @property
    def body(self) -> str:
        """The nine characters that name the legal person in either kind of code, or ""."""
        return self.code[8:17] if len(self.code) == 18 else (self.organization_code or self.code)


TEXTS = tuple(column for column in Column if column not in (Column.SERIAL, Column.CODE, Column.ORGANIZATION_CODE))


@dataclass(slots=True)
class Batch:
    """All rows that are judged together, and what they are judged against."""

    rows: list[Row]
    lookup: Lookup
    list_kind: CaseKind
    year: int
    listings: Mapping[str, Sequence[KnownListing]] = field(default_factory=dict)
    repeats: list[tuple[Row, Row, bool]] = field(default_factory=list)  # row, the row before it, whether the same site


def build(numbers: Sequence[int], cells: Sequence[Sequence[Cell]], texts: Mapping[Column, Sequence[str]]) -> list[Row]:
    """Rows of cleaned columns; columns that the file lacks stay ""."""
    rows = [Row(number, row) for number, row in zip(numbers, cells, strict=True)]
    for column in TEXTS:
        name = column.value
        for row, text in zip(rows, texts.get(column, ()), strict=False):
            if text:
                setattr(row, name, text)
    for row, text in zip(rows, texts.get(Column.CODE, ()), strict=False):
        row.code_text = text
        if len(text) == 18 or not is_none_marker(text):
            row.code = text
    for row, text in zip(rows, texts.get(Column.ORGANIZATION_CODE, ()), strict=False):
        row.organization_code_text = text
        if not is_none_marker(text):
            row.organization_code = text
    for row in rows:
        # One column often takes either code; and some write the long one under the old heading.
        if len(row.code) == 9 and not row.organization_code and not lost_as_number(row.code):
            row.code, row.organization_code = "", row.code
        elif len(row.organization_code) == 18 and not row.code:
            row.code, row.organization_code = row.organization_code, ""
    return rows


def look_up(batch: Batch, default_categories: frozenset[Category]) -> None:
    """Fill in industry, categories, sector, known enterprises, listings and repeats. Divisions are `places.place`."""
    industries: dict[str, tuple[str, bool]] = {"": ("", True)}
    names = {name: code for code, name in batch.lookup.industries.items()}
    for row in batch.rows:
        if row.industry:
            if row.industry not in industries:
                industries[row.industry] = _industry(row.industry, batch.lookup.industries, names)
            row.industry_code, row.industry_known = industries[row.industry]
        if row.category:
            row.categories, row.broad_category, row.unknown_categories = categories.parse(row.category, batch.list_kind)
        if not row.categories and not row.unknown_categories:
            row.categories = default_categories
        if row.sector:
            row.sector_key = batch.lookup.sectors.get(row.sector, "")
    codes = {code for row in batch.rows for code in (row.code, row.organization_code) if code}
    known = batch.lookup.enterprises(codes)
    if known:
        for row in batch.rows:
            row.enterprise = known.get(row.code) or known.get(row.organization_code)
    batch.listings = batch.lookup.listings(codes)
    batch.repeats = _repeats(batch.rows)


def _industry(text: str, codes: Mapping[str, str], names: Mapping[str, str]) -> tuple[str, bool]:
    """The register's code for an industry given by code (finer ones too), by name, or by both."""
    if text in names:
        return names[text], True
    upper = text.upper()
    letter = upper[:1] if upper[:1].isalpha() and upper[:1].isascii() else ""
    digits = ""
    for character in upper[len(letter) :]:
        if not character.isdigit() or not character.isascii():
            break
        digits += character
    if 2 <= len(digits) <= 4:
        for length in range(len(digits), 1, -1):
            if digits[:length] in codes:
                return digits[:length], True
        return "", False
    rest = text[len(letter) + len(digits) :].strip(" -—、.:：（）()")
    if rest in names:
        return names[rest], True
    if letter and not digits and not rest and letter in codes:
        return letter, True
    return "", False


def _repeats(rows: Sequence[Row]) -> list[tuple[Row, Row, bool]]:
    groups: dict[str, list[Row]] = {}
    found = []
    for row in rows:
        body = row.body
        if len(body) != 9:
            continue
        before = groups.get(body)
        if before is None:
            groups[body] = [row]
            continue
        same = next((other for other in before if same_site(row, other)), None)
        found.append((row, same or before[0], same is not None))
        if same is None:
            before.append(row)
    return found


@lru_cache(maxsize=65536)
def name_key(text: str) -> str:
    """A name or address without what does not tell two apart: width, brackets, spaces, case."""
    return "".join(character for character in unicodedata.normalize("NFKC", text).upper() if character.isalnum())


def site_address(row: Row) -> str:
    """Where the works stand: the production address, or the registered one where no other is given."""
    return row.production_address or row.address


def same_site(one: Row, other: Row) -> bool:
    """Whether two rows of one code mean the same site. An address left out of one of them is no difference."""
    if name_key(one.name) != name_key(other.name) or _place_key(one) != _place_key(other):
        return False
    return same_address(site_address(one), site_address(other))


def same_address(one: str, other: str) -> bool:
    """Whether two addresses agree, or one of them is missing."""
    return not one or not other or name_key(one) == name_key(other)


def _place_key(row: Row) -> str:
    return row.division.code if row.division else row.division_code or row.division_name
