"""The acts on a list, entry by entry: who may, which entries, and what becomes of them. `MOVES` is the index."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db.models import QuerySet

from accounts.acting import Acting
from accounts.models import Membership
from audits.models import Event
from audits.procedure.words import CaseKind, EntryStatus, Function, Line, Text
from audits.workflow import amendments, opening
from audits.workflow.decide import Context
from audits.workflow.errors import FieldError, InvalidPayload, Refusal, Refused
from audits.workflow.guards import refuse
from audits.workflow.list_moves import Move, values_of
from audits.workflow.listfold import JUDGED, SUBMITTABLE
from enterprises.competence import competence_map
from enterprises.divisions import has_city_level
from enterprises.models import KeyEnterpriseList, Listing, Sector, Site


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
                list_id=row.pk,
                site_id=site.pk,
                enterprise_id=site.enterprise_id,
                name_at_listing=site.enterprise.name,
                address_at_listing=site.address,
                categories=list(candidate.get("categories", ())),
                sector_id=sector.pk if sector else None,
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
    return Listing.objects.filter(list=row, status__in=values_of(statuses)).order_by("row_number", "pk")


def _nothing(zh: str, en: str) -> Refused:
    return Refused([Refusal("nothing_to_do", Text(zh, en))])


def _submit(
    row: KeyEnterpriseList, ctx: Context, acting: Acting, values: Mapping[str, Any], by: Membership, now: datetime
) -> Move:
    ids = list(_entries(row, SUBMITTABLE).filter(nominated_by_id=acting.organization_id).values_list("pk", flat=True))
    if not ids:
        raise _nothing("没有待上报的候选企业。", "You have no candidates to submit.")
    return Move({EntryStatus.SUBMITTED: ids})


def mine(row: KeyEnterpriseList, on: date, acting: Acting, statuses: Iterable[EntryStatus]) -> list[Listing]:
    """Entries whose verifying authority is the acting one."""
    rows = list(_entries(row, statuses))
    competent = competence_map({r.scope_code for r in rows}, [Function.VERIFY], on, line=Line(row.line))
    return [
        r
        for r in rows
        if (found := competent.get((r.scope_code, Function.VERIFY))) and found.organization_id == acting.organization_id
    ]


def _check_hands(ctx: Context, acting: Acting, earlier: Iterable[str]) -> None:
    """Two persons where one authority does consecutive steps (design section 3)."""
    for step in earlier:
        if str(acting.user_id) in ctx.state["values"].get(f"hands.{step}.{acting.organization_id}", ()):
            raise Refused([refuse("two_persons")])


def _verify(
    row: KeyEnterpriseList, ctx: Context, acting: Acting, values: Mapping[str, Any], by: Membership, now: datetime
) -> Move:
    waiting = mine(row, ctx.today, acting, JUDGED)
    if not waiting:
        raise _nothing("没有待核实的候选企业。", "No candidates wait for your verification.")
    if any(r.nominated_by_id == acting.organization_id for r in waiting):
        _check_hands(ctx, acting, ("submit_nominations",))
    findings = {UUID(f["listing"]): f["result"] for f in values.get("findings", ())}
    _check_named(findings, {r.pk for r in waiting}, "fields.findings[{}].listing")
    move = Move()
    for listing in waiting:
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
    open_ = {r.pk for r in mine(row, ctx.today, acting, (*JUDGED, EntryStatus.VERIFIED))}
    wanted = UUID(values["listing"])
    _check_named([wanted], open_, "fields.listing")
    return Move({EntryStatus.DROPPED: [wanted]})


def _return(
    row: KeyEnterpriseList, ctx: Context, acting: Acting, values: Mapping[str, Any], by: Membership, now: datetime
) -> Move:
    ids = [r.pk for r in mine(row, ctx.today, acting, (*JUDGED, EntryStatus.VERIFIED))]
    if not ids:
        raise _nothing("没有可退回的候选企业。", "There are no candidates you could return.")
    return Move({EntryStatus.RETURNED: ids})


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
        raise Refused([refuse("verified_entries_only")])
    sectors = {s.key: s for s in Sector.objects.order_by("valid_from")}
    recategorized = []
    for listing in chosen:
        entry = named.get(listing.pk)
        if entry is not None:
            listing.categories = list(entry.get("categories") or listing.categories)  # none said: as nominated
            listing.sector = sectors.get(entry.get("sector") or "") or listing.sector
            recategorized.append(listing)
    if recategorized:
        Listing.objects.bulk_update(recategorized, ["categories", "sector"], batch_size=1000)
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
        opening.issue_codes({listing.enterprise_id for listing in listings}, by, now)

    ids = [listing.pk for listing in listings]
    return Move({EntryStatus.PUBLISHED: ids}, columns={"published_on": ctx.on}, after=after)


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
