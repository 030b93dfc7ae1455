"""Export jobs: asked for by a member, made by a scan, fetched by the same member for a few days.

Jobs are claimed and fenced as `workflow.leases` says; a worker that comes back after its lease removes its file.
"""

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import IO, Any

import structlog
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from audits.models import ExportJob, JobState
from audits.procedure.words import Text
from audits.statistics.exports.kinds import KINDS, Asked
from audits.statistics.exports.writers import CONTENT_TYPES, write
from audits.workflow import leases
from audits.workflow.errors import NotVisible, Refusal, Refused, WorkflowError
from audits.workflow.leases import LEASE, Claim, LeaseLost, MemberInactive, wake_worker

log = structlog.get_logger(__name__)

KEPT = timedelta(days=7)
MAX_OPEN = 10  # of one member
TASK = "audits.tasks.run_exports"


class NotReady(WorkflowError):
    code, http_status = "export_not_ready", 409
    text = Text("导出文件尚未完成或已失败。", "The export is not finished, or it failed.")


class Gone(WorkflowError):
    code, http_status = "export_expired", 410
    text = Text("导出文件已过保存期，请重新导出。", "The file is no longer kept. Export again.")


@dataclass
class ExportRun:
    """What a scan did."""

    done: int = 0
    failed: int = 0
    lost: int = 0  # taken over by another worker meanwhile
    expired: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Plain values for logs and JSON."""
        return asdict(self)


# --- asking -------------------------------------------------------------------------------------------------------


def ask(
    kind: str,
    form: str,
    *,
    by: Membership,
    params: dict[str, Any],
    language: str,
    now: datetime | None = None,
) -> ExportJob:
    """Take a request for one of `KINDS` in one of `CONTENT_TYPES`, and wake a worker once it is committed.

    Raises `NotVisible` for a case the member does not see, `Refused` (`too_many_exports`).
    """
    now = now or timezone.now()
    KINDS[kind].size(Asked(by, params, language, timezone.localdate(now)))
    with transaction.atomic():
        Membership.objects.select_for_update().get(pk=by.pk)  # two requests at once are counted one after the other
        if ExportJob.objects.visible_to(by).open().count() >= MAX_OPEN:
            raise Refused(
                [
                    Refusal(
                        "too_many_exports",
                        Text(
                            f"您已有 {MAX_OPEN} 项导出尚未完成，请稍候。",
                            f"You have {MAX_OPEN} exports that are not finished. Wait for one of them.",
                        ),
                    )
                ]
            )
        job = ExportJob.objects.create(
            kind=kind, format=form, language=language, params=params, requested_by=by, created_at=now
        )
        transaction.on_commit(lambda: wake_worker(TASK))
    return job


def open_content(job: ExportJob, now: datetime | None = None) -> Any:
    """The file, open for reading. `job` was read through `visible_to`. Raises `NotReady`, `Gone`."""
    now = now or timezone.now()
    if job.state == JobState.EXPIRED or (job.expires_at is not None and job.expires_at <= now):
        raise Gone()
    if job.state != JobState.DONE:
        raise NotReady()
    try:
        return default_storage.open(job.storage_name, "rb")
    except FileNotFoundError:
        raise Gone() from None


# --- doing --------------------------------------------------------------------------------------------------------


def storage_name(job: ExportJob, attempt: int) -> str:
    """Where an attempt puts its file."""
    return f"exports/{job.pk}-{attempt}"


def run(now: datetime | None = None, clock: Callable[[], datetime] = timezone.now) -> ExportRun:
    """Make every job that waits or whose worker is gone, oldest first, and drop what is no longer kept.

    `now` decides what waits; leases run by `clock`.
    """
    now = now or clock()
    report = ExportRun(expired=_expire(now))
    for claimed in leases.claims(ExportJob, now):
        _clear(claimed)
        _do(claimed, report, clock)
    return report


def claim(pk: Any, now: datetime) -> Claim | None:
    """Claim an export; None where another worker was quicker."""
    claimed = leases.claim(ExportJob, pk, now)
    if claimed is not None:
        _clear(claimed)
    return claimed


def _clear(claimed: Claim) -> None:
    """Remove what a killed worker may have left."""
    for earlier in range(1, claimed.attempt):
        _delete(storage_name(claimed.job, earlier))


def _do(claimed: Claim, report: ExportRun, clock: Callable[[], datetime]) -> None:
    job = claimed.job
    if claimed.is_too_many:
        _fail(claimed, "gave_up", report, clock)
        return
    try:
        with tempfile.TemporaryFile() as file:
            name = _make(claimed, file, clock)
            finish(claimed, file, name, clock())
        report.done += 1
    except LeaseLost:
        report.lost += 1
    except NotVisible:
        _fail(claimed, "not_found", report, clock)
    except MemberInactive:
        _fail(claimed, "not_allowed", report, clock)
    except Exception:
        log.exception("export_failed", job=str(job.pk), kind=job.kind, attempt=job.attempt)
        if claimed.is_last:
            _fail(claimed, "failed", report, clock)
        else:
            claimed.again()


def _make(claimed: Claim, file: IO[bytes], clock: Callable[[], datetime]) -> str:
    """Write the export into a file; returns its name without suffix. Keeps progress and the lease up to date."""
    job = claimed.job
    kind = KINDS[job.kind]
    asked = Asked(job.requested_by, job.params, job.language, timezone.localdate(clock()))
    claimed.check_member()
    whole = max(kind.size(asked), 1)
    done, told = 0, 0

    def advance(pieces: int) -> None:
        nonlocal done, told
        done += pieces
        percent = min(99, done * 100 // whole)
        if percent > told:
            told = percent
            if not claimed.own().update(progress=percent, claimed_until=clock() + LEASE):
                raise LeaseLost()

    book = kind.book(asked, advance)
    write(book, job.format, file)
    return book.name


def finish(claimed: Claim, file: Any, name: str, now: datetime) -> None:
    """Store the file and mark the job done; `LeaseLost`, with the file removed, where the claim no longer stands."""
    job = claimed.job
    file.flush()
    size = file.seek(0, 2)
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    stored = default_storage.save(storage_name(job, claimed.attempt), File(file))
    won = claimed.own().update(
        state=JobState.DONE.value,
        progress=100,
        claimed_until=None,
        error="",
        file_name=f"{name}.{job.format}",
        content_type=CONTENT_TYPES[job.format],
        storage_name=stored,
        size=size,
        sha256=digest,
        finished_at=now,
        expires_at=now + KEPT,
    )
    if not won:
        _delete(stored)
        raise LeaseLost()


def _fail(claimed: Claim, error: str, report: ExportRun, clock: Callable[[], datetime]) -> None:
    if claimed.fail(error, clock()):
        report.failed += 1
    else:
        report.lost += 1


def _expire(now: datetime) -> int:
    """Drop files that are no longer kept. The row stays and says so."""
    gone = list(ExportJob.objects.filter(state=JobState.DONE.value, expires_at__lte=now)[:500])
    for job in gone:
        _delete(job.storage_name)
        ExportJob.objects.filter(pk=job.pk).update(state=JobState.EXPIRED.value, storage_name="")
    return len(gone)


def _delete(name: str) -> None:
    if name and default_storage.exists(name):
        default_storage.delete(name)
