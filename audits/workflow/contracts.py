"""Who may put a contract with a consultancy on record, and end it: the enterprise itself (151 art. 5)."""

from datetime import date
from uuid import UUID

from django.utils import timezone

from accounts.models import Membership
from audits.procedure.words import Party, Role, Text
from audits.workflow.errors import Forbidden, NotVisible, Refusal, one_field
from enterprises.contract_register import end_contract, record_contract
from enterprises.models import Consultancy, Contract, Enterprise, Site

ROLES = (Role.ORG_ADMIN, Role.PREPARER)


def conclude(
    *,
    by: Membership,
    consultancy: UUID,
    signed_on: date,
    starts_on: date,
    ends_on: date | None = None,
    site: UUID | None = None,
    document: str = "",
) -> Contract:
    """A contract of the enterprise of `by`. From `starts_on` the consultancy sees its client.

    Raises `Forbidden`, `InvalidPayload` (`unknown_consultancy`, `unknown_site`) or `RegisterError`.
    """
    _check_right(by)
    enterprise = Enterprise.objects.standing().filter(organization_id=by.organization_id).first()
    if enterprise is None:
        raise NotVisible()
    firm = Consultancy.objects.listed().filter(pk=consultancy).first()
    if firm is None:
        raise one_field(
            "consultancy", "unknown_consultancy", "名录中没有该机构。", "The register has no such consultancy."
        )
    works = Site.objects.visible_to(by).filter(pk=site).first() if site else None
    if site and works is None:
        raise one_field("site", "unknown_site", "贵企业没有该厂址。", "Your enterprise has no such site.")
    return record_contract(
        consultancy=firm,
        enterprise=enterprise,
        site=works,
        signed_on=signed_on,
        starts_on=starts_on,
        ends_on=ends_on,
        document=document,
        today=timezone.localdate(),
        by=by,
    )


def terminate(contract: Contract, *, by: Membership, ended_on: date, reason: str) -> Contract:
    """End a contract early; from `ended_on` the consultancy no longer sees its client. `contract` was read by scope."""
    _check_right(by)
    return end_contract(contract, on=ended_on, by=by, reason=reason)


def _check_right(by: Membership) -> None:
    if by.organization.party != Party.ENTERPRISE:
        text = Text("合同由企业登记和终止。", "Contracts are put on record and ended by the enterprise.")
        raise Forbidden([Refusal("wrong_party", text, right=True)])
    if by.role not in ROLES:
        text = Text(
            "须由单位管理员或填报人办理。", "This needs the role administrator of the organization or preparer."
        )
        raise Forbidden([Refusal("wrong_role", text, right=True)])
