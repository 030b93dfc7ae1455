"""The door for lists: nominate, submit, verify, drop, return, confirm, publish, amend.

The frame is that of `door.perform` (lock, right, key, version, payload, decision, event). What is special is that each
act concerns entries, and that jurisdiction is judged entry by entry, by the place of its site.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import activation
from accounts.acting import Acting, acting_of
from accounts.models import Membership, Organization
from audits.models import Event, NoticeIntent
from audits.procedure import registry
from audits.procedure.schema import Step
from audits.procedure.words import CaseKind, EntryStatus, Function, Line, ListStatus, Party, Subject, Text
from audits.workflow import amendments, binding, contexts, intents, opening, wake
from audits.workflow.decide import Context, decide, right
from audits.workflow.door import Request, Result, prepare, replayed
from audits.workflow.errors import FieldError, Forbidden, InvalidPayload, NotVisible, Refusal, Refused, StaleVersion
from audits.workflow.events import Act, body_of, link
from audits.workflow.listfold import JUDGED, OPEN, SUBMITTABLE, status_of
from audits.workflow.state import State, apply
from audits.workflow.state import _copy as full_state
from enterprises.bulk import insert_many
from enterprises.competence import competence_map, competent_authority
from enterprises.divisions import has_city_level
from enterprises.models import KeyEnterpriseList, Listing, Sector, Site
from enterprises.parameters import parameters_for
from enterprises.rest_days import calendar
from enterprises.snapshot import snapshot

BATCH = 1000


@dataclass
class Move:
    """What an act does to the entries. `entries`: status to listings; `listings`: rows to insert first."""

    entries: dict[EntryStatus, list[UUID]] = field(default_factory=dict)
    listings: list[Listing] = field(default_factory=list)
    changes: dict[str, Any] = field(default_factory=dict)
    after: Callable[[KeyEnterpriseList, Event], None] | None = None


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
        Listing.objects.filter(list=row, status__in=_values(OPEN)).values_list("scope_code", flat=True).distinct()
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


def _values(statuses: Iterable[EntryStatus]) -> list[str]:
    return [status.value for status in statuses]


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
    if row.version != request.expected_version:
        replay = replayed(request, Subject.LIST, pk, by)
        if replay is not None:
            return replay
        raise StaleVersion(row.version)
    values, files, act_on, _ = prepare(step, ctx, request, acting, row)
    if act_on != ctx.on:
        ctx = list_context(row, acting=acting, on=act_on, today=today)
        step = contexts.step_of(ctx, request.action)
    decision = decide(step, ctx, acting, values)
    if not decision.allowed:
        replay = replayed(request, Subject.LIST, pk, by)
        if replay is not None:
            return replay
        raise Refused(list(decision.refusals))
    move = MOVES[step.key](row, ctx, acting, values, by, now)
    return commit(row, step, ctx, request, by, now, values, files, move, [c.code for c in decision.cautions])


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
) -> Event:
    """Append the list's event and store what it did to the entries."""
    if move.listings:
        insert_many(move.listings)
    hands = {f"hands.{step.key}.{by.organization_id}": str(by.user_id)}
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
        for start in range(0, len(changed), BATCH):
            Listing.objects.filter(pk__in=changed[start : start + BATCH]).update(status=status.value)
    binding.bind(files, row, event)
    if move.after is not None:
        move.after(row, event)
    rows = intents.rows_for(row, step.key, seq, now)
    if rows and step.key != "publish":  # the cases tell their enterprises themselves
        NoticeIntent.objects.bulk_create(rows)
    transaction.on_commit(wake.wake)
    return event


# --- the acts -----------------------------------------------------------------------------------------------------


def _nominate(
    row: KeyEnterpriseList, ctx: Context, acting: Acting, values: Mapping[str, Any], by: Membership, now: datetime
) -> Move:
    """Candidates at sites for which the acting authority is competent, each once on a list."""
    candidates = values["candidates"]
    sites = Site.objects.select_related("enterprise", "reporting_unit").in_bulk([UUID(c["site"]) for c in candidates])
    return nominate_sites(row, ctx, acting, [(sites[UUID(c["site"])], c) for c in candidates])


