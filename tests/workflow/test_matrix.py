"""The pure decision over its whole matrix: every row of every regime x everybody x representative states.

What is expected is written here a second time, from the columns of the rows and from plain sentences of the law, without
any helper of the code under test.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import product
from typing import Any
from uuid import UUID, uuid5

import pytest

from accounts.acting import Acting
from audits.procedure import registry
from audits.procedure.calendar import builtin_calendar
from audits.procedure.schema import Step
from audits.procedure.words import ROLES_OF_PARTY, Function, Level, Line, Party, RegimeKey, Role, Subject
from audits.workflow.decide import Context, decide
from audits.workflow.state import EMPTY

SPACE = UUID("6f1a4c52-0000-4000-8000-000000000000")
PUBLISHED = {
    RegimeKey.A: date(2008, 8, 1),
    RegimeKey.B: date(2013, 8, 1),
    RegimeKey.C: date(2019, 8, 1),
    RegimeKey.D: date(2026, 9, 1),
}
TODAY = {key: on.replace(year=on.year + 1) for key, on in PUBLISHED.items()}
CALENDAR = builtin_calendar()
PARAMS = {
    "stable_months": 3,
    "forward_required": False,
    "combined_review": False,
    "assessment_scope": "order_38_art_20",
}


def ident(*words: str) -> UUID:
    """The same id for the same words."""
    return uuid5(SPACE, "/".join(words))


# --- everybody ------------------------------------------------------------------------------------------------------

PLACES = {
    "own county": ("320509", Level.COUNTY),
    "other county": ("320506", Level.COUNTY),
    "own city": ("3205", Level.CITY),
    "other city": ("3202", Level.CITY),
    "own province": ("32", Level.PROVINCE),
    "other province": ("33", Level.PROVINCE),
    "nation": ("", Level.NATION),
}
# Who is competent for what around 320509 by national rule; written out, not asked of the registers.
COMPETENT = {
    Function.SUPERVISE: "own county",
    Function.VERIFY: "own city",
    Function.LIST: "own province",
    Function.REVIEW: "own province",
    Function.PLAN: "own province",
    Function.ORDER: "own province",
    Function.NATIONAL: "nation",
}


@dataclass(frozen=True)
class Person:
    """Somebody, and what matters of them here."""

    party: Party
    role: Role
    place: str = ""
    line: Line | None = None
    owner: bool = False  # of the case's enterprise
    on_panel: bool = False
    wrote_report: bool = False

    @property
    def acting(self) -> Acting:
        words = [str(self.party), str(self.role), self.place, str(self.line), str(self.owner), str(self.on_panel)]
        scope, level = PLACES.get(self.place, (None, None))
        return Acting(
            membership_id=PANELIST if self.on_panel else ident("membership", *words),
            user_id=WRITER if self.wrote_report else ident("user", *words),
            organization_id=office(self.place, self.line) if self.line else OWNER if self.owner else ident(*words),
            party=self.party,
            role=self.role,
            level=level,
            line=self.line,
            jurisdiction=scope,
            name="",
        )


def office(place: str, line: Line) -> UUID:
    return ident("office", place, line)


OWNER, WRITER, PANELIST = ident("owner"), ident("writer"), ident("panelist")
EVERYBODY: tuple[Person, ...] = (
    *(
        Person(Party.AUTHORITY, role, place, line)
        for role, place, line in product(ROLES_OF_PARTY[Party.AUTHORITY], PLACES, Line)
    ),
    *(
        Person(Party.ENTERPRISE, role, owner=owner)
        for role, owner in product(ROLES_OF_PARTY[Party.ENTERPRISE], (True, False))
    ),
    *(Person(Party.CONSULTANCY, role) for role in ROLES_OF_PARTY[Party.CONSULTANCY]),
    *(Person(Party.EXPERT, Role.EXPERT, on_panel=on_panel) for on_panel in (True, False)),
    Person(Party.OPERATOR, Role.OPERATOR),
    Person(Party.SYSTEM, Role.SYSTEM),
    Person(Party.AUTHORITY, Role.APPROVER, "own province", Line.ENVIRONMENT, wrote_report=True),
)


# --- states ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class State:
    """A state in plain words; `built` makes the stored shape of it."""

    done: tuple[str, ...] = ()
    results: Mapping[str, str] = field(default_factory=dict)
    overdue: frozenset[str] = frozenset()
    kind: str = "mandatory"
    categories: frozenset[str] = frozenset({"exceeds_standard", "toxic_use"})
    attempt: int = 1
    low_cost_done: bool = False
    opinions: frozenset[str] = frozenset()
    panel: frozenset[str] = frozenset()
    suspended: bool = False
    objections: int = 0
    removed: bool = False
    credited: bool = False
    breach: bool = False
    closed: bool = False
    exclusion_asked: bool = False
    scope: bool = False
    redo_mode: str = ""
    completion_accepted_on: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)

    def built(self, regime: RegimeKey) -> dict[str, Any]:
        day = PUBLISHED[regime].isoformat()
        values: dict[str, Any] = {"objections": self.objections}
        values |= {name: True for name in ("removed", "credited") if getattr(self, name)}
        if self.exclusion_asked:
            values["exclusion_asked"] = {"what": "exclude", "reason": "other", "grounds": "-", "on": day}
        if self.breach:
            values["publication_breach"] = True
        if self.scope:
            values["review_scope"] = ["national_plan"]
        if self.redo_mode:
            values["redo_mode"] = self.redo_mode
        if self.completion_accepted_on:
            values["completion_accepted_on"] = self.completion_accepted_on
        for review in self.opinions:
            values[f"opinions.{review}.{self.attempt}"] = [str(ident("an expert"))]
        return {
            **EMPTY,
            "kind": self.kind,
            "regime": regime.value,
            "published_on": day if self.kind == "mandatory" else None,
            "opened_on": day,
            "categories": dict.fromkeys(sorted(self.categories), day),
            "attempt": self.attempt,
            "done": {
                key: {"on": day, "first": day, "seq": n, "count": 1, "user": str(WRITER), "organization": str(OWNER)}
                for n, key in enumerate(self.done, start=1)
            },
            "results": dict(self.results),
            "deadlines": {
                f"{key}:published_on": {
                    "step": key,
                    "due_on": day,
                    "met_on": None,
                    "void": False,
                    "nature": "statutory",
                    "suspended_since": None,
                }
                for key in sorted(self.overdue)
            },
            "options": {"F1": {"cost_class": "low", "done_on": day}} if self.low_cost_done else {},
            "panel": {review: [str(PANELIST)] for review in self.panel},
            "suspended": [[day, None]] if self.suspended else [],
            "values": values,
            "closed": {"on": day, "why": ""} if self.closed else None,
        }


_AUDITED = ("publish", "notify", "disclose", "file_arrangement", "start_audit", "complete_audit")
_REPORTED = State((*_AUDITED, "submit_report", "receive_report"), low_cost_done=True)
_APPLIED = replace(_REPORTED, done=(*_REPORTED.done, "apply_assessment"), scope=True)
_PANELED = replace(_APPLIED, done=(*_APPLIED.done, "form_panel", "hold_review"), panel=frozenset({"assessment"}))
_OPINED = replace(_PANELED, done=(*_PANELED.done, "submit_opinion"), opinions=frozenset({"assessment"}))


def _assessed(result: str) -> State:
    return replace(_OPINED, done=(*_OPINED.done, "decide_assessment"), results={"decide_assessment": result})


_PASSED = _assessed("pass")
_SUPPLEMENT = _assessed("supplement")
_ACCEPTING = replace(_PASSED, done=(*_PASSED.done, "apply_acceptance"), panel=frozenset({"assessment", "acceptance"}))


def _accepted(result: str) -> State:
    return replace(
        _ACCEPTING,
        done=(*_ACCEPTING.done, "decide_acceptance"),
        results={"decide_assessment": "pass", "decide_acceptance": result},
        opinions=frozenset({"assessment", "acceptance"}),
    )


STATES: dict[str, State] = {
    "published": State(("publish",)),
    "published, only toxic": State(("publish",), categories=frozenset({"toxic_discharge"})),
    "published, only energy": State(("publish",), categories=frozenset({"energy"})),
    "published, energy and excess": State(("publish",), categories=frozenset({"energy", "exceeds_quota"})),
    "published, designated": State(("publish",), categories=frozenset({"designated"})),
    "all overdue": State(
        ("publish",), overdue=frozenset({"disclose", "file_arrangement", "start_audit", "complete_audit"})
    ),
    "false disclosure": State(("publish", "disclose"), breach=True),
    "started": State(_AUDITED[:5]),
    "completed": State(_AUDITED),
    "reported without options": replace(_REPORTED, low_cost_done=False, scope=True),
    "reported": replace(_REPORTED, scope=True),
    "reported, out of scope": _REPORTED,
    "reported and results published": replace(_REPORTED, done=(*_REPORTED.done, "publish_audit_result")),
    "applied": _APPLIED,
    "applied, to be forwarded": replace(_APPLIED, params={"forward_required": True}),
    "panel formed": _PANELED,
    "opinions given": _OPINED,
    "assessment passed": _PASSED,
    "not passed": _assessed("not_pass"),
    "supplement wanted": _SUPPLEMENT,
    "supplement sent": replace(_SUPPLEMENT, done=(*_SUPPLEMENT.done, "submit_supplement")),
    "supplement accepted": replace(
        _SUPPLEMENT,
        done=(*_SUPPLEMENT.done, "submit_supplement", "review_supplement"),
        results={"decide_assessment": "supplement", "review_supplement": "pass"},
    ),
    "projects just accepted": replace(_PASSED, completion_accepted_on="stable"),
    "acceptance overdue": replace(_PASSED, overdue=frozenset({"apply_acceptance"})),
    "acceptance applied": _ACCEPTING,
    "acceptance opinions given": replace(_ACCEPTING, opinions=frozenset({"assessment", "acceptance"})),
    "combined review": replace(_APPLIED, params={"combined_review": True}),
    "qualified": _accepted("qualified"),
    "unqualified": _accepted("unqualified"),
    "redo opened": State(_AUDITED[:5], attempt=2, low_cost_done=True, scope=True),
    "redo on the next list": replace(_assessed("not_pass"), redo_mode="next_list"),
    "reviewed by 151": replace(_REPORTED, done=(*_REPORTED.done, "review_results"), results={"review_results": "pass"}),
    "failed by 151": replace(
        _REPORTED, done=(*_REPORTED.done, "review_results"), results={"review_results": "not_pass"}
    ),
    "suspended": replace(_REPORTED, suspended=True),
    "objected": State(("publish", "object"), objections=1),
    "exclusion asked": State(("publish", "request_exclusion"), exclusion_asked=True),
    "exclusion decided": State(("publish", "request_exclusion", "decide_exclusion")),
    "removed": State(("publish",), removed=True),
    "left the list": State(("publish", "exit_listing"), removed=True),
    "credited": State(("publish", "credit_round"), credited=True),
    "closed": replace(_accepted("qualified"), done=(*_accepted("qualified").done, "close"), closed=True),
    "about to be opened": State(kind="voluntary", categories=frozenset()),
    "voluntary": State(("register",), kind="voluntary", categories=frozenset()),
    "voluntary, reported": replace(
        _REPORTED, done=("register", *_REPORTED.done[4:]), kind="voluntary", categories=frozenset()
    ),
    "pilot": State(("register",), kind="pilot", categories=frozenset()),
}


# --- what is expected -----------------------------------------------------------------------------------------------

_EXCESS, _TOXIC = {"exceeds_standard", "exceeds_quota"}, {"toxic_use", "toxic_discharge"}
_ORDERABLE = {"file_arrangement", "start_audit", "complete_audit", "submit_report"}
_OPEN_AFTER_CLOSING = {
    *("reopen", "correct", "publish_result", "publish_audit_result", "propose_next_round", "rename"),
    *("request_exclusion", "decide_exclusion"),  # a closed case is counted too
}


def passed(state: State) -> bool:
    result = state.results.get("decide_assessment")
    return result == "pass" or (result == "supplement" and state.results.get("review_supplement") == "pass")


def in_scope(state: State) -> bool:
    return state.kind in ("voluntary", "pilot") or state.scope or passed(state)


def may_close(state: State, regime: RegimeKey) -> bool:
    if state.removed or state.credited or state.redo_mode == "next_list":
        return True
    if {"credit_round", "exit_listing"} & set(state.done) or state.results.get("decide_acceptance") == "qualified":
        return True
    applied, reported = "apply_assessment" in state.done, "submit_report" in state.done
    if state.results.get("review_results") == "pass" and not applied:
        return True
    if state.kind == "voluntary" and reported and not applied:
        return True
    late_enough = regime in (RegimeKey.C, RegimeKey.D)
    return late_enough and not in_scope(state) and not applied and reported and "publish_audit_result" in state.done


def holds(name: str, state: State, regime: RegimeKey) -> bool:
    """Each named condition of the tables, said again."""
    categories, results = set(state.categories), state.results
    publishing = {
        RegimeKey.A: categories & _EXCESS,
        RegimeKey.B: categories & (_EXCESS | {"energy"}),
        RegimeKey.C: categories,
        RegimeKey.D: categories,
    }[regime]
    return {
        "has_city_level": True,
        "not_published": "publish" not in state.done and state.kind != "mandatory",
        "disclosure_applies": bool(publishing),
        "disclosure_overdue": "disclose" in state.overdue or state.breach,
        "audit_duty_overdue": bool(state.overdue & _ORDERABLE),
        "is_suspended": state.suspended,
        "objection_open": state.objections > 0,
        "exclusion_asked": state.exclusion_asked,
        "forward_required": bool(state.params.get("forward_required")),
        "assessment_in_scope": in_scope(state),
        "assessment_passed_or_combined": passed(state)
        or (bool(state.params.get("combined_review")) and results.get("decide_assessment") != "not_pass"),
        "acceptance_applied_or_overdue": "apply_acceptance" in state.done or "apply_acceptance" in state.overdue,
        "supplement_wanted": results.get("decide_assessment") == "supplement"
        and results.get("review_supplement") != "pass",
        "not_passed": results.get("decide_assessment") == "not_pass"
        or results.get("decide_acceptance") == "unqualified"
        or results.get("review_results") == "not_pass",
        "review_decided": bool({"decide_assessment", "decide_acceptance", "review_results"} & set(results)),
        "is_toxic_or_cycle_sector": bool(categories & _TOXIC),
        "closable": may_close(state, regime),
    }[name]


def applies(step: Step, state: State, regime: RegimeKey) -> bool:
    if state.kind not in step.kinds:
        return False
    if step.categories and not step.categories & state.categories:
        return False
    return all(holds(name, state, regime) for name in step.when)


def lines_of(state: State) -> set[Line]:
    if state.categories == {"energy"}:
        return {Line.ENERGY}
    return {Line.ENVIRONMENT, Line.ENERGY} if "energy" in state.categories else {Line.ENVIRONMENT}


def without_right(step: Step, person: Person, state: State) -> str | None:
    if person.party != step.actor.party:
        return "wrong_party"
    if person.role not in step.actor.roles:
        return "wrong_role"
    if person.party == Party.ENTERPRISE:
        return None if person.owner else "wrong_jurisdiction"
    if person.party == Party.AUTHORITY:
        if person.line not in lines_of(state):
            return "wrong_line"
        if step.actor.function is not None and person.place != COMPETENT[step.actor.function]:
            return "wrong_jurisdiction"
    return None


def not_now(step: Step, state: State, regime: RegimeKey, rows: Mapping[str, Step]) -> list[str]:
    codes = []
    if state.closed and step.key not in _OPEN_AFTER_CLOSING:
        codes.append("closed")
    waiting = [key for key in step.after if key not in state.done]
    if any(key in rows and applies(rows[key], state, regime) for key in waiting):
        codes.append("not_yet")
    if step.after_any and not set(step.after_any) & set(state.done):
        codes.append("not_yet")
    if step.key in state.done and not step.repeatable:
        codes.append("already_done")
    return codes


def forbidden_by_state(step: Step, person: Person, state: State) -> Iterable[str]:
    """What the named guards refuse before anything is filled in."""
    acceptance = step.key.endswith("acceptance")
    review = "acceptance" if acceptance else "assessment"
    unapplied = acceptance and "apply_acceptance" not in state.done
    submitted = {"submit_report", "apply_assessment", "apply_acceptance"} & set(state.done)
    for name in step.guards:
        refused = {
            "options_no_low_done": not state.low_cost_done,
            "opinion_from_panel_member": not (person.on_panel and bool(state.panel)),
            "opinion_on_this_review": review not in state.opinions and not unapplied,
            "decision_by_authority_not_author": person.wrote_report and bool(submitted),
            "supplement_band_2018": state.results.get("decide_assessment") != "supplement"
            or state.results.get("review_supplement") == "pass",
            "no_open_redo": state.attempt > 1 and "submit_report" not in state.done,
            "resume_only_if_suspended": not state.suspended,
            "suspend_only_if_running": state.suspended,
            "act_of_own_authority": person.place not in answering(state, opened=step.key == "correct"),
            "exclusion_by_another": person.wrote_report and "request_exclusion" in state.done,
        }.get(name, False)
        if refused:
            yield name


def answering(state: State, *, opened: bool) -> set[str]:
    """The places whose authority may correct something on record: its own acts, the county what the enterprise sent, the
    reviewer what experts said. What opened the case is only corrected, never taken back."""
    held = [registry.find(key)[-1] for key in state.done[0 if opened else 1 :]]
    others = {Party.ENTERPRISE: Function.SUPERVISE, Party.EXPERT: Function.REVIEW}
    return {COMPETENT[row.actor.function or others[row.actor.party]] for row in held}


def expected(step: Step, person: Person, state: State, regime: RegimeKey, rows: Mapping[str, Step]) -> tuple[str, ...]:
    refused = without_right(step, person, state)
    if refused is not None:
        return (refused,)
    if not applies(step, state, regime):
        return ("not_applicable",)
    codes = not_now(step, state, regime, rows)
    if codes:
        return tuple(codes)
    codes = list(forbidden_by_state(step, person, state))
    if step.not_before is not None and state.completion_accepted_on:
        codes.append("too_early")  # the projects were accepted less than three months ago
    return tuple(codes)


# --- the tests ------------------------------------------------------------------------------------------------------


def context(state: State, regime: RegimeKey) -> tuple[Context, Mapping[str, Step]]:
    """The pure context of a case in a state, with everybody's competence as above."""
    today = TODAY[regime]
    if state.completion_accepted_on:
        state = replace(state, completion_accepted_on=today.replace(month=today.month - 1).isoformat())
    rows = registry.steps_for(Subject.CASE, published_on=PUBLISHED[regime], applied_on=today, acted_on=today)
    lines = frozenset(lines_of(state))
    return (
        Context(
            subject=Subject.CASE,
            state=state.built(regime),
            steps=rows,
            params={**PARAMS, **state.params},
            calendar=CALENDAR,
            on=today,
            today=today,
            lines=lines,
            competent=lambda function: frozenset(office(COMPETENT[function], line) for line in lines),
            owner=str(OWNER),
        ),
        rows,
    )


