"""双超 and 双有 leave open which of two categories applies. Said once per wording, not once per row."""

from collections import Counter
from collections.abc import Iterator

from enterprises.importing.columns import Column
from enterprises.importing.findings import Finding, warn
from enterprises.importing.rows import Batch


def broad_category(batch: Batch) -> Iterator[Finding]:
    counts = Counter(row.category for row in batch.rows if row.broad_category)
    if not counts:
        return
    seen: set[str] = set()
    for row in batch.rows:
        if row.broad_category and row.category not in seen:
            seen.add(row.category)
            names = ", ".join(sorted(category.value for category in row.categories))
            yield warn(
                row.number,
                Column.CATEGORY,
                row.category,
                "broad_category",
                f"“{row.category}”未说明是哪一种（共 {counts[row.category]} 行），将全部记入：{names}。",
                f'"{row.category}" leaves open which ({counts[row.category]} rows): all are recorded: {names}.',
            )
