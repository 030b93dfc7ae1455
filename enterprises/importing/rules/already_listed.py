"""What already stands on this list is not put on it twice."""

from collections.abc import Iterator

from enterprises.importing.columns import Column
from enterprises.importing.findings import Finding, reject, warn
from enterprises.importing.lookup import KnownListing
from enterprises.importing.rows import Batch, Row, name_key, same_address, site_address


def already_listed(batch: Batch) -> Iterator[Finding]:
    if not batch.listings:
        return
    for row in batch.rows:
        code = row.code or row.organization_code
        listings = batch.listings.get(row.code) or batch.listings.get(row.organization_code) or ()
        if not listings:
            continue
        if any(_same_site(row, listing) for listing in listings):
            yield reject(
                row.number,
                Column.CODE,
                code,
                "already_listed",
                "该企业（厂区）已在本名单中。如为另一厂区，请补填其名称或生产地址。",
                "This site already stands on this list. If it is another plant, give its name or production address.",
            )
        else:
            yield warn(
                row.number,
                Column.CODE,
                code,
                "already_listed",
                f"本名单中已有同一代码的“{listings[0].name}”，将作为另一厂区导入。请核对。",
                f'"{listings[0].name}" with the same code stands on this list: taken as another site. Check it.',
            )


def _same_site(row: Row, listing: KnownListing) -> bool:
    return (
        name_key(row.name) == name_key(listing.name)
        and (row.division is None or not listing.division_code or row.division.code == listing.division_code)
        and same_address(site_address(row), listing.address)
    )