def rows_of(regime: RegimeKey, subject: Subject) -> list[Step]:
    return [step for step in registry.PROCEDURES[regime].steps if step.subject is subject]


@pytest.mark.parametrize("name", STATES)
@pytest.mark.parametrize("regime", RegimeKey)
def test_every_row_for_everybody(regime: RegimeKey, name: str) -> None:
    state = STATES[name]
    ctx, rows = context(state, regime)
    wrong = []
    for step in rows_of(regime, Subject.CASE):
        for person in EVERYBODY:
            told = tuple(one.code for one in decide(step, ctx, person.acting).refusals)
            wanted = expected(step, person, state, regime, rows)
            if told != wanted:
                wrong.append((step.key, person, told, wanted))
    assert wrong[:5] == []


def test_the_matrix_meets_every_refusal_and_no_row_is_dead() -> None:
    """A row that nobody can ever follow is a fault of the table. `no_open_redo` and `supplement_band_2018` are never met:
    the preconditions of their rows say the same before them."""
    met: set[str] = set()
    alive: set[tuple[str, str]] = set()
    for regime in RegimeKey:
        _, rows = context(STATES["published"], regime)
        for step, state, person in product(rows_of(regime, Subject.CASE), STATES.values(), EVERYBODY):
            codes = expected(step, person, state, regime, rows)
            met.update(codes)
            if not codes:
                alive.add((regime.value, step.key))
    assert met == {
        *("not_applicable", "wrong_party", "wrong_role", "wrong_line", "wrong_jurisdiction"),
        *("closed", "not_yet", "already_done", "too_early", "suspend_only_if_running", "options_no_low_done"),
        *("exclusion_by_another", "act_of_own_authority"),
        *("opinion_from_panel_member", "opinion_on_this_review", "decision_by_authority_not_author"),
    }
    every = {(regime.value, step.key) for regime in RegimeKey for step in rows_of(regime, Subject.CASE)}
    assert every - alive == set()


