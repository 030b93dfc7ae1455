"""Guards of the audit: routes, contracts, capacity, stages."""

from collections.abc import Mapping
from datetime import date

from accounts.acting import Acting
from audits.procedure.schema import FieldKind, Step
from audits.procedure.words import CaseKind, Route, Text
from audits.workflow.decide import Context
from audits.workflow.guards.base import Found, Payload, guard, refuse, warn


def route_of(ctx: Context, payload: Payload) -> str:
    """The route of the payload if it names one, else that of the case."""
    return str((payload or {}).get("route") or ctx.state.get("route") or "")


@guard
def contract_running(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """On the entrusted route a contract with that consultancy runs on the legal date."""
    if payload is None or route_of(ctx, payload) != Route.ENTRUSTED:
        return
    contract = ctx.register("contract", payload.get("consultancy"))
    if not contract:
        yield refuse("contract_running")
        return
    signed = payload.get("signed_on")
    published = ctx.view.published_on
    if signed and published and date.fromisoformat(signed) < published:
        yield warn("contract_running")


@guard
def consultancy_conditions_151(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """The five conditions of document 151, with the head-count of the unit's parameters."""
    if payload is None or route_of(ctx, payload) != Route.ENTRUSTED or not payload.get("consultancy"):
        return
    failed = ctx.register("consultancy_conditions_151", payload["consultancy"], ctx.params)
    if failed:
        yield refuse("consultancy_conditions_151", _conditions(failed))


@guard
def consultancy_conditions_o38(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """The four conditions of Order 38 art. 16; no head-count."""
    if payload is None or route_of(ctx, payload) != Route.ENTRUSTED or not payload.get("consultancy"):
        return
    failed = ctx.register("consultancy_conditions_o38", payload["consultancy"], payload)
    if failed:
        yield refuse("consultancy_conditions_o38", _conditions(failed))


def _conditions(failed: Mapping[str, Text]) -> Text:
    return Text(
        f"咨询服务机构不符合条件：{'、'.join(t.zh for t in failed.values())}。",
        f"The consultancy does not meet: {', '.join(t.en for t in failed.values())}.",
    )


@guard
def self_audit_capacity_151(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """Five trained auditors, one of them senior with five years; counted among the staff named, by the register."""
    if payload is None or route_of(ctx, payload) != Route.SELF:
        return
    staff = [row["auditor"] for row in payload.get("staff", ())]
    shortfall = ctx.register("self_audit_shortfall", staff, ctx.params)
    if shortfall is not None:
        yield refuse("self_audit_capacity_151", shortfall)


@guard
def self_audit_capacity_o38(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """Conditions (2) and (3) of Order 38 art. 16, stated by the enterprise itself."""
    if payload is None or route_of(ctx, payload) != Route.SELF or ctx.view.kind is not CaseKind.MANDATORY:
        return
    stated = [f for f in step.fields if f.kind is FieldKind.BOOLEAN and f.only_if and Route.SELF.value in f.only_if[1]]
    if any(not payload.get(f.key) for f in stated):
        yield refuse("self_audit_capacity_o38")


@guard
def stage_order_free(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """A stage once in an attempt; the order is free, a gap is told."""
    if payload is None:
        return
    done = set(ctx.state["done"].get("complete_stage", {}).get("items", ()))
    stage = str(payload.get("stage"))
    if stage in done:
        yield refuse("stage_order_free")
    elif any(str(n) not in done for n in range(1, int(stage))):
        yield warn("stage_order_free")


@guard
def decided_date_in_future(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """A date set by this act lies after the act."""
    for field in step.fields:
        value = (payload or {}).get(field.key)
        if field.kind is FieldKind.DATE and field.future_allowed and value and date.fromisoformat(value) <= ctx.on:
            yield refuse(
                "decided_date_in_future",
                Text(f"“{field.label.zh}”须晚于 {ctx.on}。", f"“{field.label.en}” must be after {ctx.on}."),
            )
