"""Acts on many entries of a list in the background: confirming an import of thousands of rows, publishing thousands.

Each is one act through the one door, all of it or nothing. The key of the request stands in the job: a job that is begun
again after its worker died finds what was done already (`leases`), so it is done once. A refusal is a result: it is kept
with its reasons and not tried again.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from audits.models import ListActJob
from audits.models.jobs import JobState
from audits.procedure.payloads import FieldError
from audits.procedure.words import Text
from audits.workflow import drafts
from audits.workflow.door import Result, perform
from audits.workflow.errors import Refusal, WorkflowError
from audits.workflow.imports import apply_import
from audits.workflow.leases import Claim, MemberInactive, claims, wake_worker
from enterprises.importing.findings import Finding
from enterprises.models import KeyEnterpriseList

log = structlog.get_logger(__name__)

INLINE = 1_000  # entries that an act takes while a person waits
IMPORT = "import"
TASK = "audits.tasks.run_list_acts"
MOST_TOLD = 20  # reasons of a refusal that are kept


class Busy(WorkflowError):
    code, http_status = "list_busy", 409
    text = Text(
        "该名单正有一项办理在后台进行，请等它完成。", "An act on this list is under way. Wait until it is done."
    )


@dataclass
class ListActRun:
    """What a scan did."""

    done: int = 0
    refused: int = 0
    failed: int = 0
    lost: int = 0  # taken over by another worker meanwhile

    def as_dict(self) -> dict[str, Any]:
        """Plain values for logs and JSON."""
        return asdict(self)


def ask_import(
    subject: KeyEnterpriseList, *, by: Membership, entries: int, language: str, now: datetime | None = None, **said: Any
) -> ListActJob:
    """Confirm a dry run in the background; `said` is what `imports.apply_import` takes. Raises `Busy`."""
    completions = {str(row): dict(cells) for row, cells in (said.pop("completions", None) or {}).items()}
    return _ask(subject, IMPORT, {**said, "completions": completions}, by, entries, language, now)


def ask_act(
    subject: KeyEnterpriseList,
    action: str,
    *,
    by: Membership,
    entries: int,
    language: str,
    unneeded: int | None = None,
    now: datetime | None = None,
    **said: Any,
) -> ListActJob:
    """Do an action on a list in the background; `said` is what `door.perform` takes. Raises `Busy`.

    `unneeded`: the revision of the draft that is no longer needed once it is done.
    """
    on = said.pop("on", None)
    params = {**said, "on": on.isoformat() if isinstance(on, date) else None, "unneeded": unneeded}
    return _ask(subject, action, params, by, entries, language, now)


def _ask(
    subject: KeyEnterpriseList,
    kind: str,
    params: Mapping[str, Any],
    by: Membership,
    entries: int,
    language: str,
    now: datetime | None,
) -> ListActJob:
    with transaction.atomic():
        KeyEnterpriseList.objects.select_for_update().get(pk=subject.pk)  # two people do not ask at once
        if ListActJob.objects.filter(list=subject).open().exists():
            raise Busy()
        job: ListActJob = ListActJob.objects.create(
            kind=kind,
            language=language,
            params=params,
            requested_by=by,
            created_at=now or timezone.now(),
            list=subject,
            entries=entries,
        )
        transaction.on_commit(lambda: wake_worker(TASK))
    return job


def run(now: datetime | None = None, clock: Callable[[], datetime] = timezone.now) -> ListActRun:
    """Do every act that waits or whose worker is gone, oldest first. `now` decides what waits; leases run by `clock`."""
    report = ListActRun()
    for claimed in claims(ListActJob, now or clock()):
        _do(claimed, report, clock)
    return report


def _do(claimed: Claim, report: ListActRun, clock: Callable[[], datetime]) -> None:
    if claimed.is_too_many:
        _fail(claimed, "gave_up", report, clock)
        return
    try:
        claimed.check_member()
        result = _act(claimed.job)
    except MemberInactive:
        _fail(claimed, "not_allowed", report, clock)
    except WorkflowError as error:
        if claimed.fail("refused", clock(), told=reasons(error)):
            report.refused += 1
        else:
            report.lost += 1
    except Exception:
        log.exception("list_act_failed", job=str(claimed.job.pk), kind=claimed.job.kind, attempt=claimed.attempt)
        if claimed.is_last:
            _fail(claimed, "failed", report, clock)
        else:
            claimed.again()
    else:
        done = {"state": JobState.DONE.value, "progress": 100, "claimed_until": None, "error": ""}
        if claimed.own().update(**done, finished_at=clock(), version=result.version):
            report.done += 1
        else:
            report.lost += 1


def _fail(claimed: Claim, error: str, report: ListActRun, clock: Callable[[], datetime]) -> None:
    if claimed.fail(error, clock()):
        report.failed += 1
    else:
        report.lost += 1


def _act(job: ListActJob) -> Result:
    """The act itself, through the door, in one transaction."""
    said = dict(job.params)
    if job.kind == IMPORT:
        completions = {int(row): cells for row, cells in said.pop("completions").items()}
        return apply_import(job.list, by=job.requested_by, completions=completions, **said)
    revision, on = said.pop("unneeded"), said.pop("on")
    result = perform(
        job.list, job.kind, by=job.requested_by, on=date.fromisoformat(on) if on is not None else None, **said
    )
    if revision is not None:
        with suppress(WorkflowError):  # saved again meanwhile, or the step is closed to them now
            drafts.discard_draft(
                job.list, job.kind, by=job.requested_by, expected_revision=revision, submitted_as=result.version
            )
    return result


def reasons(error: WorkflowError) -> list[list[str]]:
    """Why it was refused, in both languages: the whole first, then what was said of rows and fields."""
    details = error.details
    found = details.get("findings", ()) if isinstance(details, Mapping) else details
    single = [one.text for one in found or () if isinstance(one, FieldError | Refusal | Finding)]
    texts = list(dict.fromkeys([error.text, *single]))[:MOST_TOLD]
    return [[text.zh, text.en] for text in texts]
