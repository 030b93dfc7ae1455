"""Search by name, former name, pinyin, credit code or case number, within what the reader may see."""

from typing import Any

from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from audits.models import AuditCase
from audits.web.base import PageView
from enterprises.enterprise_search import find
from enterprises.models import Enterprise, EnterpriseName

LONGEST = 100
NUMBERS = 10


class SearchView(PageView):
    """Enterprises with their cases, and cases by number. A number that fits exactly one case leads there."""

    template = "web/start/search.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        q = request.GET.get("q", "").strip()[:LONGEST]
        if not q:
            return self.shown(q="", page=None)
        visible = AuditCase.objects.visible_to(self.membership).select_related("enterprise", "site").defer("state")
        numbered = list(visible.filter(number__startswith=q.upper()).order_by("number")[: NUMBERS + 1])
        if len(numbered) == 1 and numbered[0].number == q.upper():
            return redirect("web-case", numbered[0].pk)
        names = Prefetch("names", EnterpriseName.objects.filter(valid_until__isnull=False).order_by("-valid_from"))
        enterprises = find(q, Enterprise.objects.visible_to(self.membership)).prefetch_related(names)
        page = self.page(enterprises, "name_pinyin", "id")
        cases: dict[Any, list[AuditCase]] = {}
        for case in visible.filter(_of(page.rows)).order_by("-opened_on", "id")[:200] if page.rows else ():
            cases.setdefault(case.enterprise.merged_into_id or case.enterprise_id, []).append(case)
        return self.shown(
            q=q,
            page=page,
            found=[(one, cases.get(one.pk, [])) for one in page],
            numbered=numbered[:NUMBERS],
            more_numbered=len(numbered) > NUMBERS,
        )


def _of(enterprises: list[Any]) -> Q:
    ids = [one.pk for one in enterprises]
    return Q(enterprise__in=ids) | Q(enterprise__merged_into__in=ids)
