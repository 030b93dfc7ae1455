"""The tables hold together: every name exists, rows of a key never overlap, texts are there in both languages."""

import dataclasses
import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations
from typing import Any

import pytest

from audits.procedure.articles import DOCUMENTS
from audits.procedure.effects import EFFECTS
from audits.procedure.guards import GUARDS
from audits.procedure.parameters import RULES
from audits.procedure.predicates import FACT_FIELDS, FACTS, PREDICATES, REASONS
from audits.procedure.reasons import RETURN_REASONS
from audits.procedure.registry import ACTIONS, PROCEDURES, find
from audits.procedure.rungs import RUNGS
from audits.procedure.schema import Due, Field, FieldKind, Step
from audits.procedure.words import ROLES_OF_PARTY, Basis, Party, Role, Subject, Text

ALL = [pytest.param(key, step, id=f"{key}-{step.key}-{step.since or step.until or ''}")
       for key, procedure in PROCEDURES.items() for step in procedure.steps]  # fmt: skip
FROM_THE_LIST = {"publish"}  # a listed case is opened by the publication of its list
CHINESE = re.compile(r"[一-鿿]")
REGISTERS = {"consultancy", "auditor", "membership", "authority", "listing", "site", "division", "step"}


def every_row() -> Iterator[Step]:
    return (step for procedure in PROCEDURES.values() for step in procedure.steps)


def dues_of(step: Step) -> list[Due]:
    dues = [due for due in (step.due, *step.decided_dues, step.not_before) if due is not None]
    return dues + [due.soft_cap for due in dues if due.soft_cap is not None]


