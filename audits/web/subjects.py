"""What a page about one action on one subject stands on: the subject, the step as the door sees it, the draft."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, QueryDict
from django.urls import reverse

from accounts.models import Membership
from audits.api.actions import subject_rows
from audits.api.bodies import OF_DRAFTS, RESERVED
from audits.models import Document
from audits.procedure.payloads import FieldError
from audits.procedure.schema import Field
from audits.procedure.words import Subject
from audits.web.base import PageView
from audits.workflow import drafts
from audits.workflow.actions import ActionStatus, actions_for
from audits.workflow.documents import stage
from audits.workflow.drafts import Saved
from audits.workflow.errors import WorkflowError
from audits.workflow.file_checks import FileNotTaken

UPLOAD = "__upload"


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
        """Date, reason and evidence, which every act may carry; a field of the step of the same name comes first, and one
        that is the date of the act anyway leaves no second date to be asked."""
        own = {one.key for one in self.fields}
        if any(one.key == self.status.step.date_field and one.required for one in self.fields):
            own |= {"date"}
        return tuple(one for one in RESERVED if one.key not in own | OF_DRAFTS)

    def draft(self) -> Saved | None:
        """The draft of the action, if there is one."""
        try:
            return drafts.read_draft(self.subject, self.status.action, by=self.membership)
        except WorkflowError:
            return None

    def drafted(self, saved: Saved | None) -> list[Document]:
        """The files of the draft, whoever staged them."""
        return list(drafts.documents_of(saved, self.status.step)) if saved is not None else []

    @property
    def draft_address(self) -> str:
        """Where the draft is saved; its files stand below."""
        return reverse("web-draft", args=[self.subject.subject_kind, self.subject.pk, self.status.action])
