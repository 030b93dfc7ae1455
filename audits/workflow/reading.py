"""What a reader sees of a subject that is visible to it: of its events, deadlines, notices and files.

* Authorities see the whole history of a case. Of a list, an authority that does not cover its unit sees the payload of
  its own acts; of others' only what is public.
* The enterprise and its consultancy see the whole history of the case, but not the opinions of single experts.
* An expert sees what the review rests on (report and reviews), and of opinions only the own one.
* Enterprises and consultancies see of a list only that and how it was published or amended.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from accounts.acting import Acting, acting_of
from accounts.models import Membership, Organization
from audits.models import AuditCase, Deadline, Document, Event, Notice, WebhookDelivery
from audits.procedure import registry
from audits.procedure.words import Party, Phase, Subject
from audits.workflow import changed
from audits.workflow.events import read_body

SINGLE_OPINIONS = frozenset({"submit_opinion"})
_REVIEW_PHASES = frozenset({Phase.REPORT, Phase.ASSESSMENT, Phase.IMPLEMENTATION, Phase.ACCEPTANCE})
REVIEW_ACTIONS = frozenset(
    step.key
    for procedure in registry.PROCEDURES.values()
    for step in procedure.steps
    if step.subject is Subject.CASE and step.phase in _REVIEW_PHASES
)
PUBLIC_ACTIONS = frozenset(
    step.key for procedure in registry.PROCEDURES.values() for step in procedure.steps if step.public
)
PUBLIC_FIELDS: Mapping[str, frozenset[str]] = {
    key: frozenset(field.key for step in registry.find(key) for field in step.fields if field.public)
    for key in PUBLIC_ACTIONS
}
_ALL_PARTIES = frozenset({Party.AUTHORITY, Party.SYSTEM})


def events_of(subject: Any, by: Membership) -> QuerySet[Event]:
    """The events of a visible subject a reader may know of, in order."""
    rows = Event.objects.filter(subject_kind=subject.subject_kind, subject_id=subject.pk).order_by("seq")
    party = Party(by.organization.party)
    if party in _ALL_PARTIES:
        return rows
    if subject.subject_kind == Subject.LIST:
        return rows.filter(action__in=PUBLIC_ACTIONS)
    return rows.filter(action__in=REVIEW_ACTIONS) if party is Party.EXPERT else rows


def readable(body: Mapping[str, Any], reader: Acting, unit_scope: str = "") -> dict[str, Any]:
    """An event's body as the reader may see it, with `redacted` telling whether something was left out.

    `unit_scope` is the scope code of the list's reporting unit, for events of lists.
    """
    if _whole(body, reader, unit_scope):
        return {**body, "redacted": False}
    public = PUBLIC_FIELDS.get(body["action"], frozenset()) if body["subject"][0] == Subject.LIST else frozenset()
    payload = {key: value for key, value in body["payload"].items() if key in public}
    by = {**body["by"], "name": "", "user": "", "membership": ""}
    return {**body, "payload": payload, "files": [], "reason": "", "by": by, "prepared_by": [], "redacted": True}


def _whole(body: Mapping[str, Any], reader: Acting, unit_scope: str) -> bool:
    if reader.party is Party.SYSTEM or body["by"]["organization"] == str(reader.organization_id):
        return body["action"] not in SINGLE_OPINIONS or body["by"]["membership"] == str(reader.membership_id)
    if body["subject"][0] == Subject.LIST:
        return reader.party is Party.AUTHORITY and reader.covers(unit_scope)
    return reader.party is Party.AUTHORITY or body["action"] not in SINGLE_OPINIONS


def history(subject: Any, rows: list[Event], by: Membership) -> list[dict[str, Any]]:
    """Bodies of events as the reader may see them, each with its `hash` and `previous_hash`."""
    reader = acting_of(by)
    unit = subject.reporting_unit.scope_code if subject.subject_kind == Subject.LIST else ""
    return [
        {**readable(read_body(row), reader, unit), "hash": row.hash, "previous_hash": row.previous_hash} for row in rows
    ]


def changes_by(subject: Any, bodies: Sequence[Mapping[str, Any]], by: Membership) -> Mapping[int, list[changed.Change]]:
    """What acts on a visible subject changed, by version; `bodies` as `history` gives them, in any order.

    One query for the acts before them, however many. Acts on lists tell it themselves.
    """
    if not bodies:
        return {}
    told = sorted(bodies, key=lambda body: int(body["seq"]))
    if subject.subject_kind == Subject.LIST:
        return changed.changes_of(told)
    earlier = history(subject, list(events_of(subject, by).filter(seq__lt=told[0]["seq"])), by)
    return changed.changes_of([*earlier, *told])


def deadlines_of(subject: Any, by: Membership) -> QuerySet[Deadline]:
    """The deadlines of a visible subject; an expert's business is the review, not the clock."""
    rows = Deadline.objects.visible_to(by)
    rows = rows.filter(case=subject) if subject.subject_kind == Subject.CASE else rows.filter(duty=subject)
    return rows.none() if Party(by.organization.party) is Party.EXPERT else rows.order_by("due_on", "key")


def notices_of(case: AuditCase, by: Membership) -> QuerySet[Notice]:
    """Who was told what and when about a case: authorities see all of it, others what their own people were told, and a
    consultancy also what its client was told."""
    rows = Notice.objects.told_about(case)
    party = Party(by.organization.party)
    if party in _ALL_PARTIES:
        return rows
    organizations = [by.organization_id]
    if party is Party.CONSULTANCY:
        organizations.append(case.enterprise.organization_id)
    return rows.filter(membership__organization_id__in=organizations)


def deliveries_of(case: AuditCase, by: Membership) -> QuerySet[WebhookDelivery]:
    """Which programs were told about a case: authorities see all of it, others what their own were told."""
    rows = WebhookDelivery.objects.filter(case=case).select_related("endpoint__organization").defer("body", "answer")
    return rows if Party(by.organization.party) in _ALL_PARTIES else rows.filter(endpoint__organization=by.organization)


def may_know_recipient(reader: Acting, organization: Organization) -> bool:
    """Whether a reader may know who of an organization was told: its own people; of authorities those of its own place
    and below, and of enterprises, consultancies and experts all authorities that see the case."""
    if reader.party is Party.SYSTEM or reader.organization_id == organization.pk:
        return True
    if reader.party is not Party.AUTHORITY:
        return False
    return organization.jurisdiction is None or reader.covers(organization.jurisdiction)


def documents(by: Membership) -> QuerySet[Document]:
    """Every file the reader may know of: `visible_to`, without the files of single experts' opinions (but the own), and
    for experts only those the review rests on."""
    rows = Document.objects.visible_to(by)
    party = Party(by.organization.party)
    if party in _ALL_PARTIES:
        return rows
    own = Q(uploaded_by=by)
    rows = rows.filter(own | ~Q(action__in=SINGLE_OPINIONS))
    return rows.filter(own | Q(action__in=REVIEW_ACTIONS)) if party is Party.EXPERT else rows
