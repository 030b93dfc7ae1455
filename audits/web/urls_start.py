"""Addresses of the start page, deadlines, search, inbox, settings and first access."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
