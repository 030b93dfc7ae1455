"""Acts on a list that are done in the background: one that is running, can be left and found again, and its result or refusal."""

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from audits.models import JobState, ListActJob
from audits.models.jobs import OPEN
from audits.procedure.registry import title_of
from audits.procedure.words import Text
from audits.web.lists import OneListPage
from audits.workflow.list_jobs import IMPORT

CONFIRMED_IMPORT = Text("确认导入", "Confirm the import")
STATE_NAMES: Mapping[str, Text] = {
    JobState.QUEUED: Text("排队中", "waiting"),
    JobState.RUNNING: Text("办理中", "being done"),
    JobState.DONE: Text("已办理", "done"),
    JobState.FAILED: Text("未办理", "not done"),
}
ERROR_NAMES: Mapping[str, Text] = {
    "not_allowed": Text("申请办理的人已不再有权限。", "Whoever asked for it is no longer a member."),
    "gave_up": Text(
        "多次尝试均未完成，没有办理任何内容。请重新办理。",
        "It was begun several times and never finished. Do it again.",
    ),
    "failed": Text(
        "办理时出错，没有办理任何内容。请重新办理；仍失败请联系运维人员。",
        "Doing it failed, and nothing was done. Do it again; else tell an operator.",
    ),
}


def work_title(job: ListActJob) -> Text:
    """What the job does, as people call it."""
    return CONFIRMED_IMPORT if job.kind == IMPORT else title_of(job.kind)


class ListWorkView(OneListPage):
    """One of them. An open page asks again every few seconds until it has come to an end."""

    template = "web/lists/work.html"

    def get(self, request: HttpRequest, subject_id: UUID, job_id: UUID) -> HttpResponse:
        row = self.find(subject_id)
        job = self.one(ListActJob.objects.visible_to(self.membership).filter(list=row), job_id)
        if request.GET.get("seen") == job.state:
            return HttpResponse(status=204)  # an open page asks: nothing new, nothing to be read out again
        texts = [Text(zh, en) for zh, en in job.told]
        about = {
            "job": job,
            "title": work_title(job),
            "open": job.state in OPEN,
            "state": STATE_NAMES.get(job.state),
            "told": texts or [ERROR_NAMES[job.error]] if job.error else [],
        }
        if request.headers.get("HX-Request"):
            return self.shown("web/lists/work_state.html", list=row, **about)
        return self.about(row, work=(), **about)
