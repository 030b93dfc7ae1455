"""Seals: a periodic, chained record of the heads of all chains, so that a cut tail or a vanished subject shows.

Each seal holds the heads that changed since the one before; the latest sealed head of every subject is what a later
check compares with. Sealing costs what changed, not what exists.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from audits.models import Event, Seal, SealedHead
from audits.procedure.canonical import canonical_json, chain_hash

# Rows of a transaction that was still open at the last seal may carry an earlier recording time.
OVERLAP = timedelta(hours=1)
BATCH = 5000


def seal(now: datetime) -> Seal | None:
    """Seal what changed since the last seal; None when nothing did, or when another worker is sealing at this moment
    (what it does not take is left to the next run)."""
    try:
        return _seal(now)
    except IntegrityError:
        if Seal.objects.filter(sealed_at__gte=now - OVERLAP).exists():
            return None
        raise


def _seal(now: datetime) -> Seal | None:
    with transaction.atomic():
        last = Seal.objects.select_for_update().order_by("-number").first()
        heads = changed_heads(last)
        if not heads:
            return None
        number = last.number + 1 if last else 1
        text = canonical_json(
            {
                "v": 1,
                "number": number,
                "at": now,
                "heads": [[kind, str(subject), version, head] for kind, subject, version, head in heads],
            }
        )
        previous = last.hash if last else ""
        row = Seal(
            number=number,
            sealed_at=now,
            subjects=len(heads),
            text=text,
            previous_hash=previous,
            hash=chain_hash(previous, text),
        )
        row.save(force_insert=True)
        SealedHead.objects.bulk_create(
            (
                SealedHead(seal=row, subject_kind=kind, subject_id=subject, version=version, head_hash=head)
                for kind, subject, version, head in heads
            ),
            batch_size=BATCH,
        )
        return row


def changed_heads(last: Seal | None) -> list[tuple[str, Any, int, str]]:
    """`(kind, subject, version, hash)` of every chain whose head is newer than its last sealed one."""
    events = Event.objects.all()
    if last is not None:
        events = events.filter(recorded_at__gte=last.sealed_at - OVERLAP)
    newest = list(events.values("subject_kind", "subject_id").annotate(version=Max("seq")).order_by("subject_id"))
    found: list[tuple[str, Any, int, str]] = []
    for start in range(0, len(newest), BATCH):
        part = newest[start : start + BATCH]
        ids = [row["subject_id"] for row in part]
        sealed = dict(
            SealedHead.objects.filter(subject_id__in=ids)
            .values("subject_id")
            .annotate(version=Max("version"))
            .values_list("subject_id", "version")
        )
        wanted = {row["subject_id"]: row for row in part if sealed.get(row["subject_id"], 0) < row["version"]}
        hashes = {
            (subject, seq): value
            for subject, seq, value in Event.objects.filter(subject_id__in=wanted).values_list(
                "subject_id", "seq", "hash"
            )
        }
        found += [
            (row["subject_kind"], subject, row["version"], hashes[(subject, row["version"])])
            for subject, row in wanted.items()
        ]
    return found