def nominate_sites(
    row: KeyEnterpriseList,
    ctx: Context,
    acting: Acting,
    pairs: Sequence[tuple[Site, Mapping[str, Any]]],
    path: str = "fields.candidates[{}].site",
) -> Move:
    """The move that puts sites on the list. `pairs` are `(site, {"categories", "sector", "row_number", "source_row"})`."""
    # "County or higher, by competence" (151 art. 3(1), law text 19.4): any authority of the unit whose area holds the site.
    unit_scope = row.reporting_unit.scope_code
    inside = (acting.jurisdiction or "").startswith(unit_scope) or row.authority_id == acting.organization_id
    taken = set(Listing.objects.filter(list=row, removed_on=None).values_list("site_id", flat=True))
    sectors = {s.key: s for s in Sector.objects.order_by("valid_from")}
    errors: list[FieldError] = []
    move = Move()
    for number, (site, candidate) in enumerate(pairs):
        where = path.format(number)
        if not (acting.covers(site.scope_code) and inside):
            errors.append(
                FieldError(
                    where,
                    "wrong_jurisdiction",
                    Text("该厂址不在贵单位管辖范围内。", "This site is not in your jurisdiction."),
                )
            )
        if site.reporting_unit_id != row.reporting_unit_id:
            errors.append(
                FieldError(
                    where,
                    "wrong_unit",
                    Text("该厂址不属于本名单的报告单位。", "This site belongs to another reporting unit."),
                )
            )
        if site.pk in taken:
            errors.append(
                FieldError(where, "already_listed", Text("该厂址已在本名单中。", "This site is on the list already."))
            )
        taken.add(site.pk)
        sector = sectors.get(candidate.get("sector") or "")
        move.listings.append(
            Listing(
                id=uuid4(),
                list=row,
                site=site,
                enterprise_id=site.enterprise_id,
                name_at_listing=site.enterprise.name,
                address_at_listing=site.address,
                categories=list(candidate.get("categories", ())),
                sector=sector,
                industry_id=site.industry_id,
                status=EntryStatus.NOMINATED.value,
                scope_code=site.scope_code,
                reporting_unit_id=site.reporting_unit_id,
                nominated_by_id=acting.organization_id,
                row_number=candidate.get("row_number"),
                source_row=candidate.get("source_row", {}),
            )
        )
    if errors:
        raise InvalidPayload(errors)
    move.entries[EntryStatus.NOMINATED] = [listing.pk for listing in move.listings]
    return move


def _entries(row: KeyEnterpriseList, statuses: Iterable[EntryStatus]) -> QuerySet[Listing]:
    return Listing.objects.filter(list=row, status__in=_values(statuses)).order_by("row_number", "pk")


def _nothing(zh: str, en: str) -> Refused:
    return Refused([Refusal("nothing_to_do", Text(zh, en))])


def _submit(
    row: KeyEnterpriseList, ctx: Context, acting: Acting, values: Mapping[str, Any], by: Membership, now: datetime
) -> Move:
    ids = list(_entries(row, SUBMITTABLE).filter(nominated_by_id=acting.organization_id).values_list("pk", flat=True))
    if not ids:
        raise _nothing("没有待上报的候选企业。", "You have no candidates to submit.")
    return Move({EntryStatus.SUBMITTED: ids})


def _mine(row: KeyEnterpriseList, ctx: Context, acting: Acting, statuses: Iterable[EntryStatus]) -> list[Listing]:
    """Entries whose verifying authority is the acting one."""
    rows = list(_entries(row, statuses))
    competent = competence_map({r.scope_code for r in rows}, [Function.VERIFY], ctx.on, line=Line(row.line))
    return [
        r
        for r in rows
        if (found := competent.get((r.scope_code, Function.VERIFY))) and found.organization_id == acting.organization_id
    ]


def _check_hands(ctx: Context, acting: Acting, earlier: Iterable[str]) -> None:
    """Two persons where one authority does consecutive steps (design section 3)."""
    for step in earlier:
        if ctx.state["values"].get(f"hands.{step}.{acting.organization_id}") == str(acting.user_id):
            from audits.workflow.guards import refuse

            raise Refused([refuse("two_persons")])


def _verify(
    row: KeyEnterpriseList, ctx: Context, acting: Acting, values: Mapping[str, Any], by: Membership, now: datetime
) -> Move:
    mine = _mine(row, ctx, acting, JUDGED)
    if not mine:
        raise _nothing("没有待核实的候选企业。", "No candidates wait for your verification.")
    if any(r.nominated_by_id == acting.organization_id for r in mine):
        _check_hands(ctx, acting, ("submit_nominations",))
    findings = {UUID(f["listing"]): f["result"] for f in values.get("findings", ())}
    _check_named(findings, {r.pk for r in mine}, "fields.findings[{}].listing")
    move = Move()
    for listing in mine:
        if findings and listing.pk not in findings:
            continue
        status = EntryStatus(findings.get(listing.pk, EntryStatus.VERIFIED.value))
        move.entries.setdefault(status, []).append(listing.pk)
    return move


def _check_named(named: Iterable[UUID], allowed: set[UUID], path: str) -> None:
    errors = [
        FieldError(
            path.format(i),
            "not_open",
            Text("该条目不在贵单位可办理之列。", "This entry is not among those you can act on now."),
        )
        for i, one in enumerate(named)
        if one not in allowed
    ]
    if errors:
        raise InvalidPayload(errors)


