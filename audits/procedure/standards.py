"""Cleaner production standards and index systems, as collected in `data/standards.csv`. Nothing is decided by them here."""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).parent / "data" / "standards.csv"


@dataclass(frozen=True, slots=True)
class Standard:
    """One standard. Dates and numbers are text as written in the source: some are only a year, some unknown."""

    id: str
    family: str
    number: str
    year: str
    name_en: str
    name_zh: str
    issuer: str
    issued_date: str
    effective_date: str
    levels: str
    mark: str
    source: str
    note: str


@lru_cache(maxsize=1)
def standards() -> tuple[Standard, ...]:
    """All of them, in the order of the file."""
    with FILE.open(encoding="utf-8-sig", newline="") as file:
        return tuple(
            Standard(
                row["id"],
                row["family"],
                row["number"],
                row["year"],
                row["name_en"],
                row["name_cn"],
                row["issuer"],
                row["issued_date"],
                row["effective_date"],
                row["levels"],
                row["mark"],
                row["source"],
                row["note"],
            )
            for row in csv.DictReader(file)
        )
