"""What an act changes beyond being done: mechanical `changes` for the fold, computed once and stored in the event.

`audits.procedure.effects.EFFECTS` says what each name means in law. Everything here is pure.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

from audits.procedure.predicates import FACT_FIELDS
from audits.procedure.registry import FIRST_DAY
from audits.procedure.schema import FieldKind, Step
from audits.procedure.words import Phase, ReviewKind
from audits.workflow import way_back
from audits.workflow.decide import Context
from audits.workflow.errors import one_field
from audits.workflow.guards import review_of, step_meant
from enterprises import divisions

Changes = dict[str, Any]
Effect = Callable[[Step, Context, Mapping[str, Any]], Changes]

EFFECTS: dict[str, Effect] = {}
THOUSAND = 1000  # amounts are stored as integers of 0.001 base unit (design section 6)


def effect(function: Effect) -> Effect:
    """Register an effect under its function's name."""
    EFFECTS[function.__name__] = function
    return function


def changes_of(step: Step, ctx: Context, values: Mapping[str, Any]) -> Changes:
    """All changes of an act: what every payload says by its fields, then the named effects of the row."""
    changes = said(step, ctx, values)
    for name in step.effects:
        merge(changes, EFFECTS[name](step, ctx, values))
    return changes


def merge(into: Changes, more: Changes) -> None:
    """Add changes to changes; mappings and lists are joined, other values replaced."""
    for key, value in more.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            into[key] = {**into[key], **value}
        elif isinstance(value, list) and isinstance(into.get(key), list):
            into[key] = [*into[key], *value]
        else:
            into[key] = value


def said(step: Step, ctx: Context, values: Mapping[str, Any]) -> Changes:
    """What follows from the fields alone: result, route, decided dates, facts the tables name."""
    changes: Changes = {}
    known: dict[str, Any] = {}
    if "result" in values:
        changes["result"] = values["result"]
    if values.get("route"):
        changes["set"] = {"route": values["route"]}
    if values.get("consultancy"):
        known["consultancy"] = values["consultancy"]
    dates = {
        f"{step.key}.{field.key}": values[field.key]
        for field in step.fields
        if field.kind is FieldKind.DATE and field.future_allowed and values.get(field.key)
    }
    if dates:
        changes["dates"] = dates
    for (key, field_key), fact in FACT_FIELDS.items():
        if key == step.key:  # the last event counts: what it leaves out no longer holds
            known[fact] = values.get(field_key)
    if step.key == "complete_stage":
        changes["item"] = str(values["stage"])
    if step.key == "submit_opinion":
        review = review_of(step, ctx, values)
        name = f"opinions.{review}.{ctx.state['attempt']}"
        known[name] = [*ctx.state["values"].get(name, []), values["_user"]]
    if step.key in ("apply_assessment", "apply_acceptance"):
        merge(changes, _fresh_review(step.key.removeprefix("apply_"), ctx))
    if step.key == "order_correction":
        # The date binds the duty the order names and no other: "<deciding step>:<step>" (`deadlines.compute_all`).
        changes["dates"] = {f"order_correction:{values['duty']}": values["correct_by"]}
        held = ctx.state["values"].get("corrections", [])
        known["corrections"] = [*held, {"duty": values["duty"], "by": values["correct_by"]}]
    if step.key in ("object", "decide_objection"):
        known["objections"] = ctx.state["values"].get("objections", 0) + (1 if step.key == "object" else -1)
    if step.key == "return_report":
        known["returns"] = ctx.state["values"].get("returns", 0) + 1
    if step.key == "check_disclosure":
        known["publication_breach"] = values["result"] == "incorrect"
    if step.key == _round_anchor(ctx):
        known["round_anchor_on"] = ctx.on.isoformat()
    if known:
        changes["values"] = {**changes.get("values", {}), **known}
    return changes


def _fresh_review(review: str, ctx: Context) -> Changes:
    """An application begins its review anew: an earlier decision, panel and opinions belong to the one before."""
    changes: Changes = {"values": {f"opinions.{review}.{ctx.state['attempt']}": []}}
    if f"decide_{review}" in ctx.state["done"]:
        changes["undo"] = [
            f"decide_{review}",
            *(("review_supplement", "submit_supplement") if review == ReviewKind.ASSESSMENT else ()),
        ]
    if review in ctx.state["panel"]:
        changes["panel"] = {review: []}
    return changes


