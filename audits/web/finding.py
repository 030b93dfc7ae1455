"""Answers of the search inside a form: rows of a register to choose one of."""

import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from audits.models import AuditCase
from audits.procedure.payloads import as_uuid
from audits.web.base import PageView
from audits.web.lookups import LONGEST, REGISTERS
from audits.web.registers import TYPED
from enterprises.models import KeyEnterpriseList

_NAME = re.compile(r"[a-z_]{1,40}(\.[0-9]{1,4}\.[a-z_]{1,40})?")


class LookupView(PageView):
    """Rows for what is typed in the input `name`; `subject` is the case or list the form is about, if it is about one."""

    template = "web/parts/found.html"

    def get(self, request: HttpRequest, register: str) -> HttpResponse:
        known, name = REGISTERS.get(register), request.GET.get("name", "")
        if known is None or not _NAME.fullmatch(name):
            raise Http404
        subject = self._subject(as_uuid(request.GET.get("subject", "")))
        query, chosen = request.GET.get(name + TYPED, "").strip()[:LONGEST], request.GET.get(name, "")[:LONGEST]
        found = (
            known.find(query, self.membership, subject) if query else known.offered(self.membership, subject).first()
        )
        held = known.named([chosen], self.membership, subject).get(chosen) if chosen else None
        return self.shown(found=found.after(held), name=name, query=query, chosen=chosen)

    def _subject(self, pk: str | None) -> Any:
        """The case or the list, if the reader may see it; nothing else tells what is near."""
        if pk is None:
            return None
        case = AuditCase.objects.visible_to(self.membership).defer("state").filter(pk=pk).first()
        return case or KeyEnterpriseList.objects.visible_to(self.membership).filter(pk=pk).first()
