"""Fictional authorities, enterprises, cases and deadlines for tests that need rows rather than acts."""

from datetime import date, datetime
from itertools import count
from typing import Any
from uuid import uuid4

from django.utils import timezone

from accounts.acting import system_membership
from accounts.memberships import grant
from accounts.models import Membership, Organization, User
from audits.models import AuditCase, Deadline, Event
from audits.procedure.deadline_records import Deadline as Computed
from audits.procedure.deadline_records import Nature
from audits.procedure.schema import Article
from audits.procedure.words import CaseKind, Category, Level, Line, Mark, Party, Phase, Role
from audits.workflow.events import Act, body_of, link
from enterprises.authority_register import create_authority
from enterprises.divisions import reporting_unit_of
from enterprises.enterprise_register import EnterpriseDraft, SiteDraft, create_enterprise
from enterprises.models import Authority, Enterprise

JOINED = date(2008, 1, 1)
_numbers = count(1)


def make_member(
    organization: Organization, role: Role, *, language: str = "zh-hans", user: User | None = None
) -> Membership:
    """A person in an organization."""
    name = f"reader{next(_numbers)}"
    user = user or User.objects.create(username=name, email=f"{name}@example.com", full_name=name, language=language)
    return grant(organization, user, role, by=None, starts_on=JOINED)


def make_authority(scope_code: str, level: Level, line: Line = Line.ENVIRONMENT) -> tuple[Authority, Membership]:
    """An authority with one officer."""
    authority = create_authority(f"主管部门 {scope_code} {line}", scope_code=scope_code, level=level, line=line)
    return authority, make_member(authority.organization, Role.OFFICER)


def make_enterprise(division_code: str = "320509", industry: str = "26") -> Enterprise:
    """An enterprise with one site."""
    number = next(_numbers)
    draft = EnterpriseDraft(
        name=f"虚构化工{number}有限公司",
        sites=(SiteDraft(division_code=division_code, industry=industry),),
        known_from=JOINED,
    )
    return create_enterprise(draft)


def make_case(
    enterprise: Enterprise,
    *,
    published_on: date = date(2008, 8, 1),
    categories: tuple[Category, ...] = (Category.EXCEEDS_STANDARD,),
    energy: bool = False,
) -> AuditCase:
    """A case of the enterprise's site, without events."""
    site = enterprise.sites.get()
    return AuditCase.objects.create(
        number=f"T-{next(_numbers)}",
        kind=CaseKind.MANDATORY,
        enterprise=enterprise,
        site=site,
        scope_code=site.scope_code,
        reporting_unit_id=reporting_unit_of(site.scope_code),
        categories=[category.value for category in categories],
        line_energy=energy,
        regime="A",
        published_on=published_on,
        opened_on=published_on,
        phase=Phase.PREPARATION,
    )


def make_deadline(
    case: AuditCase,
    due_on: date,
    *,
    step: str = "start_audit",
    party: Party = Party.ENTERPRISE,
    provisional: bool = False,
) -> Deadline:
    """An open deadline of a case on a date."""
    computed = Computed(
        step=step,
        key=f"{step}-{uuid4().hex[:8]}",
        nature=Nature.STATUTORY,
        trigger="published_on",
        trigger_on=case.opened_on,
        rule="+2 months",
        raw_end=due_on,
        due_on=due_on,
        article=Article("Huanfa [2005] 151", "5", Mark.RECALLED),
        provisional=provisional,
    )
    return Deadline.objects.create(
        case=case,
        key=computed.key,
        step=step,
        party=party.value,
        due_on=due_on,
        provisional=provisional,
        detail={**computed.as_json(), "met_on": None, "void": False},
    )


def record(case: AuditCase, action: str, on: str, *, seen_at: datetime | None = None, **changes: Any) -> Event:
    """Append an event to a case by hand: only what statistics and reminders read of it."""
    act = Act(
        action=action,
        on=date.fromisoformat(on),
        at=seen_at or timezone.now(),
        by=system_membership(),
        payload={},
        request_key=f"{case.pk}:{case.version}",
        request_digest="",
        changes=changes,
    )
    body = body_of(case.subject_kind, case.pk, case.version + 1, act)
    event = link(case.subject_kind, case.pk, case.version + 1, act, body, case.head_hash)
    event.save(force_insert=True)
    case.version, case.head_hash = event.seq, event.hash
    case.save(update_fields=["version", "head_hash"])
    return event


def publish(case: AuditCase, on: str = "2008-08-01", *categories: Category) -> Event:
    """The event that opens a listed case."""
    told = {category.value: on for category in categories or (Category.EXCEEDS_STANDARD,)}
    opening = {"kind": case.kind, "regime": "A", "published_on": on, "opened_on": on}
    return record(case, "publish", on, set=opening, categories=told)
