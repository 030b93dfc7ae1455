"""Addresses of statistics, portfolios, members and operations."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