def texts_of(value: Any) -> Iterator[Text]:
    if isinstance(value, Text):
        yield value
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for part in dataclasses.fields(value):
            yield from texts_of(getattr(value, part.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from texts_of(item)


def fields_in(fields: tuple[Field, ...]) -> Iterator[Field]:
    for one in fields:
        yield one
        yield from fields_in(one.columns)


def test_action_keys_are_those_of_the_design():
    assert {step.key for step in every_row()} == set(ACTIONS)
    assert len(set(ACTIONS)) == len(ACTIONS)


def test_a_key_means_the_same_subject_and_basis_everywhere():
    """Else two rows of one action could be in force at once, one from each regime."""
    meanings: dict[str, set[tuple[Subject, Basis]]] = {}
    for step in every_row():
        meanings.setdefault(step.key, set()).add((step.subject, step.validity))
    assert {key: found for key, found in meanings.items() if len(found) > 1 and key != "recompute"} == {}


@pytest.mark.parametrize("key", list(PROCEDURES))
def test_rows_of_one_action_never_overlap(key):
    rows: dict[tuple[str, Subject], list[Step]] = {}
    for step in PROCEDURES[key].steps:
        rows.setdefault((step.key, step.subject), []).append(step)
    overlapping = [
        name
        for name, found in rows.items()
        for one, other in combinations(found, 2)
        if (one.since or date.min) <= (other.until or date.max) and (other.since or date.min) <= (one.until or date.max)
    ]
    assert overlapping == []


@pytest.mark.parametrize("key", list(PROCEDURES))
def test_rows_of_one_action_leave_no_gap(key):
    """A row that ends on a day inside the regime is followed by the next one on the day after, or by none at all."""
    procedure = PROCEDURES[key]
    spans: dict[str, list[tuple[date, date]]] = {}
    for step in procedure.steps:
        start = max(step.since or procedure.valid_from, procedure.valid_from)
        spans.setdefault(f"{step.subject}:{step.key}", []).append((start, step.until or date.max))
    gaps = [
        name
        for name, found in spans.items()
        for (_, until), (since, _) in zip(sorted(found), sorted(found)[1:], strict=False)
        if since != until + timedelta(days=1)
    ]
    assert gaps == []


@pytest.mark.parametrize(("key", "step"), ALL)
def test_preconditions_exist_in_the_same_subject(key, step):
    """In the same regime, or (review rows) in the one whose reviews a case of this regime may meet."""
    known = {other.key for other in every_row() if other.subject is step.subject}
    here = {other.key for other in PROCEDURES[key].steps if other.subject is step.subject} | FROM_THE_LIST
    assert set(step.after) | set(step.after_any) <= known | FROM_THE_LIST
    assert set(step.after_any) <= here | {"review_results"}
    assert set(step.after) <= here


@pytest.mark.parametrize(("key", "step"), ALL)
def test_names_in_a_row_exist(key, step):
    assert set(step.when) <= set(PREDICATES)
    assert set(step.guards) <= set(GUARDS)
    assert set(step.effects) <= set(EFFECTS)
    assert step.rungs in RUNGS
    assert step.basis.document in DOCUMENTS
    assert set(step.missed_actions) <= {other.key for other in PROCEDURES[key].steps}


@pytest.mark.parametrize(("key", "step"), ALL)
def test_no_row_rests_on_a_text_that_was_not_yet_in_force(key, step):
    document = DOCUMENTS[step.basis.document]
    begins = max(step.since or date.min, PROCEDURES[key].valid_from)
    assert document.since is None or document.since <= begins


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.key)
def test_no_parameter_rests_on_a_text_that_was_not_yet_in_force(rule):
    document = DOCUMENTS[rule.basis.document]
    assert document.since is None or (rule.since is not None and document.since <= rule.since)


@pytest.mark.parametrize(("key", "step"), ALL)
def test_actor_is_possible(key, step):
    assert set(step.actor.roles) <= set(ROLES_OF_PARTY[step.actor.party])
    assert step.actor.roles
    if "act_of_own_authority" in step.guards:  # whichever authority's act it is about
        assert step.actor.function is None
        return
    assert (step.actor.function is not None) == (step.actor.party is Party.AUTHORITY)


@pytest.mark.parametrize(("key", "step"), ALL)
def test_deadline_rules_can_be_computed(key, step):
    for due in dues_of(step):
        given = [
            bool(due.decided_in),
            bool(due.fixed),
            bool(due.parameter or due.months or due.years or due.working_days),
        ]
        assert given.count(True) == 1
        if due.parameter:
            assert due.parameter in RULES
            assert due.parameter.endswith(("_months", "_years", "_working_days"))
        if due.decided_in:
            deciding, field_key = due.decided_in
            written = [one for row in find(deciding) for one in row.fields if one.key == field_key]
            assert {one.kind for one in written} == {FieldKind.DATE}
            assert all(one.future_allowed for one in written)
        elif not due.fixed:
            assert due.since in {"published_on", "completion_accepted_on", "round_anchor_on"} or find(due.since)


@pytest.mark.parametrize(("key", "step"), ALL)
def test_fields_are_well_formed(key, step):
    keys = [one.key for one in step.fields]
    assert len(set(keys)) == len(keys)
    assert "date" not in keys  # reserved for the legal date
    by_key = {one.key: one for one in step.fields}
    for one in fields_in(step.fields):
        assert (one.kind in (FieldKind.CHOICE, FieldKind.CHOICES)) == bool(one.choices), one.key
        assert (one.kind is FieldKind.ROWS) == bool(one.columns), one.key
        assert (one.kind is FieldKind.REFERENCE) == bool(one.register), one.key
        assert not one.register or one.register in REGISTERS
        assert not any(column.kind is FieldKind.ROWS for column in one.columns), "tables inside tables"
    for one in step.fields:
        if one.only_if:
            name, values = one.only_if
            assert name in by_key or name == "route"
            if name in by_key and by_key[name].choices:
                assert set(values) <= {value for value, _ in by_key[name].choices}
    if step.date_field:
        assert by_key[step.date_field].kind is FieldKind.DATE
        assert not by_key[step.date_field].future_allowed
        assert by_key[step.date_field].required


@pytest.mark.parametrize(("key", "step"), ALL)
def test_texts_are_there_in_both_languages(key, step):
    missing = [text for text in texts_of(step) if not text.zh.strip() or not text.en.strip() or CHINESE.search(text.en)]
    assert missing == []
    assert CHINESE.search(step.title.zh)


@pytest.mark.parametrize(("key", "step"), ALL)
def test_a_public_step_shows_something_and_only_it_does(key, step):
    shown = [one.key for one in fields_in(step.fields) if one.public]
    if step.public:
        assert shown


def test_what_must_be_certified():
    certified = {step.key for step in every_row() if step.certified}
    assert certified == {"complete_audit", "submit_report", "apply_assessment", "submit_supplement", "apply_acceptance"}
    assert {step.actor.roles for step in every_row() if step.certified} == {(Role.CERTIFIER,)}
    assert {step.key for step in every_row() if step.key in certified and not step.certified} == set()


def test_every_name_is_used():
    """A predicate, guard or effect that no row names would be a promise nobody keeps."""
    assert set(PREDICATES) == {name for step in every_row() for name in step.when}
    assert set(GUARDS) == {name for step in every_row() for name in step.guards}
    assert set(EFFECTS) == {name for step in every_row() for name in step.effects}
    assert {step.rungs for step in every_row()} == set(RUNGS)
    assert set(REASONS) == set(PREDICATES)


def test_guards_say_what_they_do():
    silent = [guard.key for guard in GUARDS.values() if guard.refuses is None and guard.warns is None]
    assert silent == []
    assert {guard.key for guard in GUARDS.values() if guard.refuses is None} == {
        "acceptance_after_cap",
        "correction_before_penalty",
        "proof_of_notice",
        "amount_over_ceiling",
        "law_of_the_act",
    }


def test_a_decided_date_is_guarded_against_the_past():
    """An order or decision that sets a date must set it after itself."""
    decided = {due.decided_in for step in every_row() for due in dues_of(step) if due.decided_in}
    unguarded = {
        step.key
        for step in every_row()
        for one in step.fields
        if (step.key, one.key) in decided and "decided_date_in_future" not in step.guards
    }
    assert unguarded == {"publish"}  # a list may be recorded long after it appeared, with dates of its own


def test_folded_facts_come_from_fields_that_exist():
    for (key, field_key), fact in FACT_FIELDS.items():
        assert field_key in {one.key for row in find(key) for one in row.fields}
        assert fact in FACTS


def test_return_reasons_fit_what_can_be_returned():
    returnable = {
        value
        for row in find("return_report")
        for one in row.fields
        if one.key == "submission"
        for value, _ in one.choices
    }
    assert {step for reason in RETURN_REASONS.values() for step in reason.steps} == returnable
    assert all(set(reason.steps) <= returnable and reason.steps for reason in RETURN_REASONS.values())


def test_the_system_acts_only_where_the_law_wants_no_person():
    assert {step.key for step in every_row() if step.actor.party is Party.SYSTEM} == {"propose_next_round", "recompute"}
