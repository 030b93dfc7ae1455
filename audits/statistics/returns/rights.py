"""Who may work on a return: officers and approvers of the authority that plans and reports for the unit."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from accounts.acting import acting_of
from accounts.models import Membership
from audits.models import UnitReturn
from audits.procedure.words import Function, Party, Role, Text
from audits.statistics.returns.errors import FROZEN, refused
from audits.workflow.decide import role_name
from audits.workflow.errors import Forbidden, NotVisible, Refusal, StaleVersion
from enterprises.competence import competent_authority
from enterprises.models import ReportingUnit

DRAFTERS = (Role.OFFICER, Role.APPROVER)
SUBMITTERS = (Role.APPROVER,)


def refusal(unit: ReportingUnit, by: Membership, roles: Sequence[Role], on: date) -> Refusal | None:
    """Why the member has no right to work on returns of the unit, or None."""
    acting = acting_of(by)
    if acting.party is not Party.AUTHORITY:
        return Refusal(
            "wrong_party", Text("年度报表由主管部门填报。", "Annual returns are made by authorities."), right=True
        )
    if acting.role not in roles:
        names = [role_name(role) for role in roles]
        return Refusal(
            "wrong_role",
            Text(
                f"须由{'或'.join(n.zh for n in names)}办理。",
                f"This needs the role {' or '.join(n.en for n in names)}.",
            ),
            right=True,
        )
    competent = competent_authority(unit.scope_code, Function.PLAN, on)
    if competent is None or competent.organization_id != acting.organization_id:
        return Refusal(
            "wrong_jurisdiction",
            Text("该单位的年度报表由另一主管部门负责。", "Another authority makes the returns of this unit."),
            right=True,
        )
    return None


def require(unit: ReportingUnit | None, by: Membership, roles: Sequence[Role], on: date) -> None:
    """`Forbidden` unless the member may. A national return is nobody's to change."""
    if unit is None:
        raise refused(FROZEN)
    no_right = refusal(unit, by, roles, on)
    if no_right is not None:
        raise Forbidden([no_right])


def locked(pk: UUID, by: Membership, roles: Sequence[Role], on: date) -> UnitReturn:
    """The return, locked for change and read through the scope of `by`. Raises `NotVisible`, `Forbidden`."""
    row = (
        UnitReturn.objects.visible_to(by)
        .select_for_update(of=("self",))
        .select_related("reporting_unit")
        .filter(pk=pk)
        .first()
    )
    if row is None:
        raise NotVisible()
    require(row.reporting_unit, by, roles, on)
    return row


def editable(row: UnitReturn, expected_version: int) -> None:
    """Raises `Refused` for a frozen return, `StaleVersion` for one that somebody changed meanwhile."""
    if row.frozen_at is not None:
        raise refused(FROZEN)
    if row.version != expected_version:
        raise StaleVersion(row.version)


def author(by: Membership) -> dict[str, str]:
    """Who had a hand in it, as `UnitReturn.authors` holds it."""
    return {"user": str(by.user_id), "membership": str(by.pk), "organization": str(by.organization_id)}


def sign(row: UnitReturn, by: Membership) -> None:
    """Add the member to the authors, who cannot submit what they made; one more version."""
    if author(by) not in row.authors:
        row.authors = [*row.authors, author(by)]
    row.version += 1
