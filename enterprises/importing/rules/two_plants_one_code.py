"""Two plants under one code are two sites, if that is what is meant."""

from collections.abc import Iterator

from enterprises.importing.columns import Column
from enterprises.importing.findings import Finding, warn
from enterprises.importing.rows import Batch, name_key


def two_plants_one_code(batch: Batch) -> Iterator[Finding]:
    for row, before, same in batch.repeats:
        if same:
            continue
        if name_key(row.name) == name_key(before.name):
            zh = f"与第 {before.number} 行代码相同、厂址不同，将作为同一企业的两个厂区导入。"
            en = f"Same code as row {before.number} at another address: taken as two sites of one enterprise."
        else:
            zh = (
                f"与第 {before.number} 行“{before.name}”代码相同、名称不同，将作为同一企业的两个厂区导入。"
                "请核对代码是否有误。"
            )
            en = (
                f'Same code as row {before.number} "{before.name}" under another name: taken as two sites of one '
                "enterprise. Check that the code is right."
            )
        yield warn(row.number, Column.CODE, row.code or row.organization_code, "two_plants_one_code", zh, en)
