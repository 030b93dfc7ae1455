"""Which deadlines a member's calendar shows, and what it says of them, in the language of the account."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from django.conf import settings
from django.db.models import DateTimeField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Membership
from audits.models import Deadline, Event
from audits.procedure.words import Party, Text
from audits.reminders import steps, wording
from audits.reminders.calendars import ics
from audits.workflow import clock

KEPT_DAYS = 90  # how long a deadline that was met stays
MOST = 5000  # events of one calendar: the coming ones first, then the latest that have passed
OWNERS: dict[Party, Text] = {
    Party.ENTERPRISE: Text("企业", "the enterprise"),
    Party.AUTHORITY: Text("主管部门", "the authority"),
    Party.CONSULTANCY: Text("咨询服务机构", "the consultancy"),
    Party.EXPERT: Text("专家", "the experts"),
}


@dataclass(frozen=True, slots=True)
class Calendar:
    """A calendar as it is sent. `changed_at` is the latest change of a deadline in it, None when it is empty."""

    body: bytes
    etag: str
    changed_at: datetime | None


def calendar_of(membership: Membership, on: date) -> Calendar:
    """The calendar of a membership on a day: what is open, and for a while what was met."""
    language = membership.user.language
    found = deadlines_of(membership, on, MOST + 1)
    rows = found[:MOST]
    name = Text("清洁生产审核期限", "Cleaner production audit deadlines").in_language(language)
    note = Text(f"仅显示 {MOST} 项。", f"Only {MOST} are shown.").in_language(language) if len(found) > MOST else ""
    title = f"{name} · {membership.organization.name}"
    body = ics.calendar(
        title, "en" if language.startswith("en") else "zh-CN", _events(rows, membership, language), note
    )
    changed = max((row.changed for row in rows), default=None)
    return Calendar(body, f'"{hashlib.sha256(body).hexdigest()}"', changed)


def deadlines_of(membership: Membership, on: date, most: int) -> list[Any]:
    """The deadlines in scope, each with `changed`: when an event last touched its subject. An expert has none."""
    if Party(membership.organization.party) is Party.EXPERT:
        return []
    recent = Q(met_on=None) | Q(due_on__gte=on - timedelta(days=KEPT_DAYS))
    rows = (
        Deadline.objects.visible_to(membership)
        .filter(recent, void=False)
        .select_related("case__enterprise", "case__site", "duty__reporting_unit")
        .defer("case__state", "duty__state")
        .annotate(
            changed=Coalesce(
                _recorded("case"),
                _recorded("duty"),
                "case__created_at",
                "duty__created_at",
                output_field=DateTimeField(),
            )
        )
    )
    coming = list(rows.filter(due_on__gte=on).order_by("due_on", "pk")[:most])
    past = list(rows.filter(due_on__lt=on).order_by("-due_on", "-pk")[: most - len(coming)])
    return [*reversed(past), *coming]


def _recorded(subject: str) -> Subquery:
    """When the newest event of a deadline's subject was recorded."""
    newest = Event.objects.filter(subject_id=OuterRef(f"{subject}_id"), seq=OuterRef(f"{subject}__version"))
    return Subquery(newest.values("recorded_at")[:1])


def _events(rows: Sequence[Any], membership: Membership, language: str) -> Iterator[ics.Event]:
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    reader = Party(membership.organization.party)
    for row in rows:
        subject = row.case or row.duty
        yield ics.Event(
            uid=f"{uid_of(subject.pk, row.key)}@{host}",
            on=row.due_on,
            summary=_summary(row, subject.regime, reader, language),
            description=_description(row, language),
            url=wording.link_to_case(row.case_id),
            categories=(OWNERS.get(Party(row.party), Text(row.party, row.party)).in_language(language),),
            tentative=(row.provisional or row.held) and row.met_on is None,
            sequence=subject.version,
            changed_at=row.changed,
        )


def uid_of(subject: UUID, key: str) -> UUID:
    """The name of a deadline for ever: of its identity, which survives a moved date and a rebuilt table."""
    return uuid5(subject, key)


def _summary(row: Deadline, regime: str, reader: Party, language: str) -> str:
    title = steps.title_of(row.step, regime, reader).in_language(language)
    name = wording.name_of(row.case, row.duty, language)
    if row.met_on is not None:
        return f"✓ {title} · {name}"
    if row.held:
        return f"{Text('[中止] ', '[standing still] ').in_language(language)}{title} · {name}"
    mark = Text("[暂定] ", "[provisional] ").in_language(language) if row.provisional else ""
    return f"{mark}{title} · {name}"


def _description(row: Deadline, language: str) -> str:
    owner = OWNERS.get(Party(row.party), Text(row.party, row.party))
    lines = [Text(f"责任方：{owner.zh}", f"Owed by {owner.en}")]
    if row.met_on is not None:
        lines.append(Text(f"已于 {row.met_on} 办理。", f"Done on {row.met_on}."))
    elif row.held:
        lines.append(Text("案件中止期间，该期限停止计算。", "The case is suspended; this date stands still."))
    lines += wording.doubts_of(row)
    return "\n".join([*(line.in_language(language) for line in lines), clock.explain(row.detail, language)])
