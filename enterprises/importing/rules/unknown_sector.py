"""Sectors of the audit documents set the cycle of later rounds: an unknown one warns."""

from collections.abc import Iterator

from enterprises.importing.columns import Column
from enterprises.importing.findings import Finding, warn
from enterprises.importing.rows import Batch


def unknown_sector(batch: Batch) -> Iterator[Finding]:
    for row in batch.rows:
        if row.sector and not row.sector_key:
            yield warn(
                row.number,
                Column.SECTOR,
                row.sector,
                "unknown_sector",
                "不是审核文件所列的重点行业。原文随原始行保存，重点行业留空。",
                "Not a sector named by the audit documents. The text stays with the row; the sector is left empty.",
            )
