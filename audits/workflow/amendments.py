"""Amending a published list: corrections keep the date, what is new runs from the day the amendment appeared."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from accounts.acting import Acting
from accounts.models import Membership
from audits.models import AuditCase, Event
from audits.procedure.payloads import FieldError
from audits.procedure.words import CaseKind, EntryStatus, Text
from audits.workflow import opening
from audits.workflow.decide import Context
from audits.workflow.errors import InvalidPayload, Refusal, Refused
from audits.workflow.list_moves import Move
from audits.workflow.many import record
from enterprises.models import KeyEnterpriseList, Listing, Site


def amend(
    row: KeyEnterpriseList, ctx: Context, acting: Acting, values: Mapping[str, Any], by: Membership, now: datetime
) -> Move:
    """The move of one amendment, by its kind."""
    if values["kind"] == "add_entry":
        return _add(row, ctx, values, by, now)
    listing = Listing.objects.select_for_update().filter(list=row, pk=UUID(values["listing"])).first()
    if listing is None or listing.status != EntryStatus.PUBLISHED:
        raise InvalidPayload(
            [
                FieldError(
                    "fields.listing",
                    "not_open",
                    Text("该条目不在已公布名单中。", "This entry is not on the published list."),
                )
            ]
        )
    if values["kind"] == "correct_details":
        return _correct(listing, values)
    if values["kind"] == "change_categories":
        return _recategorize(listing, ctx, values, by, now)
    return _remove(listing, ctx, values, by, now)


def _add(row: KeyEnterpriseList, ctx: Context, values: Mapping[str, Any], by: Membership, now: datetime) -> Move:
    site = Site.objects.select_related("enterprise").get(pk=UUID(values["site"]))
    if site.reporting_unit_id != row.reporting_unit_id:
        raise InvalidPayload(
            [
                FieldError(
                    "fields.site",
                    "wrong_unit",
                    Text("该厂址不属于本名单的报告单位。", "This site belongs to another reporting unit."),
                )
            ]
        )
    if Listing.objects.filter(list=row, site=site, removed_on=None).exists():
        raise InvalidPayload(
            [
                FieldError(
                    "fields.site", "already_listed", Text("该厂址已在本名单中。", "This site is on the list already.")
                )
            ]
        )
    listing = Listing(
        id=uuid4(),
        list=row,
        site=site,
        enterprise_id=site.enterprise_id,
        name_at_listing=site.enterprise.name,
        address_at_listing=site.address,
        categories=list(values["categories"]),
        industry_id=site.industry_id,
        status=EntryStatus.PUBLISHED.value,
        scope_code=site.scope_code,
        reporting_unit_id=site.reporting_unit_id,
        nominated_by_id=by.organization_id,
        published_on=ctx.on,
    )
    told = {"medium": values["medium"], "appeared_on": ctx.on.isoformat()}

    def after(row: KeyEnterpriseList, event: Event) -> None:
        opening.open_listed(
            [listing],
            unit=row.reporting_unit,
            kind=CaseKind(row.kind),
            by=by,
            on=ctx.on,
            now=now,
            payload=told,
            source=event.hash,
        )
        opening.issue_codes({listing.enterprise_id}, by, now)

    return Move(entries={EntryStatus.PUBLISHED: [listing.pk]}, listings=[listing], after=after)


def _correct(listing: Listing, values: Mapping[str, Any]) -> Move:
    if not values.get("name") and not values.get("address"):
        raise InvalidPayload(
            [
                FieldError(
                    "fields.name", "required", Text("请填写更正后的名称或地址。", "Give the corrected name or address.")
                )
            ]
        )
    before = {"name": listing.name_at_listing, "address": listing.address_at_listing}
    listing.name_at_listing = values.get("name") or listing.name_at_listing
    listing.address_at_listing = values.get("address") or listing.address_at_listing
    listing.save(update_fields=["name_at_listing", "address_at_listing"])
    return Move(entries={EntryStatus.PUBLISHED: [listing.pk]}, changes={"before": before})


def _recategorize(listing: Listing, ctx: Context, values: Mapping[str, Any], by: Membership, now: datetime) -> Move:
    before, wanted = set(listing.categories), set(values["categories"])
    if before == wanted:
        raise Refused([Refusal("nothing_to_do", Text("类别没有变化。", "The categories do not change."))])
    listing.categories = sorted(wanted)
    listing.save(update_fields=["categories"])

    def after(row: KeyEnterpriseList, event: Event) -> None:
        _tell_case(
            listing,
            ctx,
            by,
            now,
            event,
            {
                "categories": {category: ctx.on.isoformat() for category in sorted(wanted - before)},
                "drop_categories": sorted(before - wanted),
            },
            values,
        )

    noted = {"before": {"categories": sorted(before)}}
    return Move(entries={EntryStatus.PUBLISHED: [listing.pk]}, changes=noted, after=after)


def _remove(listing: Listing, ctx: Context, values: Mapping[str, Any], by: Membership, now: datetime) -> Move:
    listing.removed_on = ctx.on
    listing.save(update_fields=["removed_on"])

    def after(row: KeyEnterpriseList, event: Event) -> None:
        _tell_case(listing, ctx, by, now, event, {"values": {"removed": True}}, values)

    return Move(entries={EntryStatus.REMOVED: [listing.pk]}, after=after)


def _tell_case(
    listing: Listing,
    ctx: Context,
    by: Membership,
    now: datetime,
    event: Event,
    changes: Mapping[str, Any],
    values: Mapping[str, Any],
) -> None:
    """The amendment as an event of the case it concerns, in the same transaction."""
    case = (
        AuditCase.objects.select_for_update(of=("self",))
        .select_related("reporting_unit", "enterprise")
        .get(listing=listing)
    )
    payload = {
        k: v for k, v in values.items() if k in ("kind", "categories", "medium", "appeared_on", "grounds", "basis")
    }
    record(
        case,
        "amend_list",
        by=by,
        on=ctx.on,
        now=now,
        payload=payload,
        changes=changes,
        key=f"{event.hash}:{listing.pk}",
    )
