"""Proof that the log is whole and that what is stored for queries is what the log says.

Finds, and names: an altered event, a broken chain, a cut tail, a vanished subject, and stored values that differ from
a rebuild.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import Max, Min

from audits.models import AuditCase, Deadline, DutyYear, Event, Seal, SealedHead
from audits.procedure.canonical import canonical_json, chain_hash
from audits.procedure.words import Subject
from audits.workflow import clock, listfold
from audits.workflow.state import day, fold, phase_of
from enterprises.models import KeyEnterpriseList, Listing

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. `kind`: altered_event, broken_chain, cut_tail, missing_subject, orphan_events,
    stored_differs, altered_seal, missing_seal."""

    kind: str
    subject_kind: str
    subject_id: str
    seq: int | None
    detail: str

    def __str__(self) -> str:
        place = f" #{self.seq}" if self.seq is not None else ""
        return f"{self.kind}: {self.subject_kind} {self.subject_id}{place}: {self.detail}"


def verify_all() -> Iterator[Finding]:
    """Check seals, then every chain, then every stored subject. Reads in batches; memory does not grow with the log."""
    yield from verify_seals()
    yield from _verify_chains()
    yield from _verify_subjects()
    yield from _verify_sealed_heads()


def verify_seals() -> Iterator[Finding]:
    """The chain of seals itself, and that their heads are the ones they were made over."""
    previous, expected = "", 1
    for row in Seal.objects.order_by("number").iterator():
        if row.number != expected:
            yield Finding("missing_seal", "seal", str(expected), None, f"the next seal stored is {row.number}")
            expected = row.number
        if row.previous_hash != previous or chain_hash(row.previous_hash, row.text) != row.hash:
            yield Finding("altered_seal", "seal", str(row.number), None, "its text does not give its hash")
        told = {(kind, subject): (version, head) for kind, subject, version, head in json.loads(row.text)["heads"]}
        held = {
            (kind, str(subject)): (version, head)
            for kind, subject, version, head in row.heads.values_list(
                "subject_kind", "subject_id", "version", "head_hash"
            )
        }
        if told != held:
            yield Finding("altered_seal", "seal", str(row.number), None, "its heads differ from its text")
        previous, expected = row.hash, expected + 1


def _subject_ids() -> Iterator[UUID]:
    """Every subject that has events, in order, without loading them all."""
    last: Any = None
    while True:
        rows = Event.objects.order_by("subject_id").values_list("subject_id", flat=True).distinct()
        part = list(rows.filter(subject_id__gt=last)[:BATCH] if last is not None else rows[:BATCH])
        if not part:
            return
        yield from part
        last = part[-1]


def _batches(ids: Iterable[UUID]) -> Iterator[list[UUID]]:
    part: list[UUID] = []
    for one in ids:
        part.append(one)
        if len(part) == BATCH:
            yield part
            part = []
    if part:
        yield part


def _verify_chains() -> Iterator[Finding]:
    for ids in _batches(_subject_ids()):
        events = Event.objects.filter(subject_id__in=ids).order_by("subject_id", "seq").iterator(chunk_size=2000)
        stored = _stored_subjects(ids)
        for subject_id, chain in groupby(events, key=lambda event: event.subject_id):
            yield from _verify_chain(subject_id, list(chain), stored.get(subject_id))


def _stored_subjects(ids: list[UUID]) -> dict[UUID, Any]:
    rows: dict[UUID, Any] = {}
    for model in (AuditCase, KeyEnterpriseList, DutyYear):
        rows.update(model._default_manager.in_bulk(ids))
    return rows


