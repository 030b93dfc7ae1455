"""A list names enterprises of its own unit only."""

from collections.abc import Iterator

from enterprises.importing.columns import Column
from enterprises.importing.findings import Finding, reject
from enterprises.importing.rows import Batch


def outside_jurisdiction(batch: Batch) -> Iterator[Finding]:
    within = batch.lookup.within
    if not within:
        return
    for row in batch.rows:
        if row.division is not None and not row.division.scope_code.startswith(within):
            name = row.division.path or row.division.name
            yield reject(
                row.number,
                Column.DIVISION_CODE,
                row.division.code,
                "outside_jurisdiction",
                f"{row.division.code} {name} 不在本名单的管辖范围内。",
                f"{row.division.code} {name} lies outside the jurisdiction of this list.",
            )
