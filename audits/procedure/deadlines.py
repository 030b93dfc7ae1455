"""From a row of the law and the dates that happened to a deadline that explains itself. Pure; nothing is stored here.

Words: *statutory* deadlines stand in national law, *local* ones in a list or a unit's parameters (they may only
tighten), *decided* ones in an order or decision. Extension and suspension have no national basis: they move decided
dates; of the others they show an adjusted date beside, and lateness counts by the unmoved one (law text 19.9).
Lateness is computed for a date and never stored.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from audits.procedure.calendar import Calendar
from audits.procedure.deadline_records import Deadline, Extension, Nature, Suspension
from audits.procedure.explanations import explain
from audits.procedure.periods import PeriodEnd, end_of_month_date, fixed_date, period_end
from audits.procedure.schema import Due, Roll, Step

PUBLISHED_ON = "published_on"
YEAR = "year"
YEAR_END = "year_end"
LOCAL_DUE = "local_due"
IN_SERIES = ":local:"  # in the key of the second and further dates a unit set for one step
LIST_STEPS = frozenset({"publish", "amend_list"})  # dates these steps set for others stand in the list: local ones
_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
UNITS = ("working_days", "months", "years")  # in this order: a key ending in _working_days is no other


class DeadlineError(ValueError):
    """A rule that cannot be computed: a parameter without a unit, a length that is none. A fault of the table."""


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the rules of one subject are computed from."""

    anchors: Mapping[str, date]
    decided: Mapping[str, date]
    params: Mapping[str, Any]
    calendar: Calendar
    year: int | None = None
    table_version: str = ""


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
    """The deadline of the row itself; None if it has none, its trigger has not happened or its parameter is unset.

    `anchors` maps `published_on` and step keys to legal dates; `decided` maps `"<step>.<field>"` to dates written in
    decisions; `year` is the year of a yearly duty (for a case its year of publication is taken).
    """
    if step.due is None:
        return None
    facts = _Facts(anchors, decided, params, calendar, year, table_version)
    deadline = _of_rule(step, step.due, facts)
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

    Dates set *for* this step come from its row (`decided_dues`) or directly as `"<deciding step>:<step>"` in `decided`:
    by an order (`"order_audit:start_audit"`) or in the published list (`"publish:start_audit"`, a local date). The
    parameter `local_due` maps step keys to `"MM-DD"` or `"year_end"` of the year of publication (of a duty: its own
    year), or to a list of such dates: one deadline each, the first under the key of a single date.
    """
    facts = _Facts(anchors, decided, params, calendar, year, table_version)
    found: list[tuple[Deadline | None, Roll]] = []
    if step.due is not None:
        found.append((_of_rule(step, step.due, facts), step.due.roll))
    if decided:
        facts = replace(facts, decided=_for_step(step, decided))
        found += [(_written(step, source, facts), Roll.NEVER) for source in sorted(facts.decided)]
    if params.get(LOCAL_DUE):
        found += [(one, Roll.NEVER) for one in _local(step, facts)]
    changes = (tuple(suspensions), tuple(extensions))
    return tuple(_adjusted(one, roll, calendar, *changes) for one, roll in found if one is not None)


def not_before(
    step: Step,
    *,
    anchors: Mapping[str, date],
    decided: Mapping[str, date],
    params: Mapping[str, Any],
    calendar: Calendar,
    year: int | None = None,
) -> Deadline | None:
    """The earliest day (`due_on`) the step may be done on; None if the row names none or its trigger is missing."""
    if step.not_before is None:
        return None
    return _of_rule(step, step.not_before, _Facts(anchors, decided, params, calendar, year))


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


def _for_step(step: Step, decided: Mapping[str, date]) -> dict[str, date]:
    """The dates that other acts set for this step, as `"<deciding step>:<step>"`: one for each deciding step."""
    suffix = f":{step.key}"
    found = {source: day for source, day in decided.items() if source.endswith(suffix)}
    for due in step.decided_dues:
        if due.decided_in is not None and ".".join(due.decided_in) in decided:
            found.setdefault(f"{due.decided_in[0]}{suffix}", decided[".".join(due.decided_in)])
    return found


def _of_rule(step: Step, due: Due, facts: _Facts) -> Deadline | None:
    """One rule of the table, before extension and suspension."""
    if due.decided_in is not None:
        source = ".".join(due.decided_in)
        return _capped(_written(step, source, facts), due, facts) if source in facts.decided else None
    if due.fixed is not None:
        return _fixed(step, due.fixed, Nature.STATUTORY, f"{step.key}:fixed", (), facts)
    trigger_on = facts.anchors.get(due.since)
    length = _length(due, facts.params) if trigger_on is not None else None
    if trigger_on is None or length is None:
        return None
    end = period_end(trigger_on, **length, roll=due.roll, calendar=facts.calendar)
    depends = (f"anchor:{due.since}", *_parameter(due))
    deadline = _deadline(
        step,
        Nature.STATUTORY,
        f"{step.key}:{due.since}",
        due.since,
        trigger_on,
        _rule_text(length),
        end,
        depends,
        facts,
    )
    return _capped(deadline, due, facts)


def _length(due: Due, params: Mapping[str, Any]) -> dict[str, int] | None:
    """The length as keyword arguments of `period_end`; None when the unit's parameter is unset: no period."""
    if not due.parameter:
        given = {"months": due.months, "years": due.years, "working_days": due.working_days}
        return {unit: count for unit, count in given.items() if count}
    unit = next((unit for unit in UNITS if due.parameter.endswith(f"_{unit}")), None)
    if unit is None:
        raise DeadlineError(f"The name of the parameter {due.parameter} does not end in its unit.")
    value = params.get(due.parameter)
    if value is None:
        return None
    if not str(value).isdigit() or int(value) == 0:
        raise DeadlineError(f"The parameter {due.parameter} is no positive whole number: {value!r}.")
    return {unit: int(value)}


