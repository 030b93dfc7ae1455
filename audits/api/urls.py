"""Every address below /api/v1/; `routing.route` takes from the one map who may call it."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from audits.api import (
    actions,
    case_parts,
    cases,
    contracts,
    delegations,
    documents,
    drafts,
    duties,
    fallback,
    law,
    list_import,
    lists,
    registers,
)
from audits.api.permissions import access_of
from audits.api.routing import route
from audits.procedure.words import Subject

ID = "<uuid:subject_id>"


def _actions_of(subject: Subject, below: str) -> list[URLPattern]:
    """`<below>/<id>/actions/` and one address per action key."""
    here = f"{below}/{ID}/actions/"
    found = [route(here, actions.actions_view(subject), f"{subject.value}-actions")]
    for key, steps in actions.action_steps(subject).items():
        found.append(route(f"{here}{key}/", actions.action_view(subject, key, steps), f"{subject.value}-action-{key}"))
    found.append(
        route(f"{here}<slug:action>/", actions.unknown_action_view(subject), f"{subject.value}-action-unknown")
    )
    return found


urlpatterns: list[URLPattern | URLResolver] = [
    path("auth/", include("accounts.api.urls")),
    route("procedures/", law.ProceduresView, "procedures"),
    route("procedures/<slug:key>/", law.OneProcedureView, "one-procedure"),
    route("deadlines/preview/", law.DeadlinesPreviewView, "deadlines-preview"),
    route("divisions/", registers.DivisionsView, "divisions"),
    route("industries/", registers.IndustriesView, "industries"),
    route("sectors/", registers.SectorsView, "sectors"),
    route("standards/", registers.StandardsView, "standards"),
    route("consultancies/", registers.ConsultanciesView, "consultancies"),
    route("authorities/", registers.AuthoritiesView, "authorities"),
    route("enterprises/", registers.EnterprisesView, "enterprises"),
    route("enterprises/<uuid:enterprise_id>/", registers.OneEnterpriseView, "one-enterprise"),
    route("contracts/", contracts.ContractsView, "contracts"),
    route("contracts/<uuid:contract_id>/", contracts.OneContractView, "one-contract"),
    route("contracts/<uuid:contract_id>/end/", contracts.ContractEndView, "contract-end"),
    route("delegations/", delegations.DelegationsView, "delegations"),
    route("delegations/<uuid:delegation_id>/end/", delegations.DelegationEndView, "delegation-end"),
    route("documents/", documents.DocumentsView, "documents"),
    route("documents/<uuid:document_id>/", documents.OneDocumentView, "one-document"),
    route("documents/<uuid:document_id>/content/", documents.DocumentContentView, "document-content"),
    route("lists/", lists.ListsView, "lists"),
    route(f"lists/{ID}/", lists.OneListView, "one-list"),
    route(f"lists/{ID}/listings/", lists.ListingsView, "list-listings"),
    route(f"lists/{ID}/import/", list_import.ListImportView, "list-import"),
    route(f"lists/{ID}/events/", case_parts.events_view(Subject.LIST), "list-events"),
    route(f"lists/{ID}/drafts/<slug:action>/", drafts.draft_view(Subject.LIST), "list-draft"),
    route(f"lists/{ID}/drafts/<slug:action>/refusal/", drafts.refusal_view(Subject.LIST), "list-draft-refusal"),
    *_actions_of(Subject.LIST, "lists"),
    route("cases/", cases.CasesView, "cases"),
    route(f"cases/{ID}/", cases.OneCaseView, "one-case"),
    route(f"cases/{ID}/events/", case_parts.events_view(Subject.CASE), "case-events"),
    route(f"cases/{ID}/deadlines/", case_parts.deadlines_view(Subject.CASE), "case-deadlines"),
    route(f"cases/{ID}/notices/", case_parts.CaseNoticesView, "case-notices"),
    route(f"cases/{ID}/documents/", case_parts.CaseDocumentsView, "case-documents"),
    route(f"cases/{ID}/options/", case_parts.CaseOptionsView, "case-options"),
    route(f"cases/{ID}/reviews/", case_parts.CaseReviewsView, "case-reviews"),
    route(f"cases/{ID}/drafts/<slug:action>/", drafts.draft_view(Subject.CASE), "case-draft"),
    route(f"cases/{ID}/drafts/<slug:action>/refusal/", drafts.refusal_view(Subject.CASE), "case-draft-refusal"),
    *_actions_of(Subject.CASE, "cases"),
    route("duties/", duties.DutiesView, "duties"),
    route(f"duties/{ID}/", duties.OneDutyView, "one-duty"),
    route(f"duties/{ID}/events/", case_parts.events_view(Subject.DUTY), "duty-events"),
    route(f"duties/{ID}/deadlines/", case_parts.deadlines_view(Subject.DUTY), "duty-deadlines"),
    route(f"duties/{ID}/drafts/<slug:action>/", drafts.draft_view(Subject.DUTY), "duty-draft"),
    route(f"duties/{ID}/drafts/<slug:action>/refusal/", drafts.refusal_view(Subject.DUTY), "duty-draft-refusal"),
    *_actions_of(Subject.DUTY, "duties"),
    path("", include("audits.api.notice_urls")),
    path("", include("audits.api.statistics")),
    path("", include("audits.api.statistics_scoped")),
    path("", include("audits.api.returns")),
    path("", include("audits.api.exports")),
]

# Last: whatever was not found above.
nothing_here = fallback.NothingHereView.as_view(access=access_of("nothing-here"))
urlpatterns.append(re_path(r"^[\s\S]*$", nothing_here, name="nothing-here"))
