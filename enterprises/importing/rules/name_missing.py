"""A row needs the enterprise's name."""

from collections.abc import Iterator

from enterprises.importing.cells import is_none_marker
from enterprises.importing.columns import Column
from enterprises.importing.findings import Finding, reject
from enterprises.importing.rows import Batch


def name_missing(batch: Batch) -> Iterator[Finding]:
    for row in batch.rows:
        if len(row.name) < 3 and (not row.name or is_none_marker(row.name)):
            yield reject(
                row.number,
                Column.NAME,
                row.name,
                "name_missing",
                "没有企业名称。请手工补填。",
                "There is no enterprise name. Complete it by hand.",
            )
