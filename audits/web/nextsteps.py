"""What a reader should do next: cases and yearly duties with the nearest dates, and what the door lets the reader do there.

Nothing is decided here: dates are those on record, acts are those `actions_for` allows.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import Membership
from audits.api.case_shapes import shown_deadline, titles
from audits.models import AuditCase, Deadline, DutyYear
from audits.models.reviews import ReviewAssignment
from audits.procedure.registry import PROCEDURES
from audits.procedure.schema import Step
from audits.procedure.words import CaseKind, Party, Phase, RegimeKey, Subject, Text
from audits.reminders.steps import row_of
from audits.reminders.wording import name_of
from audits.web.addresses import act_address, address_of
from audits.workflow.actions import ActionStatus, actions_for, context_for
from audits.workflow.decide import progress
from audits.workflow.reading import SINGLE_OPINIONS
from audits.workflow.state import opinions_on
from enterprises.snapshot import snapshot

MOST = 20
ASKED = 40  # subjects the door is asked about, to find the reader's turn among them
LOOKED_AT = 100  # deadlines read to find so many subjects: a subject may have several
REVIEWED = (Phase.REPORT, Phase.ASSESSMENT, Phase.ACCEPTANCE, Phase.PUBLICATION)  # an authority's turn, often undated
CONCLUDING = (Phase.PUBLICATION, Phase.CLOSED)
WEEK, MONTH = timedelta(days=7), timedelta(days=31)


@dataclass(slots=True)
class Act:
    """Something the reader may do now; `drafting` when another submits what the reader prepares."""

    title: Text
    address: str
    drafting: bool


@dataclass(slots=True)
class NextStep:
    """One subject: whose it is, what the reader may do, by when, and what follows when it is missed."""

    name: str
    detail: str
    address: str
    acts: list[Act] = field(default_factory=list)
    title: Text | None = None
    due: dict[str, Any] | None = None
    missed: Text | None = None
    phase: str = ""
    own: bool = False


@dataclass(slots=True)
class Duty:
    """One thing a listed enterprise owes: what, by when, why then, and what follows when it is missed."""

    title: Text
    due: dict[str, Any]
    missed: Text | None
    address: str


@dataclass(slots=True)
class JustListed:
    """A case of an enterprise that has not yet acted on its listing."""

    case: AuditCase
    duties: list[Duty]
    mine: bool = False  # whether the reader may take the first of them


def next_steps(by: Membership, language: str) -> list[NextStep]:
    """At most `MOST` subjects; those the reader can act on first, then by date. A constant number of list queries, and
    what a decision about each subject reads of the registers."""
    party, today = Party(by.organization.party), timezone.localdate()
    subjects, due = _subjects(by, party)
    known = titles()
    found = []
    panels = _panels(by) if party is Party.EXPERT else {}
    with snapshot():
        for subject in subjects:
            ctx = context_for(subject, by, today, today)
            statuses = [one for one in actions_for(subject, by) if not progress(one.step, ctx)]
            wanted = frozenset(one.step for one in due.get(subject.pk, []))
            wanted |= _opinion_owed(subject, by, panels)
            chosen = [one for one in statuses if is_next(one, subject, wanted)]
            found.append(_step(subject, chosen, statuses, due.get(subject.pk, []), party, today, language, known))
    found.sort(key=lambda one: (not one.acts, one.due is None, one.due["due_on"] if one.due else today))
    return found[:MOST]


def counts(rows: Any) -> dict[str, int]:
    """Of these deadlines: late, within seven days, within thirty-one, later. One query."""
    today = timezone.localdate()
    spans = {name: Count("pk", filter=span(name, today)) for name in ("late", "week", "month", "later")}
    return {name: int(count) for name, count in rows.order_by().aggregate(**spans).items()}


def span(name: str, today: date) -> Q:
    """The deadlines of one column of the board; the same limits as the template filter `urgency`."""
    return {
        "late": Q(due_on__lt=today),
        "week": Q(due_on__gte=today, due_on__lte=today + WEEK),
        "month": Q(due_on__gt=today + WEEK, due_on__lte=today + MONTH),
        "later": Q(due_on__gt=today + MONTH),
    }[name]


def open_deadlines(by: Membership) -> Any:
    """Every open deadline the reader may see whose time runs; an expert's business is the review, not the clock."""
    rows = Deadline.objects.visible_to(by).running()
    return rows.none() if by.organization.party == Party.EXPERT else rows


