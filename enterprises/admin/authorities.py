"""Authorities and delegations."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.choices import LEVEL_LABELS, LINE_LABELS
from audits.procedure.words import Function, Level, Line
from enterprises.admin.base import DayForm, MadeByForm, RegisterForm, act, signed_in
from enterprises.authority_register import create_authority, delegate, end_authority, end_delegation
from enterprises.changes import By
from enterprises.models import Authority, Delegation


class NewAuthorityForm(RegisterForm):
    name = forms.CharField(label=_("name"), max_length=200)
    scope_code = forms.CharField(
        label=_("scope code"),
        max_length=6,
        required=False,
        help_text=_("Division code without trailing zero pairs; empty for the nation."),
    )
    level = forms.ChoiceField(label=_("level"), choices=[(level.value, label) for level, label in LEVEL_LABELS.items()])
    line = forms.ChoiceField(label=_("line"), choices=[(line.value, label) for line, label in LINE_LABELS.items()])

    class Meta:
        model = Authority
        fields = ("name", "name_en", "scope_code", "level", "line", "valid_from")

    def make(self, by: By) -> Authority:
        """By `create_authority`."""
        given = self.cleaned_data
        return create_authority(
            given["name"],
            scope_code=given["scope_code"],
            level=Level(given["level"]),
            line=Line(given["line"]),
            name_en=given["name_en"],
            valid_from=given["valid_from"],
            by=by,
            reason=given["reason"],
        )


class NewDelegationForm(RegisterForm):
    class Meta:
        model = Delegation
        fields = ("function", "scope_code", "from_authority", "to_authority", "valid_from", "valid_until", "document")

    def make(self, by: By) -> Delegation:
        """By `delegate`."""
        given = self.cleaned_data
        return delegate(
            Function(given["function"]),
            scope_code=given["scope_code"],
            from_authority=given["from_authority"],
            to_authority=given["to_authority"],
            valid_from=given["valid_from"],
            valid_until=given["valid_until"],
            document=given["document"],
            by=by,
            reason=given["reason"],
        )


@admin.register(Authority)
class AuthorityAdmin(MadeByForm):
    add_form = NewAuthorityForm
    shown = ("organization", "valid_from", "valid_until")
    changeable = ("name_en",)
    list_display = ("organization", "level", "line", "scope_code", "valid_from", "valid_until")
    list_filter = ("organization__level", "organization__line")
    list_select_related = ("organization",)
    search_fields = ("organization__name", "name_en", "organization__jurisdiction")
    actions = ("end",)

    @admin.action(description=_("End (last day)"), permissions=["change"])
    def end(self, request: HttpRequest, queryset: QuerySet[Authority]) -> HttpResponse | None:
        def do(given: dict[str, Any]) -> None:
            for row in queryset:
                end_authority(row, on=given["on"], by=signed_in(request), reason=given["reason"])

        return act(self, request, queryset, name="end", title=_("End (last day)"), form_class=DayForm, do=do)


@admin.register(Delegation)
class DelegationAdmin(MadeByForm):
    add_form = NewDelegationForm
    shown = ("function", "scope_code", "from_authority", "to_authority", "valid_from", "valid_until", "document")
    list_display = ("function", "scope_code", "from_authority", "to_authority", "valid_from", "valid_until")
    list_filter = ("function",)
    list_select_related = ("from_authority__organization", "to_authority__organization")
    autocomplete_fields = ("from_authority", "to_authority")
    actions = ("end",)

    @admin.action(description=_("End (last day)"), permissions=["change"])
    def end(self, request: HttpRequest, queryset: QuerySet[Delegation]) -> HttpResponse | None:
        def do(given: dict[str, Any]) -> None:
            for row in queryset:
                end_delegation(row, on=given["on"], by=signed_in(request), reason=given["reason"])

        return act(self, request, queryset, name="end", title=_("End (last day)"), form_class=DayForm, do=do)
