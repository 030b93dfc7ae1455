"""From a row of the law and the dates that happened to a deadline that can explain itself. Pure; nothing is stored here.

Words: *statutory* deadlines stand in national law, *local* ones in a list or a unit's parameters (they may only
tighten), *decided* ones in an order or decision. Extension and suspension have no national basis: they move decided
dates; of the others they show an adjusted date beside, and lateness counts by the unmoved one (law text 19.9).
Lateness is computed for a date and never stored.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from audits.procedure.calendar import Calendar
from audits.procedure.explanations import explain
from audits.procedure.periods import PeriodEnd, fixed_date, period_end
from audits.procedure.schema import Article, Due, Roll, Step
from audits.procedure.words import CaseKind, Category, Mark, Subject, Text

PUBLISHED_ON = "published_on"
YEAR = "year"
YEAR_END = "year_end"


class Nature(StrEnum):
    """Where a deadline comes from."""

    STATUTORY = "statutory"
    LOCAL = "local"
    DECIDED = "decided"


class DeadlineError(ValueError):
    """A rule that cannot be computed: a parameter without value or unit. A fault of the table, not of a user."""


@dataclass(frozen=True, slots=True)
class Suspension:
    """The clock stood still from `starts_on` until it ran again on `ends_on` (None: still suspended)."""

    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """The period of `step` ("" for every step) was extended to `until` on `decided_on`."""

    until: date
    decided_on: date
    step: str = ""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A computed date. `key` is its identity, which it keeps when the date moves.

    `raw_end` is the end before rolling (of a decided date: the date first written); `due_on` the date that counts;
    `adjusted_due_on` stands beside a statutory or local date that was extended or suspended. `depends_on` names what
    a change of must lead to computing again: `anchor:`, `decided:`, `parameter:`, `calendar:<year>`.
    """

    step: str
    key: str
    nature: Nature
    trigger: str
    trigger_on: date
    rule: str
    raw_end: date
    due_on: date
    article: Article
    adjusted_due_on: date | None = None
    rolled: bool = False
    roll_reason: Text | None = None
    provisional: bool = False
    calendar_unknown: bool = False
    soft_cap: date | None = None
    suspended_since: date | None = None
    adjustments: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    table_version: str = ""
    calendar_version: str = ""

    def as_json(self) -> dict[str, Any]:
        """A flat object of strings, booleans, null and lists of strings; stable, for events and canonical JSON."""
        reason = self.roll_reason
        return {
            "step": self.step,
            "key": self.key,
            "nature": self.nature.value,
            "trigger": self.trigger,
            "trigger_on": self.trigger_on.isoformat(),
            "rule": self.rule,
            "raw_end": self.raw_end.isoformat(),
            "due_on": self.due_on.isoformat(),
            "adjusted_due_on": _iso(self.adjusted_due_on),
            "rolled": self.rolled,
            "roll_reason_zh": reason.zh if reason else "",
            "roll_reason_en": reason.en if reason else "",
            "provisional": self.provisional,
            "calendar_unknown": self.calendar_unknown,
            "document": self.article.document,
            "article": self.article.article,
            "mark": self.article.mark.value,
            "soft_cap": _iso(self.soft_cap),
            "suspended_since": _iso(self.suspended_since),
            "adjustments": list(self.adjustments),
            "depends_on": list(self.depends_on),
            "table_version": self.table_version,
            "calendar_version": self.calendar_version,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Deadline":
        """The deadline `as_json` was taken from."""
        reason = Text(stored["roll_reason_zh"], stored["roll_reason_en"]) if stored["roll_reason_en"] else None
        return cls(
            step=stored["step"],
            key=stored["key"],
            nature=Nature(stored["nature"]),
            trigger=stored["trigger"],
            trigger_on=date.fromisoformat(stored["trigger_on"]),
            rule=stored["rule"],
            raw_end=date.fromisoformat(stored["raw_end"]),
            due_on=date.fromisoformat(stored["due_on"]),
            article=Article(stored["document"], stored["article"], Mark(stored["mark"])),
            adjusted_due_on=_date(stored["adjusted_due_on"]),
            rolled=stored["rolled"],
            roll_reason=reason,
            provisional=stored["provisional"],
            calendar_unknown=stored["calendar_unknown"],
            soft_cap=_date(stored["soft_cap"]),
            suspended_since=_date(stored["suspended_since"]),
            adjustments=tuple(stored["adjustments"]),
            depends_on=tuple(stored["depends_on"]),
            table_version=stored["table_version"],
            calendar_version=stored["calendar_version"],
        )


def compute(
    step: Step,
    *,
    anchors: Mapping[str, date],
    decided: Mapping[str, date],
    params: Mapping[str, Any],
    calendar: Calendar,
    year: int | None = None,
    suspensions: Iterable[Suspension] = (),
    extensions: Iterable[Extension] = (),
    table_version: str = "",
) -> Deadline | None:
    """The deadline of the row itself, or None if it has none or its trigger has not happened.

    `anchors` maps `published_on` and step keys to legal dates; `decided` maps `"<step>.<field>"` to dates written in
    decisions; `year` is the year of a yearly duty.
    """
    if step.due is None:
        return None
    deadline = _of_rule(step, step.due, anchors, decided, params, calendar, year, table_version)
    return _adjusted(deadline, step.due.roll, calendar, suspensions, extensions) if deadline else None


def compute_all(
    step: Step,
    *,
    anchors: Mapping[str, date],
    decided: Mapping[str, date],
    params: Mapping[str, Any],
    calendar: Calendar,
    year: int | None = None,
    suspensions: Iterable[Suspension] = (),
    extensions: Iterable[Extension] = (),
    table_version: str = "",
) -> tuple[Deadline, ...]:
    """Every deadline of the step: the row's own, local ones, and those ordered for it.

    Beside the keys of `compute`, `decided` may hold `"<deciding step>:<step>"`: a date set *for* this step, by an
    order (`"order_audit:start_audit"`) or in the published list (`"publish:start_audit"`, a local date). The parameter
    `local_due` maps step keys to `"MM-DD"` or `"year_end"` of the year of publication.
    """
    suspensions, extensions = tuple(suspensions), tuple(extensions)
    own = compute(
        step,
        anchors=anchors,
        decided=decided,
        params=params,
        calendar=calendar,
        year=year,
        suspensions=suspensions,
        extensions=extensions,
        table_version=table_version,
    )
    found = [own] if own else []
    suffix = f":{step.key}"
    written = [(source[: -len(suffix)], source) for source in sorted(decided) if source.endswith(suffix)]
    for deciding, source in written:
        nature = Nature.LOCAL if deciding in ("publish", "amend_list") else Nature.DECIDED
        base = _written(step, source, deciding, decided[source], anchors, nature, calendar, table_version)
        found.append(_adjusted(base, Roll.NEVER, calendar, suspensions, extensions))
    local = _local(step, anchors, params, calendar, year, table_version)
    if local:
        found.append(_adjusted(local, Roll.NEVER, calendar, suspensions, extensions))
    return tuple(found)


def not_before(
    step: Step,
    *,
    anchors: Mapping[str, date],
    decided: Mapping[str, date],
    params: Mapping[str, Any],
    calendar: Calendar,
    year: int | None = None,
) -> Deadline | None:
    """The earliest day the step may be done on (`due_on`), or None where the row names none or its trigger is missing."""
    if step.not_before is None:
        return None
    return _of_rule(step, step.not_before, anchors, decided, params, calendar, year, "")


@dataclass(frozen=True, slots=True)
class Effective:
    """`binding`: the earlier of national and local, else the earliest decided date; `shown`: all, earliest first."""

    binding: Deadline
    shown: tuple[Deadline, ...]


def effective(deadlines: Iterable[Deadline]) -> Effective | None:
    """Which of a step's deadlines binds. A decided date sets a new term but does not undo a missed statutory one."""
    shown = tuple(sorted(deadlines, key=lambda one: (one.due_on, one.key)))
    if not shown:
        return None
    binding = next((one for one in shown if one.nature is not Nature.DECIDED), shown[0])
    return Effective(binding, shown)


def late_days(deadline: Deadline | None, done_on: date | None, on: date) -> int:
    """Calendar days late as seen on the day `on`; 0 without a deadline, when done in time, or on the due day itself.

    What was done in time is in time however late it was recorded. A suspended decided date stops counting.
    """
    if deadline is None:
        return 0
    until = done_on if done_on is not None and done_on <= on else on
    if deadline.suspended_since is not None and deadline.nature is Nature.DECIDED:
        until = min(until, deadline.suspended_since)
    return max((until - deadline.due_on).days, 0)


def preview(
    published_on: date,
    categories: Collection[Category],
    route: str,
    *,
    params: Mapping[str, Any],
    calendar: Calendar,
    steps: Iterable[Step],
    applies: Callable[[Step], bool] | None = None,
) -> list[Deadline]:
    """What a publication on this date would make due, earliest first; only rules that run from the publication.

    `applies` judges a step's predicates (`when`); without it a step that has any is judged by its category alone.
    """
    found: list[Deadline] = []
    for step in steps:
        if step.subject is not Subject.CASE or CaseKind.MANDATORY not in step.kinds:
            continue
        if step.categories and not step.categories.intersection(categories):
            continue
        if step.due is None or step.due.since != PUBLISHED_ON or step.due.decided_in:
            continue
        if applies is not None and not applies(step):
            continue
        found.extend(
            compute_all(step, anchors={PUBLISHED_ON: published_on}, decided={}, params=params, calendar=calendar)
        )
    return sorted(found, key=lambda one: (one.due_on, one.key))


def _of_rule(
    step: Step,
    due: Due,
    anchors: Mapping[str, date],
    decided: Mapping[str, date],
    params: Mapping[str, Any],
    calendar: Calendar,
    year: int | None,
    table_version: str,
) -> Deadline | None:
    """One rule of the table, before extension and suspension."""
    if due.decided_in is not None:
        deciding, field = due.decided_in
        source = f"{deciding}.{field}"
        day = decided.get(source)
        if day is None:
            return None
        deadline = _written(step, source, deciding, day, anchors, Nature.DECIDED, calendar, table_version)
        return _capped(deadline, due, anchors, params, calendar)
    if due.fixed is not None:
        return _fixed(step, due.fixed, Nature.STATUTORY, f"{step.key}:fixed", anchors, calendar, year, table_version)
    trigger_on = anchors.get(due.since)
    length = _length(due, params) if trigger_on is not None else None
    if trigger_on is None or length is None:
        return None
    end = period_end(trigger_on, **length, roll=due.roll, calendar=calendar)
    depends = [f"anchor:{due.since}"]
    if due.parameter:
        depends.append(f"parameter:{due.parameter}")
    deadline = _deadline(
        step, Nature.STATUTORY, due.since, trigger_on, _rule_text(length), end, table_version, calendar
    )
    deadline = replace(deadline, depends_on=(*depends, *deadline.depends_on))
    return _capped(deadline, due, anchors, params, calendar)


def _length(due: Due, params: Mapping[str, Any]) -> dict[str, int] | None:
    """The length as keyword arguments of `period_end`; None when the unit's parameter says there is no period."""
    if not due.parameter:
        given = {"months": due.months, "years": due.years, "working_days": due.working_days}
        return {unit: count for unit, count in given.items() if count}
    for unit in ("working_days", "months", "years"):
        if due.parameter.endswith(f"_{unit}"):
            if due.parameter not in params:
                raise DeadlineError(f"The parameter {due.parameter} has no value.")
            value = params[due.parameter]
            return None if value is None else {unit: int(value)}
    raise DeadlineError(f"The name of the parameter {due.parameter} does not end in its unit.")


def _rule_text(length: Mapping[str, int]) -> str:
    words = []
    for unit, count in length.items():
        name = unit.replace("_", " ")
        words.append(f"+{count} {name[:-1] if count == 1 else name}")
    return " ".join(words)


def _deadline(
    step: Step,
    nature: Nature,
    trigger: str,
    trigger_on: date,
    rule: str,
    end: PeriodEnd,
    table_version: str,
    calendar: Calendar,
    key: str = "",
) -> Deadline:
    return Deadline(
        step=step.key,
        key=key or f"{step.key}:{trigger}",
        nature=nature,
        trigger=trigger,
        trigger_on=trigger_on,
        rule=rule,
        raw_end=end.raw_end,
        due_on=end.due_on,
        article=step.basis,
        rolled=end.rolled,
        roll_reason=end.rest_reason,
        provisional=end.provisional,
        calendar_unknown=end.calendar_unknown,
        depends_on=tuple(f"calendar:{year}" for year in end.years),
        table_version=table_version,
        calendar_version=calendar.version if end.years else "",
    )


def _written(
    step: Step,
    source: str,
    deciding: str,
    day: date,
    anchors: Mapping[str, date],
    nature: Nature,
    calendar: Calendar,
    table_version: str,
) -> Deadline:
    """A date that stands in a decision, an order or a list."""
    decided_on = anchors.get(deciding, anchors.get(PUBLISHED_ON, day) if deciding == "publish" else day)
    deadline = _deadline(step, nature, deciding, decided_on, "date set", fixed_date(day), table_version, calendar)
    return replace(deadline, key=f"{step.key}:{source}", depends_on=(f"decided:{source}",))


def _fixed(
    step: Step,
    month_day: tuple[int, int],
    nature: Nature,
    key: str,
    anchors: Mapping[str, date],
    calendar: Calendar,
    year: int | None,
    table_version: str,
) -> Deadline | None:
    """A calendar date of the subject's year: a duty's own, else the year of publication."""
    depends = [] if year is not None else [f"anchor:{PUBLISHED_ON}"]
    if year is None:
        if PUBLISHED_ON not in anchors:
            return None
        year = anchors[PUBLISHED_ON].year
    end = fixed_date(date(year, *month_day))
    rule = f"by {month_day[0]:02d}-{month_day[1]:02d}"
    deadline = _deadline(step, nature, YEAR, date(year, 1, 1), rule, end, table_version, calendar, key)
    return replace(deadline, depends_on=tuple(depends))


def _local(
    step: Step,
    anchors: Mapping[str, date],
    params: Mapping[str, Any],
    calendar: Calendar,
    year: int | None,
    table_version: str,
) -> Deadline | None:
    """The unit's own date for the step, by its parameter `local_due`."""
    rules = params.get("local_due")
    told = rules.get(step.key) if isinstance(rules, Mapping) else None
    if not told:
        return None
    month, day = (12, 31) if told == YEAR_END else (int(part) for part in str(told).split("-"))
    key = f"{step.key}:local"
    deadline = _fixed(step, (month, day), Nature.LOCAL, key, anchors, calendar, year, table_version)
    return replace(deadline, depends_on=(*deadline.depends_on, "parameter:local_due")) if deadline else None


def _capped(
    deadline: Deadline, due: Due, anchors: Mapping[str, date], params: Mapping[str, Any], calendar: Calendar
) -> Deadline:
    """With the date after which a decided date deserves a warning."""
    cap = due.soft_cap
    trigger_on = anchors.get(cap.since) if cap else None
    length = _length(cap, params) if cap and trigger_on else None
    if cap is None or trigger_on is None or not length:
        return deadline
    end = period_end(trigger_on, **length, roll=cap.roll, calendar=calendar)
    depends = (f"anchor:{cap.since}", *((f"parameter:{cap.parameter}",) if cap.parameter else ()))
    return replace(deadline, soft_cap=end.due_on, depends_on=(*deadline.depends_on, *depends))


def _adjusted(
    deadline: Deadline,
    roll: Roll,
    calendar: Calendar,
    suspensions: Iterable[Suspension],
    extensions: Iterable[Extension],
) -> Deadline:
    """Apply extensions and suspensions in the order they happened."""
    happened: list[tuple[date, Suspension | Extension]] = [(one.starts_on, one) for one in suspensions]
    happened += [(one.decided_on, one) for one in extensions if one.step in ("", deadline.step)]
    if not happened:
        return deadline
    due_on, notes, since = deadline.due_on, [], None
    for _, change in sorted(happened, key=lambda pair: pair[0]):
        if isinstance(change, Extension):
            if change.until > due_on:
                due_on = change.until
                notes.append(f"extension:{change.until.isoformat()}")
            continue
        starts_on = max(change.starts_on, deadline.trigger_on)
        if starts_on > due_on:
            continue
        if change.ends_on is None:
            since = starts_on
            notes.append(f"suspension:{starts_on.isoformat()}")
        elif change.ends_on > starts_on:
            due_on += timedelta(days=(change.ends_on - starts_on).days)
            notes.append(f"suspension:{starts_on.isoformat()}/{change.ends_on.isoformat()}")
    if not notes:
        return deadline
    if deadline.nature is Nature.DECIDED:
        return replace(deadline, due_on=due_on, suspended_since=since, adjustments=tuple(notes))
    if roll is Roll.NEXT and due_on != deadline.due_on:
        due_on = calendar.next_working_day(due_on)
    adjusted_due_on = due_on if due_on != deadline.due_on else None
    return replace(deadline, adjusted_due_on=adjusted_due_on, suspended_since=since, adjustments=tuple(notes))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


__all__ = [
    "Deadline",
    "DeadlineError",
    "Effective",
    "Extension",
    "Nature",
    "Suspension",
    "compute",
    "compute_all",
    "effective",
    "explain",
    "late_days",
    "not_before",
    "preview",
]
