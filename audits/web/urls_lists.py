"""Addresses of lists, their import and letters, and of yearly duties."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