# --- lists and yearly duties ----------------------------------------------------------------------------------------

LIST_DONE = {
    "begun": (),
    "nominated": ("nominate",),
    "submitted": ("nominate", "submit_nominations"),
    "verified": ("nominate", "submit_nominations", "verify"),
    "confirmed": ("nominate", "submit_nominations", "verify", "confirm"),
    "published": ("nominate", "submit_nominations", "verify", "confirm", "publish"),
}


@pytest.mark.parametrize("has_city", [True, False], ids=["with a city", "without a city"])
@pytest.mark.parametrize("line", [Line.ENVIRONMENT, Line.ENERGY])
@pytest.mark.parametrize("name", LIST_DONE)
@pytest.mark.parametrize("regime", RegimeKey)
def test_every_row_of_a_list(regime: RegimeKey, name: str, line: Line, has_city: bool) -> None:
    done, today = LIST_DONE[name], PUBLISHED[regime]
    rows = registry.steps_for(Subject.LIST, published_on=today, acted_on=today)
    state = State(done).built(regime)
    state["published_on"] = today.isoformat() if name == "published" else None
    # The last act was an approver's of the own province: where one authority acts twice, another person must.
    hand = Person(Party.AUTHORITY, Role.APPROVER, "own province", line)
    for key in done:
        state["done"][key] |= {
            "user": str(hand.acting.user_id),
            "organization": str(hand.acting.organization_id),
        }
    ctx = Context(
        subject=Subject.LIST,
        state=state,
        steps=rows,
        params={},
        calendar=CALENDAR,
        on=today,
        today=today,
        lines=frozenset({line}),
        facts={"has_city_level": has_city, "list_kind": "mandatory"},
        competent=lambda function: frozenset({office(COMPETENT[function], line)}),
    )
    wrong = []
    for step in rows_of(regime, Subject.LIST):
        published = name == "published"
        applicable = not (
            ("not_published" in step.when and published) or ("has_city_level" in step.when and not has_city)
        )
        for person in EVERYBODY:
            told = tuple(one.code for one in decide(step, ctx, person.acting).refusals)
            wanted = _expected_on_list(step, person, line, done, has_city, applicable)
            if not wanted and person == hand and set(step.after) & set(done) and "two_persons" in step.guards:
                wanted = ("two_persons",)
            if told != wanted:
                wrong.append((step.key, person, told, wanted))
    assert wrong[:5] == []


