"""Addresses of the start page, deadlines, search, inbox, settings and first access."""

from django.urls import path

from audits.web import start

urlpatterns = [
    path("", start.StubView.as_view(), name="home"),
    path("deadlines/", start.StubView.as_view(), name="web-deadlines"),
    path("search/", start.StubView.as_view(), name="web-search"),
    path("inbox/", start.StubView.as_view(), name="web-inbox"),
    path("settings/", start.StubView.as_view(), name="web-settings"),
    path("activate/", start.StubView.as_view(), name="web-activate"),
]