@effect
def open_case(step: Step, ctx: Context, values: Mapping[str, Any]) -> Changes:
    """See `opening`: the state of a new case is set there."""
    return {}


@effect
def reopen_submission(step: Step, ctx: Context, values: Mapping[str, Any]) -> Changes:
    """The submission is to be made again; its first filing stays in time."""
    if step.key == "decide_acceptance":
        wanted = ["apply_acceptance"] if values.get("result") == "unqualified" and values.get("rectify_by") else []
    else:
        wanted = [values["submission"]]
    if step.key == "return_report" and values["submission"] == "apply_assessment":
        wanted += ["forward_assessment"]
    return {"undo": wanted} if wanted else {}


# What a redo leaves standing: everything before stage 3 (law text 19.2).
_REDONE_PHASES = frozenset({Phase.REPORT, Phase.ASSESSMENT, Phase.IMPLEMENTATION, Phase.ACCEPTANCE})
_KEPT = frozenset({"record_implementation", "notify", "receive_report"})


@effect
def redo(step: Step, ctx: Context, values: Mapping[str, Any]) -> Changes:
    """Mode `reopen_case`: stages 3 to 7, report and reviews again. Mode `next_list`: nothing here; a new listing comes."""
    if values["result"] != "reopen_case":
        return {"values": {"redo_ordered": True, "redo_mode": values["result"]}}
    again = [
        s.key
        for s in ctx.steps.values()
        if (s.phase in _REDONE_PHASES or s.key in ("complete_audit", "complete_stage")) and s.key not in _KEPT
    ]
    return {
        "reset": sorted(again),
        "keep_items": {"complete_stage": ["1", "2"]},
        "values": {"redo_ordered": True, "redo_mode": values["result"]},
        "drop_dates": ["decide_assessment.acceptance_due_on", "decide_acceptance.rectify_by"],
    }


@effect
def reopen_supplement(step: Step, ctx: Context, values: Mapping[str, Any]) -> Changes:
    """A supplement that was not accepted is to be made again."""
    return {} if values.get("result") == "pass" else {"undo": ["submit_supplement"]}


@effect
def set_extension(step: Step, ctx: Context, values: Mapping[str, Any]) -> Changes:
    """A later date for one step."""
    return {"extensions": [{"step": values["step"], "until": values["until"], "decided_on": ctx.on.isoformat()}]}


@effect
def suspend(step: Step, ctx: Context, values: Mapping[str, Any]) -> Changes:
    """The clock stands still from the legal date on."""
    return {"suspend": ctx.on.isoformat()}


@effect
def resume(step: Step, ctx: Context, values: Mapping[str, Any]) -> Changes:
    """The clock runs again from the legal date on."""
    return {"resume": ctx.on.isoformat()}


@effect
def rename(step: Step, ctx: Context, values: Mapping[str, Any]) -> Changes:
    """The register changes (see `outside`); the case notes what it was called."""
    return {}


@effect
def transfer(step: Step, ctx: Context, values: Mapping[str, Any]) -> Changes:
    """Another place, hence other authorities; the columns follow in the projection."""
    scope_code = divisions.resolve(values["division"]).division.scope_code
    return {"values": {"scope_code": scope_code, "reporting_unit": divisions.reporting_unit_of(scope_code)}}


@effect
def exit(step: Step, ctx: Context, values: Mapping[str, Any]) -> Changes:
    """Open duties end; what was missed stays on record."""
    return {"values": {"removed": True}}


@effect
def credit(step: Step, ctx: Context, values: Mapping[str, Any]) -> Changes:
    """Counts as a round; its open duties end."""
    return {"values": {"credited": True}}


@effect
def ask_exclusion(step: Step, ctx: Context, values: Mapping[str, Any]) -> Changes:
    """The request stands until it is decided; a later one takes its place."""
    asked = {name: values.get(name, "") for name in ("what", "reason", "grounds")}
    return {"values": {"exclusion_asked": {**asked, "on": ctx.on.isoformat()}}}


@effect
def decide_exclusion(step: Step, ctx: Context, values: Mapping[str, Any]) -> Changes:
    """What was asked takes effect, or does not."""
    changes: dict[str, Any] = {"exclusion_asked": None}
    asked = ctx.state["values"]["exclusion_asked"]
    if values["result"] == "approved":
        excluded = {"reason": asked["reason"], "grounds": asked["grounds"], "on": ctx.on.isoformat()}
        changes["exclusion"] = excluded if asked["what"] == "exclude" else None
    return {"values": changes}


