"""What a form saves while it is filled: drafts and files."""

from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from audits.api.errors import words
from audits.procedure.words import Text
from audits.web.base import PageView
from audits.web.boxes import payload_of
from audits.web.cases import sent
from audits.web.subjects import SubjectPage
from audits.workflow import drafts
from audits.workflow.documents import stage
from audits.workflow.errors import StaleVersion, UnknownAction, WorkflowError
from audits.workflow.file_checks import FileNotTaken


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


class DraftFileView(SubjectPage):
    """A file of the draft, to whoever may read the draft: its certifier did not stage it, and must see it."""

    def get(self, request: HttpRequest, kind: str, subject_id: UUID, action: str, document_id: UUID) -> FileResponse:
        self.find(kind, subject_id, action)
        row = next((one for one in self.drafted(self.draft()) if one.pk == document_id), None)
        if row is None:
            raise Http404
        return sent(row)
