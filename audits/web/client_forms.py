"""The performance tables (绩效表) of ticked clients' cases in one archive: filled with what is known, to be worked on."""

import io
import zipfile

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from audits.api.downloads import attachment
from audits.api.errors import words
from audits.models import AuditCase
from audits.procedure.words import Party, Text
from audits.statistics.exports.performance import one_case, tables
from audits.statistics.exports.writers import XLSX, write
from audits.web.base import PageView
from audits.web.bulk import MOST, address_with, case_ids, conditions

NONE_TICKED = Text("请先勾选案件。", "Tick some cases first.")
TOO_MANY = Text(
    "一次最多下载 {most} 个案件的表格，您勾选了 {n} 个。",
    "At most {most} cases can be downloaded at once; you ticked {n}.",
)


class ClientFormsView(PageView):
    """One workbook per ticked case, the same as the export of one case. What the reader may not see is not in it."""

    parties = frozenset({Party.CONSULTANCY})

    def get(self, request: HttpRequest) -> HttpResponseBase:
        ticked = case_ids(request.GET.getlist("case"))
        if not ticked or len(ticked) > MOST:
            text = words(TOO_MANY).format(most=MOST, n=len(ticked)) if ticked else words(NONE_TICKED)
            messages.warning(request, text)
            return redirect(address_with("web-portfolio", conditions(request.GET.get("back", ""))))
        rows = AuditCase.objects.visible_to(self.membership).filter(pk__in=ticked)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for table in tables(rows):
                sheet = io.BytesIO()
                write(one_case(table, self.language), XLSX, sheet)
                archive.writestr(f"{table['case']['number']}.xlsx", sheet.getvalue())
            if not archive.namelist():
                raise Http404
        packed.seek(0)
        return attachment(packed, "performance-tables.zip", "application/zip")
