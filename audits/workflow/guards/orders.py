"""Guards of orders, the clock, the way back and opening."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.acting import Acting
from audits.procedure import penalties
from audits.procedure.schema import Step
from audits.procedure.words import Subject, Text
from audits.workflow import way_back
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


# A name or a place that was changed is not the state of the case alone; and a way back has no way back of its own.
NOT_TAKEN_BACK = frozenset({"rename", "transfer", "undo_step", "correct_value"})


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
            Text(
                "该步骤没有（当前有效的）记录。", "That step is not on record, or a later record has taken its place."
            ),
        )
        return
    if step.key == "withdraw" and entry["organization"] != str(acting.organization_id):
        yield refuse(
            "only_recording_errors",
            Text("只能撤回本单位登记的步骤。", "Only an act of your own organization can be taken back."),
        )
        return
    if "undo_step" not in step.effects:
        return
    meant = ctx.steps.get(target)
    if meant is not None and set(meant.effects) & NOT_TAKEN_BACK:
        yield refuse(
            "only_recording_errors",
            Text(
                "该步骤不能撤销；请再办理一次予以改正。",
                "This step cannot be taken back: do it once more to set it right.",
            ),
        )
        return
    keys = [s.key for s in ctx.steps.values() if target in (*s.after, *s.after_any) and s.key in ctx.state["done"]]
    keys += [
        key for key in way_back.resting_on(ctx.register("bodies") or (), entry["seq"], ctx.state) if key not in keys
    ]
    later = [ctx.steps[key].title if key in ctx.steps else Text(key, key) for key in keys]
    if later:
        yield refuse(
            "only_recording_errors",
            Text(
                f"须先撤回后续步骤：{'、'.join(t.zh for t in later)}。",
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
def exclusion_has_its_way_back(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """What two persons of the reporting unit decided is not undone by one of the county."""
    if payload is not None and payload.get("step") in ("request_exclusion", "decide_exclusion"):
        yield refuse("exclusion_has_its_way_back")


@guard
def voluntary_site_free(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """The site is the enterprise's own and has no open case of the same kind."""
    if payload is not None and ctx.subject == Subject.CASE and ctx.register("site_taken", payload):
        yield refuse("voluntary_site_free")