def _expected_on_list(
    step: Step, person: Person, line: Line, done: tuple[str, ...], has_city: bool, applicable: bool
) -> tuple[str, ...]:
    if person.party != step.actor.party:
        return ("wrong_party",)
    if person.role not in step.actor.roles:
        return ("wrong_role",)
    if person.line is not line:
        return ("wrong_line",)
    if step.actor.function is not None and person.place != COMPETENT[step.actor.function]:
        return ("wrong_jurisdiction",)
    if not applicable:
        return ("not_applicable",)
    published = "publish" in done
    waiting = [key for key in step.after if key not in done]
    if not has_city:
        waiting = [key for key in waiting if key != "verify"]
    if published:  # what precedes the publication no longer applies, and so holds nothing up
        waiting = []
    codes = ["not_yet"] if waiting else []
    if step.key in done and not step.repeatable:
        codes.append("already_done")
    return tuple(codes)


@pytest.mark.parametrize("regime", RegimeKey)
def test_every_row_of_a_yearly_duty(regime: RegimeKey) -> None:
    today = TODAY[regime]
    ctx = Context(
        subject=Subject.DUTY,
        state={**EMPTY, "regime": regime.value},
        steps=registry.steps_for(Subject.DUTY, acted_on=today),
        params={},
        calendar=CALENDAR,
        on=today,
        today=today,
        competent=lambda function: frozenset({office(COMPETENT[function], Line.ENVIRONMENT)}),
    )
    wrong = []
    for step, person in product(rows_of(regime, Subject.DUTY), EVERYBODY):
        told = tuple(one.code for one in decide(step, ctx, person.acting).refusals)
        if person.party != step.actor.party:
            wanted: tuple[str, ...] = ("wrong_party",)
        elif person.role not in step.actor.roles:
            wanted = ("wrong_role",)
        elif person.party == Party.AUTHORITY and person.line is not Line.ENVIRONMENT:
            wanted = ("wrong_line",)
        elif person.party == Party.AUTHORITY and person.place != "own province":
            wanted = ("wrong_jurisdiction",)
        else:
            wanted = ()
        if told != wanted:
            wrong.append((step.key, person, told, wanted))
    assert wrong[:5] == []
