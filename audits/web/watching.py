"""Asked now and then by an open page: whether somebody else acted on its subject, or saved the draft of its form."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from audits.api.actions import subject_rows
from audits.api.course_shapes import shown_event
from audits.procedure.words import Subject
from audits.web.addresses import address_of
from audits.web.conflicts import Saver, saver_of
from audits.web.subjects import SubjectPage
from audits.workflow import reading


class VersionView(SubjectPage):
    """204 while nothing changed, else what happened. `seen` is the version the page shows; `typing` is set by a page
    with a form; `draft` names the step whose draft, at `revision`, it was filled from, and `told` the revision it was told of.
    """

    template = "web/parts/watch.html"
    revision = 0

    def get(self, request: HttpRequest, kind: str, subject_id: UUID) -> HttpResponse:
        if kind not in set(Subject):
            raise Http404
        self.subject = self.one(subject_rows(Subject(kind)).visible_to(self.membership), subject_id)
        acted = str(self.subject.version) != request.GET.get("seen", "")
        saver = self._saver(request)
        if not acted and saver is None:
            return HttpResponse(status=204)
        return self.shown(
            subject=self.subject,
            last=self._last() if acted else None,
            acted=acted,
            saver=saver,
            typing=request.GET.get("typing", ""),
            look=address_of(self.subject),
            draft=request.GET.get("draft", ""),
            told=self.revision or request.GET.get("told", ""),
        )

    def _last(self) -> dict[str, Any] | None:
        """The newest act, as far as the reader may know of it."""
        newest = reading.events_of(self.subject, self.membership).order_by("-seq")[:1]
        return next(map(shown_event, reading.history(self.subject, list(newest), self.membership)), None)

    def _saver(self, request: HttpRequest) -> Saver | None:
        """Who else saved the draft since. What the reader saved in another window, autosave finds out."""
        action, revision = request.GET.get("draft", ""), request.GET.get("revision", "")
        if not action or not revision:
            return None
        self.find(self.subject.subject_kind, self.subject.pk, action)
        saved = self.draft()
        if saved is None or str(saved.revision) in (revision, request.GET.get("told", "")):
            return None
        saver = saver_of(saved, self.membership)
        if saver.own:
            return None
        self.revision = saved.revision
        return saver
