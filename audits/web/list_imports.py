"""Bringing a file into a list: upload, verdict on every row, and exactly what was agreed to put on the list, or nothing."""

import io
from typing import Any
from uuid import UUID, uuid4

import xlsxwriter
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from audits.api.downloads import XLSX, attachment
from audits.api.errors import words
from audits.models import Event
from audits.procedure.words import CaseKind, Category, Party, Subject, Text
from audits.statistics.exports.writers import CONTENT_TYPES, write
from audits.statistics.exports.writers import CSV as CSV_FORM
from audits.statistics.exports.writers import XLSX as XLSX_FORM
from audits.statistics.spreadsheets import workbook_options
from audits.web.list_decisions import Decisions, keep
from audits.web.list_verdict_files import verdicts_book
from audits.web.list_verdicts import confirmed, preview
from audits.web.lists import OneListPage
from audits.web.typed import row_number
from audits.workflow.actions import actions_for
from audits.workflow.errors import InvalidPayload, Refusal, StaleVersion, WorkflowError
from audits.workflow.events import read_body
from audits.workflow.imports import ImportProblem, UnknownImport, again, apply_import, check
from audits.workflow.list_jobs import INLINE, ask_import
from enterprises.importing.columns import LABELS, Column
from enterprises.importing.report import Report
from enterprises.importing.workbook import MAX_BYTES
from enterprises.models import ListImport

PUT = Text("已将 {n} 条列入候选名单。", "{n} entries were nominated.")
NO_FILE = Text("请选择一个 .xlsx 或 .csv 文件。", "Choose an .xlsx or .csv file.")
KNOWN_FAULTS = {
    "file_broken": Text("文件已损坏", "The file is broken"),
    "file_macro": Text("文件含有宏", "The file contains macros"),
    "file_bomb": Text("文件解压后异常庞大", "The file would grow abnormally large"),
    "file_encrypted": Text("文件设有密码", "The file has a password"),
    "file_type": Text("文件类型不对", "This is another type of file"),
    "header_missing": Text("找不到表头", "No header row was found"),
    "columns_missing": Text("缺少必要的列", "Columns are missing"),
    "no_rows": Text("表中没有企业", "There is no enterprise in it"),
}
TEMPLATE_COLUMNS = (
    Column.SERIAL,
    Column.NAME,
    Column.CODE,
    Column.DIVISION_NAME,
    Column.DIVISION_CODE,
    Column.ADDRESS,
    Column.PRODUCTION_ADDRESS,
    Column.INDUSTRY,
    Column.CATEGORY,
    Column.LEGAL_REPRESENTATIVE,
    Column.REMARK,
)


class ImportPage(OneListPage):
    """A page for those who may nominate on this list; 404 for others. `closed`: why not now."""

    parties = frozenset({Party.AUTHORITY})
    part = "import"
    closed: tuple[Refusal, ...] = ()

    def nominating(self, subject_id: UUID) -> Any:
        row = self.find(subject_id)
        status = next((one for one in actions_for(row, self.membership) if one.action == "nominate"), None)
        if status is None or any(reason.right for reason in status.reasons):
            raise Http404
        self.closed = () if status.allowed else status.reasons
        return row

    def waiting(self, row: Any) -> Any:
        """Dry runs of the reader's organization that wait to be confirmed."""
        return ListImport.objects.filter(
            list=row, applied_at=None, uploaded_by__organization=self.membership.organization_id
        )

    def again(self, row: Any, import_id: UUID, seen: str = "") -> tuple[ListImport, Report]:
        """One of them, judged anew; else 404. Where `seen` is the digest of this verdict, the import keeps it."""
        try:
            return again(row, by=self.membership, import_id=import_id, on=timezone.localdate(), confirmed=seen)
        except (UnknownImport, ImportProblem):
            raise Http404 from None


class ImportView(ImportPage):
    """Upload a file; earlier dry runs can be taken up again."""

    template = "web/lists/import.html"

    def get(self, request: HttpRequest, subject_id: UUID) -> HttpResponse:
        return self._form(self.nominating(subject_id))

    def post(self, request: HttpRequest, subject_id: UUID) -> HttpResponse:
        row = self.nominating(subject_id)
        file = request.FILES.get("file")
        if file is None:
            return self._form(row, fault=NO_FILE, status=422)
        categories = [Category(one) for one in request.POST.getlist("categories") if one in set(Category)]
        try:
            held, _ = check(
                row,
                by=self.membership,
                content=file.read(MAX_BYTES + 1),
                filename=file.name or "",
                categories=categories,
            )
        except WorkflowError as error:
            return self._form(row, fault=error.text, head=KNOWN_FAULTS.get(error.code), name=file.name, status=422)
        return redirect("web-list-import-check", row.pk, held.pk)

    def _form(self, row: Any, status: int = 200, **context: Any) -> HttpResponse:
        mine = ListImport.objects.filter(list=row, uploaded_by__organization=self.membership.organization_id)
        return self.about(
            row,
            status=status,
            closed=self.closed,
            earlier=mine.select_related("uploaded_by__user").defer("decisions")[:10],
            categories=[one.value for one in Category] if row.kind == CaseKind.MANDATORY else [],
            limit=MAX_BYTES // 1024 // 1024,
            **context,
        )