def just_listed(by: Membership, language: str) -> list[JustListed]:
    """Cases of the reader's enterprise that were opened by a list and in which it has not acted yet."""
    if by.organization.party != Party.ENTERPRISE:
        return []
    today, known = timezone.localdate(), titles()
    rows = AuditCase.objects.visible_to(by).filter(
        closed_on=None, kind=CaseKind.MANDATORY, phase=Phase.PREPARATION, listing__isnull=False
    )
    cases = [case for case in rows.select_related("enterprise", "site").order_by("next_due_on", "id")[:5] if _new(case)]
    owed: dict[Any, list[Deadline]] = {}
    for one in Deadline.objects.visible_to(by).open().filter(case__in=cases, party=Party.ENTERPRISE).order_by("due_on"):
        owed.setdefault(one.case_id, []).append(one)
    told = []
    for case in cases:
        steps = [(one, row_of(one.step, case.regime)) for one in owed.get(case.pk, [])]
        duties = [
            Duty(
                (step.title_enterprise or step.title) if step else Text(one.step, one.step),
                shown_deadline(one, today, language, known),
                step.missed if step else None,
                act_address(case, one.step),
            )
            for one, step in steps
        ]
        told.append(JustListed(case, duties))
    return told


def is_next(one: ActionStatus, subject: Any, owed: frozenset[str]) -> bool:
    """Whether an act carries the subject on: part of the course, and not done yet or called for again. What may be left undone
    is offered once a review has begun or its condition has come true, not from the first day; what answers the enterprise,
    as a return for correction does, while nothing else has answered it."""
    step, done = one.step, _done(subject)
    if step.phase is Phase.ORDERS or not (one.allowed or one.drafting):
        return False
    if step.optional and not (step.when and step.phase in CONCLUDING):
        before = (row_of(key, subject.regime) for key in {*step.after, *step.after_any} & done.keys())
        if not any(row is not None and row.phase in REVIEWED for row in before):
            return False
        if step.repeatable and step.actor.party is Party.AUTHORITY and not _handed_in(subject):
            return False
    return step.key not in done or step.key in owed or _called_again(step, done)


def owed(subject: Any, by: Membership, waited: Iterable[str]) -> frozenset[str]:
    """The steps that are wanted though they may have been done before: those with an open date; of an expert the opinion on
    each review invited to, whatever the others said."""
    if by.organization.party == Party.EXPERT:
        return _opinion_owed(subject, by, _panels(by))
    return frozenset(waited)


def after_missed(
    missed: Iterable[str], subject: Any, statuses: Iterable[ActionStatus], known: Collection[str] = ()
) -> list[ActionStatus]:
    """What the rows of missed steps say may follow and the reader may do now, each once and none of those `known`."""
    by_key = {one.action: one for one in statuses if one.allowed and one.action not in known}
    rows = (row_of(key, subject.regime) for key in missed)
    follows = dict.fromkeys(key for row in rows if row is not None for key in row.missed_actions)
    return [by_key[key] for key in follows if key in by_key]


def _new(case: AuditCase) -> bool:
    """Whether nothing the enterprise itself must do has been done yet."""
    done = case.state.get("done", {})
    own = (row_of(key, case.regime) for key in done)
    return not any(step is not None and step.actor.party is Party.ENTERPRISE for step in own)


def _subjects(by: Membership, party: Party) -> tuple[list[Any], dict[Any, list[Deadline]]]:
    """Subjects with the nearest dates, those of the reader's own party first; then open cases where its
    turn may have come without a date."""
    # A closed case keeps the date of its next round.
    running = open_deadlines(by).filter(Q(case=None) | Q(case__closed_on=None))
    rows = running.order_by("due_on", "id").values_list("case_id", "duty_id")
    own = _owner(party)
    wanted: dict[tuple[Any, Any], None] = {}
    for pair in [*rows.filter(party=own)[:LOOKED_AT], *rows.exclude(party=own)[:LOOKED_AT]]:
        if len(wanted) < MOST:
            wanted.setdefault(pair)
    case_ids = [case_id for case_id, _ in wanted if case_id]
    duty_ids = [duty_id for _, duty_id in wanted if duty_id]
    cases = AuditCase.objects.visible_to(by).filter(closed_on=None)
    turn = Q(phase__in=REVIEWED) if party is Party.AUTHORITY else Q() if party is Party.EXPERT else Q(next_due_on=None)
    further = cases.filter(turn).order_by("opened_on", "id").values_list("pk", flat=True)[: ASKED - len(wanted)]
    case_ids += [pk for pk in further if pk not in set(case_ids)]
    whole = cases.select_related("enterprise__merged_into", "enterprise__organization", "site")
    found: dict[Any, Any] = {case.pk: case for case in whole.filter(pk__in=case_ids)}
    duties = DutyYear.objects.visible_to(by).filter(pk__in=duty_ids).select_related("reporting_unit")
    found |= {duty.pk: duty for duty in duties}
    due: dict[Any, list[Deadline]] = {}
    dates = open_deadlines(by).filter(Q(case__in=case_ids) | Q(duty__in=duty_ids)).order_by("due_on", "id")
    for one in dates:
        due.setdefault(one.case_id or one.duty_id, []).append(one)
    return list(found.values()), due


