"""The door for lists: nominate, submit, verify, drop, return, confirm, publish, amend.

The frame is that of `door.perform` (lock, right, key, version, payload, decision, event). What is special is that each
act concerns entries, and that jurisdiction is judged entry by entry, by the place of its site.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.acting import Acting, acting_of
from accounts.models import Membership
from audits.models import Event, NoticeIntent
from audits.procedure import registry
from audits.procedure.schema import Step
from audits.procedure.words import CaseKind, EntryStatus, Function, Line, ListStatus, Party, Subject, Text
from audits.workflow import binding, contexts, intents, list_acts, wake
from audits.workflow.decide import Context, decide, right
from audits.workflow.door import Request, Result, prepare, replayed
from audits.workflow.errors import Forbidden, NotVisible, Refusal, Refused, StaleVersion
from audits.workflow.events import Act, body_of, link
from audits.workflow.list_moves import Move, values_of
from audits.workflow.listfold import OPEN, status_of
from audits.workflow.state import State, apply
from audits.workflow.state import _copy as full_state
from enterprises.bulk import insert_many
from enterprises.competence import competent_authority
from enterprises.divisions import has_city_level
from enterprises.models import KeyEnterpriseList, Listing
from enterprises.parameters import parameters_for
from enterprises.rest_days import calendar
from enterprises.snapshot import snapshot


def create_list(
    *, by: Membership, reporting_unit: Any, year: int, batch: int, title: str, kind: CaseKind, line: Line
) -> KeyEnterpriseList:
    """An empty list kept by the authority of `by`, which must be the unit's list authority of that line.

    Raises `Forbidden`; `Refused("list_exists")` when unit, year, batch, kind and line are taken.
    """
    acting = acting_of(by)
    today = timezone.localdate()
    authority = competent_authority(reporting_unit.scope_code, Function.LIST, today, line=line)
    if acting.party != Party.AUTHORITY or authority is None or authority.organization_id != acting.organization_id:
        raise Forbidden(
            [
                Refusal(
                    "wrong_jurisdiction",
                    Text("名单由该地区的名单主管部门建立。", "The list authority of the place keeps its lists."),
                    True,
                )
            ]
        )
    try:
        with transaction.atomic():
            return KeyEnterpriseList.objects.create(
                reporting_unit=reporting_unit,
                year=year,
                batch=batch,
                title=title,
                kind=kind.value,
                line=line.value,
                authority_id=acting.organization_id,
                status=ListStatus.COLLECTING.value,
                state=full_state({"kind": kind.value, "regime": registry.regime_on(today).value}),
            )
    except IntegrityError:
        raise Refused(
            [
                Refusal(
                    "list_exists",
                    Text(
                        "该地区该年度该批次的名单已存在。",
                        "There is already a list of this unit, year, batch, kind and line.",
                    ),
                )
            ]
        ) from None


def list_context(row: KeyEnterpriseList, *, acting: Acting | None, on: date, today: date) -> Context:
    """The context of a list. Competence over entries is judged by the acts themselves, so any authority inside the unit
    (or above it) counts as competent for the acts on entries here."""
    state = full_state({**row.state, "kind": row.kind, "regime": registry.regime_on(row.published_on or on).value})
    unit = row.reporting_unit
    params = parameters_for(unit.scope_code, unit.code, on)
    scopes = set(
        Listing.objects.filter(list=row, status__in=values_of(OPEN))
        .order_by()  # an ordered DISTINCT would give every entry
        .values_list("scope_code", flat=True)
        .distinct()
    )
    return Context(
        subject=Subject.LIST,
        state=state,
        steps=registry.steps_for(Subject.LIST, published_on=row.published_on, acted_on=on),
        params=params.values,
        calendar=calendar(),
        on=on,
        today=today,
        lines=frozenset({Line(row.line)}),
        facts={
            "has_city_level": any(has_city_level(scope) for scope in scopes) if scopes else True,
            "list_kind": row.kind,
            "reporting_unit": unit.code,
            "reporting_unit_kind": unit.kind,
        },
        competent=partial(_competent, row, acting, on),
        owner=str(row.authority_id),
    )


def _competent(row: KeyEnterpriseList, acting: Acting | None, on: date, function: Function) -> frozenset[Any]:
    if function == Function.LIST:
        return frozenset({row.authority_id})
    return frozenset({acting.organization_id}) if acting is not None else frozenset()


def perform_on_list(subject: Any, request: Request, *, by: Membership, now: datetime) -> Result:
    """See `door.perform`."""
    try:
        with snapshot(), transaction.atomic():
            done = _perform_locked(subject.pk, request, by, now)
    except IntegrityError:
        replay = replayed(request, Subject.LIST, subject.pk, by)
        if replay is None:
            raise
        return replay
    return done if isinstance(done, Result) else Result.of(done)


def locked_list(pk: UUID, by: Membership) -> KeyEnterpriseList:
    """The list, locked and read through the scope of `by`; `NotVisible` otherwise."""
    visible = KeyEnterpriseList.objects.visible_to(by).filter(pk=pk)
    row = (
        KeyEnterpriseList.objects.select_for_update(of=("self",))
        .select_related("reporting_unit")
        .filter(pk__in=visible.values("pk"))
        .first()
    )
    if row is None:
        raise NotVisible()
    return row


def _perform_locked(pk: UUID, request: Request, by: Membership, now: datetime) -> Event | Result:
    row = locked_list(pk, by)
    acting, today = acting_of(by), timezone.localdate(now)
    ctx = list_context(row, acting=acting, on=request.on or today, today=today)
    step = contexts.step_of(ctx, request.action)
    no_right = right(step, ctx, acting)
    if no_right is not None:
        raise Forbidden([no_right])
    replay = replayed(request, Subject.LIST, pk, by)
    if replay is not None:
        return replay
    if row.version != request.expected_version:
        raise StaleVersion(row.version)
    values, files, act_on, drafted = prepare(step, ctx, request, acting, row)
    if act_on != ctx.on:
        ctx = list_context(row, acting=acting, on=act_on, today=today)
        step = contexts.step_of(ctx, request.action)
    decision = decide(step, ctx, acting, values)
    if not decision.allowed:
        raise Refused(list(decision.refusals))
    move = list_acts.MOVES[step.key](row, ctx, acting, values, by, now)
    cautions, prepared_by = [c.code for c in decision.cautions], binding.preparers(drafted)
    event = commit(row, step, ctx, request, by, now, values, files, move, cautions, prepared_by)
    if drafted:
        binding.drop_draft(row, request.action, acting, drafted, event)
    return event


def commit(
    row: KeyEnterpriseList,
    step: Step,
    ctx: Context,
    request: Request,
    by: Membership,
    now: datetime,
    values: Mapping[str, Any],
    files: list[dict[str, str]],
    move: Move,
    cautions: Sequence[str] = (),
    prepared_by: Sequence[Mapping[str, str]] = (),
) -> Event:
    """Append the list's event and store what it did to the entries."""
    if move.listings:
        insert_many(move.listings)
    hand = f"hands.{step.key}.{by.organization_id}"
    hands = {hand: sorted({*ctx.state["values"].get(hand, ()), str(by.user_id)})}
    changes = {
        **move.changes,
        "entries": {status.value: [str(pk) for pk in ids] for status, ids in move.entries.items() if ids},
        "values": {**move.changes.get("values", {}), **hands},
    }
    act = Act(
        request.action,
        ctx.on,
        now,
        by,
        dict(values),
        request.key,
        request.digest(Subject.LIST, row.pk),
        request.reason,
        files=files,
        cautions=cautions,
        changes=changes,
        prepared_by=prepared_by,
    )
    seq = row.version + 1
    body = body_of(Subject.LIST, row.pk, seq, act)
    event = link(Subject.LIST, row.pk, seq, act, body, row.head_hash)
    state: State = apply(row.state if row.version else {}, body)
    row.state, row.version, row.head_hash = state, seq, event.hash
    row.status = status_of(state).value
    row.save(
        update_fields=[
            "state",
            "version",
            "head_hash",
            "status",
            "published_on",
            "medium",
            "medium_url",
            "document_number",
        ]
    )
    event.save(force_insert=True)
    for status, ids in move.entries.items():
        fresh = {listing.pk for listing in move.listings if listing.status == status.value}
        changed = [pk for pk in ids if pk not in fresh]
        stored: dict[str, Any] = {"status": status.value, **move.columns}
        if status == EntryStatus.DROPPED:  # the site may be nominated again
            stored["removed_on"] = ctx.on
        if changed:
            Listing.objects.filter(pk__among=changed).update(**stored)
    binding.bind(files, row, event)
    if move.after is not None:
        move.after(row, event)
    rows = intents.rows_for(row, step.key, seq, now, values)
    if rows and step.key != "publish":  # the cases tell their enterprises themselves
        NoticeIntent.objects.bulk_create(rows)
    transaction.on_commit(wake.wake)
    return event


__all__ = ["Move", "commit", "create_list", "list_context", "locked_list", "perform_on_list"]
