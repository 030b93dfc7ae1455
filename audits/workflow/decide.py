"""The one pure decision: may this member do this step of this subject now, and if not, why not.

The same function answers "what may I do" (`actions_for`), the door (`perform`) and the tests of the whole matrix.
Order of the answers, as at the door: the right (party, role, line, jurisdiction), the law (does the step belong to this
subject), the state.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from accounts.acting import Acting
from audits.procedure.calendar import Calendar
from audits.procedure.predicates import PREDICATES, REASONS
from audits.procedure.schema import Step
from audits.procedure.view import View
from audits.procedure.words import CaseKind, Category, Function, Line, Party, RegimeKey, Role, Subject, Text
from audits.workflow.errors import Caution, Refusal
from audits.workflow.state import day, done_dates, is_suspended, overdue_steps, stands_still


@dataclass
class Context:
    """Everything a decision may look at. Values only; the callables read registers lazily and are constant in effect.

    `competent(function)` gives the ids of the organizations that are competent for the subject; `register(name, *args)`
    answers the questions of guards about registers (staffing of a consultancy, running contracts, …).
    """

    subject: Subject
    state: Mapping[str, Any]
    steps: Mapping[str, Step]
    params: Mapping[str, Any]
    calendar: Calendar
    on: date
    today: date
    lines: frozenset[Line] = frozenset({Line.ENVIRONMENT})
    facts: Mapping[str, Any] = field(default_factory=dict)
    competent: Callable[[Function], frozenset[Any]] = lambda function: frozenset()
    register: Callable[..., Any] = lambda name, *args: None
    owner: str = ""  # organization id of the enterprise (cases) or of the list's authority (lists, duties)

    @cached_property
    def view(self) -> View:
        """The picture that predicates read."""
        state = self.state
        return View(
            subject=self.subject,
            on=self.on,
            regime=RegimeKey(state["regime"]),
            published_on=day(state.get("published_on")),
            kind=CaseKind(state["kind"]) if state.get("kind") else None,
            categories=frozenset(Category(c) for c in state.get("categories", ())),
            route=state.get("route", ""),
            sector=state.get("sector", ""),
            attempt=state.get("attempt", 1),
            done=done_dates(state),
            results=state.get("results", {}),
            overdue=overdue_steps(state, self.today),
            params=self.params,
            facts={**self.facts, **facts_of(state, self.today)},
        )


DUTIES = frozenset(
    {"disclose", "file_arrangement", "start_audit", "complete_audit", "submit_report", "publish_audit_result"}
)


def facts_of(state: Mapping[str, Any], today: date) -> dict[str, Any]:
    """What predicates read beyond the steps done (`predicates.FACTS`): all from the fold and the day."""
    values = state["values"]
    day_text = today.isoformat()
    corrections = values.get("corrections", ())
    met = {c["duty"] for c in corrections if c["duty"] in state["done"]}
    late = [
        d
        for d in state["deadlines"].values()
        if d["step"] in DUTIES
        and not d.get("void")
        and (d.get("met_on") or day_text) > d["due_on"]
        and not (stands_still(d) and not d.get("met_on"))
    ]
    return {
        "review_scope": values.get("review_scope"),
        "applies_for_funds": bool(values.get("applies_for_funds")),
        "suspended": is_suspended(state),
        "open_objections": values.get("objections", 0),
        "removed": bool(values.get("removed")),
        "credited": bool(values.get("credited")),
        "breaches": len(late) + values.get("returns", 0),
        "publication_breach": bool(values.get("publication_breach"))
        or any(d["step"] == "disclose" and not d.get("met_on") for d in late),
        "open_corrections": sum(1 for c in corrections if c["duty"] not in met and c["by"] >= day_text),
        "lapsed_corrections": sum(1 for c in corrections if c["duty"] not in met and c["by"] < day_text),
        "exclusion_asked": bool(values.get("exclusion_asked")),
        "redo_ordered": bool(values.get("redo_ordered")),
        "redo_mode": values.get("redo_mode"),
    }


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer. `allowed` when there is no refusal; cautions never block."""

    refusals: tuple[Refusal, ...] = ()
    cautions: tuple[Caution, ...] = ()

    @property
    def allowed(self) -> bool:
        return not self.refusals


# A case that is closed still takes these, and one that is suspended too: they change or correct that very state, or
# are orders that a suspension does not stop (law text 19.9: suspension has no national basis, so it stops the clock of
# decided dates and nothing else; what happened may always be recorded).
AFTER_CLOSING = frozenset(
    {
        *("reopen", "correct", "publish_result", "publish_audit_result", "propose_next_round", "rename"),
        *("request_exclusion", "decide_exclusion"),
    }
)

_ROLE_NAMES: dict[Role, Text] = {
    Role.OFFICER: Text("经办人", "officer"),
    Role.APPROVER: Text("审批人", "approver"),
    Role.ORG_ADMIN: Text("单位管理员", "administrator of the organization"),
    Role.PREPARER: Text("填报人", "preparer"),
    Role.CERTIFIER: Text("审签人", "certifier"),
    Role.MANAGER: Text("机构负责人", "manager"),
    Role.AUDITOR: Text("审核师", "auditor"),
    Role.EXPERT: Text("专家", "expert"),
    Role.OPERATOR: Text("运维人员", "operator"),
    Role.SYSTEM: Text("系统", "system"),
}
_PARTY_NAMES: dict[Party, Text] = {
    Party.AUTHORITY: Text("主管部门", "the authority"),
    Party.ENTERPRISE: Text("企业", "the enterprise"),
    Party.CONSULTANCY: Text("咨询服务机构", "the consultancy"),
    Party.EXPERT: Text("评审专家", "an expert of the panel"),
    Party.OPERATOR: Text("运维人员", "an operator"),
    Party.SYSTEM: Text("系统", "the system"),
}


