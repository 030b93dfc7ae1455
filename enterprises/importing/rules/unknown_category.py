"""Why the enterprise is listed decides its duties."""

from collections.abc import Iterator

from audits.procedure.words import CaseKind
from enterprises.importing.columns import Column
from enterprises.importing.findings import Finding, reject, warn
from enterprises.importing.rows import Batch


def unknown_category(batch: Batch) -> Iterator[Finding]:
    say = reject if batch.list_kind is CaseKind.MANDATORY else warn
    for row in batch.rows:
        if row.unknown_categories:
            words = "、".join(row.unknown_categories)
            yield say(
                row.number,
                Column.CATEGORY,
                row.category,
                "unknown_category",
                f"无法识别的类别：{words}。可用：超标、超总量、使用有毒有害原料、排放有毒有害物质、高耗能、减排指定、其他。",
                f"Unknown category: {words}. Use: exceeds_standard, exceeds_quota, toxic_use, toxic_discharge, energy, "
                "designated, state_other.",
            )
