"""The register knows the code under another name: renamed, or a wrong code."""

from collections.abc import Iterator

from enterprises.importing.columns import Column
from enterprises.importing.findings import Finding, warn
from enterprises.importing.rows import Batch, name_key


def known_under_other_name(batch: Batch) -> Iterator[Finding]:
    for row in batch.rows:
        known = row.enterprise
        if known is None or row.name in known.names or not known.names:
            continue
        if name_key(row.name) not in {name_key(name) for name in known.names}:
            yield warn(
                row.number,
                Column.NAME,
                row.name,
                "known_under_other_name",
                f"登记库中该代码的企业名为“{known.names[0]}”。请核对是否更名或代码有误。",
                f'The register knows this code as "{known.names[0]}". Was it renamed, or is the code wrong?',
            )
