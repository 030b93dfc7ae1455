"""`verify` finds and names what somebody with raw SQL and no triggers did to the log or to what is stored from it."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection

from audits.models import AuditCase, Deadline, Document, Event, Option, OptionEffect, ReviewAssignment, Seal, SealedHead
from audits.models.triggers import drop_triggers, install_triggers
from audits.procedure.canonical import canonical_json, chain_hash
from audits.workflow import projection, seals, verify
from audits.workflow.state import fold
from enterprises.models import Listing
from tests.workflow.making import Made, act, at, made

pytestmark = pytest.mark.django_db


@pytest.fixture
def started() -> Made:
    """A case with five events and a list with five, all sealed."""
    told = made("started")
    seals.seal(at(date(2008, 10, 31)))
    assert list(verify.verify_all()) == []
    return told


@pytest.fixture(autouse=True)
def _no_triggers(db: None) -> Iterator[None]:
    """What an intruder would do first. Foreign keys of SQLite are checked at commit, which a test never reaches."""
    drop_triggers(connection)
    yield
    install_triggers(connection)


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def kinds() -> list[tuple[str, str, int | None]]:
    """What verify says, as `(kind, subject kind, seq)`."""
    return [(one.kind, one.subject_kind, one.seq) for one in verify.verify_all()]


def last(case: AuditCase) -> Event:
    return Event.objects.filter(subject_id=case.pk).order_by("-seq")[0]


def test_an_altered_text_is_named_with_its_event(started: Made) -> None:
    event = Event.objects.get(subject_id=started.case.pk, seq=3)
    Event.objects.filter(pk=event.pk).update(text=event.text.replace("2008-08-20", "2008-08-19"))
    assert kinds() == [("altered_event", "case", 3)]


def test_an_altered_payload_with_a_fitting_hash_breaks_the_chain_behind_it(started: Made) -> None:
    """Whoever computes the hash anew must rewrite every later event, and then the seal tells."""
    event = Event.objects.get(subject_id=started.case.pk, seq=3)
    text = event.text.replace("如附件", "另有说明")
    assert text != event.text
    Event.objects.filter(pk=event.pk).update(text=text, hash=chain_hash(event.previous_hash, text))
    assert ("altered_event", "case", 4) in kinds()


def test_a_wholly_rewritten_chain_differs_from_its_seal(started: Made) -> None:
    previous = ""
    for event in Event.objects.filter(subject_id=started.case.pk).order_by("seq"):
        text = event.text.replace("实例", "别的")
        event.text, event.previous_hash, event.hash = text, previous, chain_hash(previous, text)
        Event.objects.filter(pk=event.pk).update(text=text, previous_hash=previous, hash=event.hash)
        previous = event.hash
    AuditCase.objects.filter(pk=started.case.pk).update(head_hash=previous)
    assert ("altered_event", "case", started.case.version) in kinds()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("action", "close"),
        ("legal_date", "2008-01-01"),
        ("recorded_at", "2008-01-01 00:00:00+00:00"),
        ("request_key", "another"),
        ("request_digest", "0" * 64),
        ("subject_kind", "duty"),
    ],
)
def test_an_altered_column_is_named(started: Made, column: str, value: str) -> None:
    pk = last(started.case).pk
    sql(f"UPDATE audits_event SET {column} = %s WHERE id = %s", value, pk)
    found = [one for one in verify.verify_all() if one.kind == "altered_event"]
    assert [(one.seq, one.subject_id) for one in found] == [(started.case.version, str(started.case.pk))]
    assert column in found[0].detail


def test_another_acting_member_is_named(started: Made) -> None:
    event = last(started.case)
    other = started.person("stranger").pk
    Event.objects.filter(pk=event.pk).update(membership_id=other)
    found = list(verify.verify_all())
    assert [(one.kind, one.seq) for one in found] == [("altered_event", started.case.version)]
    assert "membership" in found[0].detail


def test_a_deleted_event_in_the_middle(started: Made) -> None:
    Event.objects.filter(subject_id=started.case.pk, seq=3).delete()
    assert kinds() == [("broken_chain", "case", 3)]


def test_a_first_event_that_is_gone(started: Made) -> None:
    Event.objects.filter(subject_id=started.case.pk, seq=1).delete()
    assert kinds() == [("broken_chain", "case", 1)]


def test_a_cut_tail_where_the_row_still_knows_its_version(started: Made) -> None:
    version = started.case.version
    last(started.case).delete()
    assert ("cut_tail", "case", version) in kinds()


def test_a_cut_tail_that_the_stored_case_was_fitted_to_is_found_by_the_seal(started: Made) -> None:
    """State, deadlines and version are put back as they were before the last event: only the seal remembers."""
    case, version = started.case, started.case.version
    last(case).delete()
    rewind(case)
    found = list(verify.verify_all())
    assert [(one.kind, one.seq, one.subject_id) for one in found] == [("cut_tail", version, str(case.pk))]
    assert "sealed" in found[0].detail


def test_a_cut_tail_after_the_last_seal_is_found_while_the_row_was_not_fitted(started: Made) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audits_sealedhead")
        cursor.execute("DELETE FROM audits_seal")
    version = started.case.version
    last(started.case).delete()
    assert kinds() == [("cut_tail", "case", version)]


def rewind(case: AuditCase) -> None:
    """Fit everything stored of the case to the events that are left, as a careful intruder would."""
    events = list(Event.objects.filter(subject_id=case.pk).order_by("seq"))
    bodies = [json.loads(event.text) for event in events]
    state = fold(bodies)
    projection.columns(case, state, events[-1], bodies[-1]["basis"])
    case.save()
    Deadline.objects.filter(case=case).delete()
    projection.write_deadlines(projection.deadline_rows(case, state["deadlines"]))
    Document.objects.filter(case=case, event_seq__gt=len(events)).delete()


def test_a_vanished_case_whose_events_stay(started: Made) -> None:
    remove_row(started.case)
    assert kinds() == [("missing_subject", "case", None)]


def test_a_vanished_case_with_its_events_is_remembered_by_the_seal(started: Made) -> None:
    case = started.case
    version = case.version
    Event.objects.filter(subject_id=case.pk).delete()
    remove_row(case)
    found = list(verify.verify_all())
    assert [(one.kind, one.subject_id) for one in found] == [("missing_subject", str(case.pk))]
    assert f"sealed at version {version}" in found[0].detail


def test_a_case_without_any_event_left(started: Made) -> None:
    Event.objects.filter(subject_id=started.case.pk).delete()
    assert ("cut_tail", "case", 1) in kinds()


def remove_row(case: AuditCase) -> None:
    """Delete the row of a case and what points at it, past every rule of the service."""
    for relation in AuditCase._meta.get_fields(include_hidden=True):
        if relation.auto_created and relation.is_relation and not relation.concrete:
            table, column = relation.related_model._meta.db_table, relation.field.column
            sql(f"DELETE FROM {table} WHERE {column} = %s", pk_of(case))
    sql("DELETE FROM audits_auditcase WHERE id = %s", pk_of(case))


def pk_of(case: AuditCase) -> str:
    return str(case.pk) if connection.vendor == "postgresql" else case.pk.hex


def test_an_altered_seal_and_altered_heads(started: Made) -> None:
    seal = Seal.objects.get()
    Seal.objects.filter(pk=seal.pk).update(text=seal.text.replace('"v":1', '"v":2'))
    assert kinds() == [("altered_seal", "seal", None)]
    Seal.objects.filter(pk=seal.pk).update(text=seal.text)
    SealedHead.objects.filter(subject_id=started.case.pk).update(version=1)
    assert ("altered_seal", "seal", None) in kinds()


def test_a_seal_that_is_gone_and_one_that_was_made_anew(started: Made) -> None:
    first = Seal.objects.get()

    act(
        started,
        started.case,
        "complete_stage",
        started.plant.preparer,
        date(2008, 11, 1),
        {"stage": "1", "completed_on": "2008-11-01"},
    )
    seals.seal(at(date(2008, 11, 30)))
    assert kinds() == []
    # The first seal is made over other heads, with a hash that fits: the second one still knows the old hash.
    text = canonical_json({**json.loads(first.text), "heads": []})
    SealedHead.objects.filter(seal=first).delete()
    Seal.objects.filter(pk=first.pk).update(text=text, hash=chain_hash("", text), subjects=0)
    assert [(one.kind, one.subject_id) for one in verify.verify_seals()] == [("altered_seal", "2")]
    Seal.objects.filter(pk=first.pk).delete()
    assert [(one.kind, one.subject_id) for one in verify.verify_seals()] == [
        ("missing_seal", "1"),
        ("altered_seal", "2"),
    ]


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({"phase": "closed"}, "phase: stored"),
        ({"published_on": "2008-08-02"}, "published_on: stored"),
        ({"next_due_on": "2009-01-01"}, "next_due_on: stored"),
        ({"scope_code": "33"}, "scope_code: stored"),
        ({"reporting_unit_id": "330000"}, "reporting_unit_id: stored"),
        ({"basis_digest": ""}, "basis_digest: stored"),
        ({"categories": ["energy"]}, "categories: stored"),
        ({"route": "entrusted"}, "route: stored"),
        ({"attempt": 2}, "attempt: stored"),
        ({"closed_on": "2008-12-01"}, "closed_on: stored"),
        ({"kind": "pilot"}, "kind: stored"),
        ({"regime": "B"}, "regime: stored"),
        ({"line_energy": True}, "line_energy: stored"),
        ({"head_hash": "0" * 64}, "version or head"),
        ({"version": 3}, "version or head"),
    ],
)
def test_tampering_with_a_stored_case_is_named(started: Made, values: dict[str, Any], names: str) -> None:
    AuditCase.objects.filter(pk=started.case.pk).update(**values)
    found = list(verify.verify_all())
    assert {(one.kind, one.subject_id) for one in found} == {("stored_differs", str(started.case.pk))}
    assert any(names in one.detail for one in found)


def test_a_tampered_state_is_named_part_by_part(started: Made) -> None:
    state = started.case.state
    state["results"] = {"decide_acceptance": "qualified"}
    AuditCase.objects.filter(pk=started.case.pk).update(state=state)
    assert [one.detail for one in verify.verify_all()] == ["state.results"]


@pytest.mark.parametrize(
    "values",
    [
        {"due_on": "2030-01-01"},
        {"met_on": "2008-09-01"},
        {"void": True},
        {"adjusted_due_on": "2030-01-01"},
        {"held": True},
    ],
)
def test_a_tampered_deadline_is_named_by_its_key(started: Made, values: dict[str, Any]) -> None:
    Deadline.objects.filter(case=started.case, key="complete_audit:published_on").update(**values)
    assert [one.detail for one in verify.verify_all()] == ["deadlines: complete_audit:published_on"]


def test_a_deadline_row_that_is_gone_is_named(started: Made) -> None:
    Deadline.objects.filter(case=started.case, key="complete_audit:published_on").delete()
    assert [one.detail for one in verify.verify_all()] == ["deadlines: complete_audit:published_on"]


def test_tampering_with_an_entry_of_a_list_is_named(started: Made) -> None:
    Listing.objects.filter(list=started.list).update(status="dropped")
    found = list(verify.verify_all())
    assert [(one.kind, one.subject_kind) for one in found] == [("stored_differs", "list")]
    assert "entries" in found[0].detail


@pytest.mark.parametrize(("column", "value"), [("status", "collecting"), ("published_on", "2008-07-31")])
def test_tampering_with_a_list_is_named(started: Made, column: str, value: str) -> None:
    sql(f"UPDATE enterprises_keyenterpriselist SET {column} = %s", value)
    assert [(one.kind, one.subject_kind) for one in verify.verify_all()] == [("stored_differs", "list")]


def test_tampering_with_a_document_is_named(started: Made) -> None:
    document = Document.objects.filter(case=started.case).first()
    assert document is not None
    Document.objects.filter(pk=document.pk).update(sha256="0" * 64)
    assert [one.detail for one in verify.verify_all()] == [f"documents: {document.pk}"]


def test_tampering_with_options_and_panel_is_named() -> None:
    told = made("paneled")
    assert kinds() == []
    Option.objects.filter(case=told.case).update(cost_class="high")
    assert [one.detail for one in verify.verify_all()] == ["options: F1"]
    Option.objects.filter(case=told.case).update(cost_class="low")
    OptionEffect.objects.create(option=told.case.options.get(), metric="water_saved_t", year=2009, verified=1)
    assert [one.detail for one in verify.verify_all()] == ["options: F1"]
    OptionEffect.objects.all().delete()
    ReviewAssignment.objects.filter(case=told.case, membership=told.person("expert 1")).update(ended_on="2009-09-02")
    assert [one.detail for one in verify.verify_all()] == ["panel: who may see the case differs"]