def _step(
    subject: Any,
    doable: list[ActionStatus],
    statuses: Iterable[ActionStatus],
    dates: list[Deadline],
    party: Party,
    today: date,
    language: str,
    known: Any,
) -> NextStep:
    keys = {one.action for one in doable}
    due = next((one for one in dates if one.step in keys), None) or (dates[0] if dates else None)
    if due is not None:
        doable.sort(key=lambda one: one.action != due.step)
        if due.due_on < today:
            doable += after_missed([due.step], subject, statuses, keys)
    is_case = subject.subject_kind is Subject.CASE
    found = NextStep(
        name=subject.enterprise.name if is_case else name_of(None, subject, language),
        detail=subject.number if is_case else "",
        address=address_of(subject),
        acts=[Act(_title(one.step, party), act_address(subject, one.action), not one.allowed) for one in doable[:3]],
        phase=subject.phase if is_case else "",
        own=due is not None and (due.step in keys or due.party == _owner(party)),
    )
    if due is not None:
        found.due = shown_deadline(due, today, language, known)
        step = row_of(due.step, subject.regime)
        found.missed = step.missed if step else None
        found.title = _title(step, party) if step else None
    return found


def _panels(by: Membership) -> dict[Any, list[str]]:
    """The reviews whose panel the expert is on, by case."""
    found: dict[Any, list[str]] = {}
    open_ones = ReviewAssignment.objects.filter(membership=by, ended_on=None)
    for case_id, review in open_ones.values_list("case_id", "review_kind"):
        found.setdefault(case_id, []).append(review)
    return found


def _opinion_owed(subject: Any, by: Membership, panels: Mapping[Any, list[str]]) -> frozenset[str]:
    """The expert's opinion where it is still missing on a review; what others said does not stand for it."""
    missing = any(str(by.user_id) not in opinions_on(subject.state, one) for one in panels.get(subject.pk, ()))
    return SINGLE_OPINIONS if missing else frozenset()


def _handed_in(subject: Any) -> bool:
    """Whether the newest step of the course, apart from mere answers such as a receipt, is something that can be returned:
    the rows of the procedure say what."""
    rows = [(done["seq"], row_of(key, subject.regime)) for key, done in _done(subject).items()]
    course = [
        (seq, row)
        for seq, row in rows
        if row is not None and row.phase in REVIEWED and not (row.optional and row.repeatable)
    ]
    fields = (one for step in PROCEDURES[RegimeKey(subject.regime)].steps for one in step.fields)
    returnable = {key for one in fields if one.key == "submission" for key, _ in one.choices}
    return bool(course) and max(course, key=lambda one: one[0])[1].key in returnable


def _called_again(step: Step, done: Mapping[str, Any]) -> bool:
    """Whether what comes before a step has been done again since: a second application wants a second panel."""
    if step.key in SINGLE_OPINIONS:
        return False
    return any(done[key]["seq"] > done[step.key]["seq"] for key in {*step.after, *step.after_any} & done.keys())


def _done(subject: Any) -> Any:
    return subject.state.get("done", {})


def _owner(party: Party) -> Party:
    """Whose dates are those of the reader: a consultancy works on its clients'."""
    return Party.ENTERPRISE if party is Party.CONSULTANCY else party


def _title(step: Step, party: Party) -> Text:
    return (step.title_enterprise if party in (Party.ENTERPRISE, Party.CONSULTANCY) else None) or step.title