@effect
def propose_nomination(step: Step, ctx: Context, values: Mapping[str, Any]) -> Changes:
    """The draft nomination for the next list stands in the payload; no period runs from it."""
    return {"values": {"next_round_proposed": ctx.on.isoformat()}}


@effect
def close(step: Step, ctx: Context, values: Mapping[str, Any]) -> Changes:
    """The end of the round."""
    return {
        "set": {"closed": {"on": ctx.on.isoformat(), "why": str(values.get("outcome") or values.get("ground") or "")}}
    }


@effect
def undo_step(step: Step, ctx: Context, values: Mapping[str, Any]) -> Changes:
    """The step recorded by mistake counts as not done, and all it changed is as before (`way_back`)."""
    target = values["step"]
    bodies, seq = ctx.register("bodies") or (), ctx.state["done"][target]["seq"]
    touched = {target, *way_back.steps_touched(bodies, seq)}
    changes: Changes = {"undo": [target], "recheck": sorted(touched)}
    merge(changes, way_back.taken_back(bodies, seq, ctx.state))
    return changes


@effect
def correct_value(step: Step, ctx: Context, values: Mapping[str, Any]) -> Changes:
    """A corrected legal date moves the step's date, a corrected decided date its deadline; the old value stays on record."""
    target = step_meant(step, ctx, values)
    row = ctx.steps.get(target)
    changes: Changes = {"recheck": [target]}
    fields = {field.key: field for field in row.fields} if row else {}
    field = fields.get(values["field"])
    if field is None and values["field"] != "date":
        raise one_field("fields.field", "invalid_choice", "该记录没有此字段。", "That record has no such field.")
    is_legal_date = _is_legal_date(row, values["field"])
    if is_legal_date or (field is not None and field.kind is FieldKind.DATE):
        _date(values["value"], ctx, future_allowed=not is_legal_date and field is not None and field.future_allowed)
    if values["field"] in _taken_up(row, ctx):
        raise one_field(
            "fields.field",
            "takes_effect",
            "该内容已经生效，不能单独更正；请撤销该步骤后重新登记。",
            "This has taken effect and cannot be corrected by itself: reopen the step and record it anew.",
        )
    if is_legal_date:
        changes["redate"] = {target: values["value"]}
        if target == _round_anchor(ctx):
            changes["values"] = {"round_anchor_on": values["value"]}
    elif field is not None and field.kind is FieldKind.DATE and field.future_allowed:
        merge(changes, _redated(target, field.key, ctx, values))
    return changes


def _redated(target: str, field: str, ctx: Context, values: Mapping[str, Any]) -> Changes:
    """A decided date is replaced where the act had put it: an order's binds the duty the order names and no other."""
    if target != "order_correction":
        return {"dates": {f"{target}.{field}": values["value"]}}
    order = way_back.body_of(ctx.register("bodies") or (), values["event"])
    told = order["payload"] if order is not None else {}
    held = [dict(one) for one in ctx.state["values"].get("corrections", ())]
    for one in reversed(held):
        if one["duty"] == told.get("duty"):
            one["by"] = values["value"]
            break
    return {"dates": {f"order_correction:{told.get('duty')}": values["value"]}, "values": {"corrections": held}}


# What the effects of a row take from its payload, besides what every payload says: a correction would change the record
# and not what follows from it. "date" is the legal date of the act.
_READ_BY_EFFECT: Mapping[str, frozenset[str]] = {
    "set_extension": frozenset({"step", "until", "date"}),
    "suspend": frozenset({"date"}),
    "resume": frozenset({"date"}),
    "transfer": frozenset({"division"}),
    "rename": frozenset({"new_name"}),
    "close": frozenset({"date", "outcome", "ground"}),
    "ask_exclusion": frozenset({"date", "what", "reason", "grounds"}),
    "decide_exclusion": frozenset({"date", "result"}),
    "redo": frozenset({"result"}),
    "reopen_submission": frozenset({"submission", "result"}),
    "store_option": frozenset({"option", "title", "cost_class", "done", "done_on", "effects", "investment_cny"}),
    "store_panel": frozenset({"members", "review"}),
    "undo_step": frozenset({"step"}),
    "correct_value": frozenset({"event", "field", "value"}),
}
_READ_BY_ALL = frozenset({"result", "route", "consultancy"})
_READ_OF_STEP: Mapping[str, frozenset[str]] = {
    "complete_stage": frozenset({"stage"}),
    "submit_opinion": frozenset({"review"}),
    "order_correction": frozenset({"duty"}),
}


