"""The guards that the tables name: small, pure, each telling a person why not.

`audits.procedure.guards.GUARDS` says for every name exactly what is refused and what only warns; a test keeps the two
in step. A guard gets the step, the context, who acts, and the cleaned payload (None when only the state is asked).
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.acting import Acting
from audits.procedure import penalties
from audits.procedure.guards import GUARDS as MEANINGS
from audits.procedure.schema import FieldKind, Step
from audits.procedure.words import CaseKind, CostClass, ReviewKind, Route, Subject, Text
from audits.workflow.decide import Context
from audits.workflow.errors import Caution, Refusal
from audits.workflow.state import is_suspended, open_deadlines

Payload = Mapping[str, Any] | None
Found = Iterator[Refusal | Caution]
Guard = Callable[[Step, Context, Acting, Payload], Found]

GUARDS: dict[str, Guard] = {}


def guard(function: Guard) -> Guard:
    """Register a guard under its function's name."""
    GUARDS[function.__name__] = function
    return function


def refuse(name: str, text: Text | None = None) -> Refusal:
    """A refusal with the guard's name as code."""
    return Refusal(name, text or MEANINGS[name].refuses or Text("", ""))


def warn(name: str) -> Caution:
    """A caution with the guard's name as code."""
    return Caution(name, MEANINGS[name].warns or Text("", ""))


# --- the list (entries are judged one by one in `lists`) ----------------------------------------------------------


@guard
def two_persons(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """Where one authority does this and the list step before it, the same person may not do both."""
    for earlier in step.after:
        entry = ctx.state["done"].get(earlier)
        if entry and entry["organization"] == str(acting.organization_id) and entry["user"] == str(acting.user_id):
            yield refuse("two_persons")
            return


@guard
def evidence_per_category(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """Each category of a candidate needs its evidence; a voluntary list has no categories and needs none."""
    if payload is None or ctx.facts.get("list_kind") == CaseKind.VOLUNTARY:
        return
    for number, candidate in enumerate(payload.get("candidates", ()), start=1):
        missing = evidence_missing(candidate)
        if missing:
            yield refuse(
                "evidence_per_category",
                Text(
                    f"第{number}个候选企业缺少证据:{missing.zh}。", f"Candidate {number} lacks evidence: {missing.en}."
                ),
            )


def evidence_missing(candidate: Mapping[str, Any]) -> Text | None:
    """Which evidence a candidate's categories still want."""
    categories = set(candidate.get("categories", ()))
    if not categories:
        return Text("未注明类别", "no category is named")
    wants = (
        ({"exceeds_standard", "exceeds_quota"}, "monitoring_report", Text("环境监测机构监测报告", "monitoring report")),
        (
            {"toxic_use", "toxic_discharge"},
            "toxic_evidence",
            Text("购置凭证或分析报告", "purchase vouchers or analysis report"),
        ),
        ({"designated", "state_other"}, "basis_document", Text("列入依据文件", "basis document")),
        ({"energy"}, "energy_data", Text("能耗数据", "energy data")),
    )
    for names, field, label in wants:
        if categories & names and not (
            candidate.get(field) or (field == "energy_data" and candidate.get("basis_document"))
        ):
            return label
    return None


@guard
def verified_entries_only(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """Only entries ready for confirmation are confirmed; `lists` says which are."""
    if ctx.facts.get("entries_ready") == 0:
        yield refuse("verified_entries_only")


@guard
def publication_not_before_2003(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """No list appeared before the Promotion Law was in force."""
    if ctx.on < date(2003, 1, 1):
        yield refuse("publication_not_before_2003")


# --- the audit ----------------------------------------------------------------------------------------------------


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
        f"咨询服务机构不符合条件:{'、'.join(t.zh for t in failed.values())}。",
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


# --- reviews ------------------------------------------------------------------------------------------------------


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
    given = ctx.state["values"].get(f"opinions.{review}.{ctx.state['attempt']}", [])
    if str(acting.membership_id) not in panels.get(review, ()) or str(acting.user_id) in given:
        yield refuse("opinion_from_panel_member")


@guard
def opinion_on_this_review(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """No decision without an opinion on this review."""
    review = review_of(step, ctx, payload)
    overdue = review == ReviewKind.ACCEPTANCE and "apply_acceptance" not in ctx.state["done"]
    if not ctx.state["values"].get(f"opinions.{review}.{ctx.state['attempt']}") and not overdue:
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


# --- orders and clock ---------------------------------------------------------------------------------------------


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


def step_meant(step: Step, ctx: Context, payload: Mapping[str, Any]) -> str:
    """The step a way-back act is about: named, or found by the number of its event."""
    if payload.get("step"):
        return str(payload["step"])
    seq = payload.get("event")
    return next((key for key, entry in ctx.state["done"].items() if entry["seq"] == seq), "")


@guard
def only_recording_errors(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """Recording errors only; `withdraw` one's own acts only, and nothing that later steps rest on."""
    if payload is None:
        return
    target = step_meant(step, ctx, payload)
    entry = ctx.state["done"].get(target)
    if entry is None:
        yield refuse(
            "only_recording_errors",
            Text("该步骤没有(当前有效的)记录。", "That step is not on record, or a later record has taken its place."),
        )
        return
    if step.key == "withdraw" and entry["organization"] != str(acting.organization_id):
        yield refuse(
            "only_recording_errors",
            Text("只能撤回本单位登记的步骤。", "Only an act of your own organization can be taken back."),
        )
        return
    later = [s.title for s in ctx.steps.values() if target in (*s.after, *s.after_any) and s.key in ctx.state["done"]]
    if later and step.key in ("withdraw", "reopen"):
        yield refuse(
            "only_recording_errors",
            Text(
                f"须先撤回后续步骤:{'、'.join(t.zh for t in later)}。",
                f"Take back the later steps first: {', '.join(t.en for t in later)}.",
            ),
        )


@guard
def published_items_stay(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """What has appeared in public is not taken back."""
    target = ctx.steps.get(str((payload or {}).get("step") or ""))
    if target is not None and target.public:
        yield refuse("published_items_stay")


@guard
def voluntary_site_free(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """The site is the enterprise's own and has no open case of the same kind."""
    if payload is not None and ctx.subject == Subject.CASE and ctx.register("site_taken", payload):
        yield refuse("voluntary_site_free")
