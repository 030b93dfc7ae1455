"""What one case adds to the statistics: a pure function of its events.

Process counts go by the legal date of the event, each once per case: the first time it was done. What was recorded in
error and taken back (`withdraw`, `reopen`) was never done; what was returned, redone or reviewed afresh was. Effects go
by the year of effect, verified apart from planned.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from audits.procedure.deadline_records import Nature
from audits.procedure.words import CostClass
from audits.statistics.metrics import (
    Effect,
    Process,
    RatePart,
    Span,
    investment_actual,
    investment_planned,
    options_done,
    options_implemented,
    options_planned,
    planned,
)
from audits.workflow.state import State, apply, fold

Facts = dict[tuple[int, str], int]

# Which step counts as what. Whoever discloses in default of the enterprise does not make it count as disclosed.
STEPS: Mapping[str, Process] = {
    "disclose": Process.DISCLOSED,
    "file_arrangement": Process.ARRANGED,
    "start_audit": Process.STARTED,
    "complete_audit": Process.COMPLETED,
    "submit_report": Process.REPORTED,
}
ASSESSMENT, ACCEPTANCE = "decide_assessment", "decide_acceptance"
FINAL = frozenset({"pass", "not_pass"})
PASSED, QUALIFIED = "pass", "qualified"
TAKEN_BACK = frozenset({"withdraw", "reopen"})  # the way back for recording errors
CORRECTED = "correct"


@dataclass
class _Deed:
    """A step that was done: when, and with which results on which days (a decision may follow a supplement)."""

    on: date
    results: list[tuple[date, str]] = field(default_factory=list)


@dataclass
class _History:
    """Every time a counted step was done: `standing` now, and `past` ones that were returned, redone or renewed."""

    standing: dict[str, _Deed] = field(default_factory=dict)
    past: list[tuple[str, _Deed]] = field(default_factory=list)
    told: dict[str, date] = field(default_factory=dict)  # options: the day they were first told

    def take(self, body: Mapping[str, Any]) -> None:
        """One more event, in the order in which the fold applies its parts (`workflow.state.apply`)."""
        changes, on = body.get("changes", {}), date.fromisoformat(body["on"])
        in_error = body["action"] in TAKEN_BACK
        kept = changes.get("restore", {}).get("done", {})  # done before the mistake as well
        for action in (*changes.get("reset", ()), *changes.get("undo", ())):
            deed = self.standing.pop(action, None) if not in_error or action not in kept else None
            if deed is not None and not in_error:
                self.past.append((action, deed))
        if not changes.get("silent"):
            deed = self.standing.setdefault(body["action"], _Deed(on))
            if "result" in changes:
                deed.results.append((on, str(changes["result"])))
        for action, day in changes.get("redate", {}).items():
            if action in self.standing:
                deed = self.standing[action]
                deed.on = date.fromisoformat(day)
                deed.results = [(deed.on, result) for _, result in deed.results[-1:]]
        for code in changes.get("options", {}):
            self.told.setdefault(code, on)

    def deeds(self, action: str) -> list[_Deed]:
        """Every time the step was done."""
        standing = [self.standing[action]] if action in self.standing else []
        return [*(deed for name, deed in self.past if name == action), *standing]

    def first(self, action: str) -> date | None:
        """The first day it was done."""
        return min((deed.on for deed in self.deeds(action)), default=None)

    def first_result(self, action: str, results: Iterable[str]) -> date | None:
        """The first day it ended so."""
        wanted = frozenset(results)
        return min((on for deed in self.deeds(action) for on, result in deed.results if result in wanted), default=None)

    def very_first_result(self, action: str) -> tuple[date, str] | None:
        """The day and the result of the first decision that stands, whatever it was; of one day the one told first."""
        results = [told for deed in self.deeds(action) for told in deed.results]
        return min(results, key=lambda told: told[0], default=None)


@dataclass(frozen=True, slots=True)
class CaseCount:
    """What a case counts for.

    `facts` by `(year, metric)`, amounts as integers of 0.001 base unit, nothing that is zero; `spans` to `(year, days)`;
    `state` the fold. A case excluded from statistics has neither facts nor spans, but `exclusion` ({"reason",
    "grounds", "on"}) and `excluded_years`, the years it would count in.
    """

    facts: Facts
    spans: Mapping[str, tuple[int, int]]
    state: State
    exclusion: Mapping[str, Any] | None = None
    excluded_years: tuple[int, ...] = ()


def facts_of_case(bodies: Iterable[Mapping[str, Any]]) -> CaseCount:
    """What a case counts for, from the bodies of its events in order."""
    told = list(bodies)
    history, state, mistaken = _History(), fold(()), set()
    for body in told:
        if body["action"] in TAKEN_BACK:
            mistaken |= {state["done"][one]["seq"] for one in body["changes"].get("undo", ()) if one in state["done"]}
        state = apply(state, body)
    for body in told:
        if body["seq"] not in mistaken and not (
            body["action"] == CORRECTED and body.get("payload", {}).get("event") in mistaken
        ):
            history.take(body)
    facts: Counter[tuple[int, str]] = Counter()
    reached = _reached(history, state)
    for metric, on in reached.items():
        if on is not None:
            facts[on.year, metric.value] += 1
    _count_parts_of_rates(facts, history, state)
    for code, option in state["options"].items():
        _count_option(facts, option, history.told[code])
    found = {key: value for key, value in facts.items() if value}
    exclusion = state["values"].get("exclusion")
    if exclusion:
        years = {year for year, _ in found} or {date.fromisoformat(state["opened_on"]).year}
        return CaseCount({}, {}, state, exclusion, tuple(sorted(years)))
    return CaseCount(found, _spans(reached), state)


def _reached(history: _History, state: State) -> dict[Process, date | None]:
    published = state["published_on"]
    return {
        Process.LISTED: date.fromisoformat(published) if published else None,
        **{process: history.first(step) for step, process in STEPS.items()},
        Process.ASSESSED: history.first_result(ASSESSMENT, FINAL),
        Process.ASSESSED_PASSED: history.first_result(ASSESSMENT, {PASSED}),
        Process.ACCEPTED: history.first_result(ACCEPTANCE, {QUALIFIED}),
    }


BETWEEN: Mapping[Span, tuple[Process, Process]] = {
    Span.LISTED_DISCLOSED: (Process.LISTED, Process.DISCLOSED),
    Span.LISTED_STARTED: (Process.LISTED, Process.STARTED),
    Span.STARTED_COMPLETED: (Process.STARTED, Process.COMPLETED),
    Span.COMPLETED_REPORTED: (Process.COMPLETED, Process.REPORTED),
    Span.REPORTED_ASSESSED: (Process.REPORTED, Process.ASSESSED),
    Span.PASSED_ACCEPTED: (Process.ASSESSED_PASSED, Process.ACCEPTED),
}


def _spans(reached: Mapping[Process, date | None]) -> dict[str, tuple[int, int]]:
    """Days from point to point; negative where a fact lies before its trigger (law text 19.12)."""
    found = {}
    for span, (begin, end) in BETWEEN.items():
        start, stop = reached[begin], reached[end]
        if start is not None and stop is not None:
            found[span.value] = (stop.year, (stop - start).days)
    return found


IN_TIME = (
    ("start_audit", RatePart.START_DUE, RatePart.STARTED_IN_TIME),
    ("complete_audit", RatePart.COMPLETION_DUE, RatePart.COMPLETED_IN_TIME),
)


def _count_parts_of_rates(facts: Counter[tuple[int, str]], history: _History, state: State) -> None:
    """In time by the date in law, an extension or suspension notwithstanding (law text 19.9)."""
    for step, due, in_time in IN_TIME:
        ends = [
            one["due_on"]
            for one in state["deadlines"].values()
            if one["step"] == step and one["nature"] == Nature.STATUTORY and not one.get("void")
        ]
        if not ends:
            continue
        end, done = date.fromisoformat(min(ends)), history.first(step)
        facts[end.year, due] += 1
        if done is not None and done <= end:
            facts[end.year, in_time] += 1
    first = history.very_first_result(ASSESSMENT)
    if first is not None and first[1] == PASSED:
        facts[first[0].year, RatePart.ASSESSED_PASSED_FIRST] += 1
    first = history.very_first_result(ACCEPTANCE)
    if first is not None:
        facts[first[0].year, RatePart.ACCEPTANCE_DECIDED] += 1
        if first[1] == QUALIFIED:
            facts[first[0].year, RatePart.ACCEPTED_FIRST] += 1


def _count_option(facts: Counter[tuple[int, str]], option: Mapping[str, Any], told_on: date) -> None:
    cost_class = CostClass(option["cost_class"])
    done_on = option.get("done_on")
    done_year = date.fromisoformat(done_on).year if done_on else told_on.year
    facts[told_on.year, options_planned(cost_class)] += 1
    facts[told_on.year, investment_planned(cost_class)] += option.get("investment_planned") or 0
    facts[done_year, investment_actual(cost_class)] += option.get("investment_actual") or 0
    if done_on:
        facts[done_year, options_done(cost_class)] += 1
        facts[told_on.year, options_implemented(cost_class)] += 1
    for key, amounts in option["effects"].items():
        metric, year = key.split("@")
        effect = Effect(metric)
        facts[int(year), effect.value] += amounts.get("verified") or 0
        facts[int(year), planned(effect)] += amounts.get("planned") or 0
