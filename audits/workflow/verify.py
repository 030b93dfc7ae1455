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

from audits.models import AuditCase, DutyYear, Event, Seal, SealedHead
from audits.procedure.canonical import chain_hash
from audits.workflow.stored import Held, differences
from enterprises.models import KeyEnterpriseList

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
        stored, held = _stored_subjects(ids), Held(ids)
        for subject_id, chain in groupby(events, key=lambda event: event.subject_id):
            yield from _verify_chain(subject_id, list(chain), stored.get(subject_id), held)


def _stored_subjects(ids: list[UUID]) -> dict[UUID, Any]:
    rows: dict[UUID, Any] = {}
    for model in (AuditCase, KeyEnterpriseList, DutyYear):
        rows.update(model._default_manager.in_bulk(ids))
    return rows


def _verify_chain(subject_id: UUID, chain: list[Event], row: Any, held: Held) -> Iterator[Finding]:
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
    for detail in differences(row, bodies, held):
        yield Finding("stored_differs", kind, name, None, detail)


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


def _verify_subjects() -> Iterator[Finding]:
    """Stored subjects whose events are all gone."""
    for model in (AuditCase, KeyEnterpriseList, DutyYear):
        rows = model._default_manager.filter(version__gt=0).order_by("pk").values_list("pk", "version")
        for part in _pages(rows):
            known = set(
                Event.objects.filter(subject_id__in=[pk for pk, _ in part])
                .order_by("subject_id")  # by `seq` as well, every event would count as another
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
