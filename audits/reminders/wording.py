"""What a notice says to its reader: plain values in one language, for the templates of mails and for the inbox."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from audits.models import Event, Notice
from audits.procedure.words import Party, Text
from audits.reminders import steps
from audits.reminders.scan import KIND
from audits.workflow import clock


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to tell. `late` is for emphasis; `doubts` say why the date may still move."""

    title: str
    subject: str
    status: str
    late: bool
    doubts: tuple[str, ...]
    basis: str
    url: str


def entries_of(notices: Sequence[Notice], on: date, language: str) -> list[Entry]:
    """The entries of one reader's notices. Needs `deadline`, `case.enterprise`, `case.site`, `intent` fetched."""
    acts = acts_of(notices)
    return [entry_of(notice, on, language, acts) for notice in notices]


def acts_of(notices: Sequence[Notice]) -> dict[tuple[UUID, int], date]:
    """Legal dates of the events that intents tell of, in one query."""
    wanted = {
        (notice.intent.case_id or notice.intent.duty_id or notice.intent.list_id, notice.intent.event_seq)
        for notice in notices
        if notice.intent is not None
    }
    if not wanted:
        return {}
    rows = Event.objects.filter(subject_id__in={subject for subject, _ in wanted}, seq__in={seq for _, seq in wanted})
    return {(subject, seq): on for subject, seq, on in rows.values_list("subject_id", "seq", "legal_date")}


def entry_of(notice: Notice, on: date, language: str, acts: Mapping[tuple[Any, int], date]) -> Entry:
    """One notice in words."""
    reader = Party.AUTHORITY if notice.climb else _owner(notice)
    step = notice.deadline.step if notice.deadline is not None else notice.kind
    title = steps.title_of(step, _regime(notice), reader)
    told = _deadline_status(notice, on) if notice.kind == KIND else _act_status(notice, acts)
    return Entry(
        title=title.in_language(language),
        subject=subject_of(notice, language),
        status=told.in_language(language),
        late=notice.due_on is not None and notice.due_on < on,
        doubts=tuple(doubt.in_language(language) for doubt in _doubts(notice)),
        basis=clock.explain(notice.deadline.detail, language) if notice.deadline is not None else "",
        url=link_to(notice),
    )


def _owner(notice: Notice) -> Party:
    return Party(notice.deadline.party) if notice.deadline is not None else Party.ENTERPRISE


def _regime(notice: Notice) -> str:
    deadline = notice.deadline
    if notice.case is not None:
        return notice.case.regime
    return deadline.duty.regime if deadline is not None and deadline.duty is not None else ""


def subject_of(notice: Notice, language: str) -> str:
    """Whom and which place the notice is about."""
    if notice.case is not None:
        case = notice.case
        site = "" if case.site.name == case.enterprise.name else case.site.name
        return " · ".join(part for part in (case.enterprise.name, site, case.number) if part)
    duty = notice.deadline.duty if notice.deadline is not None else None
    if duty is None:
        return ""
    unit = Text(duty.reporting_unit.name_zh, duty.reporting_unit.name_en).in_language(language)
    return f"{unit} · {duty.year}"


def _deadline_status(notice: Notice, on: date) -> Text:
    """Where the date stands on the day of sending, and why somebody above the owner hears of it."""
    due_on = notice.due_on
    if due_on is None:
        raise ValueError(f"The reminder {notice.pk} has no date.")
    days = (due_on - on).days
    if days > 0:
        status = Text(f"应于 {due_on} 前完成,还有 {days} 天。", f"Due on {due_on}, in {days} day{'s' * (days > 1)}.")
    elif days == 0:
        status = Text(f"今天({due_on})到期。", f"Due today, {due_on}.")
    else:
        status = Text(
            f"应于 {due_on} 前完成,已逾期 {-days} 天。",
            f"Was due on {due_on}, now {-days} day{'s' * (days < -1)} overdue.",
        )
    if not notice.climb:
        return status
    return Text(
        status.zh + "责任单位逾期未办,现逐级告知贵单位。",
        status.en + " It was not done in time and is therefore brought to your authority.",
    )


def _act_status(notice: Notice, acts: Mapping[tuple[Any, int], date]) -> Text:
    intent = notice.intent
    key = (intent.case_id or intent.duty_id or intent.list_id, intent.event_seq) if intent is not None else (None, 0)
    on = acts.get(key)
    return Text(f"已于 {on} 办理。", f"Done on {on}.") if on else Text("已办理。", "Done.")


def _doubts(notice: Notice) -> list[Text]:
    """Why the date may still move, or stands beside another."""
    deadline = notice.deadline
    if deadline is None:
        return []
    doubts = []
    if deadline.provisional:
        doubts.append(
            Text(
                "暂定日期:有关年份的放假安排尚未公布,公布后可能变动。",
                "Provisional date: the rest days of that year are not announced yet; it may move.",
            )
        )
    if deadline.calendar_unknown:
        doubts.append(
            Text(
                "该年放假安排未收录,日期未按休息日顺延。",
                "The rest days of that year are not on record; not rolled off them.",
            )
        )
    if deadline.adjusted_due_on and deadline.adjusted_due_on != deadline.due_on:
        doubts.append(
            Text(
                f"延期或中止后的日期为 {deadline.adjusted_due_on};法定日期不变。",
                f"After extension or suspension: {deadline.adjusted_due_on}; the statutory date stands.",
            )
        )
    return doubts


def link_to(notice: Notice) -> str:
    """An address that asks for sign-in first and then shows the subject."""
    path = f"/cases/{notice.case_id}/" if notice.case_id else "/"
    return f"{settings.SITE_URL}{reverse(settings.LOGIN_URL)}?next={quote(path)}"
