"""Guards of assessment and acceptance."""

from datetime import date
from decimal import Decimal

from accounts.acting import Acting
from audits.procedure.schema import FieldKind, Step
from audits.procedure.words import CostClass, ReviewKind
from audits.workflow.decide import Context
from audits.workflow.guards.base import Found, Payload, guard, refuse, warn
from audits.workflow.state import opinions_on


@guard
def options_no_low_done(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """The no/low-cost options are basically done."""
    low = [o for o in ctx.state["options"].values() if o["cost_class"] in (CostClass.NONE, CostClass.LOW)]
    done = [o for o in low if o.get("done_on")]
    if not done:
        yield refuse("options_no_low_done")
    elif len(done) < len(low):
        yield warn("options_no_low_done")


@guard
def application_conditions(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """The declarations of the application are made."""
    if payload is None:
        return
    declared = [f.key for f in step.fields if f.kind is FieldKind.BOOLEAN and f.required]
    if any(not payload.get(key) for key in declared):
        yield refuse("application_conditions")


def review_of(step: Step, ctx: Context, payload: Payload) -> str:
    """Which review an act belongs to: said in the payload, else by the step, else by what was applied for last."""
    if payload and payload.get("review"):
        return str(payload["review"])
    if step.key.endswith("acceptance"):
        return ReviewKind.ACCEPTANCE.value
    if step.key.endswith("assessment"):
        return ReviewKind.ASSESSMENT.value
    return (ReviewKind.ACCEPTANCE if "apply_acceptance" in ctx.state["done"] else ReviewKind.ASSESSMENT).value


@guard
def experts_free_of_conflict(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """No member belongs to a party of the case; each declared to be free of conflict; none twice."""
    if payload is None:
        return
    members = payload.get("members", ())
    experts = [row["expert"] for row in members]
    conflicts = ctx.register("expert_conflicts", experts) or []
    if conflicts or len(set(experts)) != len(experts) or any(not row.get("free_of_conflict") for row in members):
        yield refuse("experts_free_of_conflict")


@guard
def panel_of_this_review(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """A panel was formed for this review since its application."""
    if payload is not None and not ctx.state["panel"].get(review_of(step, ctx, payload)):
        yield refuse("panel_of_this_review")


@guard
def opinion_from_panel_member(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """Only a member of the panel, and once."""
    panels = ctx.state["panel"]
    if payload is None:
        if not any(str(acting.membership_id) in members for members in panels.values()):
            yield refuse("opinion_from_panel_member")
        return
    review = review_of(step, ctx, payload)
    given = opinions_on(ctx.state, review)
    if str(acting.membership_id) not in panels.get(review, ()) or str(acting.user_id) in given:
        yield refuse("opinion_from_panel_member")


@guard
def opinion_on_this_review(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """No decision without an opinion on this review."""
    review = review_of(step, ctx, payload)
    overdue = review == ReviewKind.ACCEPTANCE and "apply_acceptance" not in ctx.state["done"]
    if not opinions_on(ctx.state, review) and not overdue:
        yield refuse("opinion_on_this_review")


@guard
def decision_by_authority_not_author(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """Who wrote an opinion, the application or the report does not decide."""
    writers = set()
    for name in ("submit_report", "apply_assessment", "apply_acceptance"):
        if name in ctx.state["done"]:
            writers.add(ctx.state["done"][name]["user"])
    for name, given in ctx.state["values"].items():
        if name.startswith("opinions."):
            writers.update(given)
    if str(acting.user_id) in writers or ctx.register("is_auditor_of_case", str(acting.user_id)):
        yield refuse("decision_by_authority_not_author")


@guard
def criteria_match_result_2008(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """A pass with its date and no failure; a failure that says which criterion or fraud."""
    if payload is None:
        return
    failed = bool(payload.get("failed_criteria") or payload.get("fraud"))
    if payload["result"] == "pass":
        wrong = failed or not payload.get("acceptance_due_on")
    else:
        wrong = not failed
    if wrong:
        yield refuse("criteria_match_result_2008")


@guard
def result_matches_score_2018(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """The result is the one of the score; compared as written, never rounded (V08)."""
    if payload is None or payload.get("score") is None:
        return
    score = Decimal(payload["score"])
    redo_below, pass_above = (Decimal(str(ctx.params[name])) for name in ("assess_redo_below", "assess_ok_above"))
    told = "not_pass" if score < redo_below else "pass" if score > pass_above else "supplement"
    if payload["result"] != told:
        yield refuse("result_matches_score_2018")


@guard
def supplement_band_2018(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """A supplement only in the middle band, until it is accepted."""
    results = ctx.state["results"]
    if results.get("decide_assessment") != "supplement" or results.get("review_supplement") == "pass":
        yield refuse("supplement_band_2018")


@guard
def acceptance_result_2018(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """60 or more and no veto is qualified, anything else is not (V14, V15)."""
    if payload is None:
        return
    if payload.get("score") is None:  # an acceptance never applied for has no score and cannot be qualified
        if payload["result"] == "qualified":
            yield refuse("acceptance_result_2018")
        return
    good = Decimal(payload["score"]) >= Decimal(str(ctx.params["accept_min"])) and not payload.get("vetoes")
    if (payload["result"] == "qualified") != good:
        yield refuse("acceptance_result_2018")


@guard
def no_open_redo(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """No application while a redo waits for its report."""
    if ctx.state["attempt"] > 1 and "submit_report" not in ctx.state["done"]:
        yield refuse("no_open_redo")


@guard
def redo_mode_of_unit(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """The mode is one the unit allows."""
    mode = ctx.params.get("redo_mode", "either")
    if payload is not None and mode != "either" and payload["result"] != mode:
        yield refuse("redo_mode_of_unit")


@guard
def acceptance_after_cap(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """Beyond the usual cap: told, not refused."""
    from audits.procedure.periods import add_months

    due = (payload or {}).get("acceptance_due_on")
    cap = ctx.params.get("acceptance_max_months")
    if due and cap and date.fromisoformat(due) > add_months(ctx.on, int(cap)):
        yield warn("acceptance_after_cap")


@guard
def fee_forbidden(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """No fee from the enterprise."""
    if payload is not None and payload.get("fee_charged"):
        yield refuse("fee_forbidden")
