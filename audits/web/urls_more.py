"""Addresses of statistics, returns, exports, portfolios, companies, members, operations and the law."""

from django.urls import path

from audits.web import (
    client_forms,
    company,
    delegations,
    exports,
    law,
    members,
    operations,
    portfolio,
    returns,
    statistics,
)

_RETURN = "returns/<uuid:return_id>/"
urlpatterns = [
    path("statistics/", statistics.StatisticsView.as_view(), name="web-statistics"),
    path("exports/", exports.ExportsView.as_view(), name="web-exports"),
    path("exports/<uuid:export_id>/", exports.ExportContentView.as_view(), name="web-export-content"),
    path("returns/", returns.ReturnsView.as_view(), name="web-returns"),
    path("returns/form.xlsx", returns.BlankFormView.as_view(), name="web-return-blank"),
    path(_RETURN, returns.ReturnView.as_view(), name="web-return"),
    path(f"{_RETURN}figures/<slug:key>/", returns.ReturnFigureView.as_view(), name="web-return-figure"),
    path(f"{_RETURN}check/", returns.ReturnCheckView.as_view(), name="web-return-check"),
    path(f"{_RETURN}import/", returns.ReturnImportView.as_view(), name="web-return-import"),
    path(f"{_RETURN}form.xlsx", returns.ReturnFormView.as_view(), name="web-return-form"),
    path(f"{_RETURN}submit/", returns.ReturnSubmitView.as_view(), name="web-return-submit"),
    path(f"{_RETURN}revise/", returns.ReturnReviseView.as_view(), name="web-return-revise"),
    path(f"{_RETURN}discard/", returns.ReturnDiscardView.as_view(), name="web-return-discard"),
    path("portfolio/", portfolio.PortfolioView.as_view(), name="web-portfolio"),
    path("portfolio/forms.zip", client_forms.ClientFormsView.as_view(), name="web-portfolio-forms"),
    path("company/", company.CompanyView.as_view(), name="web-company"),
    path("company/contracts/<uuid:contract_id>/end/", company.ContractEndView.as_view(), name="web-contract-end"),
    path("members/", members.MembersView.as_view(), name="web-members"),
    path("members/<uuid:membership_id>/remove/", members.MemberRemoveView.as_view(), name="web-member-remove"),
    path("members/handover/", members.HandoverAskView.as_view(), name="web-handover-ask"),
    path("members/handover/<uuid:handover_id>/", members.HandoverDecideView.as_view(), name="web-handover"),
    path("members/codes/", members.CodesView.as_view(), name="web-codes"),
    path("delegations/", delegations.DelegationsView.as_view(), name="web-delegations"),
    path("delegations/<uuid:delegation_id>/end/", delegations.DelegationEndView.as_view(), name="web-delegation-end"),
    path("operations/", operations.OperationsView.as_view(), name="web-operations"),
    path("operations/tables/", operations.TablesView.as_view(), name="web-operations-tables"),
    path("operations/changes/", operations.ChangesView.as_view(), name="web-operations-changes"),
    path("law/", law.LawView.as_view(), name="web-law"),
    path("law/<str:regime>/", law.LawView.as_view(), name="web-law-regime"),
]
