"""Nobody is put under duty without a reason."""

from collections.abc import Iterator

from audits.procedure.words import CaseKind
from enterprises.importing.columns import Column
from enterprises.importing.findings import Finding, reject
from enterprises.importing.rows import Batch


def category_missing(batch: Batch) -> Iterator[Finding]:
    if batch.list_kind is not CaseKind.MANDATORY:
        return
    for row in batch.rows:
        if not row.categories and not row.unknown_categories:
            yield reject(
                row.number,
                Column.CATEGORY,
                row.category,
                "category_missing",
                "强制性审核名单的企业须注明类别。请手工补填，或为整个名单指定类别。",
                "A row of a mandatory list needs a category. Complete it by hand or give one for the whole list.",
            )
