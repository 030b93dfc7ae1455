"""Lists, listings, their imports, and contracts: shown only. They change through events and through the parties."""

from django.contrib import admin

from enterprises.admin.base import ReadOnly, ReadOnlyHistory
from enterprises.models import Contract, KeyEnterpriseList, ListImport, Listing


@admin.register(KeyEnterpriseList)
class KeyEnterpriseListAdmin(ReadOnly):
    list_display = ("title", "reporting_unit", "year", "batch", "kind", "line", "status", "published_on")
    list_filter = ("kind", "line", "year", "reporting_unit")
    list_select_related = ("reporting_unit",)
    search_fields = ("title", "document_number")


@admin.register(Listing)
class ListingAdmin(ReadOnly):
    list_display = ("name_at_listing", "list", "scope_code", "status", "published_on", "removed_on")
    list_filter = ("status", "reporting_unit")
    list_select_related = ("list",)
    search_fields = ("name_at_listing",)
    show_full_result_count = False


@admin.register(ListImport)
class ListImportAdmin(ReadOnly):
    list_display = ("file_name", "list", "uploaded_by", "created_at", "applied_at")
    list_select_related = ("list", "uploaded_by__user", "uploaded_by__organization")


@admin.register(Contract)
class ContractAdmin(ReadOnlyHistory):
    list_display = ("consultancy", "enterprise", "site", "signed_on", "starts_on", "ends_on", "ended_on")
    list_select_related = ("consultancy__organization", "enterprise", "site")
    search_fields = ("consultancy__organization__name", "enterprise__name")
