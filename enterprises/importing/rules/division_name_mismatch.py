"""Code and name of the division should mean the same place."""

from collections.abc import Iterator

from enterprises.importing.columns import Column
from enterprises.importing.findings import Finding, warn
from enterprises.importing.rows import Batch


def division_name_mismatch(batch: Batch) -> Iterator[Finding]:
    for row in batch.rows:
        if row.division is None or row.name_agrees:
            continue
        name, division = row.division_name or row.city_name, row.division
        yield warn(
            row.number,
            Column.DIVISION_NAME,
            name,
            "division_name_mismatch",
            f"名称“{name}”与代码 {division.code}（{division.name}）不一致。按代码导入，请核对。",
            f'The name "{name}" does not fit the code {division.code} ({division.name}). The code is taken: check it.',
        )
