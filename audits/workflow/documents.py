"""Files: staged by a person, bound by an action (`binding`), never replaced; purged when nobody ever used them.

Content lies in the private storage (a folder outside the web root, or an S3 bucket) under a random name; only
`open_content` reads it, for somebody `reading.documents` shows the row to.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import IO, Any
from uuid import UUID, uuid4

import structlog
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from audits.models import Document, Draft
from audits.procedure.words import Text
from audits.workflow import file_checks
from audits.workflow.errors import Refusal, Refused
from audits.workflow.file_checks import FileNotTaken
from enterprises.models import ListImport

log = structlog.get_logger(__name__)

MAX_BYTES = 25 * 1024 * 1024
MAX_STAGED = 100  # per person
KEPT_DAYS = 7
NAME_LENGTH = 150
PURGE_BATCH = 500
_CONTROL = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def stage(upload: UploadedFile, *, by: Membership, now: datetime | None = None) -> Document:
    """Store an uploaded file for a later action.

    Raises `FileNotTaken`: `file_too_large`, `too_many_staged` and those of `file_checks.check`; nothing is stored then.
    """
    now = now or timezone.now()
    if (upload.size or 0) > MAX_BYTES:
        limit = MAX_BYTES // 1024 // 1024
        raise FileNotTaken("file_too_large", f"文件超过 {limit} MB。", f"The file is larger than {limit} MB.")
    if Document.objects.filter(uploaded_by__user_id=by.user_id, bound_at=None).count() >= MAX_STAGED:
        raise FileNotTaken(
            "too_many_staged",
            f"您已有 {MAX_STAGED} 份尚未使用的文件。请先删除不用的文件。",
            f"You have {MAX_STAGED} files that no action has used yet. Delete some first.",
        )
    name = clean_name(upload.name or "")
    content: IO[bytes] = upload.file  # type: ignore[assignment]
    content_type = file_checks.check(name, content)
    size, sha256 = _measured(content)
    stored = default_storage.save(_storage_name(), File(content))
    try:
        return Document.objects.create(
            name=name,
            content_type=content_type,
            size=size,
            sha256=sha256,
            storage_name=stored,
            uploaded_by=by,
            staged_at=now,
        )
    except Exception:
        default_storage.delete(stored)
        raise


def clean_name(given: str) -> str:
    """A file name for people: without folders, control characters and what file systems forbid; its extension kept."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", given))[-1]
    plain = "".join(letter for letter in last if unicodedata.category(letter) not in _CONTROL)
    plain = re.sub(r'[<>:"|?*]', "_", plain).strip(" .")
    path = PurePath(plain or "file")
    return f"{path.stem[: NAME_LENGTH - len(path.suffix[:10])]}{path.suffix[:10]}"


def _storage_name() -> str:
    """Random, and telling nothing of the file; folders by the first two digits."""
    name = uuid4().hex
    return f"documents/{name[:2]}/{name}"


def _measured(content: IO[bytes]) -> tuple[int, str]:
    """Size and SHA-256, read in pieces; the file is left at its beginning."""
    hashed, size = hashlib.sha256(), 0
    content.seek(0)
    while chunk := content.read(1024 * 1024):
        hashed.update(chunk)
        size += len(chunk)
    content.seek(0)
    return size, hashed.hexdigest()


def open_content(document: Document) -> Any:
    """The stored file, open for reading. Raises `FileNotFoundError` where the storage has lost it."""
    return default_storage.open(document.storage_name, "rb")


def discard(document: Document, *, by: Membership) -> None:
    """Delete a staged file of one's own. What an action has used stays: `Refused("document_bound")`."""
    with transaction.atomic():
        row = Document.objects.select_for_update().filter(pk=document.pk).first()
        if row is None:
            return
        if row.bound_at is not None or row.uploaded_by_id != by.pk:
            raise Refused(
                [
                    Refusal(
                        "document_bound",
                        Text(
                            "已提交的文件不能删除或更换；请在补正时提交新文件。",
                            "What was submitted can be neither deleted nor replaced; submit a new file with a correction.",
                        ),
                    )
                ]
            )
        _delete([row])


def purge_staged(now: datetime, days: int = KEPT_DAYS) -> int:
    """Delete files that nobody used within `days`, and files of imports nobody confirmed. Safe to run twice, and beside
    an action that is just binding one of them. Files a draft still names are kept. Returns how many went."""
    before = now - timedelta(days=days)
    wanted = _named_in_drafts()
    gone = 0
    while True:
        with transaction.atomic():
            rows = list(
                Document.objects.select_for_update(skip_locked=_can_skip())
                .filter(bound_at=None, staged_at__lt=before)
                .exclude(pk__in=wanted)[:PURGE_BATCH]
            )
            _delete(rows)
        gone += len(rows)
        if len(rows) < PURGE_BATCH:
            break
    with transaction.atomic():
        imports = list(
            ListImport.objects.select_for_update(skip_locked=_can_skip()).filter(applied_at=None, created_at__lt=before)
        )
        ListImport.objects.filter(pk__in=[one.pk for one in imports]).delete()
        _drop_files(one.file_key for one in imports)
    if gone or imports:
        log.info("purged_staged_files", documents=gone, imports=len(imports))
    return gone + len(imports)


def _can_skip() -> bool:
    from django.db import connection

    return bool(connection.features.has_select_for_update_skip_locked)


def _named_in_drafts() -> set[UUID]:
    """Ids that stand anywhere in a draft: more than the files, never fewer."""
    found: set[UUID] = set()
    for payload in Draft.objects.values_list("payload", flat=True).iterator(chunk_size=200):
        found |= {UUID(text) for text in _UUID.findall(str(payload))}
    return found


def _delete(rows: Iterable[Document]) -> None:
    """Rows now, files once that is committed: a file without a row is litter, a row without a file a lie."""
    rows = list(rows)
    Document.objects.filter(pk__in=[row.pk for row in rows], bound_at=None).delete()
    _drop_files(row.storage_name for row in rows)


def _drop_files(names: Iterable[str]) -> None:
    names = list(names)

    def drop() -> None:
        for name in names:
            default_storage.delete(name)

    transaction.on_commit(drop)