def _parameter(due: Due) -> tuple[str, ...]:
    return (f"parameter:{due.parameter}",) if due.parameter else ()


def _rule_text(length: Mapping[str, int]) -> str:
    """`+2 months`, `+45 working days`."""
    words = []
    for unit, count in length.items():
        name = unit.replace("_", " ")
        words.append(f"+{count} {name[:-1] if count == 1 else name}")
    return " ".join(words)


def _deadline(
    step: Step,
    nature: Nature,
    key: str,
    trigger: str,
    trigger_on: date,
    rule: str,
    end: PeriodEnd,
    depends: tuple[str, ...],
    facts: _Facts,
) -> Deadline:
    return Deadline(
        step=step.key,
        key=key,
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
        depends_on=(*depends, *(f"calendar:{year}" for year in end.years)),
        table_version=facts.table_version,
        calendar_version=facts.calendar.version if end.years else "",
    )


def _written(step: Step, source: str, facts: _Facts) -> Deadline:
    """A date that stands in a decision or order (`<step>.<field>`, `<step>:<for step>`) or in a list."""
    day = facts.decided[source]
    deciding = source.partition(":")[0].partition(".")[0]
    nature = Nature.LOCAL if deciding in LIST_STEPS else Nature.DECIDED
    decided_on = facts.anchors.get(deciding)
    if decided_on is None:
        decided_on = facts.anchors.get(PUBLISHED_ON, day) if nature is Nature.LOCAL else day
    key, depends = f"{step.key}:{source}", (f"decided:{source}",)
    return _deadline(step, nature, key, deciding, decided_on, "date set", fixed_date(day), depends, facts)


def _fixed(
    step: Step, month_day: tuple[int, int], nature: Nature, key: str, depends: tuple[str, ...], facts: _Facts
) -> Deadline | None:
    """A calendar date of the subject's year: a duty's own, else the year of publication."""
    year = facts.year
    if year is None:
        if PUBLISHED_ON not in facts.anchors:
            return None
        year, depends = facts.anchors[PUBLISHED_ON].year, (f"anchor:{PUBLISHED_ON}", *depends)
    rule = f"by {month_day[0]:02d}-{month_day[1]:02d}"
    end = fixed_date(end_of_month_date(year, *month_day))
    return _deadline(step, nature, key, YEAR, date(year, 1, 1), rule, end, depends, facts)


def _local(step: Step, facts: _Facts) -> list[Deadline | None]:
    """The unit's own dates for the step, by its parameter `local_due`, in the order of the year."""
    rules = facts.params[LOCAL_DUE]
    if not isinstance(rules, Mapping):
        raise DeadlineError(f"The parameter {LOCAL_DUE} maps no steps to dates: {rules!r}.")
    told = rules.get(step.key)
    if not told:
        return []
    found = []
    for number, day in enumerate(month_days(told), start=1):
        key = f"{step.key}:local" if number == 1 else f"{step.key}{IN_SERIES}{number}"
        found.append(_fixed(step, day, Nature.LOCAL, key, (f"parameter:{LOCAL_DUE}",), facts))
    return found


def month_days(told: Any) -> list[tuple[int, int]]:
    """The dates of a value of `local_due`: `"MM-DD"`, `"year_end"` or a list of them; each once, in order.

    Raises `DeadlineError` for anything else.
    """
    found = set()
    for day in told if isinstance(told, list | tuple) else [told]:
        written = _MONTH_DAY.fullmatch("12-31" if day == YEAR_END else str(day))
        if written is None:
            raise DeadlineError(f"The parameter {LOCAL_DUE} has a date that is none: {day!r}.")
        found.add((int(written[1]), int(written[2])))
    if not found:
        raise DeadlineError(f"The parameter {LOCAL_DUE} has an empty list of dates.")
    return sorted(found)


def _capped(deadline: Deadline, due: Due, facts: _Facts) -> Deadline:
    """With the date after which a decided date deserves a warning."""
    cap = due.soft_cap
    trigger_on = facts.anchors.get(cap.since) if cap else None
    length = _length(cap, facts.params) if cap and trigger_on else None
    if cap is None or trigger_on is None or length is None:
        return deadline
    end = period_end(trigger_on, **length, roll=cap.roll, calendar=facts.calendar)
    depends = (*deadline.depends_on, f"anchor:{cap.since}", *_parameter(cap))
    return replace(deadline, soft_cap=end.due_on, depends_on=depends)


def _adjusted(
    deadline: Deadline,
    roll: Roll,
    calendar: Calendar,
    suspensions: Iterable[Suspension],
    extensions: Iterable[Extension],
) -> Deadline:
    """Apply extensions and suspensions in the order they happened.

    An extension moves a date only later; a suspension moves it by its calendar days, if it began before the date.
    """
    happened: list[tuple[date, Suspension | Extension]] = [(one.starts_on, one) for one in suspensions]
    happened += [(one.decided_on, one) for one in extensions if one.step in ("", deadline.step)]
    if not happened:
        return deadline
    due_on = deadline.due_on
    notes: list[str] = []
    since: date | None = None
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
]
