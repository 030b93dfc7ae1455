"""Guards of orders, the clock and opening."""

from datetime import date
from decimal import Decimal

from accounts.acting import Acting
from audits.procedure import penalties
from audits.procedure.schema import Step
from audits.procedure.words import Subject
from audits.workflow.decide import Context
from audits.workflow.guards.base import Found, Payload, guard, refuse, warn
from audits.workflow.state import is_suspended, open_deadlines


@guard
def breach_named(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """A duty is named; whether it is overdue by the record is told."""
    if payload is None:
        return
    duty = payload.get("duty")
    if not duty:
        yield refuse("breach_named")
    elif duty in ctx.steps and duty not in ctx.view.overdue:
        yield warn("breach_named")


@guard
def correction_before_penalty(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """A fine for anything but publication normally follows a lapsed order; told, never refused."""
    if payload is None or payload.get("duty") in ("disclose", "publish_audit_result"):
        return
    if not int(ctx.view.facts.get("lapsed_corrections") or 0):
        yield warn("correction_before_penalty")


@guard
def proof_of_notice(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """No written notice on record: told."""
    if "notify" in ctx.steps and "notify" not in ctx.state["done"]:
        yield warn("proof_of_notice")


@guard
def amount_over_ceiling(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """Outside the band of the article named: told."""
    amount = (payload or {}).get("amount_cny")
    band = penalties.FINE_BANDS.get(str((payload or {}).get("legal_basis")))
    if amount is not None and band is not None and not band.minimum <= Decimal(amount) <= band.maximum:
        yield warn("amount_over_ceiling")


@guard
def law_of_the_act(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """The article was not in force on the date of the act: told."""
    act = (payload or {}).get("act_on")
    band = penalties.FINE_BANDS.get(str((payload or {}).get("legal_basis")))
    if not act or band is None:
        return
    acted = date.fromisoformat(act)
    if acted < band.valid_from or (band.valid_until is not None and acted > band.valid_until):
        yield warn("law_of_the_act")


@guard
def resume_only_if_suspended(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """Nothing to resume."""
    if not is_suspended(ctx.state):
        yield refuse("resume_only_if_suspended")


@guard
def suspend_only_if_running(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """Suspended already."""
    if is_suspended(ctx.state):
        yield refuse("suspend_only_if_running")


@guard
def extension_of_open_deadline(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """A step with an open deadline, to a later date."""
    if payload is None:
        return
    target, until = payload.get("step"), payload.get("until")
    rows = [d for d in open_deadlines(ctx.state).values() if d["step"] == target]
    if not rows or (until and until <= min(d["adjusted_due_on"] or d["due_on"] for d in rows)):
        yield refuse("extension_of_open_deadline")


@guard
def exclusion_changes_something(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """Only what is counted can be excluded, and only what is excluded counted again."""
    if payload is not None and (payload["what"] == "exclude") == bool(ctx.state["values"].get("exclusion")):
        yield refuse("exclusion_changes_something")


@guard
def exclusion_by_another(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """Two persons."""
    asked = ctx.state["done"].get("request_exclusion")
    if asked is not None and asked["user"] == str(acting.user_id):
        yield refuse("exclusion_by_another")


@guard
def voluntary_site_free(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """The site is the enterprise's own and has no open case of the same kind."""
    if payload is not None and ctx.subject == Subject.CASE and ctx.register("site_taken", payload):
        yield refuse("voluntary_site_free")