def _drop(
    row: KeyEnterpriseList, ctx: Context, acting: Acting, values: Mapping[str, Any], by: Membership, now: datetime
) -> Move:
    mine = {r.pk for r in _mine(row, ctx, acting, (*JUDGED, EntryStatus.VERIFIED))}
    wanted = UUID(values["listing"])
    _check_named([wanted], mine, "fields.listing")
    return Move({EntryStatus.DROPPED: [wanted]})


def _return(
    row: KeyEnterpriseList, ctx: Context, acting: Acting, values: Mapping[str, Any], by: Membership, now: datetime
) -> Move:
    mine = [r.pk for r in _mine(row, ctx, acting, (*JUDGED, EntryStatus.VERIFIED))]
    if not mine:
        raise _nothing("没有可退回的候选企业。", "There are no candidates you could return.")
    return Move({EntryStatus.RETURNED: mine})


def ready(row: KeyEnterpriseList) -> list[Listing]:
    """Entries that can be confirmed: verified, or submitted where no city verifies."""
    rows = _entries(row, (EntryStatus.VERIFIED, EntryStatus.SUBMITTED))
    return [r for r in rows if r.status == EntryStatus.VERIFIED or not has_city_level(r.scope_code)]


def _confirm(
    row: KeyEnterpriseList, ctx: Context, acting: Acting, values: Mapping[str, Any], by: Membership, now: datetime
) -> Move:
    _check_hands(ctx, acting, ("verify", "submit_nominations"))
    rows = {r.pk: r for r in ready(row)}
    named = {UUID(e["listing"]): e for e in values.get("entries", ())}
    _check_named(named, set(rows), "fields.entries[{}].listing")
    chosen = [rows[pk] for pk in named] if named else list(rows.values())
    if not chosen:
        from audits.workflow.guards import refuse

        raise Refused([refuse("verified_entries_only")])
    sectors = {s.key: s for s in Sector.objects.order_by("valid_from")}
    recategorized = []
    for listing in chosen:
        entry = named.get(listing.pk)
        if entry is not None:
            listing.categories = list(entry["categories"])
            listing.sector = sectors.get(entry.get("sector") or "") or listing.sector
            recategorized.append(listing)
    if recategorized:
        Listing.objects.bulk_update(recategorized, ["categories", "sector"], batch_size=BATCH)
    return Move({EntryStatus.CONFIRMED: [listing.pk for listing in chosen]})


def _publish(
    row: KeyEnterpriseList, ctx: Context, acting: Acting, values: Mapping[str, Any], by: Membership, now: datetime
) -> Move:
    """Every confirmed entry appears; each becomes a case; listed enterprises without an account get a code."""
    listings = list(
        Listing.objects.filter(list=row, status=EntryStatus.CONFIRMED.value)
        .select_related("sector")
        .order_by("row_number", "pk")
    )
    if not listings:
        raise _nothing("名单中没有已确定的企业。", "The list has no confirmed entries.")
    row.published_on = ctx.on
    row.medium, row.medium_url = values["medium"], values.get("page_address", "")
    row.document_number = values["document_number"]
    told = {
        k: v
        for k, v in values.items()
        if k in ("medium", "document_number", "appeared_on", "page_address") or k.endswith("_by")
    }

    def after(row: KeyEnterpriseList, event: Event) -> None:
        Listing.objects.filter(list=row, status=EntryStatus.PUBLISHED.value, published_on=None).update(
            published_on=ctx.on
        )
        opening.open_listed(
            listings,
            unit=row.reporting_unit,
            kind=CaseKind(row.kind),
            by=by,
            on=ctx.on,
            now=now,
            payload=told,
            source=event.hash,
        )
        issue_codes({listing.enterprise_id for listing in listings}, by, now)

    return Move({EntryStatus.PUBLISHED: [listing.pk for listing in listings]}, after=after)


def issue_codes(enterprises: set[UUID], by: Membership, now: datetime) -> None:
    """Activation codes for listed enterprises whose account nobody has opened yet (design section 3, first access)."""
    ids = list(enterprises)
    for start in range(0, len(ids), BATCH):
        part = Organization.objects.filter(enterprise__pk__in=ids[start : start + BATCH])
        activation.issue_many(part, by=by, now=now)


def _amend(
    row: KeyEnterpriseList, ctx: Context, acting: Acting, values: Mapping[str, Any], by: Membership, now: datetime
) -> Move:
    return amendments.amend(row, ctx, acting, values, by, now)


Act_ = Callable[[KeyEnterpriseList, Context, Acting, Mapping[str, Any], Membership, datetime], Move]
MOVES: dict[str, Act_] = {
    "nominate": _nominate,
    "submit_nominations": _submit,
    "verify": _verify,
    "drop": _drop,
    "return_nominations": _return,
    "confirm": _confirm,
    "publish": _publish,
    "amend_list": _amend,
}

__all__ = ["Move", "commit", "create_list", "list_context", "locked_list", "nominate_sites", "perform_on_list", "ready"]
