"""The people of the reader's own organization, and what each has worked on."""

from datetime import date
from uuid import UUID

from django.db.models import Q

from accounts.models import Membership, User
from audits.models import Document, Event, Preparation
from audits.procedure.words import Subject


def colleagues(by: Membership, on: date) -> list[User]:
    """The people of the reader's organization today; nobody to choose from where the reader is alone."""
    members = Membership.objects.active(on).in_organization(by.organization).select_related("user")
    found = {one.user_id: one.user for one in members}
    return sorted(found.values(), key=str) if len(found) > 1 else []


def worked_on(person: UUID, by: Membership) -> Q:
    """The deadlines of cases in which somebody acted for the reader's organization, in whichever role, prepared what was
    submitted, or stored a paper. Of somebody who is no colleague: none."""
    member = Membership.objects.in_organization(by.organization).filter(user=person)
    acted = Event.objects.filter(membership__in=member, subject_kind=Subject.CASE)
    prepared = Preparation.objects.filter(membership__in=member, subject_kind=Subject.CASE)
    stored = Document.objects.filter(uploaded_by__in=member, case__isnull=False)
    return (
        Q(case__in=acted.values("subject_id"))
        | Q(case__in=prepared.values("subject_id"))
        | Q(case__in=stored.values("case"))
    )
