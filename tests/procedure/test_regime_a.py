"""Regime A as encoded equals the reviewed draft, row by row; where it differs on purpose, the reason stands here."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from audits.procedure.parameters import RULES
from audits.procedure.registry import PROCEDURES, steps_for
from audits.procedure.schema import Due, Roll, Step
from audits.procedure.words import Function, Mark, Party, RegimeKey, Subject

DRAFT = yaml.safe_load((Path(__file__).parents[2] / "docs" / "law" / "regime-a-steps.yaml").read_text(encoding="utf-8"))
GROUPS = {"list_steps": Subject.LIST, "case_steps": Subject.CASE, "unit_year_duties": Subject.DUTY}
ON = date(2011, 6, 1)
STEPS = {subject: steps_for(subject, published_on=ON, applied_on=ON, acted_on=ON) for subject in Subject}
STEPS_2007 = steps_for(Subject.CASE, published_on=date(2007, 6, 1), acted_on=date(2008, 6, 30))

# `first_round_targets` is no action of the design: its dates stand on the sectors (`sectors.first_round_by`).
NOT_A_STEP = {"first_round_targets"}
DRAFTED = [
    pytest.param(GROUPS[group], row, id=f"{row.get('key') or '+'.join(row['keys'])}-{row.get('variant', '')}")
    for group in GROUPS
    for row in DRAFT[group]
    if row.get("key") not in NOT_A_STEP
]
WHO = {
    "L": (Party.AUTHORITY, Function.SUPERVISE),
    "C": (Party.AUTHORITY, Function.VERIFY),
    "U": (Party.AUTHORITY, Function.LIST),
    "R": (Party.AUTHORITY, Function.REVIEW),
    "E": (Party.ENTERPRISE, None),
    "X": (Party.EXPERT, None),
    "SYS": (Party.SYSTEM, None),
    "province or separately planned city": (Party.AUTHORITY, Function.ORDER),
    "province and XPCC": (Party.AUTHORITY, Function.PLAN),
    "U and N": (Party.AUTHORITY, Function.LIST),  # the nation's batch is a field of the province's act
    "U or entrusted unit": (Party.AUTHORITY, Function.REVIEW),  # the entrusted unit is competence by delegation
}
OTHER_ACTOR = {
    "submit_annual_report": (Party.AUTHORITY, Function.PLAN),  # one function for both yearly duties
    "reopen": (Party.AUTHORITY, None),  # whoever recorded it, or an authority above: a guard says whose
    "correct": (Party.AUTHORITY, None),
    "object": (Party.ENTERPRISE, None),  # who objects is the enterprise; the draft lumps it with the unit's acts
}
OTHER_PRECONDITION = {
    "decide_acceptance": ("submit_opinion",),  # an application that is overdue is decided too: predicate
    "apply_acceptance": (),  # both reviews in one sitting where the unit combines them: predicate
    "confirm": ("submit_nominations", "verify"),  # where nobody verifies, the submission is the precondition
    "close": (),
    "propose_next_round": ("complete_audit",),
    "start_audit": (),  # opened by the list or without one: after_any
    "file_arrangement": (),
    "apply_assessment": ("submit_report",),
    "form_panel": ("forward_assessment",),  # after_any: either application
    "hold_review": ("form_panel",),
    "submit_opinion": ("form_panel",),
    "decide_assessment": ("apply_assessment", "submit_opinion"),
    "record_penalty": (),  # a lapsed order is a warning, never a bar (law text 19.3)
    "order_redo": (),
    "order_audit": ("publish",),
    "decide_objection": ("object",),
    "disclose_in_default": ("publish",),
    "publish_result": (),
}


def found(subject: Subject, key: str) -> Step:
    return STEPS_2007[key] if key == "review_results" else STEPS[subject][key]


def length(text: str) -> dict[str, int]:
    if text.endswith("wd"):
        return {"working_days": int(text[:-2])}
    return {"years": int(text[:-1])} if text.endswith("y") else {"months": int(text[:-1])}


def in_months(given: dict[str, int]) -> dict[str, int]:
    """A year and twelve months are the same period."""
    return {"months": 12 * given["years"]} if "years" in given else given


def of_due(due: Due) -> dict[str, int]:
    if due.parameter:
        unit = next(unit for unit in ("working_days", "months", "years") if due.parameter.endswith(f"_{unit}"))
        return in_months({unit: RULES[due.parameter].default})
    return in_months({unit: n for unit in ("months", "years", "working_days") if (n := getattr(due, unit))})


@pytest.mark.parametrize(("subject", "row"), DRAFTED)
def test_step_exists_with_its_actor_and_rows(subject: Subject, row: dict[str, Any]) -> None:
    for key in row.get("keys", [row.get("key")]):
        step = found(subject, key)
        assert (step.actor.party, step.actor.function) == OTHER_ACTOR.get(key, WHO[row["who"]])
        assert set(row.get("rows", ())) <= set(step.rows)
        assert bool(row.get("public")) <= step.public


@pytest.mark.parametrize(("subject", "row"), [p for p in DRAFTED if "key" in p.values[1]])
def test_preconditions_are_those_of_the_draft(subject: Subject, row: dict[str, Any]) -> None:
    step = found(subject, row["key"])
    drafted = tuple(str(name).split(" ")[0] for name in row.get("after", ()))
    assert step.after == OTHER_PRECONDITION.get(row["key"], drafted)
    if not set(drafted) <= {*step.after, *step.after_any}:
        assert step.when or "publish" in step.after_any or "correction_before_penalty" in step.guards


@pytest.mark.parametrize(("subject", "row"), [p for p in DRAFTED if "key" in p.values[1]])
def test_deadline_is_that_of_the_draft(subject: Subject, row: dict[str, Any]) -> None:
    step = found(subject, row["key"])
    drafted = row.get("due")
    if drafted is None:
        assert step.due is None
        return
    due = step.due
    assert due is not None
    if "fixed" in drafted:
        month, day = str(drafted["fixed"]).split("-")
        assert due == Due(fixed=(int(month), int(day)), roll=Roll.NEVER)
    elif "set_in" in drafted:
        assert due.decided_in == tuple(drafted["set_in"].split("."))
        assert due.roll is Roll.NEVER
        assert due.soft_cap is not None
        assert of_due(due.soft_cap) == length(drafted["soft_cap"]["add"])
        assert due.soft_cap.parameter == drafted["soft_cap"]["param"]
    elif row["key"] == "propose_next_round":
        assert due == Due(since="round_anchor_on", parameter="interval_years", roll=Roll.NEVER)
        assert of_due(due) == {"months": 60}
    else:
        assert due.since == "published_on"
        assert of_due(due) == in_months(length(drafted["add"]))
        assert due.roll is Roll(drafted.get("roll", "next"))


def test_not_before_is_three_months_after_the_last_completion_acceptance() -> None:
    not_before = STEPS[Subject.CASE]["apply_acceptance"].not_before
    assert not_before == Due(since="completion_accepted_on", parameter="stable_months", roll=Roll.NEVER)
    assert of_due(not_before) == {"months": 3}


@pytest.mark.parametrize(
    ("subject", "row"), [p for p in DRAFTED if p.values[1].get("since") or p.values[1].get("until")]
)
def test_validity_is_that_of_the_draft(subject: Subject, row: dict[str, Any]) -> None:
    step = found(subject, row["key"])
    if row.get("since"):
        assert step.since == date.fromisoformat(str(row["since"]))
    if row.get("until"):
        assert step.until == date.fromisoformat(str(row["until"]))


def test_every_key_of_the_table_is_drafted_or_a_rule_of_this_product() -> None:
    drafted = {key for p in DRAFTED for key in p.values[1].get("keys", [p.values[1].get("key")])}
    drafted |= {
        key for p in DRAFTED for key in p.values[1].get("otherwise", ()) if isinstance(p.values[1]["otherwise"], list)
    }
    beyond = {step.key for step in PROCEDURES[RegimeKey.A].steps} - drafted
    named = {step.key: step.basis.mark for step in PROCEDURES[RegimeKey.A].steps if step.key in beyond}
    assert {key for key, mark in named.items() if mark is not Mark.OWN} == {"register"}  # O16-6-7, O16-12


def test_filing_start_and_disclosure_wait_for_nothing_but_the_list() -> None:
    """45 working days usually end after the two months (law text 19.1): no chain between them."""
    case = STEPS[Subject.CASE]
    assert [case[key].after for key in ("disclose", "file_arrangement", "start_audit")] == [("publish",), (), ()]
    assert {case[key].after_any for key in ("file_arrangement", "start_audit")} == {("publish", "register")}
