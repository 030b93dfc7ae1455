"""What a reader chooses for the session: as whom to act, and light or dark."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View

from accounts.acting import choose_membership
from accounts.errors import MembershipNotYours
from audits.web.context import THEMES
from audits.web.signing_in import SignedIn

YEAR = 365 * 24 * 3600


def _back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "/")
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else "/"


class ActAsView(SignedIn, View):
    """Act with another of one's own memberships from now on."""

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            choose_membership(request, UUID(request.POST.get("membership", "")))
        except (ValueError, MembershipNotYours):
            raise Http404 from None
        return redirect("home")


class ThemeView(View):
    """Light or dark, kept in a cookie of this browser."""

    def post(self, request: HttpRequest) -> HttpResponse:
        theme = request.POST.get("theme", "")
        answer = redirect(_back(request))
        if theme in THEMES:
            answer.set_cookie("theme", theme, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
        return answer
