"""What the admin pages of the registers share: forms that ask the register, actions that ask for a reason."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from accounts.models import User
from audits.procedure.words import Text
from enterprises.changes import By
from enterprises.divisions import UnknownDivision
from enterprises.errors import RegisterError


class Kept(admin.ModelAdmin):
    """Rows that stay on record."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnly(Kept):
    """Rows that only the service writes."""

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyHistory(ReadOnly, SimpleHistoryAdmin):
    """The same, with the history of the row."""


class _Tried(Exception):
    """Undoes a trial."""


class RegisterForm(forms.ModelForm):
    """A form that makes a row by a function of the register, tried once to tell what would be refused."""

    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)

    def make(self, by: By) -> Model:
        """Make the row from `cleaned_data`."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any] | None:
        """Try it, undo it, and show a refusal beside the form."""
        cleaned = super().clean()
        if not self.errors:
            try:
                with transaction.atomic():
                    self.make(None)
                    raise _Tried
            except _Tried:
                pass
            except (RegisterError, UnknownDivision) as error:
                raise forms.ValidationError(said(error.text), code=error.code) from None
        return cleaned


class MadeByForm(Kept, SimpleHistoryAdmin):
    """Rows added through a `RegisterForm`; afterwards only the columns of `changeable` may be edited."""

    add_form: type[RegisterForm]
    changeable: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The register's form for a new row, a plain one for what may be edited."""
        if obj is None:
            kwargs["form"] = self.add_form
            kwargs["fields"] = None
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All of the form for a new row; the stored columns afterwards."""
        return list(self.add_form.base_fields) if obj is None else [*self.shown, *self.changeable]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What has its own function is not edited here."""
        return () if obj is None else self.shown

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Make the row by the register; the row made is the one the admin goes on with."""
        if change:
            super().save_model(request, obj, form, change)
            return
        made = form.make(signed_in(request))
        obj.__dict__.update(made.__dict__)


def act(
    page: admin.ModelAdmin,
    request: HttpRequest,
    queryset: QuerySet[Any],
    *,
    name: str,
    title: Any,
    form_class: Callable[..., forms.Form],
    do: Callable[[dict[str, Any]], None],
) -> HttpResponse | None:
    """An action on chosen rows that first asks for what it needs. A refusal is told and nothing is changed."""
    form = form_class(request.POST if "confirmed" in request.POST else None)
    if not form.is_valid():
        context = {
            **page.admin_site.each_context(request),
            "title": title,
            "form": form,
            "rows": queryset,
            "action": name,
            "opts": page.model._meta,
        }
        return TemplateResponse(request, "admin/enterprises/act.html", context)
    try:
        with transaction.atomic():
            do(form.cleaned_data)
    except (RegisterError, UnknownDivision) as error:
        page.message_user(request, said(error.text), messages.ERROR)
    else:
        for row in queryset:
            page.log_change(request, row, str(title))
        page.message_user(request, title)
    return None


class DayForm(forms.Form):
    """A day and a reason."""

    on = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label=_("Reason"), max_length=500)


def said(text: Text) -> str:
    """The text in the reader's language."""
    return text.in_language(get_language() or "zh-hans")


def signed_in(request: HttpRequest) -> User:
    """The operator; the admin site lets nobody else in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
