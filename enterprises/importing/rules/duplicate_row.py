"""The same site twice in one file: the first row counts."""

from collections.abc import Iterator

from enterprises.importing.columns import Column
from enterprises.importing.findings import Finding, reject
from enterprises.importing.rows import Batch


def duplicate_row(batch: Batch) -> Iterator[Finding]:
    for row, before, same in batch.repeats:
        if same:
            yield reject(
                row.number,
                Column.CODE,
                row.code or row.organization_code,
                "duplicate_row",
                f"与第 {before.number} 行重复（代码和厂址相同）。如为另一厂区，请补填其名称或生产地址。",
                f"Repeats row {before.number} (same code, same site). If it is another plant, give its name or "
                "production address.",
            )
