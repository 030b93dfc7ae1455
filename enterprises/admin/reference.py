"""Reference data: shown only, it comes with the program (or by `load_rest_days`)."""

from django.contrib import admin

from enterprises.admin.base import ReadOnly
from enterprises.models import Division, Industry, ReferenceLoad, ReportingUnit, RestDay, RestDayYear, Sector


@admin.register(ReportingUnit)
class ReportingUnitAdmin(ReadOnly):
    list_display = ("code", "name_zh", "name_en", "kind", "scope_code", "parent")
    list_filter = ("kind",)
    list_select_related = ("parent",)
    search_fields = ("code", "name_zh", "name_en")


@admin.register(Division)
class DivisionAdmin(ReadOnly):
    list_display = ("code", "full_name_zh", "level", "scope_code", "reporting_unit", "retired_in", "successor")
    list_filter = ("level", ("retired_in", admin.EmptyFieldListFilter), "reporting_unit")
    list_select_related = ("reporting_unit", "successor")
    search_fields = ("code", "full_name_zh")


@admin.register(Industry)
class IndustryAdmin(ReadOnly):
    list_display = ("code", "name_zh", "name_en", "level", "parent")
    list_filter = ("level",)
    list_select_related = ("parent",)
    search_fields = ("code", "name_zh", "name_en")


@admin.register(Sector)
class SectorAdmin(ReadOnly):
    list_display = ("name_zh", "name_en", "kind", "cycle_years", "first_round_due", "valid_from", "article", "mark")
    list_filter = ("kind",)
    search_fields = ("key", "name_zh", "name_en")


class RestDayInline(admin.TabularInline):
    model = RestDay
    can_delete = False
    extra = 0


@admin.register(RestDayYear)
class RestDayYearAdmin(ReadOnly):
    list_display = ("year", "notice_number", "source", "mark", "loaded_at")
    inlines = (RestDayInline,)


@admin.register(ReferenceLoad)
class ReferenceLoadAdmin(ReadOnly):
    list_display = ("name", "rows", "loaded_at", "digest")
