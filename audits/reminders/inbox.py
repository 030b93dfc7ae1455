"""The inbox of the app: what a person was told there, under the memberships the person holds now."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from accounts.models import Membership, User
from audits.models import Notice
from audits.models.notices import NoticeQuerySet
from audits.models.scope import case_condition
from audits.procedure.words import Party


def inbox_of(user: User, memberships: Sequence[Membership]) -> NoticeQuerySet:
    """Notices of one person, newest first. Those told under a membership that is not active any more are left out.

    `memberships` are the active ones of that person.
    """
    rows: NoticeQuerySet = (
        Notice.objects.inbox_of(user)
        .filter(membership__in=[membership.pk for membership in memberships])
        .order_by("-created_at", "id")
    )
    for membership in memberships:
        if membership.organization.party == Party.CONSULTANCY:
            # A notice says how things stand now: that is no business of theirs when the contract has ended.
            theirs = Q(case=None) | case_condition(membership, prefix="case__")
            rows = rows.filter(~Q(membership=membership) | theirs)
    return rows


def with_words(rows: NoticeQuerySet) -> NoticeQuerySet:
    """The same with everything their words are made of."""
    told: NoticeQuerySet = rows.select_related(
        "deadline__duty__reporting_unit", "intent__duty__reporting_unit", "case__enterprise", "case__site", "webhook"
    ).defer("case__state")
    return told


def mark_read(rows: NoticeQuerySet, now: datetime, notice_id: UUID | None = None) -> int:
    """Mark one, or all, as read; what was read before keeps its time. Returns how many were unread."""
    chosen = rows.filter(read_at=None, created_at__lte=now)
    if notice_id is not None:
        chosen = chosen.filter(pk=notice_id)
    return int(chosen.order_by().update(read_at=now))
