"""Addresses of the start page, deadlines, search, inbox, settings and first access."""

from django.urls import path

from audits.web import board, first_access, inbox, personal, searching, start, waiting

urlpatterns = [
    path("", start.HomeView.as_view(), name="home"),
    path("deadlines/", board.BoardView.as_view(), name="web-deadlines"),
    path("deadlines/waiting/", waiting.WaitingView.as_view(), name="web-waiting"),
    path("search/", searching.SearchView.as_view(), name="web-search"),
    path("inbox/", inbox.InboxView.as_view(), name="web-inbox"),
    path("inbox/read/", inbox.InboxReadAllView.as_view(), name="web-inbox-read-all"),
    path("inbox/<uuid:notice_id>/read/", inbox.InboxReadView.as_view(), name="web-inbox-read"),
    path("settings/", personal.SettingsView.as_view(), name="web-settings"),
    path("settings/calendar/", personal.CalendarAddressView.as_view(), name="web-calendar-address"),
    path("activate/", first_access.ActivateView.as_view(), name="web-activate"),
    path("activate/people/", first_access.PeopleView.as_view(), name="web-activate-people"),
]
