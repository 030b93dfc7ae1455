"""First access of a listed enterprise: code and credit code open its account, then further people are named."""

from typing import Any

from allauth.account.utils import perform_login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.throttling import ScopedRateThrottle

from accounts import activation, memberships
from accounts.api.serializers import ActivateSerializer, NewMemberSerializer
from accounts.errors import AccountsError
from accounts.models import Membership
from audits.api.errors import words
from audits.procedure.words import ROLES_OF_PARTY, Party, Role, Text
from audits.web.base import PageView

OPENED = Text("账户已开通。请继续指定填报人和审签人。", "The account is open. Now name who prepares and who certifies.")
NAMED = Text("已为{name}开通权限。", "{name} now has access.")
DIFFERENT = Text("两次输入的密码不一致。", "The two passwords differ.")
TOO_OFTEN = Text("尝试次数过多，请一分钟后再试。", "Too many tries. Wait a minute and try again.")
SECRETS = ("password", "password_again")


class ActivateView(View):
    """For anybody with the notice letter in hand; the same rate as signing in through the API."""

    throttle_scope = "sign_in"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._form(request, {"code": request.GET.get("code", "")[:40]})

    def post(self, request: HttpRequest) -> HttpResponse:
        typed = request.POST.dict()
        if not ScopedRateThrottle().allow_request(Request(request), self):  # type: ignore[arg-type]
            return self._form(request, typed, {"": [words(TOO_OFTEN)]}, status=429)
        bound = ActivateSerializer(data=typed)
        errors: dict[str, Any] = {} if bound.is_valid() else dict(bound.errors)
        if typed.get("password") != typed.get("password_again"):
            errors.setdefault("password_again", [words(DIFFERENT)])
        if errors:
            return self._form(request, typed, errors, status=422)
        body = dict(bound.validated_data)
        try:
            organization = activation.organization_of(body.pop("credit_code"))
            membership = activation.redeem(organization=organization, now=timezone.now(), **body)
        except AccountsError as error:
            return self._form(request, typed, {"": [str(error.detail)]}, status=422)
        except ValidationError as error:
            return self._form(request, typed, _by_field(error), status=422)
        messages.success(request, words(OPENED))
        user = membership.user
        user.backend = "accounts.backends.AuthenticationBackend"
        answer: HttpResponse = perform_login(request, user, redirect_url=reverse("web-activate-people"))
        return answer

    def _form(
        self, request: HttpRequest, typed: dict[str, Any], errors: dict[str, Any] | None = None, status: int = 200
    ) -> HttpResponse:
        kept = {key: value for key, value in typed.items() if key not in SECRETS}
        return render(request, "web/start/activate.html", {"typed": kept, "errors": errors or {}}, status=status)


class PeopleView(PageView):
    """The administrator of an enterprise names who prepares and who certifies."""

    template = "web/start/people.html"
    parties = frozenset({Party.ENTERPRISE})
    roles = frozenset({Role.ORG_ADMIN})

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._form({})

    def post(self, request: HttpRequest) -> HttpResponse:
        typed = request.POST.dict()
        if "myself" in typed:
            user = self.membership.user
            typed |= {"email": user.email, "username": user.username, "name": user.full_name}
        bound = NewMemberSerializer(data=typed)
        if not bound.is_valid():
            return self._form(typed, dict(bound.errors))
        try:
            named = memberships.name_member(by=self.membership, on=timezone.localdate(), **bound.validated_data)
        except AccountsError as error:
            return self._form(typed, {"": [str(error.detail)]})
        except ValidationError as error:
            return self._form(typed, _by_field(error))
        messages.success(request, words(NAMED).format(name=named.user.get_full_name()))
        return redirect("web-activate-people")

    def _form(self, typed: dict[str, Any], errors: dict[str, Any] | None = None) -> HttpResponse:
        people = Membership.objects.active(timezone.localdate()).in_organization(self.membership.organization)
        rows = list(people.with_people().order_by("granted_at", "pk"))
        held = {row.role for row in rows}
        roles = [role for role in ROLES_OF_PARTY[Party.ENTERPRISE] if role is not Role.ORG_ADMIN]
        return self.shown(
            people=rows,
            roles=[role.value for role in roles],
            missing=[role.value for role in roles if role.value not in held],
            mine={row.role for row in rows if row.user_id == self.membership.user_id},
            typed=typed if "myself" not in typed else {},
            errors=errors or {},
            status=422 if errors else 200,
        )


def _by_field(error: ValidationError) -> dict[str, Any]:
    """Errors by the names of the form; the account calls a name `full_name`, the form `name`."""
    detail = error.detail if isinstance(error.detail, dict) else {"": error.detail}
    return {("name" if key == "full_name" else key): value for key, value in detail.items()}
