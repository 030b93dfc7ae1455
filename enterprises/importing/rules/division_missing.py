"""A row needs the county it lies in: it decides who is competent."""

from collections.abc import Iterator

from enterprises.importing.columns import Column
from enterprises.importing.findings import Finding, reject
from enterprises.importing.rows import Batch, Place


def division_missing(batch: Batch) -> Iterator[Finding]:
    for row in batch.rows:
        if row.place is not Place.MISSING:
            continue
        if row.hints:  # found by name, but the repair was not agreed to
            yield reject(
                row.number,
                Column.DIVISION_CODE,
                "",
                "division_missing",
                f"没有行政区划代码，且未采用按名称补填的 {row.hints[0].code}。请手工选择区县。",
                f"There is no division code, and filling in {row.hints[0].code} by name was not agreed to. "
                "Choose the county by hand.",
            )
        else:
            yield reject(
                row.number,
                Column.DIVISION_CODE,
                "",
                "division_missing",
                "没有行政区划代码，也没有区县名称。请手工选择区县。",
                "There is neither a division code nor the name of a county. Choose the county by hand.",
            )