def _verify_chain(subject_id: UUID, chain: list[Event], row: Any) -> Iterator[Finding]:
    kind, name = chain[0].subject_kind, str(subject_id)
    previous, bodies = "", []
    for expected, event in enumerate(chain, start=1):
        if event.seq != expected:
            yield Finding(
                "broken_chain", kind, name, expected, f"the event is missing; the next one stored is {event.seq}"
            )
            return
        if event.previous_hash != previous or chain_hash(previous, event.text) != event.hash:
            yield Finding("altered_event", kind, name, event.seq, "its text and the event before do not give its hash")
            return
        wrong = column_differences(event)
        if wrong:
            yield Finding("altered_event", kind, name, event.seq, f"columns differ from its text: {', '.join(wrong)}")
            return
        bodies.append(json.loads(event.text))
        previous = event.hash
    if row is None:
        yield Finding("missing_subject", kind, name, None, "it has events but its row is gone")
        return
    if row.version > chain[-1].seq:
        yield Finding(
            "cut_tail",
            kind,
            name,
            chain[-1].seq + 1,
            f"the subject is at version {row.version}, its events end at {chain[-1].seq}",
        )
        return
    if (row.version, row.head_hash) != (chain[-1].seq, chain[-1].hash):
        yield Finding("stored_differs", kind, name, row.version, "version or head differ from the last event")
    yield from _verify_stored(row, bodies)


def column_differences(event: Event) -> list[str]:
    """Names of the columns of an event that do not repeat its text."""
    body = json.loads(event.text)
    told = {
        "subject_kind": body["subject"][0],
        "subject_id": body["subject"][1],
        "seq": body["seq"],
        "action": body["action"],
        "legal_date": body["on"],
        "recorded_at": body["at"],
        "membership": body["by"]["membership"],
        "request_key": body["request"]["key"],
        "request_digest": body["request"]["digest"],
    }
    held = {
        "subject_kind": event.subject_kind,
        "subject_id": str(event.subject_id),
        "seq": event.seq,
        "action": event.action,
        "legal_date": event.legal_date.isoformat(),
        "recorded_at": event.recorded_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "membership": str(event.membership_id),
        "request_key": event.request_key,
        "request_digest": event.request_digest,
    }
    return [name for name, value in told.items() if held[name] != value]


def _verify_stored(row: Any, bodies: list[dict[str, Any]]) -> Iterator[Finding]:
    """Compare what is stored with a rebuild."""
    wrong = list_differences(row, bodies) if row.subject_kind == Subject.LIST else case_differences(row, bodies)
    for detail in wrong:
        yield Finding("stored_differs", row.subject_kind.value, str(row.pk), None, detail)


def case_differences(row: Any, bodies: list[dict[str, Any]]) -> list[str]:
    """How the stored case (or duty) differs from the fold over its events."""
    state = fold(bodies)
    wrong = []
    if canonical_json(row.state) != canonical_json(state):
        wrong += [
            f"state.{name}" for name in state if canonical_json(row.state.get(name)) != canonical_json(state[name])
        ]
    due_on, step = clock.next_due(state)
    if (row.next_due_on, row.next_due_step) != (due_on, step):
        wrong.append(f"next deadline: stored {row.next_due_on} {row.next_due_step}, rebuilt {due_on} {step}")
    if row.subject_kind == Subject.CASE:
        told = (
            phase_of(state).value,
            state["attempt"],
            state["route"],
            day(state["published_on"]),
            sorted(state["categories"]),
        )
        held = (row.phase, row.attempt, row.route, row.published_on, row.categories)
        moved = state["values"].get("scope_code")
        if moved and (row.scope_code, row.reporting_unit_id) != (moved, state["values"]["reporting_unit"]):
            wrong.append(f"place: stored {row.scope_code}, rebuilt {moved}")
        if told != held:
            wrong.append(f"columns: stored {held}, rebuilt {told}")
    owner = {"case_id": row.pk} if row.subject_kind == Subject.CASE else {"duty_id": row.pk}
    held_rows = {
        d.key: (d.due_on.isoformat(), d.met_on.isoformat() if d.met_on else None, d.void)
        for d in Deadline.objects.filter(**owner)
    }
    told_rows = {key: (d["due_on"], d["met_on"], d["void"]) for key, d in state["deadlines"].items()}
    if held_rows != told_rows:
        names = sorted(k for k in {*held_rows, *told_rows} if held_rows.get(k) != told_rows.get(k))
        wrong.append(f"deadlines: {', '.join(names)}")
    return wrong


