"""Merging two enterprises of the register: one stays, the other points at it, and both stay findable."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from accounts.models import Membership, User
from enterprises.changes import require_reason, save_change
from enterprises.errors import RegisterError
from enterprises.models import Contract, Enterprise, EnterpriseCode, EnterpriseName, Site


@dataclass(frozen=True, slots=True)
class Merger:
    """What a merger did."""

    kept: Enterprise
    absorbed: Enterprise
    names_added: int
    codes_added: int
    sites_moved: int


def merge(kept: Enterprise, absorbed: Enterprise, *, by: User | Membership, reason: str, on: date) -> Merger:
    """`absorbed` goes into `kept`: a duplicate in the register, or a merger in law.

    In one transaction:
    1. `kept` gets copies of all names and codes of `absorbed` (their last day at the latest the day of the merger), so
       that either name and either code finds it;
    2. the sites and contracts of `absorbed` move to `kept`;
    3. `absorbed`, and what had been merged into it, points at `kept`; it keeps its own row, names and codes;
    4. the organization of `absorbed` is closed, so its memberships end.
    Listings and cases are not touched: they belong to the event log; `Enterprise.objects.of_organization` covers them.

    `RegisterError`: `reason_missing`, `merge_same`, `merge_absorbed` (one of them has been merged away already).
    """
    require_reason(reason)
    if kept.pk == absorbed.pk:
        raise RegisterError("merge_same", "不能与自身合并。", "An enterprise cannot be merged with itself.")
    with transaction.atomic():
        ids = sorted((kept.pk, absorbed.pk))
        # `of`: only the enterprises; ascending ids, so that two mergers of the same pair cannot block each other.
        rows = {
            row.pk: row
            for row in Enterprise.objects.select_for_update(of=("self",))
            .filter(pk__in=ids)
            .order_by("pk")
            .select_related("organization")
        }
        kept, absorbed = rows[kept.pk], rows[absorbed.pk]
        if kept.merged_into_id or absorbed.merged_into_id:
            raise RegisterError(
                "merge_absorbed",
                "其中一家企业此前已被合并。",
                "One of these enterprises has been merged into another already.",
            )
        names = _copy_names(kept, absorbed, on)
        codes = _copy_codes(kept, absorbed, on)
        sites = list(Site.objects.filter(enterprise=absorbed))
        for site in sites:
            site.enterprise = kept
            save_change(site, by, reason, ["enterprise"])
        for contract in Contract.objects.filter(enterprise=absorbed):
            contract.enterprise = kept
            save_change(contract, by, reason, ["enterprise"])
        for pointing in (absorbed, *Enterprise.objects.filter(merged_into=absorbed)):
            pointing.merged_into = kept
            save_change(pointing, by, reason, ["merged_into"])
        if kept.credit_code is None and kept.organization_code is None:
            kept.organization_code = absorbed.organization_code
            save_change(kept, by, reason, ["organization_code"])
        absorbed.organization.closed_on = on
        save_change(absorbed.organization, by, reason, ["closed_on"])
    return Merger(kept, absorbed, names, codes, len(sites))


def _copy_names(kept: Enterprise, absorbed: Enterprise, on: date) -> int:
    present = set(kept.names.values_list("name", "valid_from"))
    copies = [
        EnterpriseName(
            enterprise=kept,
            name=row.name,
            name_pinyin=row.name_pinyin,
            valid_from=row.valid_from,
            valid_until=_ended(row.valid_from, row.valid_until, on),
            reason=f"merged: {absorbed.pk}",
        )
        for row in absorbed.names.all()
        if (row.name, row.valid_from) not in present
    ]
    EnterpriseName.objects.bulk_create(copies)
    return len(copies)


def _copy_codes(kept: Enterprise, absorbed: Enterprise, on: date) -> int:
    present = set(kept.codes.values_list("scheme", "value"))
    copies = [
        EnterpriseCode(
            enterprise=kept,
            scheme=row.scheme,
            value=row.value,
            valid_from=row.valid_from,
            valid_until=_ended(row.valid_from, row.valid_until, on),
            check_ok=row.check_ok,
            source=f"merged: {absorbed.pk}",
        )
        for row in absorbed.codes.all()
        if (row.scheme, row.value) not in present
    ]
    EnterpriseCode.objects.bulk_create(copies)
    return len(copies)


def _ended(valid_from: date, valid_until: date | None, on: date) -> date:
    """The last day of a copied row: its own if earlier, else the day of the merger (never before it began)."""
    return max(valid_from, min(valid_until or on, on))
