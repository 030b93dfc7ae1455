"""Addresses of cases, of actions on any subject, and of what a session chooses."""

from django.urls import path

from audits.web import (
    acting,
    bulk,
    case_record,
    cases,
    correcting,
    finding,
    saved_filters,
    saving,
    session,
    signing_in,
    watching,
)

urlpatterns = [
    path("cases/", cases.CasesView.as_view(), name="web-cases"),
    path("cases/bulk/", bulk.BulkView.as_view(), name="web-cases-bulk"),
    path("cases/<uuid:subject_id>/", cases.CaseView.as_view(), name="web-case"),
    path("cases/<uuid:subject_id>/documents/", cases.CaseDocumentsView.as_view(), name="web-case-documents"),
    path("cases/<uuid:subject_id>/effects/", cases.CaseEffectsView.as_view(), name="web-case-effects"),
    path("cases/<uuid:subject_id>/history/", cases.CaseHistoryView.as_view(), name="web-case-history"),
    path("cases/<uuid:subject_id>/history/<int:seq>/", cases.CaseAgainView.as_view(), name="web-case-again"),
    path("cases/<uuid:subject_id>/public/", cases.CasePublicView.as_view(), name="web-case-public"),
    path("cases/<uuid:subject_id>/told/", cases.CaseToldView.as_view(), name="web-case-told"),
    path("cases/<uuid:subject_id>/readers/", cases.CaseReadersView.as_view(), name="web-case-readers"),
    path("cases/<uuid:subject_id>/record/", case_record.CaseRecordView.as_view(), name="web-case-record"),
    path("documents/<uuid:document_id>/", cases.DocumentView.as_view(), name="web-document"),
    path("saved/<slug:page>/", saved_filters.SaveFilterView.as_view(), name="web-save-filter"),
    path("saved/one/<uuid:filter_id>/", saved_filters.SavedFilterView.as_view(), name="web-saved-filter"),
    path("version/<str:kind>/<uuid:subject_id>/", watching.VersionView.as_view(), name="web-version"),
    path("session/", signing_in.SessionView.as_view(), name="web-session"),
    path(
        "cases/<uuid:subject_id>/correct/",
        correcting.CorrectView.as_view(),
        {"kind": "case", "action": "correct"},
        name="web-case-correct",
    ),
    path("lookup/<slug:register>/", finding.LookupView.as_view(), name="web-lookup"),
    path("files/", saving.StageView.as_view(), name="web-stage"),
    path("act/<str:kind>/<uuid:subject_id>/<slug:action>/", acting.ActView.as_view(), name="web-act"),
    path("act/<str:kind>/<uuid:subject_id>/<slug:action>/draft/", saving.DraftView.as_view(), name="web-draft"),
    path(
        "act/<str:kind>/<uuid:subject_id>/<slug:action>/draft/<uuid:document_id>/",
        saving.DraftFileView.as_view(),
        name="web-draft-file",
    ),
    path("act/<str:kind>/<uuid:subject_id>/<slug:action>/changes/", acting.ChangesView.as_view(), name="web-changes"),
    path("as/", session.ActAsView.as_view(), name="web-act-as"),
    path("theme/", session.ThemeView.as_view(), name="web-theme"),
]
