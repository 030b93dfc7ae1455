"""A retired code gives its successor by a repair; where that is refused or the name differs, a person decides."""

from collections.abc import Iterator

from enterprises.importing.columns import Column
from enterprises.importing.findings import Finding, reject
from enterprises.importing.rows import Batch, Place


def retired_division(batch: Batch) -> Iterator[Finding]:
    for row in batch.rows:
        if row.place is not Place.RETIRED:
            continue
        options = "、".join(f"{hint.code} {hint.name}" for hint in row.hints)
        yield reject(
            row.number,
            Column.DIVISION_CODE,
            row.division_code,
            "retired_division",
            f"区划代码 {row.division_code} 已撤销。可能是：{options}。请采用建议的修正，或手工选择区县。",
            f"Division {row.division_code} was abolished. It may be: {options}. Accept the proposed repair or choose "
            "the county by hand.",
        )
