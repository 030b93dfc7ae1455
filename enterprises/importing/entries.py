"""What is handed to the nomination: one plain record per confirmed row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from audits.procedure.words import Category
from enterprises.importing.cells import text_of
from enterprises.importing.columns import Column
from enterprises.importing.rows import Row
from enterprises.importing.workbook import Cell


@dataclass(frozen=True, slots=True)
class Entry:
    """One site to be nominated. Texts are "" where the list says nothing; `row` is the number a spreadsheet shows.

    `given_division_code` and `zone_text` keep what the list said where something else is recorded: a retired code,
    the name of a park. `enterprise_id` names the enterprise already registered under the code.
    """

    row: int
    name: str
    credit_code: str
    organization_code: str
    division_code: str
    given_division_code: str
    division_name: str
    zone_text: str
    scope_code: str
    address: str
    production_address: str
    legal_representative: str
    industry_code: str
    industry_text: str
    categories: tuple[Category, ...]
    sector: str
    remark: str
    enterprise_id: UUID | None
    completed: tuple[Column, ...]
    headings: tuple[str, ...]
    cells: Sequence[Cell]

    @property
    def code(self) -> str:
        """The code that names the enterprise: the credit code, or the older organization code."""
        return self.credit_code or self.organization_code

    @property
    def legal_person(self) -> str:
        """The nine characters both kinds of code share: entries with the same ones are sites of one enterprise."""
        return self.credit_code[8:17] or self.organization_code

    @property
    def site_address(self) -> str:
        """Where the works stand."""
        return self.production_address or self.address

    @property
    def source_row(self) -> dict[str, str]:
        """The row as it came, heading to text, blanks left out."""
        return {
            heading: text for heading, cell in zip(self.headings, self.cells, strict=False) if (text := text_of(cell))
        }

    def as_json(self) -> dict[str, Any]:
        """Plain values for an event's payload."""
        return {
            "row": self.row,
            "name": self.name,
            "credit_code": self.credit_code,
            "organization_code": self.organization_code,
            "division_code": self.division_code,
            "given_division_code": self.given_division_code,
            "zone_text": self.zone_text,
            "scope_code": self.scope_code,
            "address": self.address,
            "production_address": self.production_address,
            "legal_representative": self.legal_representative,
            "industry_code": self.industry_code,
            "industry_text": self.industry_text,
            "categories": [category.value for category in self.categories],
            "sector": self.sector,
            "remark": self.remark,
            "enterprise_id": str(self.enterprise_id) if self.enterprise_id else None,
            "completed": [column.value for column in self.completed],
        }


_ORDERED = {
    key: tuple(category for category in Category if category in key)
    for key in [frozenset(), *(frozenset({category}) for category in Category)]
}


def _ordered(categories: frozenset[Category]) -> tuple[Category, ...]:
    if categories not in _ORDERED:
        _ORDERED[categories] = tuple(category for category in Category if category in categories)
    return _ORDERED[categories]


def entry_of(row: Row, headings: tuple[str, ...]) -> Entry:
    """The entry of a row that no rule rejects."""
    division = row.division
    if division is None:
        raise ValueError(f"Row {row.number} has no division: it cannot have passed the rules.")
    name = row.division_name
    return Entry(
        row=row.number,
        name=row.name,
        credit_code=row.code,
        # Beside a credit code an impossible organization code only warns; it is not carried on.
        organization_code=row.organization_code if len(row.organization_code) == 9 else "",
        division_code=division.code,
        given_division_code=row.given_division_code,
        division_name=division.name,
        zone_text="" if row.name_agrees or row.hints else name,
        scope_code=division.scope_code,
        address=row.address,
        production_address=row.production_address,
        legal_representative=row.legal_representative,
        industry_code=row.industry_code,
        industry_text=row.industry,
        categories=_ordered(row.categories),
        sector=row.sector_key,
        remark=row.remark,
        enterprise_id=row.enterprise.id if row.enterprise else None,
        completed=row.completed,
        headings=headings,
        cells=row.cells,
    )
