"""Importing a list: a dry run that stores the file and nothing else, then exactly the confirmed set, or nothing.

What a file says is judged by `enterprises.importing`; here it becomes sites in the register and one `nominate` event.
"""

import hashlib
from collections.abc import Collection, Mapping
from datetime import date, datetime
from pathlib import PurePath
from typing import Any, Literal
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.acting import acting_of
from accounts.models import Membership
from audits.models import Document, Event
from audits.procedure.words import CaseKind, Category, Subject, Text
from audits.workflow import contexts
from audits.workflow.decide import decide, right
from audits.workflow.door import Request, Result, replayed
from audits.workflow.errors import Forbidden, NotVisible, Refused, StaleVersion, WorkflowError
from audits.workflow.list_acts import nominate_sites
from audits.workflow.lists import commit, list_context, locked_list
from enterprises.enterprise_register import EnterpriseDraft, SiteDraft, add_sites, create_with_sites
from enterprises.importing.entries import Entry
from enterprises.importing.errors import ImportRefused
from enterprises.importing.registers import RegisterLookup
from enterprises.importing.report import Report, confirm, dry_run
from enterprises.models import Enterprise, KeyEnterpriseList, ListImport, Site
from enterprises.snapshot import snapshot

CONTENT_TYPES = {".csv": "text/csv", ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


class ImportProblem(WorkflowError):
    """A file or a confirmation that `enterprises.importing` refused: same code, same text."""

    http_status = 400

    def __init__(self, cause: ImportRefused) -> None:
        super().__init__(cause.text, cause.details)
        self.code = cause.code
        if cause.code == "import_changed":
            self.http_status = 409


class UnknownImport(WorkflowError):
    code, http_status = "unknown_import", 409
    text = Text("没有此次预检，请重新上传文件。", "There is no such dry run. Upload the file again.")


def check(
    subject: KeyEnterpriseList,
    *,
    by: Membership,
    content: bytes,
    filename: str,
    categories: Collection[Category] = (),
    now: datetime | None = None,
) -> tuple[ListImport, Report]:
    """The dry run: a verdict per row. Keeps the file with its report, changes no list.

    Raises `NotVisible`, `Forbidden`, `Refused` (the list is published) or `ImportProblem`; nothing is stored then.
    """
    now = now or timezone.now()
    row = KeyEnterpriseList.objects.visible_to(by).select_related("reporting_unit").filter(pk=subject.pk).first()
    if row is None:
        raise NotVisible()
    today = timezone.localdate(now)
    ctx = list_context(row, acting=acting_of(by), on=today, today=today)
    _check_right(ctx, by)
    try:
        report = dry_run(
            content,
            filename,
            RegisterLookup(row, on=today),
            list_kind=CaseKind(row.kind),
            year=row.year,
            categories=categories,
        )
    except ImportRefused as refused:
        raise ImportProblem(refused) from refused
    suffix = PurePath(filename).suffix.lower()
    name = default_storage.save(f"imports/{uuid4()}{suffix}", ContentFile(content))
    held = ListImport.objects.create(
        list=row,
        file_name=PurePath(filename).name[:255],
        file_key=name,
        file_size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        digest=report.digest,
        uploaded_by=by,
        report={
            "rows": report.rows,
            "accepted": report.accepted,
            "rejected": len({f.row for f in report.rejected}),
            "categories": sorted(categories),
        },
    )
    return held, report


def again(
    subject: KeyEnterpriseList, *, by: Membership, import_id: UUID, on: date, confirmed: str = ""
) -> tuple[ListImport, Report]:
    """The verdict on a file that was sent before, as the registers stand now, for people of the sender's organization.

    Looking changes nothing. Only where the digest they `confirmed` is that of this verdict, the import keeps it, so that
    `apply_import` finds what they saw.
    Raises `UnknownImport` (none, another's, or applied already) or `ImportProblem`.
    """
    row = KeyEnterpriseList.objects.visible_to(by).select_related("reporting_unit").filter(pk=subject.pk).first()
    if row is None:
        raise NotVisible()
    held = ListImport.objects.filter(
        pk=import_id, list=row, applied_at=None, uploaded_by__organization=by.organization_id
    ).first()
    if held is None:
        raise UnknownImport()
    try:
        report = _judged(row, held, _content(held), on)
    except ImportRefused as refused:
        raise ImportProblem(refused) from refused
    if confirmed == report.digest != held.digest:
        held.digest = report.digest
        held.save(update_fields=["digest"])
    return held, report


def _content(held: ListImport) -> bytes:
    with default_storage.open(held.file_key, "rb") as file:
        content: bytes = file.read()
    return content


def _judged(row: KeyEnterpriseList, held: ListImport, content: bytes, on: date) -> Report:
    return dry_run(
        content,
        held.file_name,
        RegisterLookup(row, on=on),
        list_kind=CaseKind(row.kind),
        year=row.year,
        categories=[Category(c) for c in held.report.get("categories", ())],
    )


def _check_right(ctx: Any, by: Membership) -> None:
    step = contexts.step_of(ctx, "nominate")
    acting = acting_of(by)
    refusal = right(step, ctx, acting)
    if refusal is not None:
        raise Forbidden([refusal])
    decision = decide(step, ctx, acting)
    if not decision.allowed:
        raise Refused(list(decision.refusals))


def apply_import(
    subject: KeyEnterpriseList,
    *,
    by: Membership,
    digest: str,
    rows: Collection[int] | Literal["accepted"],
    repairs: Collection[str] | Literal["all"],
    completions: Mapping[int, Mapping[str, str]] | None = None,
    expected_version: int,
    idempotency_key: str,
    now: datetime | None = None,
) -> Result:
    """Put the confirmed rows on the list: all of that set, as one `nominate` event, or nothing.

    The file is judged again against the registers as they are now; a changed world is `import_changed` (409).
    """
    now = now or timezone.now()
    confirmed = {
        "import": digest,
        "rows": rows if rows == "accepted" else sorted(rows),
        "repairs": repairs if repairs == "all" else sorted(repairs),
        "completions": {str(k): dict(v) for k, v in sorted((completions or {}).items())},
    }
    request = Request("nominate", confirmed, expected_version, idempotency_key)
    try:
        with snapshot(), transaction.atomic():
            done = _apply_locked(subject.pk, request, by, digest, rows, repairs, completions or {}, now)
    except IntegrityError:
        again = replayed(request, Subject.LIST, subject.pk, by)
        if again is None:
            raise
        return again
    return done if isinstance(done, Result) else Result.of(done)


def _apply_locked(
    pk: UUID,
    request: Request,
    by: Membership,
    digest: str,
    rows: Any,
    repairs: Any,
    completions: Mapping[int, Mapping[str, str]],
    now: datetime,
) -> Event | Result:
    row = locked_list(pk, by)
    today = timezone.localdate(now)
    acting = acting_of(by)
    ctx = list_context(row, acting=acting, on=today, today=today)
    refusal = right(contexts.step_of(ctx, "nominate"), ctx, acting)
    if refusal is not None:
        raise Forbidden([refusal])
    replay = replayed(request, Subject.LIST, pk, by)
    if replay is not None:
        return replay
    if row.version != request.expected_version:
        raise StaleVersion(row.version)
    _check_right(ctx, by)
    held = (
        ListImport.objects.filter(list=row, digest=digest, applied_at=None, uploaded_by__organization=by.organization)
        .order_by("-created_at")
        .first()
    )
    if held is None:
        raise UnknownImport()
    entries = _confirmed(row, held, _content(held), rows, repairs, completions, today)
    sites = sites_for(entries, by)
    pairs = [
        (
            site,
            {
                "categories": [c.value for c in entry.categories],
                "sector": entry.sector,
                "row_number": entry.row,
                "source_row": entry.source_row,
            },
        )
        for site, entry in zip(sites, entries, strict=True)
    ]
    move = nominate_sites(row, ctx, acting, pairs, path="rows[{}]")
    document = Document.objects.create(
        name=held.file_name[:200],
        content_type=CONTENT_TYPES.get(PurePath(held.file_name).suffix.lower(), "application/octet-stream"),
        size=held.file_size,
        sha256=held.sha256,
        storage_name=held.file_key,
        uploaded_by=by,
        staged_at=now,
        sensitive=True,
    )
    files = [{"id": str(document.pk), "sha256": document.sha256, "name": document.name, "field": "import"}]
    values = {**request.payload, "entries": len(entries), "completed_rows": [e.row for e in entries if e.completed]}
    event = commit(row, contexts.step_of(ctx, "nominate"), ctx, request, by, now, values, files, move)
    held.applied_at, held.applied_by = now, by
    held.save(update_fields=["applied_at", "applied_by"])
    return event


def _confirmed(
    row: KeyEnterpriseList,
    held: ListImport,
    content: bytes,
    rows: Any,
    repairs: Any,
    completions: Mapping[int, Mapping[str, str]],
    today: date,
) -> list[Entry]:
    """The entries of the set the caller confirmed, judged against the world as it is now."""
    try:
        report = _judged(row, held, content, today)
        report.require_digest(held.digest)
        return confirm(report, rows=rows, repairs=repairs, completions=completions)
    except ImportRefused as refused:
        raise ImportProblem(refused) from refused


def sites_for(entries: list[Entry], by: Membership) -> list[Site]:
    """A site for every entry, in order: one on record, a further one of a known enterprise, or a new enterprise's.

    Two rows with one code are two sites of one enterprise. A constant number of queries per batch.
    """
    known = Enterprise.objects.in_bulk({e.enterprise_id for e in entries if e.enterprise_id})
    held: dict[tuple[UUID, str, str], Site] = {}
    if known:
        for site in (
            Site.objects.open().filter(enterprise__in=list(known)).select_related("enterprise", "reporting_unit")
        ):
            held[(site.enterprise_id, site.scope_code, site.address)] = site
            held.setdefault((site.enterprise_id, site.scope_code, ""), site)
    used: set[UUID] = set()  # a further row of the same enterprise is another plant, never the same site twice
    found: dict[int, Site] = {}
    further: list[tuple[int, Enterprise, SiteDraft]] = []
    fresh: dict[str, list[int]] = {}
    for place, entry in enumerate(entries):
        if entry.enterprise_id is None:
            fresh.setdefault(entry.legal_person, []).append(place)
            continue
        known_site = held.get((entry.enterprise_id, entry.scope_code, entry.site_address))
        if known_site is None or known_site.pk in used:
            further.append((place, known[entry.enterprise_id], _site_draft(entry)))
        else:
            found[place] = known_site
            used.add(known_site.pk)
    added = add_sites([(enterprise, draft) for _, enterprise, draft in further], by=by, reason="list import")
    found.update({place: site for (place, _, _), site in zip(further, added, strict=True)})
    drafts = [_enterprise_draft([entries[place] for place in places]) for places in fresh.values()]
    created = create_with_sites(drafts, by=by, reason="list import")
    for places, (_, sites) in zip(fresh.values(), created, strict=True):
        found.update(dict(zip(places, sites, strict=True)))
    return [found[place] for place in range(len(entries))]


def _site_draft(entry: Entry) -> SiteDraft:
    return SiteDraft(
        name=entry.name,
        division_code=entry.division_code,
        address=entry.site_address,
        zone_text=entry.zone_text,
        industry=entry.industry_code,
        from_candidate=True,
    )


def _enterprise_draft(entries: list[Entry]) -> EnterpriseDraft:
    first = entries[0]
    return EnterpriseDraft(
        name=first.name,
        credit_code=first.credit_code,
        organization_code=first.organization_code,
        legal_representative=first.legal_representative,
        registered_address=first.address,
        industry=first.industry_code,
        sites=tuple(_site_draft(entry) for entry in entries),
        source="list import",
    )
