"""An enterprise about itself: sites, consultancies it works with, colleagues."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.models import Membership
from audits.api.contracts import ContractEndSerializer, NewContractSerializer
from audits.api.errors import words
from audits.procedure.fields import reference
from audits.procedure.words import Party, Text
from audits.web.base import PageView
from audits.web.boxes import boxes, unchosen
from audits.web.refusals import REFUSALS, by_field, checked, complain, sentences
from audits.web.registers import Options
from audits.workflow import contracts
from enterprises.models import Contract, Enterprise

FIRM = reference("consultancy", "机构", "Consultancy", "firm")
ENGAGED = Text(
    "合同已登记。自起始日起，该机构可查看并协助填报贵企业的案件。",
    "The contract is on record. From its first day the consultancy sees your cases and prepares for you.",
)
WITHDRAWN = Text(
    "已登记终止。自终止之日起，该机构不再能查看贵企业的案件。",
    "The end is on record. From that day the consultancy no longer sees your cases.",
)


class CompanyView(PageView):
    """The page of the enterprise; a contract is put on record here."""

    template = "web/company/company.html"
    parties = frozenset({Party.ENTERPRISE})

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page()

    def post(self, request: HttpRequest) -> HttpResponse:
        if "look" in request.POST:  # a search without a script
            return self._page(request.POST)
        if faults := unchosen([FIRM], request.POST):
            return self._page(request.POST, [words(one.text) for one in faults], {FIRM.key: faults}, status=422)
        try:
            contracts.conclude(by=self.membership, **checked(NewContractSerializer, request.POST))
        except REFUSALS as error:
            return self._page(request.POST, sentences(error), by_field(error), status=422)
        messages.success(request, words(ENGAGED))
        return redirect("web-company")

    def _page(self, typed: Any = None, errors: Any = (), wrong: Any = None, status: int = 200) -> HttpResponse:
        today = timezone.localdate()
        enterprise = (
            Enterprise.objects.visible_to(self.membership).filter(organization=self.membership.organization).first()
        )
        if enterprise is None:
            raise Http404
        held = list(contracts_of(self.membership).order_by("-created_at", "pk")[:200])
        running = {one.pk for one in Contract.objects.visible_to(self.membership).running(today)}
        options = Options(self.membership, None, typed=typed)
        [firm] = boxes([FIRM], {FIRM.key: (typed or {}).get(FIRM.key, "")}, options=options)
        colleagues = Membership.objects.active(today).in_organization(self.membership.organization)
        return self.shown(
            status=status,
            enterprise=enterprise,
            sites=list(enterprise.sites.order_by("name", "pk")),
            running=[one for one in held if one.pk in running],
            ended=[one for one in held if one.pk not in running],
            firm=firm,
            colleagues=colleagues.select_related("user").order_by("role", "granted_at"),
            may=self.membership.role in contracts.ROLES,
            typed=typed or {},
            errors=errors,
            wrong=wrong or {},
        )


class ContractEndView(PageView):
    """A contract is ended early."""

    parties = frozenset({Party.ENTERPRISE})

    def post(self, request: HttpRequest, contract_id: UUID) -> HttpResponse:
        contract = self.one(contracts_of(self.membership), contract_id)
        try:
            contracts.terminate(contract, by=self.membership, **checked(ContractEndSerializer, request.POST))
        except REFUSALS as error:
            complain(request, error)
        else:
            messages.success(request, words(WITHDRAWN))
        return redirect("web-company")


def contracts_of(by: Membership) -> Any:
    """Contracts the member may see, with both parties."""
    return Contract.objects.visible_to(by).select_related("consultancy__organization", "enterprise", "site")
