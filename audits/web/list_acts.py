"""Acts on many entries at once: nominate sites found by search; verify, confirm and publish what was ticked.

The form of the step is the common one (`acting.ActView`); these pages fill its small table from ticks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from audits.api.errors import words
from audits.procedure.payloads import LARGEST_LIST, as_uuid
from audits.procedure.words import Text
from audits.web.acting import ActView, Form
from audits.web.base import PageView
from audits.web.boxes import Box, boxes, payload_of
from audits.web.registers import Options
from audits.web.subjects import SubjectPage
from audits.web.typed import row_number
from audits.workflow.drafts import Saved
from audits.workflow.list_choices import open_to
from audits.workflow.list_jobs import INLINE, ask_act
from enterprises.enterprise_search import find
from enterprises.models import Site

FOUND = 10
PICKS = 500
LINES = 100  # entries a form shows one by one
NO_LINE = Text("请至少保留一条；全部删去即不确定任何企业。", "Keep at least one line: without any nobody is confirmed.")
WITHOUT_LINE = Text(
    "另有 {n} 条待确定的条目不在下面，提交后不予确定；需要的请添加一行。",
    "{n} more entries wait that have no line below. They are not confirmed unless you add a line for them.",
)
NOTHING_PICKED = Text("请至少勾选一条。", "Tick at least one entry.")
TOO_MANY = Text("一次最多勾选 {n} 条，请分几次办理。", "Tick at most {n} entries at once; do the rest afterwards.")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One site of a nomination with the boxes to fill for it."""

    number: int
    site: Any
    boxes: list[Box]
    errors: list[Any]


def _site_ids(given: list[str]) -> list[str]:
    return list(dict.fromkeys(found for found in map(as_uuid, given) if found))


class NominateView(ActView):
    """Nominate by hand: sites are looked up and added, each with its categories and the evidence they ask for."""

    template = "web/lists/nominate.html"

    def get(self, request: HttpRequest, kind: str, subject_id: UUID, action: str) -> HttpResponse:
        self.find(kind, subject_id, action)
        open_ = self.status.allowed or self.status.drafting
        saved = self.draft() if open_ else None
        payload = dict(saved.payload) if saved else {}
        rows = [row for row in payload.get("candidates", []) if isinstance(row, dict)]
        held = {row.get("site") for row in rows}
        rows += [{"site": one} for one in _site_ids(request.GET.getlist("site")) if one not in held]
        return self._form({**payload, "candidates": rows}, {"date": timezone.localdate().isoformat()}, saved)

    def shown(self, template: str = "", *, status: int = 200, **context: Any) -> HttpResponse:
        form: Form | None = context.get("form")
        if form is not None:
            table = next(box for box in form.boxes if box.field.key == "candidates")
            context["candidates"] = _candidates(table.rows, self)
            context["table_errors"] = table.errors
            context["search"] = reverse("web-site-search")
            context["line"] = reverse("web-list-nominate-line", args=[self.subject.pk])
            context["list"] = self.subject
        return super().shown(template, status=status, **context)


def _candidates(lines: list[list[Box]], page: PageView) -> list[Candidate]:
    ids = _site_ids([str(line[0].value) for line in lines if line and line[0].value])
    sites = Site.objects.visible_to(page.membership).select_related("enterprise", "industry")
    found = {str(one.pk): one for one in sites.filter(pk__in=ids)}
    candidates = []
    for line in lines:
        head = line[0] if line else None
        site = found.get(str(head.value)) if head is not None else None
        if head is None or site is None:
            continue
        candidates.append(Candidate(int(head.name.split(".")[1]), site, line[1:], head.errors))
    return candidates


