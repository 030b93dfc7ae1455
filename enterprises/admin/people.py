"""Consultancies and auditors."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from accounts.models import Organization
from audits.procedure.words import Party
from enterprises.admin.base import DayForm, Kept, MadeByForm, RegisterForm, act, signed_in
from enterprises.changes import By
from enterprises.consultancy_register import change_status, create_consultancy, employ, end_employment
from enterprises.models import Auditor, Consultancy, ConsultancyStatus, EmploymentPeriod

_DECLARED = (
    "credit_code",
    "address",
    "reporting_unit",
    "legal_person",
    "quality_system",
    "premises",
    "equipment",
    "archives",
    "competence",
    "no_serious_offence",
    "evidence",
)


class NewConsultancyForm(RegisterForm):
    name = forms.CharField(label=_("name"), max_length=200)

    class Meta:
        model = Consultancy
        fields = ("name", "status_since", *_DECLARED)

    def make(self, by: By) -> Consultancy:
        """By `create_consultancy`."""
        given = self.cleaned_data
        declared = {column: given[column] for column in _DECLARED}
        declared["credit_code"] = declared["credit_code"] or None
        declared["evidence"] = declared["evidence"] or {}
        return create_consultancy(
            given["name"], status_since=given["status_since"], by=by, reason=given["reason"], **declared
        )


class StatusForm(DayForm):
    status = forms.ChoiceField(label=_("status"), choices=ConsultancyStatus.choices)
    suspended_until = forms.DateField(label=_("last day of suspension"), required=False)


class EmployForm(DayForm):
    organization = forms.ModelChoiceField(
        label=_("employer"),
        queryset=Organization.objects.filter(party__in=(Party.CONSULTANCY.value, Party.ENTERPRISE.value)),
    )


@admin.register(Consultancy)
class ConsultancyAdmin(MadeByForm):
    add_form = NewConsultancyForm
    shown = ("organization", "status", "status_since", "suspended_until", "status_reason", "created_at")
    changeable = (*_DECLARED, "sectors")
    list_display = ("organization", "credit_code", "reporting_unit", "status", "status_since", "suspended_until")
    list_filter = ("status", "reporting_unit")
    list_select_related = ("organization", "reporting_unit")
    search_fields = ("organization__name", "credit_code")
    filter_horizontal = ("sectors",)
    actions = ("change_status_of",)

    @admin.action(description=_("List, suspend or remove"), permissions=["change"])
    def change_status_of(self, request: HttpRequest, queryset: QuerySet[Consultancy]) -> HttpResponse | None:
        def do(given: dict[str, Any]) -> None:
            for row in queryset:
                change_status(
                    row,
                    ConsultancyStatus(given["status"]),
                    on=given["on"],
                    by=signed_in(request),
                    reason=given["reason"],
                    suspended_until=given["suspended_until"],
                )

        title = _("List, suspend or remove")
        return act(self, request, queryset, name="change_status_of", title=title, form_class=StatusForm, do=do)


class EmploymentInline(admin.TabularInline):
    model = EmploymentPeriod
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Auditor)
class AuditorAdmin(Kept, SimpleHistoryAdmin):
    list_display = ("name", "certificate_number", "nationally_trained", "title", "experience_since")
    list_filter = ("nationally_trained", "title")
    search_fields = ("name", "certificate_number")
    inlines = (EmploymentInline,)
    actions = ("employ_them", "end_employment_of")

    @admin.action(description=_("Employ from a day on"), permissions=["change"])
    def employ_them(self, request: HttpRequest, queryset: QuerySet[Auditor]) -> HttpResponse | None:
        def do(given: dict[str, Any]) -> None:
            for auditor in queryset:
                employ(auditor, given["organization"], on=given["on"], by=signed_in(request), reason=given["reason"])

        title = _("Employ from a day on")
        return act(self, request, queryset, name="employ_them", title=title, form_class=EmployForm, do=do)

    @admin.action(description=_("End the employment (last day)"), permissions=["change"])
    def end_employment_of(self, request: HttpRequest, queryset: QuerySet[Auditor]) -> HttpResponse | None:
        def do(given: dict[str, Any]) -> None:
            for auditor in queryset:
                end_employment(auditor, last_day=given["on"], by=signed_in(request), reason=given["reason"])

        title = _("End the employment (last day)")
        return act(self, request, queryset, name="end_employment_of", title=title, form_class=DayForm, do=do)
