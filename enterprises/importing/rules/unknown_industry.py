"""The industry helps, but no duty hangs on it: an unknown one warns."""

from collections.abc import Iterator

from enterprises.importing.columns import Column
from enterprises.importing.findings import Finding, warn
from enterprises.importing.rows import Batch


def unknown_industry(batch: Batch) -> Iterator[Finding]:
    for row in batch.rows:
        if not row.industry_known:
            yield warn(
                row.number,
                Column.INDUSTRY,
                row.industry,
                "unknown_industry",
                "不是 GB/T 4754 中的行业门类或大类。原文随原始行保存，行业留空。",
                "Not a section or division of GB/T 4754. The text stays with the row; the industry is left empty.",
            )
