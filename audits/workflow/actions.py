"""What may I do here, and why not: the door's own decision, asked for every step of a subject."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from accounts.acting import acting_of
from accounts.models import Membership
from audits.procedure.schema import Field, Step
from audits.procedure.words import Party, Role, Subject, Text
from audits.workflow import contexts
from audits.workflow.decide import Context, applicability, decide, progress
from audits.workflow.errors import Refusal
from enterprises.snapshot import snapshot

OVER = frozenset({"closed", "already_done"})  # nothing is left to prepare a draft for


@dataclass(frozen=True, slots=True)
class ActionStatus:
    """One step for one member: allowed, or why not. `drafting` when the member may prepare but not submit it."""

    action: str
    title: Text
    allowed: bool
    reasons: tuple[Refusal, ...]
    fields: tuple[Field, ...]
    step: Step
    drafting: bool = False


def context_for(subject: Any, by: Membership, on: date, today: date) -> Context:
    """The context of any subject for one member."""
    if subject.subject_kind == Subject.LIST:
        from audits.workflow.lists import list_context

        return list_context(subject, acting=acting_of(by), on=on, today=today)
    return contexts.context_of(subject, on=on, today=today)


def actions_for(
    subject: Any, by: Membership, on: date | None = None, now: datetime | None = None
) -> list[ActionStatus]:
    """Every step of the subject's procedure for one member, in reading order; the system's own steps are left out.

    Needs a subject that was read through `visible_to(by)`.
    """
    today = timezone.localdate(now or timezone.now())
    acting = acting_of(by)
    found = []
    with snapshot():  # one reading of the registers for all steps
        ctx = context_for(subject, by, on or today, today)
        for step in ctx.steps.values():
            if step.subject != ctx.subject or step.actor.party == Party.SYSTEM or step.key == "register":
                continue
            decision = decide(step, ctx, acting)
            drafting = (
                not decision.allowed
                and decision.refusals[0].right
                and may_draft(step, ctx, by)
                and applicability(step, ctx) is None
                and not OVER & {refusal.code for refusal in progress(step, ctx)}
            )
            found.append(
                ActionStatus(step.key, step.title, decision.allowed, decision.refusals, step.fields, step, drafting)
            )
    return found


def may_draft(step: Step, ctx: Context, by: Membership) -> bool:
    """Whether a member may prepare a step that another submits: whoever does the work in the acting party's organization,
    or in a party the row lets prepare (`also`). That the member sees the case at all is the caller's question."""
    party = Party(by.organization.party)
    if party in step.actor.also:
        return True
    if party != step.actor.party:
        return False
    if by.role == Role.ORG_ADMIN:  # an administrator of access is no author of submissions
        return False
    if party is Party.ENTERPRISE:
        return str(by.organization_id) == ctx.owner
    function = step.actor.function
    return function is None or by.organization_id in ctx.competent(function)