def role_name(role: Role) -> Text:
    """The name of a role for people."""
    return _ROLE_NAMES[role]


def applicability(step: Step, ctx: Context) -> Refusal | None:
    """Why the step is not part of this subject's procedure, or None. The law decides, not the person."""
    view = ctx.view
    if view.kind is not None and view.kind not in step.kinds:
        return Refusal("not_applicable", Text("此类案件无此步骤。", "This step does not belong to this kind of case."))
    if step.categories and ctx.subject == Subject.CASE and not (step.categories & view.categories):
        return Refusal(
            "not_applicable",
            Text("此步骤不适用于本案所属类别。", "This step does not apply to the categories of this case."),
        )
    for name in step.when:
        if not PREDICATES[name](view):
            return Refusal("not_applicable", REASONS[name])
    return None


def right(step: Step, ctx: Context, acting: Acting) -> Refusal | None:
    """Why this member has no right to the step (party, role, line, jurisdiction), or None."""
    if acting.party != step.actor.party:
        name = _PARTY_NAMES[step.actor.party]
        return Refusal(
            "wrong_party", Text(f"此步骤由{name.zh}办理。", f"This step is for {name.en} to take."), right=True
        )
    if acting.role not in step.actor.roles:
        names = [_ROLE_NAMES[r] for r in step.actor.roles]
        return Refusal(
            "wrong_role",
            Text(
                f"此步骤须由{'或'.join(n.zh for n in names)}办理。",
                f"This step needs the role {' or '.join(n.en for n in names)}.",
            ),
            right=True,
        )
    if acting.party == Party.AUTHORITY:
        return _authority_right(step, ctx, acting)
    if acting.party == Party.ENTERPRISE and str(acting.organization_id) != ctx.owner:
        return Refusal(
            "wrong_jurisdiction", Text("这不是贵企业的案件。", "This is not a case of your enterprise."), right=True
        )
    return None


def _authority_right(step: Step, ctx: Context, acting: Acting) -> Refusal | None:
    """Line and jurisdiction of an authority."""
    if acting.line and Line(acting.line) not in ctx.lines:
        return Refusal(
            "wrong_line",
            Text("此案件由另一条线的主管部门办理。", "This case belongs to another administrative line."),
            right=True,
        )
    function = step.actor.function
    if function is not None and acting.organization_id not in ctx.competent(function):
        return Refusal(
            "wrong_jurisdiction",
            Text(
                "此步骤由有管辖权的主管部门办理，贵单位不具此项职权。",
                "Another authority is competent for this step here.",
            ),
            right=True,
        )
    return None


def progress(step: Step, ctx: Context) -> list[Refusal]:
    """Why the state does not allow the step yet, or no longer."""
    state, refusals = ctx.state, []
    if state.get("closed") and step.key not in AFTER_CLOSING:
        refusals.append(Refusal("closed", Text("案件已结案。", "The case is closed.")))
    done = state["done"]
    missing = [key for key in step.after if key not in done and _is_due_here(key, ctx)]
    if missing:
        refusals.append(_not_yet(missing, ctx))
    if step.after_any and not any(key in done for key in step.after_any):
        refusals.append(_not_yet(list(step.after_any), ctx, any_of=True))
    if step.key in done and not step.repeatable:
        refusals.append(
            Refusal(
                "already_done",
                Text(
                    f"“{step.title.zh}”已于 {done[step.key]['on']} 完成。", f"Already done on {done[step.key]['on']}."
                ),
            )
        )
    return refusals


def _is_due_here(key: str, ctx: Context) -> bool:
    """A precondition that does not apply to this subject cannot hold it up."""
    step = ctx.steps.get(key)
    return step is not None and applicability(step, ctx) is None


def _not_yet(keys: list[str], ctx: Context, *, any_of: bool = False) -> Refusal:
    titles = [ctx.steps[key].title if key in ctx.steps else Text(key, key) for key in keys]
    joint_zh, joint_en = ("或", " or ") if any_of else ("、", ", ")
    return Refusal(
        "not_yet",
        Text(
            f"须先完成：{joint_zh.join(t.zh for t in titles)}。",
            f"To be done first: {joint_en.join(t.en for t in titles)}.",
        ),
    )


def decide(step: Step, ctx: Context, acting: Acting, payload: Mapping[str, Any] | None = None) -> Decision:
    """May `acting` take `step` now? With `payload` (cleaned values) the guards that read it are asked too."""
    from audits.workflow.guards import GUARDS  # guards read this module's types

    no_right = right(step, ctx, acting)
    if no_right is not None:
        return Decision((no_right,))
    out_of_law = applicability(step, ctx)
    if out_of_law is not None:
        return Decision((out_of_law,))
    refusals = progress(step, ctx)
    cautions: list[Caution] = []
    if not refusals:
        for name in step.guards:
            found = GUARDS[name](step, ctx, acting, payload)
            for item in found:
                (refusals if isinstance(item, Refusal) else cautions).append(item)  # type: ignore[arg-type]
        early = not_before(step, ctx)
        if early is not None:
            refusals.append(early)
    return Decision(tuple(refusals), tuple(cautions))


def not_before(step: Step, ctx: Context) -> Refusal | None:
    """Why it is too early by the law's `not_before` rule, or None."""
    if step.not_before is None:
        return None
    from audits.workflow.clock import earliest

    first = earliest(step, ctx)
    if first is None or ctx.on >= first:
        return None
    return Refusal(
        "too_early",
        Text(f"最早可于 {first} 办理。", f"Not possible before {first}."),
    )


def suspended(ctx: Context) -> bool:
    """Whether the subject's clock stands still."""
    return is_suspended(ctx.state)
