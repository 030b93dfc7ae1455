"""Contracts of consultancies with their clients: recording and ending them."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from enterprises.changes import require_reason, save_change
from enterprises.errors import RegisterError
from enterprises.models import Consultancy, Contract, Enterprise, Site


def record_contract(
    *,
    consultancy: Consultancy,
    enterprise: Enterprise,
    signed_on: date,
    starts_on: date,
    today: date,
    by: Membership,
    site: Site | None = None,
    ends_on: date | None = None,
    document: str = "",
    reason: str = "",
) -> Contract:
    """A contract on record. `RegisterError`: `contract_dates` (signed in the future, ends before it starts),
    `contract_site` (the site is another enterprise's), `contract_enterprise` (merged into another)."""
    if signed_on > today:
        raise RegisterError("contract_dates", "签订日期不能在将来。", "The day of signing cannot lie in the future.")
    if ends_on is not None and ends_on < starts_on:
        raise RegisterError("contract_dates", "合同止期早于起期。", "The contract ends before it starts.")
    if site is not None and site.enterprise_id != enterprise.pk:
        raise RegisterError("contract_site", "该厂址不属于该企业。", "The site is not this enterprise's.")
    if enterprise.merged_into_id is not None:
        raise RegisterError("contract_enterprise", "该企业已被合并。", "The enterprise has been merged into another.")
    contract = Contract(
        consultancy=consultancy,
        enterprise=enterprise,
        site=site,
        signed_on=signed_on,
        starts_on=starts_on,
        ends_on=ends_on,
        document=document,
        recorded_by=by,
    )
    save_change(contract, by, reason)
    return contract


@transaction.atomic
def end_contract(contract: Contract, *, on: date, by: Membership, reason: str) -> Contract:
    """The contract is ended early; from `on` it no longer runs, and the client is no longer visible.

    While the end lies ahead it can be brought forward: who has announced it may have to take the sight away sooner.
    `RegisterError`: `reason_missing`, `contract_dates` (before it starts, or no earlier than the end announced),
    `contract_ended`.
    """
    require_reason(reason)
    rows = Contract.objects.select_related("consultancy__organization", "enterprise", "site")
    held: Contract = rows.select_for_update(of=("self",)).get(pk=contract.pk)
    if held.ended_on is not None and held.ended_on <= timezone.localdate():
        raise RegisterError("contract_ended", "合同已终止。", "The contract has been ended already.")
    if on < held.starts_on:
        raise RegisterError("contract_dates", "终止日期早于合同起期。", "It cannot end before it starts.")
    if held.ended_on is not None and on >= held.ended_on:
        raise RegisterError(
            "contract_dates",
            f"合同已定于 {held.ended_on} 终止，只能改为更早的日期。",
            f"Its end is set for {held.ended_on} already; only an earlier day can be set.",
        )
    held.ended_on, held.ended_by, held.reason = on, by, reason
    save_change(held, by, reason, ["ended_on", "ended_by", "reason"])
    return held
