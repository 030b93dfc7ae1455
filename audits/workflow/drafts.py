"""Drafts: the working copy of one payload, saved as often as wished, outside the log until it is submitted.

Who may prepare is `actions.may_draft`; everybody who saved stands among the authors, and an author cannot certify. A draft
may be incomplete: what is still wrong with it is told, not refused.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.acting import acting_of
from accounts.models import Membership
from audits.models import Draft
from audits.procedure.canonical import canonical_json
from audits.procedure.payloads import FieldError, clean
from audits.procedure.schema import Step
from audits.procedure.words import Text
from audits.workflow import contexts
from audits.workflow.actions import context_for, may_draft
from audits.workflow.decide import Context, applicability, right
from audits.workflow.errors import Forbidden, Refused, StaleVersion, WorkflowError, one_field

LARGEST = 1_000_000  # characters of JSON


class NoDraft(WorkflowError):
    code, http_status = "no_draft", 404
    text = Text("没有草稿。", "There is no draft.")


@dataclass(frozen=True, slots=True)
class Saved:
    """A draft as it stands, and what `perform` would still find wrong with its fields."""

    action: str
    payload: dict[str, Any]
    authors: list[dict[str, str]]
    revision: int
    updated_at: datetime
    problems: tuple[FieldError, ...]


def read_draft(subject: Any, action: str, *, by: Membership) -> Saved:
    """The draft of an action. Raises `UnknownAction`, `Forbidden`, `NoDraft`. `subject` was read through `visible_to`."""
    step, ctx = _allowed(subject, action, by)
    draft = Draft.objects.filter(subject_id=subject.pk, action=action).first()
    if draft is None:
        raise NoDraft()
    return _saved(draft, step, ctx)


def save_draft(
    subject: Any,
    action: str,
    *,
    by: Membership,
    payload: dict[str, Any],
    expected_revision: int,
    now: datetime | None = None,
) -> Saved:
    """Save the whole payload. `expected_revision` is the one last seen, 0 where there was no draft.

    Raises `StaleVersion` where somebody else saved meanwhile, `InvalidPayload` for what is no JSON of ours,
    `Refused("closed")` where the step is not part of this procedure any more.
    """
    now = now or timezone.now()
    step, ctx = _allowed(subject, action, by, now)
    refusal = applicability(step, ctx)
    if refusal is not None:
        raise Refused([refusal])
    _check(payload)
    try:
        with transaction.atomic():
            draft = Draft.objects.select_for_update().filter(subject_id=subject.pk, action=action).first()
            held = draft.revision if draft is not None else 0
            if held != expected_revision:
                raise StaleVersion(held)
            if draft is None:
                draft = Draft(subject_kind=subject.subject_kind, subject_id=subject.pk, action=action, revision=0)
            draft.payload = payload
            draft.authors = _with_author(draft.authors, by)
            draft.revision += 1
            draft.updated_at = now
            draft.save()
    except IntegrityError:  # two first saves at once
        raise StaleVersion(Draft.objects.get(subject_id=subject.pk, action=action).revision) from None
    return _saved(draft, step, ctx)


def discard_draft(subject: Any, action: str, *, by: Membership, expected_revision: int) -> None:
    """Throw the draft away. Raises as `read_draft` and `save_draft`."""
    _allowed(subject, action, by)
    with transaction.atomic():
        draft = Draft.objects.select_for_update().filter(subject_id=subject.pk, action=action).first()
        if draft is None:
            raise NoDraft()
        if draft.revision != expected_revision:
            raise StaleVersion(draft.revision)
        draft.delete()


def _allowed(subject: Any, action: str, by: Membership, now: datetime | None = None) -> tuple[Step, Context]:
    """The step, for somebody who may prepare or submit it. `now` is set only where recording time is simulated."""
    today = timezone.localdate(now)
    ctx = context_for(subject, by, today, today)
    step = contexts.step_of(ctx, action)
    refusal = right(step, ctx, acting_of(by))
    if refusal is not None and not may_draft(step, ctx, by):
        raise Forbidden([refusal])
    return step, ctx


def _check(payload: dict[str, Any]) -> None:
    """What can be stored: JSON without numbers that lose digits, of a sensible size."""
    try:
        text = canonical_json(payload)
    except (TypeError, ValueError):
        raise one_field(
            "",
            "invalid_type",
            "数字请写成整数或字符串形式的小数。",
            "Write numbers as integers or as decimals in quotes.",
        ) from None
    if len(text) > LARGEST:
        raise one_field("", "too_long", "草稿内容过大。", "The draft is too large.")


def _with_author(authors: list[dict[str, str]], by: Membership) -> list[dict[str, str]]:
    author = {"user": str(by.user_id), "membership": str(by.pk), "organization": str(by.organization_id)}
    return authors if author in authors else [*authors, author]


def _saved(draft: Draft, step: Step, ctx: Context) -> Saved:
    context = {"route": ctx.state.get("route", "")}
    cleaned = clean(step.fields, draft.payload, categories=ctx.view.categories, today=ctx.today, context=context)
    return Saved(draft.action, draft.payload, draft.authors, draft.revision, draft.updated_at, cleaned.errors)