class ImportCheckView(ImportPage):
    """The verdict on every row; confirming it puts the agreed set on the list."""

    template = "web/lists/import_check.html"

    def get(self, request: HttpRequest, subject_id: UUID, import_id: UUID) -> HttpResponse:
        row = self.nominating(subject_id)
        held, report = self.again(row, import_id)
        return self._page(row, held, report, Decisions.of(held))

    def post(self, request: HttpRequest, subject_id: UUID, import_id: UUID) -> HttpResponse:
        row, post = self.nominating(subject_id), request.POST
        if row.imports.filter(pk=import_id, applied_by__organization=self.membership.organization_id).exists():
            return redirect("web-list", row.pk)  # sent twice
        decisions = keep(self.one(self.waiting(row), import_id), post)
        if "to" in post:  # another page of the verdicts: what was decided on this one is kept
            page = row_number(post["to"]) or 1
            return redirect(f"{reverse('web-list-import-check', args=[row.pk, import_id])}?page={page}")
        seen = post.get("digest", "")
        held, report = self.again(row, import_id, seen)
        if seen != report.digest:
            text = Text(
                "名单或登记库在预检之后有变化，下面是新的预检结果。您补填的内容和不导入的行仍保留；修正项请重新核对后确认。",
                "The list or the registers changed after the dry run. This is the new verdict: what you typed and left out "
                "still stands; look at the repairs again and confirm.",
            )
            return self._page(row, held, report, decisions, fault=text, status=409)
        said = {
            "digest": seen,
            "expected_version": int(post.get("version") or row.version),
            "idempotency_key": post.get("key") or uuid4().hex,
            **confirmed(report, decisions),
        }
        entries = report.accepted if said["rows"] == "accepted" else len(said["rows"])
        try:
            if entries > INLINE and not self.closed:
                job = ask_import(row, by=self.membership, entries=entries, language=self.language, **said)
                return redirect("web-list-work", row.pk, job.pk)
            result = apply_import(row, by=self.membership, **said)
        except StaleVersion as error:
            return self._page(row, held, report, decisions, fault=error.text, status=409)
        except ImportProblem as error:
            wrong = tuple(error.details.get("findings", ())) if error.details else ()
            return self._page(row, held, report, decisions, fault=error.text, wrong=wrong, status=422)
        except InvalidPayload as error:
            return self._page(row, held, report, decisions, fault=error.text, faults=error.details, status=422)
        except WorkflowError as error:
            return self._page(row, held, report, decisions, fault=error.text, status=409)
        done = Event.objects.get(subject_kind=Subject.LIST, subject_id=row.pk, seq=result.version)
        messages.success(request, words(PUT).format(n=read_body(done)["payload"].get("entries", 0)))
        return redirect("web-list", row.pk)

    def _page(
        self,
        row: Any,
        held: ListImport,
        report: Report,
        decisions: Decisions,
        *,
        fault: Text | None = None,
        faults: Any = (),
        wrong: Any = (),
        status: int = 200,
    ) -> HttpResponse:
        row.refresh_from_db(fields=["version"])
        return self.about(
            row,
            status=status,
            held=held,
            report=report,
            preview=preview(
                report, decisions, 1 if wrong else row_number(self.request.GET.get("page", "")) or 1, wrong
            ),
            fault=fault,
            faults=faults,
            closed=self.closed,
            key=uuid4().hex,
        )


class VerdictsView(ImportPage):
    """All verdicts of a dry run as a file, to be worked through beside the list."""

    def get(self, request: HttpRequest, subject_id: UUID, import_id: UUID, form: str) -> HttpResponse:
        row = self.nominating(subject_id)
        held, report = self.again(row, import_id)
        if form not in (XLSX_FORM, CSV_FORM):
            raise Http404
        target = io.BytesIO()
        write(verdicts_book(report, held.file_name, self.language), form, target)
        target.seek(0)
        name = f"{row.year}_verdicts.{form}"
        return attachment(target, name, CONTENT_TYPES[form])  # type: ignore[return-value]


class TemplateView(ImportPage):
    """An empty workbook with the headings the import reads; codes are cells of text, so that no digit is lost."""

    def get(self, request: HttpRequest, subject_id: UUID) -> HttpResponse:
        row = self.find(subject_id)
        target = io.BytesIO()
        book = xlsxwriter.Workbook(target, workbook_options())
        text, head = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "bg_color": "#E8F1EC"})
        page = book.add_worksheet("名单")
        page.merge_range(0, 0, 0, len(TEMPLATE_COLUMNS) - 1, row.title)
        for place, column in enumerate(TEMPLATE_COLUMNS):
            page.write_string(1, place, LABELS[column].zh, head)
            page.set_column(place, place, 8 if column is Column.SERIAL else 24, text)
        page.freeze_panes(2, 2)
        book.close()
        target.seek(0)
        return attachment(target, f"{row.year}_template.xlsx", XLSX)  # type: ignore[return-value]