class NominateLineView(SubjectPage):
    """One more candidate of the form, drawn for the site that was chosen."""

    template = "web/lists/candidate.html"

    def get(self, request: HttpRequest, subject_id: UUID) -> HttpResponse:
        self.find("list", subject_id, "nominate")
        chosen = _site_ids([request.GET.get("add", "")])
        numbers = [key.split(".")[1] for key in request.GET if key.startswith("candidates.") and key.endswith(".site")]
        held = {value for key, value in request.GET.items() if key.startswith("candidates.") and key.endswith(".site")}
        if not chosen or chosen[0] in held:
            return HttpResponse(status=204)
        number = (
            max((row for row in map(row_number, numbers) if row is not None and row < LARGEST_LIST), default=-1) + 1
        )
        table = next(one for one in self.fields if one.key == "candidates")
        payload: dict[str, Any] = {"candidates": [{}] * number + [{"site": chosen[0]}]}
        drawn = boxes([table], payload, options=Options(self.membership, self.subject))
        candidates = _candidates(drawn[0].rows[number:], self)
        if not candidates:
            raise Http404
        return self.shown(one=candidates[0])


class SiteSearchView(PageView):
    """Sites the reader may see, by name, former name, pinyin or code of the enterprise: lines to add to a nomination."""

    template = "web/lists/sites.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        query, line = request.GET.get("q", "").strip()[:100], request.GET.get("list", "")
        rows = Site.objects.visible_to(self.membership).open().select_related("enterprise", "reporting_unit")
        rows = rows.filter(enterprise__in=find(query).values("pk")) if query else rows.none()
        found = list(rows.order_by("enterprise__name", "name", "id")[: FOUND + 1])
        return self.shown(
            found=found[:FOUND],
            more=len(found) > FOUND,
            query=query,
            line=reverse("web-list-nominate-line", args=[line]) if _site_ids([line]) else "",
        )


class TickView(ActView):
    """A page whose small table is filled by ticking entries. `table` is the field; what each row says: `row_of`."""

    template = "web/lists/tick.html"
    table = ""

    def row_of(self, entry: Any, post: QueryDict) -> dict[str, list[str]]:
        """The columns of one ticked entry."""
        return {}

    def post(self, request: HttpRequest, kind: str, subject_id: UUID, action: str) -> HttpResponse:
        self.find(kind, subject_id, action)
        post = request.POST.copy()
        if self.table and post.get("which") == "picked":
            picked = _site_ids(post.getlist("pick"))[:PICKS]
            entries = {str(one.pk): one for one in open_to(self.subject, action, self.membership).filter(pk__in=picked)}
            for number, pk in enumerate(picked):
                columns = self.row_of(entries.get(pk), post)
                post.setlist(f"{self.table}.{number}.listing", [pk])
                for key, values in columns.items():
                    post.setlist(f"{self.table}.{number}.{key}", values)
        request.POST = post  # type: ignore[assignment]
        if self.table and post.get("which") == "picked":
            if not post.getlist("pick"):
                return self._picked_wrong(NOTHING_PICKED, post)
            if len(set(post.getlist("pick"))) > PICKS:  # ticks are kept over all pages of the list
                return self._picked_wrong(Text(TOO_MANY.zh.format(n=PICKS), TOO_MANY.en.format(n=PICKS)), post)
        return super().post(request, kind, subject_id, action)

    def begun(self, body: dict[str, Any], said: dict[str, Any], typed: Saved | None) -> HttpResponse | None:
        """All of very many entries are done in the background; what is wrong with the form is said at once all the same."""
        if not self.status.allowed or body.get(self.table) or self.cleaned(body).errors:
            return None
        entries = open_to(self.subject, self.status.action, self.membership).count()
        if entries <= INLINE:
            return None
        job = ask_act(
            self.subject,
            self.status.action,
            by=self.membership,
            entries=entries,
            language=self.language,
            unneeded=typed.revision if typed is not None else None,
            **said,
        )
        return redirect("web-list-work", self.subject.pk, job.pk)

    def _picked_wrong(self, text: Text, post: QueryDict) -> HttpResponse:
        payload, told = payload_of(self.fields, post), payload_of(self.extra, post)
        return self._form(payload, told, self.draft(), [], [text], post=post, status=422)

    def shown(self, template: str = "", *, status: int = 200, **context: Any) -> HttpResponse:
        form: Form | None = context.get("form")
        if form is not None:
            rows = open_to(self.subject, self.status.action, self.membership).select_related("enterprise", "site")
            context["page"] = self.page(rows.defer("source_row"), "created_at", "id", size=100)
            context["total"] = rows.count()
            context["errors_of_rows"] = [
                error for box in form.boxes if box.field.key == self.table for error in _all(box)
            ]
            context["boxes_beside"] = [box for box in form.boxes if box.field.key != self.table]
            context["table"] = self.table
            post = self.request.POST
            context["picked"] = set(post.getlist("pick"))
            here = {str(one.pk) for one in context["page"]}
            context["picked_elsewhere"] = [pk for pk in _site_ids(post.getlist("pick")) if pk not in here]
            context |= {key: post.get(key, "") for key in ("which", "result", "finding")}
            context["list"] = self.subject
            context["lines"] = LINES
        return super().shown(template, status=status, **context)


