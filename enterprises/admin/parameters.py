"""Parameters of units: set with a source, ended with a reason, never rewritten."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from audits.procedure.words import Mark
from enterprises.admin.base import DayForm, MadeByForm, RegisterForm, act, said, signed_in
from enterprises.changes import By
from enterprises.models import UnitParameter
from enterprises.parameters import ALL_RULES, end_parameter, set_parameter


def _keys() -> list[tuple[str, str]]:
    return [(rule.key, said(rule.label)) for rule in ALL_RULES.values()]


class NewParameterForm(RegisterForm):
    key = forms.ChoiceField(label=_("key"), choices=_keys)

    class Meta:
        model = UnitParameter
        fields = (
            "key",
            "reporting_unit",
            "scope_code",
            "value",
            "valid_from",
            "valid_until",
            "source",
            "article",
            "mark",
            "note",
        )

    def make(self, by: By) -> UnitParameter:
        """By `set_parameter`."""
        given = self.cleaned_data
        return set_parameter(
            given["key"],
            given["value"],
            reporting_unit=given["reporting_unit"].pk if given["reporting_unit"] else "",
            scope_code=given["scope_code"],
            valid_from=given["valid_from"],
            valid_until=given["valid_until"],
            source=given["source"],
            article=given["article"],
            mark=Mark(given["mark"]),
            note=given["note"],
            by=by,
            reason=given["reason"],
        )


@admin.register(UnitParameter)
class UnitParameterAdmin(MadeByForm):
    add_form = NewParameterForm
    shown = (
        "key",
        "reporting_unit",
        "scope_code",
        "value",
        "valid_from",
        "valid_until",
        "source",
        "article",
        "mark",
        "note",
        "updated_at",
    )
    list_display = ("key", "reporting_unit", "scope_code", "value", "valid_from", "valid_until", "source", "mark")
    list_filter = ("key", "mark")
    list_select_related = ("reporting_unit",)
    actions = ("end",)

    @admin.action(description=_("End (last day)"), permissions=["change"])
    def end(self, request: HttpRequest, queryset: QuerySet[UnitParameter]) -> HttpResponse | None:
        def do(given: dict[str, Any]) -> None:
            for row in queryset:
                end_parameter(row, on=given["on"], by=signed_in(request), reason=given["reason"])

        return act(self, request, queryset, name="end", title=_("End (last day)"), form_class=DayForm, do=do)
