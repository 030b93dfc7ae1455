"""Annual returns of a reporting unit: drafted, corrected, checked, submitted, revised; as a form there and back."""

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.acting import acting_of
from audits.api import return_shapes as shapes
from audits.api.actions import action_steps
from audits.api.bodies import split, without_draft
from audits.api.downloads import XLSX, attachment
from audits.api.errors import words
from audits.models import Draft, DutyYear, UnitReturn
from audits.procedure.schema import Field
from audits.procedure.words import Party, Subject, Text
from audits.statistics.metrics import METRICS, Group
from audits.statistics.returns import checking, drafting, form, importing, rights, submitting
from audits.statistics.returns.errors import AUTHOR, FormRefused
from audits.statistics.returns.rules import Severity
from audits.web.base import PageView
from audits.web.boxes import boxes, payload_of
from audits.web.refusals import REFUSALS, by_field, checked, complain, sentences
from audits.web.registers import Options
from audits.workflow.errors import InvalidPayload, Refusal
from enterprises.importing.workbook import MAX_BYTES
from enterprises.models import ReportingUnit

GROUPS = {
    Group.PROCESS: Text("审核进度", "Progress"),
    Group.EFFECT: Text("已核实效果", "Verified effects"),
    Group.PLANNED_EFFECT: Text("计划效果", "Planned effects"),
    Group.OPTIONS: Text("方案", "Options"),
    Group.INVESTMENT: Text("投资", "Investment"),
    Group.CAPACITY: Text("人员与机构", "People and bodies"),
}
SOURCES = {
    drafting.FROM_FACTS: Text("由案件数据生成", "from the cases"),
    drafting.FROM_FORM: Text("由表格导入", "from a form"),
    drafting.REVISED: Text("修订", "revision"),
}
STEPS = action_steps(Subject.DUTY)[submitting.ACTION]
SAVED = Text("已保存。", "Saved.")
TOO_LARGE = Text("文件过大。", "The file is too large.")
NO_FILE = Text("请选择 .xlsx 文件。", "Choose an .xlsx file.")


class ReturnsPage(PageView):
    """A page about returns: for authorities; what they see of them follows from `visible_to`."""

    parties = frozenset({Party.AUTHORITY})

    @cached_property
    def own_units(self) -> list[ReportingUnit]:
        """Units whose returns the reader may draft."""
        today = timezone.localdate()
        near = ReportingUnit.objects.filter(scope_code=self.membership.organization.jurisdiction or "-")
        return [unit for unit in near if rights.refusal(unit, self.membership, rights.DRAFTERS, today) is None]

    def file(self) -> bytes:
        """The form that was sent. Raises `FormError`."""
        upload = self.request.FILES.get("file")
        if upload is None:
            raise FormError(NO_FILE)
        if upload.size is None or upload.size > MAX_BYTES:
            raise FormError(TOO_LARGE)
        return bytes(upload.read())


