"""Parks, zones and mistyped codes are no divisions of GB/T 2260; which county is meant is never guessed."""

import re
from collections.abc import Iterator

from enterprises.importing.columns import Column
from enterprises.importing.findings import Finding, reject
from enterprises.importing.rows import Batch, Place, Row

_ZONE = re.compile(
    "园区|开发区|高新区|新区|保税|示范区|管委会|度假区|工业区|产业园|经开区|自贸|合作区|功能区|集聚区|科技城"
)


def unknown_division(batch: Batch) -> Iterator[Finding]:
    for row in batch.rows:
        if row.place is Place.UNKNOWN or row.place is Place.AMBIGUOUS:
            yield _finding(row)


def _finding(row: Row) -> Finding:
    name = row.division_name or row.city_name
    column = Column.DIVISION_CODE if row.division_code else Column.DIVISION_NAME
    value = row.division_code or name
    shown = f"{row.division_code}（{name}）" if row.division_code and name else value
    if row.place is Place.AMBIGUOUS:
        options = "、".join(f"{hint.code} {hint.path or hint.name}" for hint in row.hints[:5])
        zh = f"“{name}”可指多个区县：{options}。请手工选择。"
        en = f'"{name}" can mean several counties: {options}. Choose one by hand.'
        return reject(row.number, column, value, "unknown_division", zh, en)
    zh = f"{shown} 不是 GB/T 2260 中的行政区划。"
    en = f"{shown} is no division of GB/T 2260."
    if _ZONE.search(name):
        zh += "园区、开发区须归入其所在的区县。"
        en += " Parks and zones belong to the county they lie in."
    if len(row.hints) == 1:
        zh += f"按名称可能是 {row.hints[0].code} {row.hints[0].path or row.hints[0].name}。"
        en += f" By its name it may be {row.hints[0].code} {row.hints[0].path or row.hints[0].name}."
    return reject(
        row.number, column, value, "unknown_division", f"{zh}请手工选择区县。", f"{en} Choose the county by hand."
    )
