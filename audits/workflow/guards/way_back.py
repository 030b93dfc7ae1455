"""Guards of the way back for recording errors: what may be taken back or corrected, and by whom."""

from collections.abc import Mapping
from typing import Any

from accounts.acting import Acting
from audits.procedure import registry
from audits.procedure.schema import Step
from audits.procedure.words import Function, Party, Subject, Text
from audits.workflow import way_back
from audits.workflow.decide import Context
from audits.workflow.guards.base import Found, Payload, guard, refuse

# A name or a place that was changed is not the state of the case alone; and a way back has no way back of its own.
NOT_TAKEN_BACK = frozenset({"rename", "transfer", "undo_step", "correct_value"})
# Whose it is to correct what others than authorities recorded.
_ANSWERING = {Party.ENTERPRISE: Function.SUPERVISE, Party.EXPERT: Function.REVIEW}


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
        if step.actor.party == Party.AUTHORITY and not _anything_theirs(step, ctx, acting):
            return  # `act_of_own_authority` says so
        yield refuse(
            "only_recording_errors",
            Text(
                "该步骤没有（当前有效的）记录。", "That step is not on record, or a later record has taken its place."
            ),
        )
        return
    if step.actor.party == Party.ENTERPRISE and _row(target, ctx).actor.party != Party.ENTERPRISE:
        yield refuse(
            "only_recording_errors",
            Text("只能撤回本单位登记的步骤。", "Only an act of your own organization can be taken back."),
        )
        return
    if "undo_step" not in step.effects:
        return
    if not _has_a_way_back(target, entry):
        yield refuse(
            "only_recording_errors",
            Text(
                "立案、名单更正、更名、移交、系统所作记录和撤回更正本身不能撤回；有误的另行登记或更正。",
                "The opening, an amended list, a new name or place, what the system did and the way back itself cannot be "
                "taken back: record or correct anew.",
            ),
        )
        return
    later = [row.title for row in _resting_on(target, entry, ctx)]
    if later:
        yield refuse(
            "only_recording_errors",
            Text(
                f"须先撤回后续步骤：{'、'.join(t.zh for t in later)}。",
                f"Take back the later steps first: {', '.join(t.en for t in later)}.",
            ),
        )


def _has_a_way_back(target: str, entry: Mapping[str, Any]) -> bool:
    """Whether a record can be taken back on its case: what opened it or came from elsewhere cannot."""
    rows = [row for row in registry.find(target) if row.subject == Subject.CASE]
    return (
        bool(rows)
        and entry["seq"] > 1
        and not any(row.actor.party == Party.SYSTEM or NOT_TAKEN_BACK & set(row.effects) for row in rows)
    )


def _resting_on(target: str, entry: Mapping[str, Any], ctx: Context) -> list[Step]:
    """Later steps that rest on the record: it precedes them in law, or they changed what it had changed."""
    done = ctx.state["done"]
    later = [row.key for row in ctx.steps.values() if target in (*row.after, *row.after_any) and row.key in done]
    found = way_back.resting_on(ctx.register("bodies") or (), entry["seq"], ctx.state)
    return [_row(key, ctx) for key in dict.fromkeys([*later, *found])]


@guard
def published_items_stay(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """What has appeared in public is not taken back."""
    target = ctx.steps.get(str((payload or {}).get("step") or ""))
    if target is not None and target.public:
        yield refuse("published_items_stay")


@guard
def act_of_own_authority(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """The authority whose act it is, or one above it. Before anything is filled in: whether any act is theirs at all."""
    target = step_meant(step, ctx, payload) if payload is not None else ""
    entry = ctx.state["done"].get(target)
    theirs = _is_theirs(target, entry, ctx, acting) if entry is not None else _anything_theirs(step, ctx, acting)
    if not theirs:
        yield refuse("act_of_own_authority")


def _anything_theirs(step: Step, ctx: Context, acting: Acting) -> bool:
    """Whether any act on record is the member's authority's to take back or correct."""
    return any(
        _is_theirs(key, entry, ctx, acting)
        for key, entry in ctx.state["done"].items()
        if "undo_step" not in step.effects or _has_a_way_back(key, entry)
    )


def _is_theirs(target: str, entry: Mapping[str, Any], ctx: Context, acting: Acting) -> bool:
    """Whether the member's authority recorded the act, exercises that power today, or stands above who did or does.

    An enterprise's act is its supervising authority's to correct, an expert's that of the authority that reviews.
    """
    if entry["organization"] == str(acting.organization_id):
        return True
    actor = _row(target, ctx).actor
    function = actor.function or _ANSWERING.get(actor.party)
    competent = ctx.competent(function) if function is not None else frozenset()
    if acting.organization_id in competent:
        return True
    recorded_by = {entry["organization"]} if actor.party == Party.AUTHORITY else set(map(str, competent))
    return bool(ctx.register("is_above", acting, recorded_by))


def _row(target: str, ctx: Context) -> Step:
    """The row of a step on record, which the law of today need not have any more."""
    return ctx.steps.get(target) or registry.find(target)[-1]


@guard
def exclusion_has_its_way_back(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """What two persons of the reporting unit decided is not undone by one of the county."""
    if payload is not None and payload.get("step") in ("request_exclusion", "decide_exclusion"):
        yield refuse("exclusion_has_its_way_back")