def _taken_up(row: Step | None, ctx: Context) -> frozenset[str]:
    """The fields of a step that its act has carried into the state of the subject."""
    if row is None:
        return frozenset()
    facts = {field for key, field in FACT_FIELDS if key == row.key}
    read = [_READ_BY_EFFECT.get(name, frozenset()) for name in row.effects]
    found = frozenset().union(_READ_BY_ALL, facts, _READ_OF_STEP.get(row.key, frozenset()), *read)
    return found | ({row.date_field} if "date" in found and row.date_field else frozenset())


def _round_anchor(ctx: Context) -> str:
    """The step from which the interval to the next round runs."""
    return str(ctx.params.get("interval_anchor") or "complete_audit")


def _is_legal_date(row: Step | None, field: str) -> bool:
    return field == "date" or (row is not None and field == row.date_field)


def moved_back_to(step: Step, ctx: Context, values: Mapping[str, Any]) -> date | None:
    """The legal date a correction gives a step, where it is earlier than the one on record; None for any other act."""
    if "correct_value" not in step.effects:
        return None
    target = step_meant(step, ctx, values)
    entry = ctx.state["done"].get(target)
    if entry is None or not _is_legal_date(ctx.steps.get(target), values["field"]):
        return None
    with suppress(ValueError):
        told = date.fromisoformat(values["value"])
        return told if told < date.fromisoformat(entry["on"]) else None
    return None


def _date(value: str, ctx: Context, *, future_allowed: bool) -> None:
    """Dates are compared as text, so only YYYY-MM-DD will do; what has happened does not lie in the future."""
    told: date | None = None
    with suppress(ValueError):
        told = date.fromisoformat(value)
    if told is None or told.isoformat() != value:
        raise one_field("fields.value", "invalid_type", "日期须写成 YYYY-MM-DD。", "Write the date as YYYY-MM-DD.")
    if told < FIRST_DAY:
        raise one_field("fields.value", "too_small", f"不得早于 {FIRST_DAY}。", f"Not before {FIRST_DAY}.")
    if told > ctx.today and not future_allowed:
        raise one_field("fields.value", "future_date", "该日期晚于今天。", "This date is after today.")


@effect
def store_option(step: Step, ctx: Context, values: Mapping[str, Any]) -> Changes:
    """An option with its effects in integers of 0.001 base unit."""
    effects: dict[str, dict[str, int]] = {}
    for number, row in enumerate(values.get("effects", ())):
        amounts = {
            name: milli(row[name], f"fields.effects[{number}].{name}")
            for name in ("planned", "verified")
            if name in row
        }
        if amounts:
            effects[f"{row['metric']}@{row['year']}"] = {**effects.get(f"{row['metric']}@{row['year']}", {}), **amounts}
    option: dict[str, Any] = {
        "name": values["title"],
        "cost_class": values["cost_class"],
        "done_on": values.get("done_on"),
        "effects": effects,
    }
    if values.get("investment_cny") is not None:
        amount = milli(values["investment_cny"], "fields.investment_cny")
        option["investment_actual" if values.get("done") else "investment_planned"] = amount
    changes: Changes = {"options": {values["option"]: option}}
    accepted = values.get("completion_accepted_on")
    if accepted:
        latest = max(accepted, ctx.state["values"].get("completion_accepted_on") or accepted)
        changes["values"] = {"completion_accepted_on": latest}
    return changes


def milli(value: str, path: str) -> int:
    """A decimal text as an integer of 0.001; refuses what would need rounding."""
    exact = Decimal(value) * THOUSAND
    if exact != exact.to_integral_value():
        raise one_field(path, "too_precise", "最多保留三位小数。", "At most three decimal places can be stored.")
    return int(exact)


@effect
def store_panel(step: Step, ctx: Context, values: Mapping[str, Any]) -> Changes:
    """The members of the panel of one review."""
    return {"panel": {review_of(step, ctx, values): [row["expert"] for row in values["members"]]}}


@effect
def recompute_deadlines(step: Step, ctx: Context, values: Mapping[str, Any]) -> Changes:
    """Nothing but the dates; the clock does the rest."""
    return {}
