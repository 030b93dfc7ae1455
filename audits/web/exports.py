"""Exports: asked for here, made in the background, found again here until they are no longer kept."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from audits.api.downloads import attachment
from audits.api.exports import ExportRequestSerializer
from audits.models import ExportJob, JobState
from audits.models.jobs import OPEN
from audits.procedure.words import Text
from audits.statistics.exports import jobs
from audits.statistics.exports.kinds import KINDS, PERFORMANCE, PERFORMANCES, SUMMARY
from audits.statistics.exports.writers import CONTENT_TYPES
from audits.web.base import PageView
from audits.web.refusals import REFUSALS, checked, complain

KIND_NAMES: Mapping[str, Text] = {
    PERFORMANCE: Text("单个案件绩效表", "Performance table of one case"),
    PERFORMANCES: Text("年度案件绩效表", "Performance tables of a year's cases"),
    SUMMARY: Text("各地区年度汇总表", "Summary of a year by reporting unit"),
}
STATE_NAMES: Mapping[str, Text] = {
    JobState.QUEUED: Text("排队中", "waiting"),
    JobState.RUNNING: Text("生成中", "being made"),
    JobState.DONE: Text("已完成", "ready"),
    JobState.FAILED: Text("失败", "failed"),
    JobState.EXPIRED: Text("已过保存期", "no longer kept"),
}
ERROR_NAMES: Mapping[str, Text] = {
    "not_found": Text("所要导出的案件已不可见。", "The case can no longer be seen by you."),
    "not_allowed": Text("申请人已不再有权限。", "Whoever asked for it is no longer a member."),
    "gave_up": Text("多次尝试均未完成，请重新导出。", "It was begun several times and never finished. Ask again."),
    "failed": Text(
        "生成时出错，请重新导出；仍失败请联系运维人员。", "Making it failed. Ask again; else tell an operator."
    ),
}


class ExportsView(PageView):
    """My exports, and the form that asks for another."""

    template = "web/exports/list.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        page = self.page(ExportJob.objects.visible_to(self.membership), "-created_at", "id")
        working = any(job.state in OPEN for job in page)
        shown = [(job, self._of(job), ERROR_NAMES.get(job.error)) for job in page]
        about: dict[str, Any] = {"page": page, "shown": shown, "working": working, "states": STATE_NAMES}
        if request.headers.get("HX-Request"):
            return self.shown("web/exports/jobs.html", **about)
        kinds = [(key, KIND_NAMES[key]) for key, kind in KINDS.items() if kind.params == ("year",)]
        return self.shown(
            **about, kinds=kinds, formats=list(CONTENT_TYPES), year=timezone.localdate().year, wanted=request.GET
        )

    def _of(self, job: ExportJob) -> tuple[Text | str, Any]:
        return KIND_NAMES.get(job.kind, job.kind), job.params.get("year") or ""

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            said = checked(ExportRequestSerializer, request.POST)
            params = {name: str(said[name]) if name == "case" else said[name] for name in KINDS[said["kind"]].params}
            jobs.ask(said["kind"], said["format"], by=self.membership, params=params, language=self.language)
        except REFUSALS as error:
            complain(request, error)
        return redirect("web-exports")


class ExportContentView(PageView):
    """The file of one export."""

    def get(self, request: HttpRequest, export_id: UUID) -> HttpResponse:
        job = self.one(ExportJob.objects.visible_to(self.membership), export_id)
        try:
            content = jobs.open_content(job, timezone.now())
        except REFUSALS as error:
            complain(request, error)
            return redirect("web-exports")
        return attachment(content, job.file_name, job.content_type, job.sha256)  # type: ignore[return-value]
