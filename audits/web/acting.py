"""Doing a step: the form its row asks for, saved as a draft while one types, handed to the door when sent."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from audits.api.actions import caution_text, subject_rows
from audits.api.bodies import RESERVED, split
from audits.api.errors import words
from audits.procedure.payloads import FieldError
from audits.procedure.schema import Field
from audits.procedure.words import Party, Subject, Text
from audits.web.base import PageView
from audits.web.boxes import Box, boxes, payload_of
from audits.web.registers import Options
from audits.workflow import drafts
from audits.workflow.actions import ActionStatus, actions_for
from audits.workflow.documents import stage
from audits.workflow.door import perform
from audits.workflow.drafts import Saved
from audits.workflow.errors import InvalidPayload, Refusal, StaleVersion, UnknownAction, WorkflowError
from audits.workflow.file_checks import FileNotTaken

SAVED = Text("已办理:{title}。", "Done: {title}.")
UPLOAD = "__upload"


@dataclass(slots=True)
class Form:
    """One action page: what it asks, what was typed, what is wrong with it."""

    status: ActionStatus
    boxes: list[Box]
    extra: list[Box]
    version: int
    key: str
    revision: int = 0
    saved: Saved | None = None
    errors: list[Text] = field(default_factory=list)
    wrong: int = 0
    certify: bool = False
    own_draft: bool = False


def address_of(subject: Any) -> str:
    """The page of a subject."""
    return reverse(
        {Subject.CASE: "web-case", Subject.LIST: "web-list", Subject.DUTY: "web-duty"}[subject.subject_kind],
        args=[subject.pk],
    )


def staged(request: HttpRequest, post: QueryDict, by: Membership) -> list[FieldError]:
    """Files that came with the form itself (a browser without scripts): staged, their ids put among the others."""
    faults = []
    for name in request.FILES:
        for upload in request.FILES.getlist(name):
            try:
                post.appendlist(name.removesuffix(UPLOAD), str(stage(upload, by=by).pk))
            except FileNotTaken as error:
                faults.append(FieldError(name.removesuffix(UPLOAD), error.code, error.text))
    return faults


class SubjectPage(PageView):
    """A page about one action on one subject that the reader may see."""

    subject: Any
    status: ActionStatus

    def find(self, kind: str, subject_id: UUID, action: str) -> None:
        """The subject and the step, as the door sees them for this reader; else 404."""
        if kind not in set(Subject):
            raise Http404
        self.subject = self.one(subject_rows(Subject(kind)).visible_to(self.membership), subject_id)
        found = {one.action: one for one in actions_for(self.subject, self.membership)}
        if action not in found:
            raise Http404
        self.status = found[action]

    @property
    def fields(self) -> tuple[Field, ...]:
        """What the step asks."""
        return self.status.step.fields

    @property
    def extra(self) -> tuple[Field, ...]:
        """Date, reason and evidence, which every act may carry; a field of the step of the same name comes first."""
        own = {one.key for one in self.fields}
        return tuple(one for one in RESERVED if one.key not in own and one.key != "from_draft")

    def draft(self) -> Saved | None:
        """The draft of the action, if there is one."""
        try:
            return drafts.read_draft(self.subject, self.status.action, by=self.membership)
        except WorkflowError:
            return None


class ActView(SubjectPage):
    template = "web/act.html"

    def get(self, request: HttpRequest, kind: str, subject_id: UUID, action: str) -> HttpResponse:
        self.find(kind, subject_id, action)
        if type(self) is ActView and (kind, action) == (Subject.LIST, "nominate"):  # sites are looked up there
            return redirect("web-list-nominate", subject_id)
        saved = self.draft() if self.status.allowed or self.status.drafting else None
        payload = dict(saved.payload) if saved else self._known()
        return self._form(payload, {"date": timezone.localdate().isoformat()}, saved)

    def post(self, request: HttpRequest, kind: str, subject_id: UUID, action: str) -> HttpResponse:
        self.find(kind, subject_id, action)
        post = request.POST.copy()
        faults = self._staged(request, post)
        saved = self.draft()
        payload, told = payload_of(self.fields, post), payload_of(self.extra, post)
        if faults:
            return self._form(payload, told, saved, faults, post=post, status=422)
        if "prepare" in post or (self.status.drafting and not self.status.allowed):
            return self._prepared(payload, told, saved, post)
        try:
            body, reserved = split({**payload, **told}, [self.status.step], timezone.localdate())
            certified = self.status.step.certified and saved is not None
            reserved["from_draft"] = certified
            version = int(post.get("version", self.subject.version))
            result = perform(
                self.subject,
                action,
                by=self.membership,
                payload={} if certified else body,
                expected_version=version,
                idempotency_key=post.get("key") or uuid4().hex,
                **reserved,
            )
        except WorkflowError as error:
            return self._refused(error, payload, told, saved, post)
        if saved is not None and not certified:
            self._tidy(saved)
        messages.success(request, words(SAVED).format(title=words(self.status.title)))
        for code in result.cautions:
            messages.warning(request, caution_text(code))
        return redirect(address_of(self.subject))

    def _known(self) -> dict[str, Any]:
        """What the registers know of the enterprise, where its own form asks for it: to be checked, not typed again."""
        if self.subject.subject_kind != Subject.CASE or self.party is not Party.ENTERPRISE:
            return {}
        standing, site = self.subject.enterprise, self.subject.site
        known = {
            "name": standing.name,
            "legal_representative": standing.legal_representative,
            "address": site.address or standing.registered_address,
        }
        return {one.key: known[one.key] for one in self.fields if one.public and known.get(one.key)}

    def _prepared(self, payload: dict[str, Any], told: dict[str, Any], saved: Saved | None, post: QueryDict) -> Any:
        """Saved for the person who submits it."""
        try:
            drafts.save_draft(
                self.subject,
                self.status.action,
                by=self.membership,
                payload=payload,
                expected_revision=int(post.get("revision") or 0),
            )
        except WorkflowError as error:
            return self._refused(error, payload, told, saved, post)
        text = Text("草稿已保存,可由有权提交的人员办理。", "The draft is saved; somebody entitled can submit it now.")
        messages.success(self.request, words(text))
        return redirect(address_of(self.subject))

    def _tidy(self, saved: Saved) -> None:
        try:
            drafts.discard_draft(self.subject, self.status.action, by=self.membership, expected_revision=saved.revision)
        except WorkflowError:  # somebody saved again meanwhile, or the step is closed to this reader now
            return

    def _staged(self, request: HttpRequest, post: QueryDict) -> list[FieldError]:
        return staged(request, post, self.membership)

    def _refused(
        self, error: WorkflowError, payload: dict[str, Any], told: dict[str, Any], saved: Saved | None, post: QueryDict
    ) -> HttpResponse:
        details = error.details if isinstance(error.details, list | tuple) else []
        faults = [one for one in details if isinstance(one, FieldError)]
        shown = [one.text for one in details if isinstance(one, Refusal)] or [error.text]
        status = 409 if isinstance(error, StaleVersion) else 422 if isinstance(error, InvalidPayload) else 409
        return self._form(payload, told, saved, faults, shown, post=post, status=status)

    def _form(
        self,
        payload: dict[str, Any],
        told: dict[str, Any],
        saved: Saved | None,
        faults: list[FieldError] | None = None,
        shown: list[Text] | None = None,
        *,
        post: QueryDict | None = None,
        status: int = 200,
    ) -> HttpResponse:
        self.subject.refresh_from_db(fields=["version"]) if post is not None else None
        options = Options(self.membership, self.subject)
        case = self.subject if self.subject.subject_kind == Subject.CASE else None
        drawn = boxes(
            self.fields,
            payload,
            errors=faults or (saved.problems if saved and self.status.step.certified else ()),
            options=options,
            categories=frozenset(case.categories) if case is not None else None,
            context={"route": case.route} if case is not None else None,
        )
        extra = boxes(self.extra, told, errors=faults or (), options=options)
        authors = {author["user"] for author in saved.authors} if saved else set()
        form = Form(
            self.status,
            drawn,
            extra,
            version=self.subject.version,
            key=uuid4().hex,
            revision=saved.revision if saved else 0,
            saved=saved,
            errors=shown or [],
            wrong=len(faults or []),
            certify=self.status.step.certified and self.status.allowed and saved is not None,
            own_draft=str(self.membership.user_id) in authors,
        )
        enterprise_words = self.party in (Party.ENTERPRISE, Party.CONSULTANCY)
        title = (self.status.step.title_enterprise if enterprise_words else None) or self.status.title
        return self.shown(
            form=form, subject=self.subject, case=case, step_title=title, back=address_of(self.subject), status=status
        )


class DraftView(SubjectPage):
    """Autosave: answers what it saved as, or that somebody else saved meanwhile. Nothing typed is lost either way."""

    def post(self, request: HttpRequest, kind: str, subject_id: UUID, action: str) -> HttpResponse:
        self.find(kind, subject_id, action)
        try:
            saved = drafts.save_draft(
                self.subject,
                action,
                by=self.membership,
                payload=payload_of(self.fields, request.POST),
                expected_revision=int(request.POST.get("revision") or 0),
            )
        except StaleVersion as error:
            return JsonResponse({"text": words(error.text)}, status=409)
        except UnknownAction:
            raise Http404 from None
        except (WorkflowError, ValueError) as error:
            reason = words(error.text) if isinstance(error, WorkflowError) else str(error)
            return JsonResponse({"text": reason}, status=400)
        text = Text("草稿已于 {time} 保存", "Draft saved at {time}")
        time = timezone.localtime(saved.updated_at).strftime("%H:%M:%S")
        return JsonResponse({"revision": saved.revision, "text": words(text).format(time=time)})


class StageView(PageView):
    """One file, stored for the form that is being filled."""

    def post(self, request: HttpRequest) -> HttpResponse:
        upload = request.FILES.get("file")
        if upload is None:
            return JsonResponse({"text": words(Text("没有收到文件。", "No file arrived."))}, status=400)
        try:
            row = stage(upload, by=self.membership)
        except FileNotTaken as error:
            return JsonResponse({"text": words(error.text)}, status=400)
        return JsonResponse({"id": str(row.pk), "name": row.name, "size": row.size})
