"""What a frozen return is: one canonical text, its digest, the same bytes as a document, and the event that holds it.

The document's SHA-256 is the digest, and the event of the duty names the document with its SHA-256: so the hash chain
of the duty covers every figure of the return.
"""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.models import Membership
from audits.models import Document, Event, UnitReturn
from audits.procedure.canonical import canonical_json, digest
from audits.workflow.events import read_body

CONTENT_VERSION = 1


def content(row: UnitReturn) -> dict[str, Any]:
    """What is frozen of a return: figures, how they came about, who made and who submitted it."""
    return {
        "v": CONTENT_VERSION,
        "unit": row.reporting_unit_id or "",
        "scope": row.scope_label,
        "year": row.year,
        "revision": row.revision,
        "supersedes": row.supersedes.digest if row.supersedes is not None else "",
        "reason": row.reason,
        "source": row.source,
        "as_of": row.as_of,
        "metrics": row.metrics,
        "further": row.further,
        "notes": row.notes,
        "flags": row.flags,
        "corrections": row.corrections,
        "acknowledgements": row.acknowledgements,
        "authors": row.authors,
        "submitted_by": str(row.submitted_by_id or ""),
    }


def text_of(row: UnitReturn) -> str:
    """The canonical text of a return."""
    return canonical_json(content(row))


def stage(row: UnitReturn, by: Membership, now: Any) -> Document:
    """The return as a document for the duty's event. Its file is deleted by the caller where the act fails."""
    data = text_of(row).encode()
    stored = default_storage.save(f"documents/returns/{uuid4().hex}", ContentFile(data))
    return Document.objects.create(
        name=f"annual-return-{row.reporting_unit_id}-{row.year}-r{row.revision}.txt",
        content_type="text/plain",
        size=len(data),
        sha256=digest(data.decode()),
        storage_name=stored,
        uploaded_by=by,
        staged_at=now,
    )


def event_of(row: UnitReturn) -> Event | None:
    """The event of the duty that reported this return; None for a draft and for years before the system."""
    if row.duty_id is None or row.event_seq is None:
        return None
    return Event.objects.filter(subject_id=row.duty_id, seq=row.event_seq).first()


def broken() -> Iterator[str]:
    """Frozen returns that are not what was frozen, one sentence each; none when all hold.

    Compared are the row with its digest, the digest with the document, and the document with the duty's event. Returns
    from outside the log (the paper's) have no digest to compare.
    """
    rows = UnitReturn.objects.frozen().exclude(digest="").select_related("supersedes", "document").order_by("pk")
    for row in rows.iterator(chunk_size=200):
        if digest(text_of(row)) != row.digest:
            yield f"return {row.pk}: its figures are not those of its digest"
        if row.document is None:
            continue
        if row.document.sha256 != row.digest:
            yield f"return {row.pk}: its document is another"
        event = event_of(row)
        if event is None or row.digest not in {item["sha256"] for item in read_body(event)["files"]}:
            yield f"return {row.pk}: the event of its duty does not hold it"
