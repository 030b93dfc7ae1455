"""Doing a step: the form its row asks for, saved as a draft while one types, handed to the door when sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.models import User
from audits.api.actions import caution_text
from audits.api.bodies import split
from audits.api.errors import words
from audits.api.readable import without_files
from audits.models import Document
from audits.procedure.payloads import ROOT, Cleaned, FieldError, clean
from audits.procedure.registry import title_of
from audits.procedure.schema import Field
from audits.procedure.words import Party, Subject, Text
from audits.web import conflicts
from audits.web.addresses import OWN_PAGES, act_address, address_of
from audits.web.boxes import Box, boxes, payload_of, unchosen
from audits.web.differences import Comparison, Former, bodies_of, came_back, with_act, with_typed
from audits.web.records import Entry, entries, filled, public_fields
from audits.web.registers import Options
from audits.web.subjects import SubjectPage, staged
from audits.workflow import drafts
from audits.workflow.actions import ActionStatus
from audits.workflow.door import perform
from audits.workflow.drafts import Saved
from audits.workflow.errors import InvalidPayload, Refusal, StaleDraft, StaleVersion, WorkflowError

SAVED = Text("已办理：{title}。", "Done: {title}.")
SENT_BACK = Text("草稿已退回填报人。", "The draft was sent back to its preparer.")
NOT_TYPED = frozenset({"csrfmiddlewaretoken", "preview", "prepare", "edit", "key", "version"})


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
    record: list[Entry] = field(default_factory=list)  # what is certified
    authors: list[str] = field(default_factory=list)
    problems: list[tuple[Text | None, Text]] = field(default_factory=list)
    comparison: Comparison | None = None  # with what was submitted before, where that came back
    resubmitted: list[tuple[Text, Comparison]] = field(default_factory=list)  # what the reader of this step got anew
    previews: bool = False
    conflict: conflicts.Conflict | None = None  # with the draft as somebody else saved it
    look: str = ""  # where to see what somebody else did, when that stands against sending
    typed: bool = False  # holds what was typed, given back
    refusal: str = ""  # the reason typed for sending a draft back


def _revision(post: QueryDict) -> int:
    """Of the draft the form was filled from."""
    return int(post.get("revision") or 0)


class ActView(SubjectPage):
    template = "web/act.html"

    def get(self, request: HttpRequest, kind: str, subject_id: UUID, action: str) -> HttpResponse:
        self.find(kind, subject_id, action)
        if type(self) is ActView and (kind, action) in OWN_PAGES:
            return redirect(act_address(self.subject, action))
        saved = self.draft() if self.status.allowed or self.status.drafting else None
        return self._form(self._begin(saved), {"date": timezone.localdate().isoformat()}, saved)

    def post(self, request: HttpRequest, kind: str, subject_id: UUID, action: str) -> HttpResponse:
        self.find(kind, subject_id, action)
        post = request.POST.copy()
        faults = self._staged(request, post)
        saved = self.draft()
        payload, told = payload_of(self.fields, post), payload_of(self.extra, post)
        if faults:
            return self._form(payload, told, saved, faults, post=post, status=422)
        if "refuse" in post:
            return self._sent_back(payload, told, saved, post)
        # Back from the preview, or looking up without a script: all that was typed stays.
        if "edit" in post or "look" in post:
            return self._form(payload, told, saved, post=post)
        if faults := unchosen(self.fields, post):
            return self._form(payload, told, saved, faults, post=post, status=422)
        if "preview" in post and self._previews:
            return self._preview(payload, post)
        if "prepare" in post or (self.status.drafting and not self.status.allowed):
            return self._prepared(payload, told, saved, post)
        try:
            body, reserved = split({**payload, **told}, [self.status.step], timezone.localdate())
            revision = _revision(post)  # the one that was read; the door compares it once more under the lock
            certified = self.status.step.certified and (saved is not None or revision > 0)
            if saved is not None and revision != saved.revision:
                same = "revision" not in post or conflicts.is_said_already(saved, payload, revision)
                if certified or not same:
                    raise StaleDraft(saved.revision)  # not what was read would be submitted, or thrown away unread
            as_prepared = certified or self._as_prepared(saved, body)
            reserved["from_draft"] = as_prepared
            reserved["draft_revision"] = revision if certified else saved.revision if as_prepared and saved else None
            said = {
                "payload": {} if as_prepared else body,
                "expected_version": int(post.get("version", self.subject.version)),
                "idempotency_key": post.get("key") or uuid4().hex,
                **reserved,
            }
            if (begun := self.begun(body, said, saved if not as_prepared else None)) is not None:
                return begun
            result = perform(self.subject, action, by=self.membership, **said)
        except WorkflowError as error:
            return self._refused(error, payload, told, saved, post)
        if saved is not None and not as_prepared:
            self._tidy(saved, result.version)
        messages.success(request, words(SAVED).format(title=words(self.status.title)))
        for code in result.cautions:
            messages.warning(request, caution_text(code))
        return redirect(address_of(self.subject))

    def begun(self, body: dict[str, Any], said: dict[str, Any], typed: Saved | None) -> HttpResponse | None:
        """The page that follows an act which is begun here and done in the background; None for one that is done now.
        `said` is what the door takes, `typed` the draft that is no longer needed then."""
        return None

    def _as_prepared(self, saved: Saved | None, body: dict[str, Any]) -> bool:
        """Whether this sends a colleague's draft as it stands: who does is the second person that late recording asks for."""
        if saved is None or all(author["user"] == str(self.membership.user_id) for author in saved.authors):
            return False
        typed, prepared = self.cleaned(body), self.cleaned(saved.payload)
        return not typed.errors and typed.values == prepared.values

    def cleaned(self, payload: Mapping[str, Any]) -> Cleaned:
        """What the fields of the step say of a payload."""
        case = self.subject if self.subject.subject_kind == Subject.CASE else None
        return clean(
            self.fields,
            payload,
            categories=frozenset(case.categories) if case is not None else (),
            today=timezone.localdate(),
            context={"route": case.route} if case is not None else None,
        )

    @cached_property
    def _course(self) -> tuple[list[dict[str, Any]], dict[int, Former], dict[str, Former]]:
        """The acts on a case, with what was submitted again and what waits to be."""
        if self.subject.subject_kind != Subject.CASE:
            return [], {}, {}
        bodies = bodies_of(self.subject, self.membership)
        return bodies, *came_back(bodies)

    @property
    def _former(self) -> Former | None:
        """What was submitted here before and came back."""
        return self._course[2].get(self.status.action)

    def _begin(self, saved: Saved | None) -> dict[str, Any]:
        """What the form is filled with when it is opened."""
        return dict(saved.payload) if saved else self._before() or self._known()

    def _before(self) -> dict[str, Any]:
        """The former submission, to be corrected instead of typed again. Documents cannot be submitted twice."""
        former = self._former
        return without_files(self.fields, former.body["payload"]) if former is not None else {}

    def _resubmitted(self) -> list[tuple[Text, Comparison]]:
        """What this step follows on and was submitted again: the reader decides on it now."""
        bodies, again, _ = self._course
        newest = {body["action"]: body for body in bodies if body["action"] in self.status.step.after}
        return [
            (title_of(action), with_act(again[body["seq"]], body, self.membership))
            for action, body in newest.items()
            if body["seq"] in again
        ]

    @property
    def _previews(self) -> bool:
        """Whether the public gets to see what is typed here."""
        return self.subject.subject_kind == Subject.CASE and bool(public_fields(self.status.step))

    def _preview(self, payload: dict[str, Any], post: QueryDict) -> HttpResponse:
        """Exactly what the public will see; what was typed is saved as a draft and travels along."""
        revision = _revision(post)
        saved: Saved | None = None
        unsaved: Text | None = None
        try:
            saved = drafts.save_draft(
                self.subject, self.status.action, by=self.membership, payload=payload, expected_revision=revision
            )
        except WorkflowError as error:  # what was typed travels along all the same, and the page says so
            unsaved = error.text
        kept = {**dict(post.lists()), "revision": [str(saved.revision if saved else revision)]}
        return self.shown(
            "web/preview.html",
            case=self.subject,
            step=self.status.step,
            subject=self.subject,
            action=self.status.action,
            entries=filled(self._entries(public_fields(self.status.step), payload, self.drafted(saved))),
            withheld=[one for one in self.fields if not one.public and payload.get(one.key)],
            problems=self._problems(saved),
            unsaved=unsaved,
            typed=[(name, value) for name, values in kept.items() if name not in NOT_TYPED for value in values],
            may_submit=self.status.allowed and not self.status.step.certified,
            key=uuid4().hex,
        )

    def _problems(self, saved: Saved | None) -> list[tuple[Text | None, Text]]:
        """What is still wrong with the draft, each with the label of its field."""
        labels = {one.key: one.label for one in self.fields}
        return [
            (labels.get(one.path.removeprefix(f"{ROOT}.").partition(".")[0].partition("[")[0]), one.text)
            for one in (saved.problems if saved else ())
        ]

    def _entries(self, fields: Sequence[Field], payload: dict[str, Any], drafted: list[Document]) -> list[Entry]:
        case = self.subject if self.subject.subject_kind == Subject.CASE else None
        return entries(
            self.status.action,
            fields,
            payload,
            self.membership,
            categories=frozenset(case.categories) if case is not None else None,
            context={"route": case.route} if case is not None else None,
            drafted=drafted,
        )

    def _sent_back(self, payload: dict[str, Any], told: dict[str, Any], saved: Saved | None, post: QueryDict) -> Any:
        """The draft goes back to those who prepared it, with the reason."""
        try:
            drafts.refuse_draft(
                self.subject,
                self.status.action,
                by=self.membership,
                reason=post.get("refusal", ""),
                expected_revision=_revision(post),
            )
        except WorkflowError as error:
            return self._refused(error, payload, told, saved, post)
        messages.success(self.request, words(SENT_BACK))
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
        expected = _revision(post)
        if saved is not None and conflicts.is_said_already(saved, payload, expected):
            expected = saved.revision
        try:
            drafts.save_draft(
                self.subject, self.status.action, by=self.membership, payload=payload, expected_revision=expected
            )
        except WorkflowError as error:
            return self._refused(error, payload, told, saved, post)
        text = Text("草稿已保存，可由有权提交的人员办理。", "The draft is saved; somebody entitled can submit it now.")
        messages.success(self.request, words(text))
        return redirect(address_of(self.subject))

    def _tidy(self, saved: Saved, version: int) -> None:
        try:
            drafts.discard_draft(
                self.subject,
                self.status.action,
                by=self.membership,
                expected_revision=saved.revision,
                submitted_as=version,
            )
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
        stale = error if isinstance(error, StaleVersion) else None
        if stale is not None:
            saved, shown = self.draft(), []
        return self._form(payload, told, saved, faults, shown, post=post, status=status, stale=stale)

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
        stale: StaleVersion | None = None,
    ) -> HttpResponse:
        self.subject.refresh_from_db(fields=["version"]) if post is not None else None
        drafted = self.drafted(saved)
        options = Options(self.membership, self.subject, drafted, post)
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
        certify = (
            self.status.step.certified
            and self.status.allowed
            and saved is not None
            and "edit" not in self.request.GET
            and "prepare" not in (post or {})
        )
        typed = payload
        if certify and saved is not None:
            payload = saved.payload
        conflict = conflicts.conflict_of(self, typed) if isinstance(stale, StaleDraft) and not certify else None
        shown = [*(shown or []), *(conflicts.told(stale, certifying=certify) if stale is not None else [])]
        revision = saved.revision if saved else 0
        if post is not None and "revision" in post and conflict is None and not certify:
            revision = _revision(post)  # a draft saved elsewhere since is not written over unseen
        form = Form(
            self.status,
            drawn,
            extra,
            version=self.subject.version,
            key=uuid4().hex,
            revision=revision,
            saved=saved,
            errors=shown,
            wrong=len(faults or []),
            certify=certify,
            own_draft=str(self.membership.user_id) in authors,
            record=self._entries(self.fields, payload, drafted) if certify else [],
            authors=[str(one) for one in User.objects.filter(pk__in=authors).order_by("full_name")] if certify else [],
            problems=self._problems(saved) if certify else [],
            comparison=self.compared(payload, drafted),
            resubmitted=self._resubmitted() if self.status.allowed or self.status.drafting else [],
            previews=self._previews,
            conflict=conflict,
            look=address_of(self.subject) if stale is not None and not isinstance(stale, StaleDraft) else "",
            typed=post is not None,
            refusal=post.get("refusal", "") if post is not None else "",
        )
        enterprise_words = self.party in (Party.ENTERPRISE, Party.CONSULTANCY)
        title = (self.status.step.title_enterprise if enterprise_words else None) or self.status.title
        return self.shown(
            "web/certify.html" if certify else "",
            draft_address=self.draft_address,
            form=form,
            subject=self.subject,
            case=case,
            step_title=title,
            back=address_of(self.subject),
            status=status,
        )

    def compared(self, payload: dict[str, Any], drafted: list[Document]) -> Comparison | None:
        """What is typed beside what came back, if something did."""
        former = self._former
        return with_typed(former, self.status.step, payload, self.membership, drafted) if former is not None else None


class ChangesView(ActView):
    """The differences between the former submission and the draft, asked for by the form as often as it is saved."""

    def get(self, request: HttpRequest, kind: str, subject_id: UUID, action: str) -> HttpResponse:
        self.find(kind, subject_id, action)
        saved = self.draft()
        compared = self.compared(dict(saved.payload) if saved else self._before(), self.drafted(saved))
        if compared is None:
            return HttpResponse(status=204)
        return self.shown(
            "web/parts/comparison.html", comparison=compared, typed=True, draft_address=self.draft_address
        )

    def post(self, request: HttpRequest, kind: str, subject_id: UUID, action: str) -> HttpResponse:
        raise Http404
