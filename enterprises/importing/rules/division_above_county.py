"""A city's or province's code leaves open which county is meant."""

from collections.abc import Iterator

from enterprises.importing.columns import Column
from enterprises.importing.findings import Finding, reject, warn
from enterprises.importing.rows import Batch


def division_above_county(batch: Batch) -> Iterator[Finding]:
    for row in batch.rows:
        division = row.division
        if division is None or division.county:
            continue
        say = reject if len(division.scope_code) < 4 else warn  # no authority below the province could act on it
        yield say(
            row.number,
            Column.DIVISION_CODE,
            division.code,
            "division_above_county",
            f"{division.code} {division.name} 不是区县。请填写企业所在的区县。",
            f"{division.code} {division.name} is no county. Give the county in which the enterprise lies.",
        )
