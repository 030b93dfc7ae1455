"""Addresses of lists, their import and letters, of yearly duties, and of opening a voluntary case."""

from django.urls import path

from audits.web import duties, letters, list_acts, list_imports, list_work, lists, registering

ONE = "lists/<uuid:subject_id>/"

urlpatterns = [
    path("lists/", lists.ListsView.as_view(), name="web-lists"),
    path("lists/new/", lists.NewListView.as_view(), name="web-list-new"),
    path(ONE, lists.ListView.as_view(), name="web-list"),
    path(ONE + "history/", lists.ListHistoryView.as_view(), name="web-list-history"),
    path(ONE + "import/", list_imports.ImportView.as_view(), name="web-list-import"),
    path(ONE + "import/template/", list_imports.TemplateView.as_view(), name="web-list-template"),
    path(ONE + "import/<uuid:import_id>/", list_imports.ImportCheckView.as_view(), name="web-list-import-check"),
    path(
        ONE + "import/<uuid:import_id>/verdicts.<slug:form>",
        list_imports.VerdictsView.as_view(),
        name="web-list-verdicts",
    ),
    path(
        ONE + "nominate/",
        list_acts.NominateView.as_view(),
        {"kind": "list", "action": "nominate"},
        name="web-list-nominate",
    ),
    path(ONE + "nominate/line/", list_acts.NominateLineView.as_view(), name="web-list-nominate-line"),
    path(ONE + "verify/", list_acts.VerifyView.as_view(), {"kind": "list", "action": "verify"}, name="web-list-verify"),
    path(
        ONE + "confirm/",
        list_acts.ConfirmView.as_view(),
        {"kind": "list", "action": "confirm"},
        name="web-list-confirm",
    ),
    path(
        ONE + "confirm/entries/",
        list_acts.ConfirmEachView.as_view(),
        {"kind": "list", "action": "confirm"},
        name="web-list-confirm-each",
    ),
    path(
        ONE + "publish/",
        list_acts.PublishView.as_view(),
        {"kind": "list", "action": "publish"},
        name="web-list-publish",
    ),
    path(ONE + "work/<uuid:job_id>/", list_work.ListWorkView.as_view(), name="web-list-work"),
    path(ONE + "letters/", letters.LettersView.as_view(), name="web-list-letters"),
    path("sites/", list_acts.SiteSearchView.as_view(), name="web-site-search"),
    path("duties/", duties.DutiesView.as_view(), name="web-duties"),
    path("duties/<uuid:subject_id>/", duties.DutyView.as_view(), name="web-duty"),
    path("register/", registering.RegisterView.as_view(), name="web-register"),
]