def list_differences(row: KeyEnterpriseList, bodies: list[dict[str, Any]]) -> list[str]:
    """How the stored list and its entries differ from the fold over its events."""
    rebuilt = listfold.fold_list(bodies)
    wrong = []
    if canonical_json(row.state) != canonical_json(rebuilt.state):
        wrong.append("state")
    held = {str(pk): status for pk, status in Listing.objects.filter(list=row).values_list("pk", "status")}
    if held != rebuilt.entries:
        names = sorted(k for k in {*held, *rebuilt.entries} if held.get(k) != rebuilt.entries.get(k))
        wrong.append(f"entries: {len(names)} differ, first {names[0]}")
    return wrong


def _verify_subjects() -> Iterator[Finding]:
    """Stored subjects whose events are all gone."""
    for model in (AuditCase, KeyEnterpriseList, DutyYear):
        rows = model._default_manager.filter(version__gt=0).order_by("pk").values_list("pk", "version")
        for part in _pages(rows):
            known = set(
                Event.objects.filter(subject_id__in=[pk for pk, _ in part])
                .values_list("subject_id", flat=True)
                .distinct()
            )
            for pk, version in part:
                if pk not in known:
                    yield Finding(
                        "cut_tail", model.subject_kind.value, str(pk), 1, f"at version {version}, but it has no events"
                    )


def _pages(rows: Any) -> Iterator[list[tuple[UUID, int]]]:
    last: Any = None
    while True:
        part = list(rows.filter(pk__gt=last)[:BATCH] if last is not None else rows[:BATCH])
        if not part:
            return
        yield part
        last = part[-1][0]


def _verify_sealed_heads() -> Iterator[Finding]:
    """What a seal saw must still be there: the event of that version with that hash."""
    last: Any = None
    while True:
        rows = (
            SealedHead.objects.order_by("subject_id")
            .values("subject_id")
            .annotate(version=Max("version"), kind=Min("subject_kind"))
        )
        part = list(rows.filter(subject_id__gt=last)[:BATCH] if last is not None else rows[:BATCH])
        if not part:
            return
        last = part[-1]["subject_id"]
        ids = [row["subject_id"] for row in part]
        heads = {
            (subject, version): head
            for subject, version, head in SealedHead.objects.filter(subject_id__in=ids).values_list(
                "subject_id", "version", "head_hash"
            )
        }
        ends = dict(
            Event.objects.filter(subject_id__in=ids)
            .values("subject_id")
            .annotate(end=Max("seq"))
            .values_list("subject_id", "end")
        )
        at = {
            (subject, seq): head
            for subject, seq, head in Event.objects.filter(subject_id__in=ids).values_list("subject_id", "seq", "hash")
            if (subject, seq) in heads
        }
        stored = _stored_subjects(ids)
        for row in part:
            subject, version = row["subject_id"], row["version"]
            yield from _sealed_finding(row["kind"], subject, version, heads[(subject, version)], ends, at, stored)


def _sealed_finding(
    kind: str,
    subject: UUID,
    version: int,
    head: str,
    ends: dict[UUID, int],
    at: dict[Any, str],
    stored: dict[UUID, Any],
) -> Iterator[Finding]:
    if subject not in ends and subject not in stored:
        yield Finding("missing_subject", kind, str(subject), None, f"sealed at version {version}, now wholly gone")
    elif ends.get(subject, 0) < version:
        yield Finding(
            "cut_tail",
            kind,
            str(subject),
            ends.get(subject, 0) + 1,
            f"sealed at version {version}, its events end before",
        )
    elif at[(subject, version)] != head:
        yield Finding("altered_event", kind, str(subject), version, "its hash is not the sealed one")
