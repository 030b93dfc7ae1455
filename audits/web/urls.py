"""Addresses of the pages, by area."""

from audits.web import urls_cases, urls_lists, urls_more, urls_start

urlpatterns = [
    *urls_start.urlpatterns,
    *urls_cases.urlpatterns,
    *urls_lists.urlpatterns,
    *urls_more.urlpatterns,
]
