"""Signing in: name and password, lock-out, second factor. Shared by the API and by what axes asks of us."""

from collections.abc import Callable
from typing import Any, TypeVar

from allauth.account.adapter import get_adapter
from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts import errors, second_factor
from accounts.models import User

Answer = TypeVar("Answer")


def sign_in(request: HttpRequest, *, username: str, password: str, otp: str = "") -> tuple[User, bool]:
    """The person with that user name or e-mail and password, and whether a second factor was shown.

    `otp` is a one-time code or a recovery code (used up by this). A wrong one counts as a failed attempt, like a wrong
    password. Errors: `CredentialsInvalid`, `OtpRequired` (right password, second factor due), `LockedOut`.
    """
    user = authenticate(request, username=username, password=password)
    if not isinstance(user, User):
        raise errors.LockedOut() if getattr(request, "axes_locked_out", False) else errors.CredentialsInvalid()
    with_second_factor = second_factor.is_on(user)
    if with_second_factor:
        if not otp:
            raise errors.OtpRequired()
        if not second_factor.verify(user, otp):
            user_login_failed.send(__name__, credentials={"username": username}, request=request)
            raise errors.LockedOut() if getattr(request, "axes_locked_out", False) else errors.CredentialsInvalid()
    user_logged_in.send(sender=User, request=request, user=user)
    return user, with_second_factor


def counting_wrong_codes(request: HttpRequest, user: User, act: Callable[[], Answer]) -> Answer:
    """Do what needs a one-time code of a signed-in person; a wrong one counts as a failed sign-in.

    Errors: those of `act`, and `LockedOut` instead of `OtpWrong` when it was one too many or has been so before.
    """
    credentials = {"username": user.get_username()}
    if not AxesProxyHandler.is_allowed(request, credentials):
        raise errors.LockedOut()
    try:
        return act()
    except errors.OtpWrong:
        user_login_failed.send(__name__, credentials=credentials, request=request)
        if getattr(request, "axes_locked_out", False):
            raise errors.LockedOut() from None
        raise


def attempted_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The name failures are counted under: the user name also for tries by e-mail, so nobody has two lives."""
    given = credentials or {}
    name = given.get("username") or given.get("email") or given.get("login") or request.POST.get("login") or ""
    name = str(name).strip().lower()[:254]
    if "@" in name:
        found = User.objects.filter(email=name).values_list("username", flat=True).first()
        return found or name
    return name


def client_ip(request: HttpRequest) -> str | None:
    """The caller's address: from X-Forwarded-For only as far as our own proxies (PROXIES) wrote it. None: unknown."""
    try:
        address: str = get_adapter().get_client_ip(request)
    except PermissionDenied:  # no address at all, as on a local socket
        return None
    return address


def lockout_response(
    request: HttpRequest, original_response: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """What a locked-out caller gets: the API's own answer as it is, a page otherwise. Status 429."""
    if original_response is not None and original_response.status_code == errors.LockedOut.status_code:
        return original_response
    context = {"title": _("Locked out"), "message": errors.LockedOut.default_detail}
    return render(request, "account/locked_out.html", context, status=errors.LockedOut.status_code)
