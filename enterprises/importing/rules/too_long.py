"""Text longer than any register keeps comes from a sheet that slipped."""

from collections.abc import Iterator
from operator import attrgetter

from enterprises.importing.columns import LABELS, MAX_LENGTH
from enterprises.importing.findings import Finding, reject
from enterprises.importing.rows import Batch


def too_long(batch: Batch) -> Iterator[Finding]:
    for column, limit in MAX_LENGTH.items():
        text_of = attrgetter(column.value)
        for row in batch.rows:
            text = text_of(row)
            if len(text) > limit:
                yield reject(
                    row.number,
                    column,
                    text,
                    "too_long",
                    f"“{LABELS[column].zh}”超过 {limit} 个字符。请手工缩短。",
                    f"The {LABELS[column].en} is longer than {limit} characters. Shorten it by hand.",
                )
