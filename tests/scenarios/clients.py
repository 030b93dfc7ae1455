"""Two ways through the door: the REST API as clients use it, and `perform` itself.

Scenarios know only `Client`. `Answer.codes` are the stable codes of a refusal, empty when the act was done.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import tokens
from accounts.acting import acting_of
from accounts.models import Membership
from audits.api.actions import MODELS, shown_status
from audits.api.bodies import split, without_draft
from audits.models import AuditCase, Draft
from audits.procedure.registry import find
from audits.procedure.words import CaseKind, Line, Party, Subject
from audits.workflow import clock, drafts
from audits.workflow.actions import actions_for
from audits.workflow.door import perform
from audits.workflow.errors import FieldError, Refusal, WorkflowError
from audits.workflow.lists import create_list
from audits.workflow.opening import open_case
from enterprises.models import Listing, ReportingUnit

PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


@dataclass(frozen=True)
class Target:
    """A list or a case."""

    kind: Subject
    id: str


@dataclass(frozen=True)
class Answer:
    """What came back. `status` as HTTP tells it."""

    status: int
    codes: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    version: int = 0
    subject: str = ""
    attrs: tuple[str, ...] = ()

    @property
    def done(self) -> bool:
        return self.status < 300


class Client(Protocol):
    """What a scenario needs of the service."""

    def create_list(self, by: Membership, *, unit: str, year: int, batch: int, kind: str, line: str) -> Answer: ...
    def form(self, target: Target | None, action: str, by: Membership) -> dict[str, Any] | None: ...
    def stage(self, by: Membership) -> str: ...
    def save_draft(self, target: Target, action: str, by: Membership, payload: Mapping[str, Any]) -> Answer: ...
    def act(self, target: Target | None, action: str, by: Membership, body: Mapping[str, Any]) -> Answer: ...
    def case(self, ident: str, by: Membership) -> dict[str, Any]: ...
    def cases(self, by: Membership) -> list[str]: ...
    def deadlines(self, target: Target, by: Membership) -> list[dict[str, Any]]: ...
    def listings(self, ident: str, by: Membership) -> list[dict[str, Any]]: ...


@dataclass
class ApiClient:
    """Through `/api/v1/` alone: tokens, `X-Membership`, `If-Match`, `Idempotency-Key`, uploads, drafts."""

    http: APIClient = field(default_factory=APIClient)
    _tokens: dict[tuple[Any, date], str] = field(default_factory=dict)

    def _headers(self, by: Membership) -> dict[str, str]:
        key = (by.user_id, timezone.localdate())
        if key not in self._tokens:
            self._tokens[key] = tokens.issue(by.user, with_second_factor=False, now=timezone.now())[1]
        return {"Authorization": f"Token {self._tokens[key]}", "X-Membership": str(by.pk), "Accept-Language": "en"}

    def _get(self, path: str, by: Membership) -> Any:
        answer = self.http.get(f"/api/v1/{path}", headers=self._headers(by))
        assert answer.status_code == 200, (path, answer.status_code, answer.content.decode())
        return answer.json()

    def _version(self, target: Target, by: Membership) -> tuple[int, str]:
        answer = self.http.get(f"/api/v1/{_below(target)}/", headers=self._headers(by))
        return answer.status_code, answer.headers.get("ETag", '"0"')

    def _send(self, method: str, path: str, by: Membership, body: Mapping[str, Any], **more: str) -> Answer:
        answer = getattr(self.http, method)(
            f"/api/v1/{path}", dict(body), format="json", headers={**self._headers(by), **more}
        )
        told = answer.json() if answer.content else {}
        if answer.status_code >= 300:
            errors = told["errors"]
            codes = tuple(sorted({error["code"] for error in errors}))
            return Answer(answer.status_code, codes, attrs=tuple(error["attr"] or "" for error in errors))
        cautions = tuple(sorted(one["code"] for one in told.get("cautions", ())))
        subject = told.get("subject", {}).get("id") or told.get("id", "")
        version = told.get("version", told.get("revision", 0))  # of a draft its revision
        return Answer(answer.status_code, (), cautions, version, subject)

    def create_list(self, by: Membership, *, unit: str, year: int, batch: int, kind: str, line: str) -> Answer:
        body = {
            "reporting_unit": unit,
            "year": year,
            "batch": batch,
            "title": f"{year}年第{batch}批",
            "kind": kind,
            "line": line,
        }
        return self._send("post", "lists/", by, body)

    def form(self, target: Target | None, action: str, by: Membership) -> dict[str, Any] | None:
        if target is None:
            return None
        answer = self.http.get(f"/api/v1/{_below(target)}/actions/", headers=self._headers(by))
        if answer.status_code != 200:
            return None
        return next((one for one in answer.json() if one["action"] == action), None)

    def stage(self, by: Membership) -> str:
        upload = SimpleUploadedFile("附件.pdf", PDF, content_type="application/pdf")
        answer = self.http.post("/api/v1/documents/", {"file": upload}, format="multipart", headers=self._headers(by))
        assert answer.status_code == 201, answer.content.decode()
        ident: str = answer.json()["id"]
        return ident

    def save_draft(self, target: Target, action: str, by: Membership, payload: Mapping[str, Any]) -> Answer:
        path = f"{_below(target)}/drafts/{action}/"
        held = self.http.get(f"/api/v1/{path}", headers=self._headers(by))
        revision = held.headers["ETag"] if held.status_code == 200 else '"0"'
        return self._send("put", path, by, payload, **{"If-Match": revision})

    def act(self, target: Target | None, action: str, by: Membership, body: Mapping[str, Any]) -> Answer:
        key = {"Idempotency-Key": uuid.uuid4().hex}
        if target is None:
            return self._send("post", "cases/", by, body, **key)
        _, etag = self._version(target, by)
        return self._send("post", f"{_below(target)}/actions/{action}/", by, body, **key, **{"If-Match": etag})

    def case(self, ident: str, by: Membership) -> dict[str, Any]:
        found: dict[str, Any] = self._get(f"cases/{ident}/", by)
        return found

    def cases(self, by: Membership) -> list[str]:
        return [row["id"] for row in reversed(self._get("cases/", by)["results"])]

    def deadlines(self, target: Target, by: Membership) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._get(f"{_below(target)}/deadlines/", by)
        return found

    def listings(self, ident: str, by: Membership) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._get(f"lists/{ident}/listings/", by)["results"]
        return found


def _below(target: Target) -> str:
    return f"{ {Subject.LIST: 'lists', Subject.CASE: 'cases', Subject.DUTY: 'duties'}[target.kind] }/{target.id}"


@dataclass
class DirectClient:
    """Through `perform` in this process: faster, and the proof that the API adds no rule of its own."""

    world: Any

    def _row(self, target: Target, by: Membership) -> Any:
        return MODELS[target.kind].objects.visible_to(by).filter(pk=target.id).first()

    def create_list(self, by: Membership, *, unit: str, year: int, batch: int, kind: str, line: str) -> Answer:
        try:
            row = create_list(
                by=by,
                reporting_unit=ReportingUnit.objects.get(pk=unit),
                year=year,
                batch=batch,
                title=f"{year}年第{batch}批",
                kind=CaseKind(kind),
                line=Line(line),
            )
        except WorkflowError as error:
            return refused(error)
        return Answer(201, subject=str(row.pk))

    def form(self, target: Target | None, action: str, by: Membership) -> dict[str, Any] | None:
        row = self._row(target, by) if target else None
        if row is None:
            return None
        party = Party(by.organization.party)
        return next((shown_status(one, party) for one in actions_for(row, by) if one.action == action), None)

    def stage(self, by: Membership) -> str:
        ident: str = self.world.staged(by)
        return ident

    def save_draft(self, target: Target, action: str, by: Membership, payload: Mapping[str, Any]) -> Answer:
        row = self._row(target, by)
        if row is None:
            return Answer(404, ("not_found",))
        held = Draft.objects.of(row, action, acting_of(by)).first()
        try:
            saved = drafts.save_draft(
                row, action, by=by, payload=dict(payload), expected_revision=held.revision if held else 0
            )
        except WorkflowError as error:
            return refused(error)
        return Answer(200, version=saved.revision)

    def act(self, target: Target | None, action: str, by: Membership, body: Mapping[str, Any]) -> Answer:
        payload, told = split(body, find(action), timezone.localdate())
        try:
            if target is None:
                done = open_case(by=by, payload=payload, idempotency_key=uuid.uuid4().hex, **without_draft(told))
            else:
                row = MODELS[target.kind].objects.get(pk=target.id)
                done = perform(
                    row,
                    action,
                    by=by,
                    payload=payload,
                    expected_version=row.version,
                    idempotency_key=uuid.uuid4().hex,
                    **told,
                )
        except WorkflowError as error:
            return refused(error)
        return Answer(200, (), tuple(sorted(done.cautions)), done.version, str(done.subject_id))

    def case(self, ident: str, by: Membership) -> dict[str, Any]:
        row = AuditCase.objects.visible_to(by).get(pk=ident)
        names = ("version", "phase", "attempt", "regime", "closed_on", "scope_code", "number", "categories")
        found = {name: getattr(row, name) for name in names}
        found["closed_on"] = row.closed_on.isoformat() if row.closed_on else None
        return {
            **found,
            "reporting_unit": row.reporting_unit_id,
            "done": [{"action": key} for key in row.state["done"]],
        }

    def cases(self, by: Membership) -> list[str]:
        return [
            str(pk) for pk in AuditCase.objects.visible_to(by).order_by("created_at", "id").values_list("pk", flat=True)
        ]

    def deadlines(self, target: Target, by: Membership) -> list[dict[str, Any]]:
        today = timezone.localdate()
        return [
            {
                "key": row.key,
                "action": row.step,
                "nature": row.detail["nature"],
                "due_on": row.due_on.isoformat(),
                "adjusted_due_on": row.adjusted_due_on.isoformat() if row.adjusted_due_on else None,
                "met_on": row.met_on.isoformat() if row.met_on else None,
                "void": row.void,
                "provisional": row.provisional,
                "late_days": 0 if row.void else clock.late_days(row.detail, today),
                "explanation": clock.explain(row.detail, "en", _titles()),
            }
            for row in MODELS[target.kind].objects.get(pk=target.id).deadlines.all()
        ]

    def listings(self, ident: str, by: Membership) -> list[dict[str, Any]]:
        rows = Listing.objects.filter(list=ident).order_by("row_number", "pk")
        return [{"id": str(row.pk), "status": row.status, "site": str(row.site_id)} for row in rows]


def _titles() -> Any:
    from audits.api.course_shapes import titles

    return titles()


def refused(error: WorkflowError) -> Answer:
    """An error of the door as an answer: the codes of all its reasons."""
    details = error.details if isinstance(error.details, list | tuple) else ()
    found = [one for one in details if isinstance(one, FieldError | Refusal)]
    codes = tuple(sorted({one.code for one in found})) or (error.code,)
    attrs = tuple(one.path.removeprefix("fields.") for one in found if isinstance(one, FieldError))
    return Answer(error.http_status, codes, attrs=attrs)
