"""Drafts: the working copy of one payload, saved as often as wished, outside the log until it is submitted.

Each side has its own (`models.drafts.side_of`): several authorities nominate for one list, and none reads or overwrites
what another prepares. Who may prepare is `actions.may_draft`; everybody who saved stands among the authors, and an author
cannot certify. A draft may be incomplete: what is still wrong with it is told, not refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.acting import acting_of
from accounts.models import Membership
from audits.models import Document, Draft
from audits.models.drafts import side_of
from audits.procedure.canonical import canonical_json
from audits.procedure.payloads import FieldError, as_uuid, clean
from audits.procedure.schema import Field, FieldKind, Step
from audits.procedure.words import Text
from audits.workflow import binding, contexts
from audits.workflow.actions import context_for, may_draft
from audits.workflow.decide import Context, applicability, right
from audits.workflow.errors import Forbidden, Refusal, Refused, StaleDraft, WorkflowError, one_field

LARGEST = 1_000_000  # characters of JSON
LONGEST_REASON = 2000
NOT_CERTIFIED = Refusal("not_certified", Text("此步骤不须审签。", "This step is not certified by a second person."))


class NoDraft(WorkflowError):
    code, http_status = "no_draft", 404
    text = Text("没有草稿。", "There is no draft.")


@dataclass(frozen=True, slots=True)
class Saved:
    """A draft as it stands, and what `perform` would still find wrong with its fields. Whoever saved last stands last among
    the authors."""

    action: str
    payload: dict[str, Any]
    authors: list[dict[str, str]]
    revision: int
    updated_at: datetime
    problems: tuple[FieldError, ...]
    refusal: dict[str, Any] | None = None  # why it was last sent back, by whom and at which revision
    sent_back: bool = False  # and it was not changed since


def read_draft(subject: Any, action: str, *, by: Membership) -> Saved:
    """The draft of an action. Raises `UnknownAction`, `Forbidden`, `NoDraft`. `subject` was read through `visible_to`."""
    step, ctx = _allowed(subject, action, by)
    draft = Draft.objects.of(subject, action, acting_of(by)).first()
    if draft is None:
        raise NoDraft()
    return _saved(draft, step, ctx)


def documents_of(saved: Saved, step: Step) -> QuerySet[Document]:
    """The staged documents a draft names, for whoever may read the draft: those of its authors' organizations alone, as
    they could be submitted."""
    wanted = [one for _, one in binding.named_files(step.fields, _listed(step.fields, saved.payload)) if as_uuid(one)]
    homes = [author["organization"] for author in saved.authors]
    return Document.objects.filter(pk__in=wanted, bound_at=None, uploaded_by__organization_id__in=homes)


def _listed(fields: Sequence[Field], payload: Mapping[str, Any]) -> dict[str, Any]:
    """The lists of a payload that have the shape of their fields: a draft may hold anything."""
    kept: dict[str, Any] = {}
    for one in fields:
        value = payload.get(one.key)
        if isinstance(value, list) and one.kind is FieldKind.FILES:
            kept[one.key] = [item for item in value if isinstance(item, str)]
        elif isinstance(value, list) and one.kind is FieldKind.ROWS:
            kept[one.key] = [_listed(one.columns, row) for row in value if isinstance(row, Mapping)]
    return kept


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

    Raises `StaleDraft` where somebody else saved meanwhile, `InvalidPayload` for what is no JSON of ours,
    `Refused("closed")` where the step is not part of this procedure any more.
    """
    now = now or timezone.now()
    step, ctx = _allowed(subject, action, by, now)
    refusal = applicability(step, ctx)
    if refusal is not None:
        raise Refused([refusal])
    _check(payload)
    own = Draft.objects.of(subject, action, acting_of(by))
    try:
        with transaction.atomic():
            draft = own.select_for_update().first()
            held = draft.revision if draft is not None else 0
            if held != expected_revision:
                raise StaleDraft(held)
            if draft is None:
                draft = Draft(
                    subject_kind=subject.subject_kind,
                    subject_id=subject.pk,
                    side=side_of(subject, acting_of(by)),
                    action=action,
                    revision=0,
                )
            draft.payload = payload
            draft.authors = _with_author(draft.authors, by)
            draft.revision += 1
            draft.updated_at = now
            draft.save()
    except IntegrityError:  # two first saves at once
        raise StaleDraft(own.get().revision) from None
    return _saved(draft, step, ctx)


def discard_draft(
    subject: Any, action: str, *, by: Membership, expected_revision: int, submitted_as: int | None = None
) -> None:
    """Throw the draft away. Raises as `read_draft` and `save_draft`.

    `submitted_as` is the version of the act that was made of it, where it was sent beside the draft: its authors stay
    known then.
    """
    _allowed(subject, action, by)
    with transaction.atomic():
        draft = _held(subject, action, by, expected_revision)
        if submitted_as is not None:
            binding.keep_authors(subject, action, draft.authors, submitted_as)
        draft.delete()


def refuse_draft(
    subject: Any,
    action: str,
    *,
    by: Membership,
    reason: str,
    expected_revision: int,
    now: datetime | None = None,
) -> Saved:
    """Whoever certifies sends the draft back to those who prepared it. It can be certified again once it was changed.

    The revision grows, so that a page still open elsewhere does not save over it unseen. Raises as `save_draft`,
    `Forbidden` for those who could not certify, `Refused("certifier_is_author")` for an author, who can just change it.
    """
    now = now or timezone.now()
    step, ctx = _allowed(subject, action, by, now)
    no_right = right(step, ctx, acting_of(by))
    if no_right is not None:
        raise Forbidden([no_right])
    if not step.certified:
        raise Refused([NOT_CERTIFIED])
    reason = reason.strip()
    if not reason:
        raise one_field("reason", "required", "请写明退回的原因。", "Say why it is sent back.")
    if len(reason) > LONGEST_REASON:
        raise one_field("reason", "too_long", "退回的原因过长。", "The reason is too long.")
    with transaction.atomic():
        draft = _held(subject, action, by, expected_revision)
        binding.check_certified(step, ctx, acting_of(by), {"authors": draft.authors, "sent_back": draft.sent_back})
        draft.revision += 1
        draft.refusal = {
            **binding.author_of(acting_of(by)),
            "name": by.user.get_full_name() or by.user.get_username(),
            "reason": reason,
            "at": now.isoformat(),
            "revision": draft.revision,
        }
        draft.save(update_fields=["revision", "refusal"])
    return _saved(draft, step, ctx)


def _held(subject: Any, action: str, by: Membership, expected_revision: int) -> Draft:
    """The draft of the member's side, locked. Raises `NoDraft`, `StaleDraft`."""
    draft: Draft | None = Draft.objects.of(subject, action, acting_of(by)).select_for_update().first()
    if draft is None:
        raise NoDraft()
    if draft.revision != expected_revision:
        raise StaleDraft(draft.revision)
    return draft


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
    return [*(one for one in authors if one != author), author]


def _saved(draft: Draft, step: Step, ctx: Context) -> Saved:
    context = {"route": ctx.state.get("route", "")}
    cleaned = clean(step.fields, draft.payload, categories=ctx.view.categories, today=ctx.today, context=context)
    return Saved(
        draft.action,
        draft.payload,
        draft.authors,
        draft.revision,
        draft.updated_at,
        cleaned.errors,
        draft.refusal,
        draft.sent_back,
    )
