"""What a form saves while it is filled: drafts and files."""

from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone

from audits.api.errors import words
from audits.procedure.words import Text
from audits.web.base import PageView
from audits.web.boxes import payload_of
from audits.web.cases import sent
from audits.web.conflicts import conflict_of, is_said_already
from audits.web.subjects import SubjectPage
from audits.workflow import drafts
from audits.workflow.documents import stage
from audits.workflow.drafts import Saved
from audits.workflow.errors import StaleDraft, UnknownAction, WorkflowError
from audits.workflow.file_checks import FileNotTaken

SAVED = Text("草稿已于 {time} 保存", "Draft saved at {time}")


class DraftView(SubjectPage):
    """Autosave: answers what it saved as, or that somebody else saved meanwhile. Nothing typed is lost either way."""

    def post(self, request: HttpRequest, kind: str, subject_id: UUID, action: str) -> HttpResponse:
        self.find(kind, subject_id, action)
        payload, expected = payload_of(self.fields, request.POST), int(request.POST.get("revision") or 0)
        held = self.draft()
        if held is not None and is_said_already(held, payload, expected):
            return _answer(held)  # nothing new: whoever only looks is no author
        may = self.status.allowed or self.status.drafting
        if may and held is None and expected == 0 and not payload:
            return JsonResponse({"revision": 0, "text": ""})  # an empty form is no draft
        if held is not None and "leaving" in request.POST and self._own_save_arrived(held, expected):
            expected = held.revision
        try:
            saved = drafts.save_draft(
                self.subject, action, by=self.membership, payload=payload, expected_revision=expected
            )
        except StaleDraft as error:
            conflict = conflict_of(self, payload)
            shown = render_to_string("web/parts/conflict.html", {"conflict": conflict}, request)
            return JsonResponse({"text": words(error.text), "conflict": shown}, status=409)
        except UnknownAction:
            raise Http404 from None
        except (WorkflowError, ValueError) as error:
            reason = words(error.text) if isinstance(error, WorkflowError) else str(error)
            return JsonResponse({"text": reason}, status=400)
        return _answer(saved)

    def _own_save_arrived(self, held: Saved, expected: int) -> bool:
        """A page that is being left cannot wait for the answer to the save before: this one follows on that one."""
        return held.revision == expected + 1 and held.authors[-1]["membership"] == str(self.membership.pk)


def _answer(saved: Saved) -> JsonResponse:
    time = timezone.localtime(saved.updated_at).strftime("%H:%M:%S")
    return JsonResponse({"revision": saved.revision, "text": words(SAVED).format(time=time)})


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


class DraftFileView(SubjectPage):
    """A file of the draft, to whoever may read the draft: its certifier did not stage it, and must see it."""

    def get(self, request: HttpRequest, kind: str, subject_id: UUID, action: str, document_id: UUID) -> FileResponse:
        self.find(kind, subject_id, action)
        row = next((one for one in self.drafted(self.draft()) if one.pk == document_id), None)
        if row is None:
            raise Http404
        return sent(row)
