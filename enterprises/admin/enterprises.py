"""Enterprises and their sites."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from enterprises.admin.base import DayForm, Kept, MadeByForm, RegisterForm, act, signed_in
from enterprises.changes import By
from enterprises.codes import Scheme
from enterprises.enterprise_register import (
    EnterpriseDraft,
    SiteDraft,
    add_code,
    add_sites,
    close_site,
    create_enterprise,
    rename,
)
from enterprises.enterprise_search import find
from enterprises.merging import merge
from enterprises.models import CodeScheme, Enterprise, EnterpriseCode, EnterpriseName, Site


class NewEnterpriseForm(RegisterForm):
    class Meta:
        model = Enterprise
        fields = (
            "name",
            "credit_code",
            "organization_code",
            "legal_representative",
            "registered_address",
            "size",
            "industry",
        )

    def make(self, by: By) -> Enterprise:
        """By `create_enterprise`."""
        given = self.cleaned_data
        draft = EnterpriseDraft(
            name=given["name"],
            credit_code=given["credit_code"] or "",
            organization_code=given["organization_code"] or "",
            legal_representative=given["legal_representative"],
            registered_address=given["registered_address"],
            size=given["size"],
            industry=given["industry"].pk if given["industry"] else "",
        )
        return create_enterprise(draft, by=by, reason=given["reason"])


class NewSiteForm(RegisterForm):
    scope_code = forms.CharField(
        label=_("scope code"), max_length=6, required=False, help_text=_("For a zone that is no division.")
    )

    class Meta:
        model = Site
        fields = ("enterprise", "name", "address", "division", "scope_code", "zone_text", "industry")

    def make(self, by: By) -> Site:
        """By `add_sites`."""
        given = self.cleaned_data
        draft = SiteDraft(
            name=given["name"],
            address=given["address"],
            division_code=given["division"].pk if given["division"] else "",
            scope_code=given["scope_code"],
            zone_text=given["zone_text"],
            industry=given["industry"].pk if given["industry"] else "",
        )
        return add_sites([(given["enterprise"], draft)], by=by, reason=given["reason"])[0]


class RenameForm(DayForm):
    name = forms.CharField(label=_("New name"), max_length=200)


class CodeForm(DayForm):
    code = forms.CharField(label=_("code"), max_length=40)
    scheme = forms.ChoiceField(label=_("scheme"), choices=CodeScheme.choices)
    source = forms.CharField(label=_("source"), max_length=200, required=False)


class _ShownInline(admin.TabularInline):
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class NameInline(_ShownInline):
    model = EnterpriseName
    fields = ("name", "valid_from", "valid_until", "reason")


class CodeInline(_ShownInline):
    model = EnterpriseCode
    fields = ("scheme", "value", "valid_from", "valid_until", "check_ok", "source")


@admin.register(Enterprise)
class EnterpriseAdmin(MadeByForm):
    add_form = NewEnterpriseForm
    shown = ("name", "credit_code", "organization_code", "organization", "merged_into", "created_at")
    changeable = ("legal_representative", "registered_address", "size", "industry")
    list_display = ("name", "credit_code", "organization_code", "size", "industry", "merged_into")
    list_filter = ("size", ("merged_into", admin.EmptyFieldListFilter))
    list_select_related = ("industry", "merged_into")
    search_fields = ("name", "credit_code", "organization_code")
    autocomplete_fields = ("industry",)
    inlines = (NameInline, CodeInline)
    actions = ("rename_one", "add_code_to_one", "merge_two")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """The register's own search: former names, pinyin and both codes."""
        if not search_term.strip():
            return queryset, False
        return queryset & find(search_term), False

    @admin.action(description=_("Rename"), permissions=["change"])
    def rename_one(self, request: HttpRequest, queryset: QuerySet[Enterprise]) -> HttpResponse | None:
        row = _exactly(self, request, queryset, 1)
        if not row:
            return None

        def do(given: dict[str, Any]) -> None:
            rename(row[0], given["name"], on=given["on"], by=signed_in(request), reason=given["reason"])

        return act(self, request, queryset, name="rename_one", title=_("Rename"), form_class=RenameForm, do=do)

    @admin.action(description=_("Add a code"), permissions=["change"])
    def add_code_to_one(self, request: HttpRequest, queryset: QuerySet[Enterprise]) -> HttpResponse | None:
        row = _exactly(self, request, queryset, 1)
        if not row:
            return None

        def do(given: dict[str, Any]) -> None:
            add_code(
                row[0],
                given["code"],
                scheme=Scheme(given["scheme"]),
                valid_from=given["on"],
                by=signed_in(request),
                reason=given["reason"],
                source=given["source"],
            )

        title = _("Add a code")
        return act(self, request, queryset, name="add_code_to_one", title=title, form_class=CodeForm, do=do)

    @admin.action(description=_("Merge two enterprises"), permissions=["change"])
    def merge_two(self, request: HttpRequest, queryset: QuerySet[Enterprise]) -> HttpResponse | None:
        rows = _exactly(self, request, queryset, 2)
        if not rows:
            return None
        by_id = {str(row.pk): row for row in rows}

        class MergeForm(DayForm):
            kept = forms.ChoiceField(
                label=_("Which one stays"),
                choices=[
                    (key, f"{row.name} ({row.credit_code or row.organization_code or '-'})")
                    for key, row in by_id.items()
                ],
                widget=forms.RadioSelect,
            )

        def do(given: dict[str, Any]) -> None:
            kept = by_id.pop(given["kept"])
            (absorbed,) = by_id.values()
            merge(kept, absorbed, by=signed_in(request), reason=given["reason"], on=given["on"])

        title = _("Merge two enterprises")
        return act(self, request, queryset, name="merge_two", title=title, form_class=MergeForm, do=do)


@admin.register(Site)
class SiteAdmin(MadeByForm):
    add_form = NewSiteForm
    shown = ("enterprise", "division", "division_code_given", "scope_code", "reporting_unit", "closed_on", "created_at")
    changeable = ("name", "address", "zone_text", "industry")
    list_display = ("name", "enterprise", "scope_code", "reporting_unit", "zone_text", "closed_on")
    list_filter = ("reporting_unit",)
    list_select_related = ("enterprise", "reporting_unit")
    search_fields = ("name", "enterprise__name", "enterprise__credit_code")
    autocomplete_fields = ("enterprise", "division", "industry")
    actions = ("close",)

    @admin.action(description=_("Close the site"), permissions=["change"])
    def close(self, request: HttpRequest, queryset: QuerySet[Site]) -> HttpResponse | None:
        def do(given: dict[str, Any]) -> None:
            for site in queryset:
                close_site(site, on=given["on"], by=signed_in(request), reason=given["reason"])

        return act(self, request, queryset, name="close", title=_("Close the site"), form_class=DayForm, do=do)


def _exactly(page: Kept, request: HttpRequest, queryset: QuerySet[Any], number: int) -> list[Any]:
    """The chosen rows, or [] with a message when it is another number of them."""
    rows = list(queryset.order_by("pk"))
    if len(rows) != number:
        page.message_user(request, _("Choose exactly %(number)d.") % {"number": number}, messages.WARNING)
        return []
    return rows