class FormError(Exception):
    """There is no file to read."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class ReturnsView(ReturnsPage):
    """The returns the reader may see; a draft is begun here, from the cases or from a form."""

    template = "web/returns/list.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.whole()

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            asked = checked(shapes.YearOfUnitSerializer, request.POST)
            if "from_form" in request.POST:
                content, name = self.file(), request.FILES["file"].name or ""  # type: ignore[union-attr]
                row = importing.import_form(
                    asked["unit"], asked["year"], content=content, filename=name, by=self.membership
                )
            else:
                row = drafting.draft(asked["unit"], asked["year"], by=self.membership)
        except FormRefused as error:
            return self.whole(422, errors=[words(error.text)], cells=error.cells)
        except FormError as error:
            return self.whole(422, errors=[words(error.text)])
        except REFUSALS as error:
            return self.whole(422, errors=sentences(error))
        return redirect("web-return", row.pk)

    def whole(self, status: int = 200, **context: Any) -> HttpResponse:
        """The page."""
        rows = UnitReturn.objects.visible_to(self.membership).select_related("reporting_unit")
        year = self.request.GET.get("year", "")
        if year.isdecimal() and len(year) == 4:
            rows = rows.filter(year=int(year))
        return self.shown(
            status=status,
            page=self.page(rows, "-year", "-revision", "pk"),
            units=self.own_units,
            this_year=timezone.localdate().year,
            sources=SOURCES,
            year=year,
            **{"errors": (), "cells": (), **context},
        )


class BlankFormView(ReturnsPage):
    """The blank form of a unit and year."""

    def get(self, request: HttpRequest) -> HttpResponse:
        try:
            asked = checked(shapes.YearOfUnitSerializer, request.GET)
        except REFUSALS:
            raise Http404 from None
        content = form.form(asked["unit"], asked["year"])
        name = f"return-{asked['unit'].pk}-{asked['year']}.xlsx"
        return attachment(io.BytesIO(content), name, XLSX)  # type: ignore[return-value]


class OneReturnPage(ReturnsPage):
    """A page about one return."""

    template = "web/returns/return.html"
    row: UnitReturn

    def find(self, return_id: UUID) -> UnitReturn:
        """The return, if the reader may see it."""
        rows = UnitReturn.objects.visible_to(self.membership).select_related("reporting_unit", "supersedes")
        self.row = self.one(rows, return_id)
        return self.row

    @property
    def version(self) -> int:
        """The version the form was made from."""
        given = self.request.POST.get("version", "")
        return int(given) if given.isdecimal() and len(given) < 9 else -1

    def why_not(self, roles: Any) -> Refusal | None:
        """Why the reader cannot work on it in these roles, or None."""
        if self.row.reporting_unit is None:
            return None
        return rights.refusal(self.row.reporting_unit, self.membership, roles, timezone.localdate())

    def whole(self, status: int = 200, **context: Any) -> HttpResponse:
        """The page of the return."""
        told = shapes.whole(self.row, self.language)
        editable = self.row.frozen_at is None and self.row.reporting_unit is not None
        no_draft, no_submit = self.why_not(rights.DRAFTERS), self.why_not(rights.SUBMITTERS)
        if no_submit is None and any(one["user"] == str(self.membership.user_id) for one in self.row.authors):
            no_submit = AUTHOR
        found = told["findings"]
        return self.shown(
            status=status,
            row=self.row,
            told=told,
            groups=[(title, [one for one in told["figures"] if one["group"] == key]) for key, title in GROUPS.items()],
            editable=editable and no_draft is None,
            open=editable,
            no_draft=no_draft,
            no_submit=no_submit,
            to_answer=editable
            and no_draft is None
            and any(one["severity"] != Severity.ERROR and not one["acknowledged"] for one in found),
            severity_error=Severity.ERROR.value,
            titles={key: metric.title for key, metric in METRICS.items()},
            source=SOURCES.get(self.row.source, self.row.source),
            may_revise=self.row.frozen_at is not None and no_draft is None and told["superseded_by"] is None,
            **{"errors": (), "cells": (), **context},
        )

    def doing(self, act: Callable[[], Any]) -> HttpResponse:
        """Do something to the return; the page again, with the reason, where it is refused."""
        try:
            act()
        except FormRefused as error:
            return self.whole(422, errors=[words(error.text)], cells=error.cells)
        except FormError as error:
            return self.whole(422, errors=[words(error.text)])
        except REFUSALS as error:
            self.row.refresh_from_db()
            return self.whole(422, errors=sentences(error))
        messages.success(self.request, words(SAVED))
        return redirect("web-return", self.row.pk)


class ReturnView(OneReturnPage):
    """A return: its figures, what the rules find, who worked on it."""

    def get(self, request: HttpRequest, return_id: UUID) -> HttpResponse:
        self.find(return_id)
        return self.whole()


class ReturnFigureView(OneReturnPage):
    """One figure is corrected, with a reason."""

    template = "web/returns/figure.html"

    def get(self, request: HttpRequest, return_id: UUID, key: str) -> HttpResponse:
        return self.asked(self.find(return_id), key)

    def post(self, request: HttpRequest, return_id: UUID, key: str) -> HttpResponse:
        row = self.find(return_id)
        typed = {name: request.POST.get(name, "") for name in ("value", "reason", "remark")}
        try:
            said = checked(shapes.FigureChangeSerializer, {**typed, "value": typed["value"].strip() or None})
            figure = drafting.Figure(key, said["value"], typed["remark"])
            drafting.correct(row.pk, figure, by=self.membership, reason=said["reason"], expected_version=self.version)
        except REFUSALS as error:
            return self.asked(row, key, typed, sentences(error), by_field(error), 422)
        messages.success(request, words(SAVED))
        return redirect("web-return", row.pk)

    def asked(
        self, row: UnitReturn, key: str, typed: Any = None, errors: Any = (), wrong: Any = None, status: int = 200
    ) -> HttpResponse:
        """The form of the figure; 404 where there is nothing to correct."""
        if key not in METRICS or row.frozen_at is not None or self.why_not(rights.DRAFTERS) is not None:
            raise Http404
        held = row.metrics.get(key, {})
        return self.shown(
            status=status,
            row=row,
            metric=METRICS[key],
            held=held,
            typed=typed or {"value": held.get("value", ""), "remark": held.get("remark", ""), "reason": ""},
            errors=errors,
            wrong=wrong or {},
        )


class ReturnCheckView(OneReturnPage):
    """Warnings are answered."""

    def post(self, request: HttpRequest, return_id: UUID) -> HttpResponse:
        row = self.find(return_id)
        answers = {
            name.removeprefix("answer:"): text
            for name, text in request.POST.items()
            if name.startswith("answer:") and isinstance(text, str) and text.strip()
        }
        return self.doing(
            lambda: checking.check(row.pk, by=self.membership, acknowledged=answers, expected_version=self.version)
        )


class ReturnImportView(OneReturnPage):
    """A filled form is taken over into the draft: all of it or nothing."""

    def post(self, request: HttpRequest, return_id: UUID) -> HttpResponse:
        row = self.find(return_id)

        def act() -> None:
            importing.import_into(
                row.pk,
                content=self.file(),
                filename=request.FILES["file"].name or "",  # type: ignore[union-attr]
                by=self.membership,
                reason=request.POST.get("reason", ""),
                expected_version=self.version,
            )

        return self.doing(act)


class ReturnDiscardView(OneReturnPage):
    """A draft is thrown away."""

    def post(self, request: HttpRequest, return_id: UUID) -> HttpResponse:
        row = self.find(return_id)
        try:
            drafting.discard(row.pk, by=self.membership, expected_version=self.version)
        except REFUSALS as error:
            complain(request, error)
            return redirect("web-return", row.pk)
        messages.success(request, words(Text("草稿已删除。", "The draft is thrown away.")))
        return redirect("web-returns")


class ReturnReviseView(OneReturnPage):
    """A revision of a submitted return is begun."""

    def post(self, request: HttpRequest, return_id: UUID) -> HttpResponse:
        row = self.find(return_id)
        try:
            revised = drafting.revise(row.pk, by=self.membership, reason=request.POST.get("reason", ""))
        except REFUSALS as error:
            return self.whole(422, errors=sentences(error))
        return redirect("web-return", revised.pk)


class ReturnFormView(OneReturnPage):
    """The form filled with the return."""

    def get(self, request: HttpRequest, return_id: UUID) -> HttpResponse:
        row = self.find(return_id)
        if row.reporting_unit is None:
            raise Http404
        content = form.form(row.reporting_unit, row.year, form.filled_with(row))
        name = f"return-{row.reporting_unit_id}-{row.year}-r{row.revision}.xlsx"
        return attachment(io.BytesIO(content), name, XLSX)  # type: ignore[return-value]


class ReturnSubmitView(OneReturnPage):
    """The return is frozen and reported: the fields are those of the duty's step."""

    template = "web/returns/submit.html"

    def get(self, request: HttpRequest, return_id: UUID) -> HttpResponse:
        row = self.find(return_id)
        duty = self.duty.first()
        held = Draft.objects.of(duty, submitting.ACTION, acting_of(self.membership)).first() if duty else None
        return self.asked(row, dict(held.payload) if held is not None else {})

    def post(self, request: HttpRequest, return_id: UUID) -> HttpResponse:
        row = self.find(return_id)
        typed = payload_of(self.fields, request.POST)
        try:
            payload, reserved = split(typed, STEPS, timezone.localdate())
            submitting.submit(
                row.pk,
                by=self.membership,
                payload=payload,
                expected_version=self.version,
                idempotency_key=request.POST.get("key") or uuid4().hex,
                **without_draft(reserved),
            )
        except REFUSALS as error:
            faults = error.details if isinstance(error, InvalidPayload) else ()
            return self.asked(row, typed, sentences(error), faults, 422)
        text = Text("报表已提交并冻结。", "The return is submitted and frozen.")
        messages.success(request, words(text))
        return redirect("web-return", row.pk)

    @property
    def duty(self) -> Any:
        """The duty of the unit's year the reader may see, if there is one."""
        rows = DutyYear.objects.visible_to(self.membership)
        return rows.filter(reporting_unit_id=self.row.reporting_unit_id, year=self.row.year)

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """What the duty's step asks; further documents are welcome, the return itself is added."""
        if not self.duty.exists():
            return ()
        asked = STEPS[-1].fields
        return tuple(replace(one, required=False) if one.key == submitting.FILES else one for one in asked)

    def asked(
        self, row: UnitReturn, typed: dict[str, Any], errors: Any = (), faults: Any = (), status: int = 200
    ) -> HttpResponse:
        """The form; 404 for a return that is frozen already."""
        if row.frozen_at is not None or row.reporting_unit is None:
            raise Http404
        duty = self.duty.first()
        return self.shown(
            status=status,
            row=row,
            boxes=boxes(self.fields, typed, errors=faults, options=Options(self.membership, duty)),
            no_submit=self.why_not(rights.SUBMITTERS),
            duty=duty,
            errors=errors,
            key=uuid4().hex,
        )