def _all(box: Box) -> list[Any]:
    return [*box.errors, *(error for line in box.rows for cell in line for error in cell.errors)]


class VerifyView(TickView):
    """Candidates that wait for this authority: all as verified, or the ticked ones with one finding."""

    table = "findings"

    def row_of(self, entry: Any, post: QueryDict) -> dict[str, list[str]]:
        return {"result": [post.get("result", "")], "finding": [post.get("finding", "")]}

    def shown(self, template: str = "", *, status: int = 200, **context: Any) -> HttpResponse:
        table = next(one for one in self.fields if one.key == self.table)
        context["results"] = next(one.choices for one in table.columns if one.key == "result")
        return super().shown(template, status=status, **context)


class ConfirmView(TickView):
    """Verified entries: all of them, or the ticked ones, with the categories and sector they stand with. Entries somebody has
    prepared are shown line by line, where they can be seen."""

    table = "entries"

    def get(self, request: HttpRequest, kind: str, subject_id: UUID, action: str) -> HttpResponse:
        self.find(kind, subject_id, action)
        saved = self.draft() if self.status.allowed or self.status.drafting else None
        prepared = saved is not None and bool(_lines(saved.payload))
        if prepared and open_to(self.subject, action, self.membership).count() <= LINES:
            return redirect("web-list-confirm-each", self.subject.pk)
        return super().get(request, kind, subject_id, action)

    def row_of(self, entry: Any, post: QueryDict) -> dict[str, list[str]]:
        if entry is None:
            return {}
        return {"categories": list(entry.categories), "sector": [entry.sector.key if entry.sector else ""]}


class ConfirmEachView(ActView):
    """The same entry by entry, in the common form: categories and sector can be changed, a line that is removed is not
    confirmed. For lists of at most `LINES` entries."""

    def _begin(self, saved: Saved | None) -> dict[str, Any]:
        """The prepared lines that are still open, else all entries; says how many entries have no line."""
        stand, held = self._open_lines(), dict(saved.payload) if saved else {}
        prepared = [one for one in _lines(held) if one.get("listing") in stand]
        if prepared and (left := len(stand) - len({one["listing"] for one in prepared})):
            messages.warning(self.request, words(WITHOUT_LINE).format(n=left))
        return {**held, "entries": prepared or list(stand.values())}

    def post(self, request: HttpRequest, kind: str, subject_id: UUID, action: str) -> HttpResponse:
        self.find(kind, subject_id, action)
        post = request.POST
        payload = payload_of(self.fields, post)
        if not _lines(payload) and not {"edit", "look", "prepare", "refuse"} & set(post):
            told = payload_of(self.extra, post)  # without a line the door would confirm every entry
            return self._form(payload, told, self.draft(), [], [NO_LINE], post=post, status=422)
        return super().post(request, kind, subject_id, action)

    def _open_lines(self) -> dict[str, dict[str, Any]]:
        """The open entries as lines of the form. `Http404` where there are too many."""
        rows = open_to(self.subject, self.status.action, self.membership).select_related("sector")
        if rows.count() > LINES:
            raise Http404
        return {
            str(one.pk): {
                "listing": str(one.pk),
                "categories": list(one.categories),
                **({"sector": one.sector.key} if one.sector else {}),
            }
            for one in rows.order_by("created_at", "id")
        }


def _lines(payload: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [one for one in payload.get("entries") or () if isinstance(one, Mapping)]


class PublishView(TickView):
    """What will appear, and the publication itself. There is nothing to tick: every confirmed entry is published."""
