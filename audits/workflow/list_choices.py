"""Which entries of a list an act could concern now, for one member: what a page offers to tick. The door judges anew."""

from datetime import date

from django.utils import timezone

from accounts.acting import acting_of
from accounts.models import Membership
from audits.procedure.words import EntryStatus
from audits.workflow.list_acts import mine, ready
from audits.workflow.list_moves import values_of
from audits.workflow.listfold import JUDGED, SUBMITTABLE
from enterprises.models import KeyEnterpriseList, Listing
from enterprises.models.lists import ListingQuerySet


def open_to(row: KeyEnterpriseList, action: str, by: Membership, on: date | None = None) -> ListingQuerySet:
    """Visible entries the member's authority could take with `action` on a day (default: today).

    An act that takes no entries from a status (nominate, amend) gives none.
    """
    on = on or timezone.localdate()
    acting = acting_of(by)
    rows: ListingQuerySet = Listing.objects.visible_to(by).filter(list=row)
    if action == "submit_nominations":
        return rows.filter(status__in=values_of(SUBMITTABLE), nominated_by_id=by.organization_id)
    if action == "publish":
        return rows.filter(status=EntryStatus.CONFIRMED.value)
    if action == "verify":
        return rows.filter(pk__among=[one.pk for one in mine(row, on, acting, JUDGED)])
    if action in ("drop", "return_nominations"):
        open_statuses = (*JUDGED, EntryStatus.VERIFIED)
        return rows.filter(pk__among=[one.pk for one in mine(row, on, acting, open_statuses)])
    if action == "confirm":
        return rows.filter(pk__among=[one.pk for one in ready(row)])
    return rows.none()
