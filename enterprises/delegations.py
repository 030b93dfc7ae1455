"""Delegation by an authority's own people: its approver lets an authority below act for it, by a document, from today on.

Design section 4: competence is found by function and place; what an authority gives away is a dated row, never a right
written to a person. Operators can correct the register; here nothing reaches into the past.
"""

from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Membership
from audits.procedure.words import Function, Party, Role
from enterprises.authority_register import delegate, end_delegation
from enterprises.changes import require_reason
from enterprises.competence import competent_authority
from enterprises.errors import RegisterError
from enterprises.models import Authority, Delegation
from enterprises.scopes import within

DELEGATING_ROLES = frozenset({Role.APPROVER})


def may_delegate(by: Membership) -> bool:
    """Whether the member decides for its authority whom it lets act."""
    return by.organization.party == Party.AUTHORITY and by.role in DELEGATING_ROLES


def authority_of(by: Membership) -> Authority | None:
    """The authority a member acts for."""
    return Authority.objects.select_related("organization").filter(organization=by.organization_id).first()


def receivers(authority: Authority, on: date) -> QuerySet[Authority]:
    """The authorities of the same line below it, that act on that day."""
    below = Authority.objects.acting(on).filter(organization__line=authority.line.value)
    if authority.scope_code:
        below = below.filter(within(authority.scope_code, "organization__jurisdiction"))
    return below.exclude(pk=authority.pk).order_by("organization__jurisdiction", "pk")


def delegate_by(
    by: Membership,
    *,
    function: Function,
    scope_code: str,
    to_authority: Authority,
    valid_from: date,
    valid_until: date | None,
    document: str,
    reason: str,
    today: date,
) -> Delegation:
    """Let an authority below act for the member's own.

    `RegisterError`: `not_entitled`, `delegation_receiver` (it does not act, is not below, or is of another line),
    `delegation_outside` (the scope is not the receiver's), `delegation_past`, `not_competent` (the function there is not
    the own authority's to give), and those of `authority_register.delegate`.
    """
    own = authority_of(by)
    if own is None or not may_delegate(by):
        raise RegisterError(
            "not_entitled", "只有本机关的审批人可以委托。", "Only an approver of the authority delegates."
        )
    require_reason(reason)
    if valid_from < today:
        raise RegisterError(
            "delegation_past",
            "委托不能追溯：起期不得早于今天。",
            "A delegation never begins in the past: today or later.",
        )
    if not receivers(own, today).filter(pk=to_authority.pk).exists():
        raise RegisterError(
            "delegation_receiver", "只能委托给本辖区内同一系统的下级机关。", "Only an authority of the same line below."
        )
    if not scope_code.startswith(to_authority.scope_code):
        raise RegisterError(
            "delegation_outside",
            "委托范围须在受托机关辖区之内，否则受托机关看不到案件。",
            "The scope must lie in the receiver's own jurisdiction: it sees no case elsewhere.",
        )
    with transaction.atomic():
        Authority.objects.select_for_update().get(pk=own.pk)  # two approvers do not give the same away twice
        if competent_authority(scope_code, function, valid_from, own.line) != own:
            raise RegisterError(
                "not_competent",
                "该区域的这一职能当日不由本机关行使（或已委托），请核对，或先终止原委托。",
                "On that day the function there is not this authority's to give, or is given away already: end that first.",
            )
        return delegate(
            function,
            scope_code=scope_code,
            from_authority=own,
            to_authority=to_authority,
            valid_from=valid_from,
            document=document,
            valid_until=valid_until,
            by=by,
            reason=reason,
        )


def end_by(by: Membership, delegation: Delegation, *, on: date, reason: str, today: date) -> Delegation:
    """End what the member's authority gave. `RegisterError`: `not_entitled`, `delegation_past`, those of `end_delegation`."""
    own = authority_of(by)
    if own is None or not may_delegate(by) or delegation.from_authority_id != own.pk:
        raise RegisterError(
            "not_entitled", "只有委托机关的审批人可以终止。", "Only an approver of the delegating authority."
        )
    if on < today:
        raise RegisterError(
            "delegation_past",
            "不能追溯终止：最后一日不得早于今天。",
            "The last day is today or later, never in the past.",
        )
    return end_delegation(delegation, on=on, by=by, reason=reason)
