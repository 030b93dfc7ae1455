"""Text that a spreadsheet would run as a formula is kept as text, and pointed out."""

from collections.abc import Iterator
from operator import attrgetter

from enterprises.importing.columns import Column
from enterprises.importing.findings import Finding, warn
from enterprises.importing.rows import Batch

_COLUMNS = (Column.NAME, Column.ADDRESS, Column.PRODUCTION_ADDRESS, Column.LEGAL_REPRESENTATIVE, Column.REMARK)
_STARTS = ("=", "+", "@", "-")


def looks_like_formula(batch: Batch) -> Iterator[Finding]:
    for column in _COLUMNS:
        text_of = attrgetter(column.value)
        for row in batch.rows:
            text = text_of(row)
            if text and text.startswith(_STARTS):
                yield warn(
                    row.number,
                    column,
                    text,
                    "looks_like_formula",
                    "内容像公式，已作为普通文本读取，请核对。",
                    "The text looks like a formula. It was read as plain text: check it.",
                )
