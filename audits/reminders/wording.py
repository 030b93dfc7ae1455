"""What a notice says to its reader: plain values in one language, for the templates of mails and for the inbox."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from audits.models import AuditCase, Deadline, DutyYear, Notice
from audits.procedure.words import Party, Text
from audits.reminders import acts, steps
from audits.reminders.kinds import KINDS, REMINDER
from audits.workflow import clock


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to tell. `late` is for emphasis; `details` repeat fields of an act, `doubts` say why a date may move."""

    title: str
    subject: str
    status: str
    late: bool
    details: tuple[str, ...]
    doubts: tuple[str, ...]
    basis: str
    url: str


def entries_of(notices: Sequence[Notice], on: date, language: str) -> list[Entry]:
    """The entries of one reader's notices. Needs `deadline`, `case.enterprise`, `case.site`, `intent` fetched."""
    known = acts.acts_of(notices)
    return [entry_of(notice, on, language, known) for notice in notices]


def unwordable(notices: Sequence[Notice], on: date, language: str) -> list[tuple[Notice, str]]:
    """The notices that cannot be put into words, each with why; one by one, for when `entries_of` has failed."""
    wrong = []
    for notice in notices:
        try:
            entries_of([notice], on, language)
        except Exception as error:  # whatever is wrong with it, it is wrong with this one
            wrong.append((notice, repr(error)))
    return wrong


def entry_of(notice: Notice, on: date, language: str, known: Mapping[acts.Key, acts.Act]) -> Entry:
    """One notice in words."""
    act = known.get(acts.key_of(notice.intent)) if notice.intent is not None else None
    told = _deadline_status(notice, on) if notice.kind == REMINDER else acts.said(notice.kind, act)
    return Entry(
        title=title_of(notice).in_language(language),
        subject=subject_of(notice, language),
        status=told.in_language(language),
        late=notice.due_on is not None and notice.due_on < on and not is_over(notice),
        details=tuple(line.in_language(language) for line in acts.details(notice.kind, act, _regime(notice))),
        doubts=tuple(doubt.in_language(language) for doubt in doubts_of(notice.deadline)),
        basis=clock.explain(notice.deadline.detail, language) if notice.deadline is not None else "",
        url=link_to(notice),
    )


def title_of(notice: Notice) -> Text:
    """What is due, or what was done."""
    if notice.deadline is not None:
        return steps.title_of(
            notice.deadline.step, _regime(notice), Party.AUTHORITY if notice.climb else _owner(notice)
        )
    kind = KINDS.get(notice.kind)
    return kind.title if kind is not None else steps.title_of(notice.kind, _regime(notice), Party.AUTHORITY)


def _owner(notice: Notice) -> Party:
    return Party(notice.deadline.party) if notice.deadline is not None else Party.ENTERPRISE


def _regime(notice: Notice) -> str:
    if notice.case is not None:
        return notice.case.regime
    duty = duty_of(notice)
    return duty.regime if duty is not None else ""


def duty_of(notice: Notice) -> DutyYear | None:
    """The yearly duty a notice is about: of its deadline, or of the act it tells."""
    about = notice.deadline or notice.intent
    return about.duty if about is not None else None


def subject_of(notice: Notice, language: str) -> str:
    """Whom and which place the notice is about."""
    if notice.webhook is not None:
        return notice.webhook.url
    return name_of(notice.case, duty_of(notice), language)


def name_of(case: AuditCase | None, duty: DutyYear | None, language: str) -> str:
    """Enterprise, site and case number; or reporting unit and year."""
    if case is not None:
        site = "" if case.site.name == case.enterprise.name else case.site.name
        return " · ".join(part for part in (case.enterprise.name, site, case.number) if part)
    if duty is None:
        return ""
    unit = Text(duty.reporting_unit.name_zh, duty.reporting_unit.name_en).in_language(language)
    return f"{unit} · {duty.year}"


def _deadline_status(notice: Notice, on: date) -> Text:
    """Where the date stands on the day of sending, and why somebody above the owner hears of it."""
    due_on = notice.due_on
    if due_on is None:
        raise ValueError(f"The reminder {notice.pk} has no date.")
    over = _over(notice)
    if over is not None:
        return over
    days = (due_on - on).days
    if days > 0:
        status = Text(f"应于 {due_on} 前完成，还有 {days} 天。", f"Due on {due_on}, in {days} day{'s' * (days > 1)}.")
    elif days == 0:
        status = Text(f"今天（{due_on}）到期。", f"Due today, {due_on}.")
    else:
        status = Text(
            f"应于 {due_on} 前完成，已逾期 {-days} 天。",
            f"Was due on {due_on}, now {-days} day{'s' * (days < -1)} overdue.",
        )
    if not notice.climb:
        return status
    return Text(
        status.zh + "责任单位逾期未办，现逐级告知贵单位。",
        status.en + " It was not done in time and is therefore brought to your authority.",
    )


def is_over(notice: Notice) -> bool:
    """Whether the deadline was met, voided or held up, or its date has moved, since the notice was written."""
    return _over(notice) is not None


def _over(notice: Notice) -> Text | None:
    """What became of the date a notice tells of; None while it stands."""
    deadline = notice.deadline
    if deadline is None:
        return None
    if deadline.void:
        return Text("该期限已不再适用。", "This deadline no longer applies.")
    if deadline.met_on is not None:
        return Text(f"已于 {deadline.met_on} 办理。", f"Done on {deadline.met_on}.")
    if deadline.held:
        return Text("案件中止期间，该期限停止计算。", "The case is suspended; this date stands still.")
    if deadline.due_on != notice.due_on:
        return Text(
            f"期限已由 {notice.due_on} 改为 {deadline.due_on}。", f"Moved from {notice.due_on} to {deadline.due_on}."
        )
    return None


def doubts_of(deadline: Deadline | None) -> list[Text]:
    """Why the date may still move, or stands beside another."""
    if deadline is None:
        return []
    doubts = []
    if deadline.provisional:
        doubts.append(
            Text(
                "暂定日期：有关年份的放假安排尚未公布，公布后可能变动。",
                "Provisional date: the rest days of that year are not announced yet; it may move.",
            )
        )
    if deadline.calendar_unknown:
        doubts.append(
            Text(
                "该年放假安排未收录，日期未按休息日顺延。",
                "The rest days of that year are not on record; not rolled off them.",
            )
        )
    if deadline.adjusted_due_on and deadline.adjusted_due_on != deadline.due_on:
        doubts.append(
            Text(
                f"延期或中止后的日期为 {deadline.adjusted_due_on}；法定日期不变。",
                f"After extension or suspension: {deadline.adjusted_due_on}; the statutory date stands.",
            )
        )
    return doubts


def link_to(notice: Notice) -> str:
    """An address that asks for sign-in first and then shows the subject."""
    return link_to_case(notice.case_id)


def link_to_case(case_id: UUID | None) -> str:
    """The same for a case, or for the front page."""
    path = f"/cases/{case_id}/" if case_id else "/"
    return f"{settings.SITE_URL}{reverse(settings.LOGIN_URL)}?next={quote(path)}"
