"""The one door: `perform` makes every change of a list, a case or a yearly duty.

What it does, in one transaction:

1. locks the subject, reading it through `visible_to`: what the caller may not see does not exist (404);
2. asks `decide.right` (403), then the request key (replay, or 409), then the version (412);
3. cleans the payload by the fields of the step (400), binds files, resolves references;
4. asks the pure decision with the payload (409 with every reason);
5. appends the event to the subject's chain, folds state, deadlines and rows, writes notice intents.

After commit it only wakes a worker.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.acting import Acting, acting_of
from accounts.models import Membership
from audits.models import AuditCase, DutyYear, Event
from audits.procedure.canonical import NotCanonicalError
from audits.procedure.parameters import BACKDATE_DAYS, RULES
from audits.procedure.payloads import FieldError, clean
from audits.procedure.schema import Step
from audits.procedure.words import Subject, Text
from audits.workflow import binding, clock, contexts, effects, intents, outside, projection, wake
from audits.workflow.decide import Context, decide, right
from audits.workflow.errors import (
    Caution,
    Forbidden,
    InvalidPayload,
    KeyRequired,
    KeyReused,
    NotVisible,
    Refused,
    StaleVersion,
    UnknownAction,
    one_field,
)
from audits.workflow.events import Act, body_of, link, read_body, request_digest
from audits.workflow.locking import locked
from audits.workflow.state import State, apply
from enterprises.snapshot import snapshot

RECORDED_ANY_TIME = frozenset({"publish", "register", "recompute", "propose_next_round"})


@dataclass(frozen=True, slots=True)
class Result:
    """What an action did. Replayed requests give an equal result with `replayed` true."""

    subject_kind: str
    subject_id: UUID
    action: str
    version: int
    on: date
    recorded_at: datetime
    hash: str
    cautions: tuple[str, ...] = ()
    replayed: bool = False

    @staticmethod
    def of(event: Event, *, replayed: bool = False) -> "Result":
        """The result as the event tells it."""
        return Result(
            event.subject_kind,
            event.subject_id,
            event.action,
            event.seq,
            event.legal_date,
            event.recorded_at,
            event.hash,
            tuple(read_body(event)["cautions"]),
            replayed,
        )


@dataclass(frozen=True, slots=True)
class Request:
    """What the caller sends with an action."""

    action: str
    payload: Mapping[str, Any]
    expected_version: int
    key: str
    on: date | None = None
    reason: str = ""
    evidence: tuple[str, ...] = ()
    from_draft: bool = False
    draft_revision: int | None = None  # which revision of the draft the caller read

    def digest(self, kind: Subject, subject_id: UUID) -> str:
        """See `events.request_digest`. The version is left out: a retry after a time-out repeats the act, not the read."""
        content = {
            "payload": self.payload,
            "on": self.on,
            "reason": self.reason,
            "evidence": list(self.evidence),
            "from_draft": self.from_draft,
            **({"draft_revision": self.draft_revision} if self.draft_revision is not None else {}),
        }
        try:
            return request_digest(kind, subject_id, self.action, content)
        except NotCanonicalError:
            raise one_field(
                "",
                "invalid_type",
                "数字请写成整数或字符串形式的小数。",
                "Write numbers as integers or as decimals in quotes.",
            ) from None


def perform(
    subject: Any,
    action: str,
    *,
    by: Membership,
    payload: Mapping[str, Any],
    expected_version: int,
    idempotency_key: str,
    on: date | None = None,
    reason: str = "",
    evidence: Sequence[str] = (),
    from_draft: bool = False,
    draft_revision: int | None = None,
    now: datetime | None = None,
) -> Result:
    """Do one action on a list, case or duty (see the module docstring for the steps).

    `on` is the legal date (Shanghai; default today), `now` the recording time, set only by the demo and the
    synthesizer. With `from_draft`, `draft_revision` is the revision of the draft that was read. Raises a
    `WorkflowError`; nothing is stored then.
    """
    if not idempotency_key or len(idempotency_key) > 128 or not idempotency_key.isprintable():
        raise KeyRequired()
    told = (action, payload, expected_version, idempotency_key, on, reason, tuple(evidence), from_draft)
    request = Request(*told, draft_revision)
    if action in contexts.LIST_ONLY or subject.subject_kind == Subject.LIST:
        from audits.workflow.lists import perform_on_list

        if subject.subject_kind != Subject.LIST:
            raise UnknownAction()
        return perform_on_list(subject, request, by=by, now=now or timezone.now())
    try:
        with snapshot(), transaction.atomic():
            event = _perform_locked(type(subject), subject.pk, request, by, now or timezone.now())
    except IntegrityError:
        # Two ways here: the key was used on another subject in the meantime, or the same request ran twice at once.
        replay = replayed(request, subject.subject_kind, subject.pk, by)
        if replay is None:
            raise
        return replay
    return event if isinstance(event, Result) else Result.of(event)


def replayed(request: Request, kind: Subject, subject_id: UUID, by: Membership) -> Result | None:
    """The first result of this key, None when the key is new; `KeyReused` when it stood for another request."""
    event = Event.objects.filter(membership=by, request_key=request.key).first()
    if event is None:
        return None
    if event.request_digest != request.digest(kind, subject_id):
        raise KeyReused()
    return Result.of(event, replayed=True)


def _perform_locked(model: type, pk: UUID, request: Request, by: Membership, now: datetime) -> Event | Result:
    row = locked(model, pk, by)
    if row is None:
        raise NotVisible()
    acting = acting_of(by)
    today = timezone.localdate(now)
    on = request.on or today
    ctx = contexts.context_of(row, on=on, today=today)
    step = contexts.step_of(ctx, request.action)
    no_right = right(step, ctx, acting)
    if no_right is not None:
        raise Forbidden([no_right])
    replay = replayed(request, row.subject_kind, row.pk, by)  # before what the body names, which the first time used up
    if replay is not None:
        return replay
    if row.version != request.expected_version:
        raise StaleVersion(row.version)
    values, files, act_on, drafted = prepare(step, ctx, request, acting, row)
    if act_on != on:
        ctx = contexts.context_of(row, on=act_on, today=today)
        step = contexts.step_of(ctx, request.action)
    decision = decide(step, ctx, acting, {**values, "_files": files, "_draft": drafted})
    if not decision.allowed:
        refusals = list(decision.refusals)
        raise Forbidden(refusals) if refusals[0].right else Refused(refusals)
    cautions = [c.code for c in (*decision.cautions, *before_trigger(step, ctx))]
    event, state, body = append(row, step, ctx, request, by, now, values, files, cautions, binding.preparers(drafted))
    notices = intents.rows_for(row, step.key, event.seq, now, values)
    projection.write(row, state, event, body, notices)
    binding.bind(files, row, event)
    if drafted:
        binding.drop_draft(row, request.action, acting, drafted, event)
    outside.apply(row, step, event, values, by)
    if notices:
        notify_worker()
    return event


def prepare(
    step: Step, ctx: Context, request: Request, acting: Acting, row: Any
) -> tuple[dict[str, Any], list[dict[str, str]], date, dict[str, Any] | None]:
    """Clean the payload and find its files and draft.

    Returns `(values, files, legal date, draft)`. Raises `InvalidPayload`, or `Refused` when the step must be certified
    by somebody who did not prepare it.
    """
    draft = None
    payload = request.payload
    drafted: dict[str, Any] | None = None
    if request.from_draft:
        draft = binding.draft_as_read(row, request.action, acting, request.draft_revision)
        payload = {**draft.payload, **payload}
        # Who changes the draft while submitting it has written it: the second person must find it as it was prepared.
        authors = draft.authors if payload == draft.payload else [binding.author_of(acting)]
        drafted = {"authors": authors, "revision": draft.revision, "sent_back": draft.sent_back}
    elif step.certified:
        draft = binding.draft_of(row, request.action, acting)
    cleaned = clean(
        step.fields, payload, categories=ctx.view.categories, today=ctx.today, context={"route": ctx.state["route"]}
    )
    errors = list(cleaned.errors)
    act_on = request.on or ctx.today
    if step.date_field and cleaned.values.get(step.date_field):
        act_on = date.fromisoformat(cleaned.values[step.date_field])
    errors += date_errors(step, act_on, ctx.today)
    authors = {str(a["organization"]) for a in (draft.authors if draft else ())}
    files, missing = binding.find(
        binding.named_files(step.fields, cleaned.values), request.evidence, {str(acting.organization_id), *authors}
    )
    errors += missing
    errors += contexts.reference_errors(cleaned.references, ctx)
    if errors:
        raise InvalidPayload(errors)
    binding.check_certified(step, ctx, acting, drafted)
    longest = ctx.params.get(BACKDATE_DAYS, RULES[BACKDATE_DAYS].default)  # a context without a place has none set
    oldest = min(act_on, effects.moved_back_to(step, ctx, cleaned.values) or act_on)
    if (ctx.today - oldest).days > longest and step.key not in RECORDED_ANY_TIME:
        binding.check_backdated(step, acting, drafted, files)
    return cleaned.values, files, act_on, drafted


def date_errors(step: Step, on: date, today: date) -> list[FieldError]:
    """A fact cannot lie in the future, nor before the law."""
    name = step.date_field or "date"
    if on > today:
        return [
            FieldError(
                name,
                "future_date",
                Text(
                    f"{on} 晚于今天（{today}）；只能登记已发生的事实。",
                    f"{on} is after today ({today}); only what has happened can be recorded.",
                ),
            )
        ]
    return []


def before_trigger(step: Step, ctx: Context) -> list[Caution]:
    """A fact may precede the publication (a contract signed earlier): told, not refused (law text 19.12)."""
    published = ctx.view.published_on
    if published is None or ctx.on >= published:
        return []
    return [
        Caution(
            "before_publication",
            Text(f"该日期早于名单公布日 {published}。", f"This date is before the list was published on {published}."),
        )
    ]


def append(
    row: Any,
    step: Step,
    ctx: Context,
    request: Request,
    by: Membership,
    now: datetime,
    values: Mapping[str, Any],
    files: list[dict[str, str]],
    cautions: list[str],
    prepared_by: list[dict[str, str]],
) -> tuple[Event, State, dict[str, Any]]:
    """Make the event and fold it. Returns the unsaved event, the state after it, and the event's body."""
    changes = effects.changes_of(step, ctx, {**values, "_user": str(by.user_id)}) | outside.before(row, step)
    stored = {k: v for k, v in values.items() if not k.startswith("_")}
    act = Act(
        action=request.action,
        on=ctx.on,
        at=now,
        by=by,
        payload=stored,
        request_key=request.key,
        request_digest=request.digest(row.subject_kind, row.pk),
        reason=request.reason,
        files=files,
        cautions=cautions,
        basis=clock.basis_of(ctx),
        changes=changes,
        prepared_by=prepared_by,
    )
    seq = row.version + 1
    body = body_of(row.subject_kind, row.pk, seq, act)
    after = apply(ctx.state, body)
    body["deadlines"] = clock.difference(row, after, ctx, frozenset(changes.get("recheck", ())))
    after["deadlines"] = {**after["deadlines"], **{k: v for k, v in body["deadlines"].items() if v is not None}}
    for key, deadline in body["deadlines"].items():
        if deadline is None:
            after["deadlines"].pop(key, None)
    event = link(row.subject_kind, row.pk, seq, act, body, row.head_hash)
    return event, after, body


def notify_worker() -> None:
    """Wake a worker after commit; what it misses, the next scan finds."""
    transaction.on_commit(wake.wake)


__all__ = ["AuditCase", "DutyYear", "Request", "Result", "perform", "replayed"]
