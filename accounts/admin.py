"""Django's admin of people and organizations. Nothing here is deleted; access is taken away with a reason."""

from typing import Any, ClassVar

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from accounts import memberships, passwords, second_factor, tokens
from accounts.errors import AccountsError
from accounts.models import ActivationCode, HandoverRequest, Membership, Organization, User
from accounts.system import SYSTEM_ORGANIZATION_ID, SYSTEM_USER_ID
from audits.procedure.words import Level, Role

# Rights come from memberships; secrets of second factors are nobody's to read; addresses are proved by their owners.
for model in (Group, Authenticator, EmailAddress):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


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


class NewUserForm(forms.ModelForm):
    """A person without a password: the link to set one goes to the mailbox."""

    class Meta:
        model = User
        fields = ("username", "email", "full_name", "language")


@admin.register(User)
class UserAdmin(Kept, DjangoUserAdmin):
    add_form = NewUserForm
    list_display = ("username", "full_name", "email", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("username", "full_name", "email")
    ordering = ("username",)
    filter_horizontal = ()
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("username",)}),
        (_("Person"), {"fields": ("full_name", "email", "language")}),
        (_("Access"), {"fields": ("is_active", "is_staff", "is_superuser")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets: Any = ((None, {"fields": ("username", "email", "full_name", "language")}),)
    actions = ("mail_password_link", "switch_second_factor_off", "sign_out_everywhere")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Only a superuser makes others staff or superusers.

        Nobody changes the address of another: who could, would have the link to set the password sent to himself. Its
        owner confirms another and takes it up on the page of e-mail addresses; who lost the mailbox gets a new account.
        """
        fixed: tuple[str, ...] = ("last_login", "date_joined", *(("email",) if obj is not None else ()))
        return fixed if request.user.is_superuser else (*fixed, "is_staff", "is_superuser")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The system is nobody's to change, and a superuser is a superuser's only."""
        if obj is not None and (obj.pk == SYSTEM_USER_ID or (obj.is_superuser and not request.user.is_superuser)):
            return False
        return super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A new person chooses the password, by the mailed link."""
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if not change:
            transaction.on_commit(lambda: passwords.send_reset(request, obj.email))

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Nobody sets the password of another: who could, could sign in as that person."""
        raise PermissionDenied

    @admin.action(description=_("Mail a link to set the password"), permissions=["change"])
    def mail_password_link(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            if self.has_change_permission(request, user):
                passwords.send_reset(request, user.email)
                self.log_change(request, user, gettext("Link to set the password mailed"))

    @admin.action(description=_("Switch the second factor off (device lost)"), permissions=["change"])
    def switch_second_factor_off(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            if self.has_change_permission(request, user):
                second_factor.drop(user, by=signed_in(request))
                self.log_change(request, user, gettext("Second factor switched off"))

    @admin.action(description=_("Sign out everywhere"), permissions=["change"])
    def sign_out_everywhere(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            if self.has_change_permission(request, user):
                tokens.revoke_all(user)
                self.log_change(request, user, gettext("Signed out everywhere"))


class OrganizationForm(forms.ModelForm):
    """Tells an empty jurisdiction that means the nation from none at all."""

    class Meta:
        model = Organization
        fields = ("party", "name", "level", "line", "jurisdiction", "closed_on")

    def clean_jurisdiction(self) -> str | None:
        """ "" for a national authority, None where there is no jurisdiction."""
        given: str | None = self.cleaned_data["jurisdiction"]
        if given:
            return given
        return "" if self.cleaned_data.get("level") == Level.NATION else None


@admin.register(Organization)
class OrganizationAdmin(Kept, SimpleHistoryAdmin):
    form = OrganizationForm
    list_display = ("name", "party", "level", "line", "jurisdiction", "closed_on")
    list_filter = ("party", "level", "line")
    search_fields = ("name", "jurisdiction")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The system's organization is nobody's to change."""
        return (obj is None or obj.pk != SYSTEM_ORGANIZATION_ID) and super().has_change_permission(request, obj)


class MembershipForm(forms.ModelForm):
    class Meta:
        model = Membership
        fields = ("user", "organization", "role", "starts_on", "ends_on")

    def clean(self) -> dict[str, Any] | None:
        """Ask `memberships.check_grant`, so that the admin has no rule of its own."""
        cleaned = super().clean() or {}
        if {"user", "organization", "role"} <= cleaned.keys():
            try:
                memberships.check_grant(cleaned["organization"], cleaned["user"], Role(cleaned["role"]))
            except AccountsError as error:
                raise forms.ValidationError(str(error.detail), code=error.default_code) from None
        return cleaned


class RemovalForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


@admin.register(Membership)
class MembershipAdmin(Kept):
    form = MembershipForm
    list_display = ("user", "organization", "role", "starts_on", "ends_on", "removed_at")
    list_filter = ("role", ("removed_at", admin.EmptyFieldListFilter))
    list_select_related = ("user", "organization")
    search_fields = ("user__username", "user__full_name", "user__email", "organization__name")
    autocomplete_fields = ("user", "organization")
    actions = ("remove_access",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A granted membership is not rewritten: it is removed, and another granted."""
        return obj is None and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Grant; the row made is the one the admin goes on with."""
        given = form.cleaned_data
        granted = memberships.grant(
            given["organization"],
            given["user"],
            Role(given["role"]),
            by=signed_in(request),
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
        )
        obj.pk, obj.granted_at = granted.pk, granted.granted_at

    @admin.action(description=_("Remove access (stays on record)"), permissions=["change"])
    def remove_access(self, request: HttpRequest, queryset: QuerySet[Membership]) -> HttpResponse | None:
        form = RemovalForm(request.POST if "reason" in request.POST else None)
        if not form.is_valid():
            context = {
                **self.admin_site.each_context(request),
                "title": _("Remove access"),
                "form": form,
                "rows": queryset.select_related("user", "organization"),
                "opts": self.model._meta,
            }
            return TemplateResponse(request, "admin/accounts/remove_access.html", context)
        for membership in queryset:
            try:
                memberships.remove(
                    membership,
                    by=signed_in(request),
                    reason=form.cleaned_data["reason"],
                    now=timezone.now(),
                    keep_administrator=False,
                )
            except AccountsError as error:
                self.message_user(request, f"{membership}: {error.detail}", messages.ERROR)
            else:
                self.log_change(request, membership, form.cleaned_data["reason"])
        return None


@admin.register(ActivationCode)
class ActivationCodeAdmin(ReadOnly):
    list_display = ("organization", "issued_at", "expires_at", "used_at", "revoked_at")
    list_select_related = ("organization",)
    search_fields = ("organization__name",)
    fields = ("organization", "issued_at", "issued_by", "expires_at", "used_at", "used_by", "revoked_at")


@admin.register(HandoverRequest)
class HandoverRequestAdmin(ReadOnly):
    list_display = ("organization", "requested_at", "new_full_name", "state", "decided_at")
    list_filter = ("state",)
    list_select_related = ("organization",)
    search_fields = ("organization__name", "new_full_name", "new_email")


def signed_in(request: HttpRequest) -> User:
    """The operator; the admin site lets nobody else in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
