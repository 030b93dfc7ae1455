"""A row needs a credit code or, for older records, an organization code."""

from collections.abc import Iterator

from enterprises.importing.columns import Column
from enterprises.importing.findings import Finding, reject
from enterprises.importing.rows import Batch


def missing_code(batch: Batch) -> Iterator[Finding]:
    for row in batch.rows:
        if not row.code and not row.organization_code:
            yield reject(
                row.number,
                Column.CODE,
                row.code_text or row.organization_code_text,
                "missing_code",
                "没有统一社会信用代码或组织机构代码。请按营业执照手工补填。",
                "There is no credit code and no organization code. Complete it by hand from the business licence.",
            )
