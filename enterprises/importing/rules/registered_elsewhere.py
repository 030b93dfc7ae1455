"""A credit code names the place of registration. Works in another city are common, so this is a note only."""

from collections.abc import Iterator

from enterprises.importing.columns import Column
from enterprises.importing.findings import Finding, warn
from enterprises.importing.rows import Batch


def registered_elsewhere(batch: Batch) -> Iterator[Finding]:
    """Counties within one city share registration offices and zones: only another city is worth a note."""
    divisions, successors = batch.lookup.divisions, batch.lookup.successors
    for row in batch.rows:
        if row.division is None or len(row.division.scope_code) < 4 or len(row.code) != 18:
            continue
        region = row.code[2:8]
        if region[:4] == row.division.code[:4] or region[2:] == "0000":
            continue  # the same city; or registered with the nation or a province
        home = divisions.get(successors.get(region, region))
        if home is None or home.scope_code[:4] == row.division.scope_code[:4]:
            continue
        yield warn(
            row.number,
            Column.CODE,
            row.code,
            "registered_elsewhere",
            f"按代码登记在 {home.code} {home.path or home.name}，名单所列地点为 {row.division.name}。"
            "请核对是否为异地厂区。",
            f"The code was registered in {home.code} {home.path or home.name}, the list says {row.division.name}. "
            "Check whether the plant lies elsewhere.",
        )
