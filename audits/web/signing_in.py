"""Pages for people who are signed in, and what becomes of a request when they no longer are."""

from urllib.parse import urlsplit

from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.utils.cache import patch_vary_headers
from django.views import View

from audits.api.errors import words
from audits.procedure.words import Text
from audits.web.context import who
from cpaudit_site.refusals import FROM_PAGE

HEADER = "X-Signed-Out"
SIGNED_OUT = Text(
    "您已退出登录。请在新标签页重新登录后继续，填写的内容保留在本页。",
    "You have been signed out. Sign in in a new tab, then go on: what you typed stays here.",
)


class SignedIn(LoginRequiredMixin):
    """For views of people who are signed in. Others are sent to sign in; a script of a page is told so instead, or it would
    put the page of signing in into a form that is being filled."""

    request: HttpRequest

    def handle_no_permission(self) -> HttpResponseBase:  # type: ignore[override]
        request = self.request
        if FROM_PAGE in request.headers or "HX-Request" in request.headers:
            answer = JsonResponse({"signed_out": True, "text": words(SIGNED_OUT)}, status=401, headers={HEADER: "1"})
            patch_vary_headers(answer, [FROM_PAGE, "HX-Request"])
            return answer
        if request.method not in ("GET", "HEAD"):  # what takes a form is often no page one could be sent back to
            return redirect_to_login(page_of(request))
        return super().handle_no_permission()


def page_of(request: HttpRequest) -> str:
    """The page of ours on which a form was sent; the start page where the browser does not tell."""
    came_from = urlsplit(request.headers.get("Referer", ""))
    if came_from.netloc != request.get_host() or not came_from.path:
        return "/"
    return f"{came_from.path}?{came_from.query}" if came_from.query else came_from.path


class SessionView(View):
    """Asked by an open page before it sends a form: who is signed in now, as whom they act, and a token forms may carry.
    Signing in again changes the token."""

    def get(self, request: HttpRequest) -> HttpResponse:
        answer = JsonResponse({"who": who(request), "token": get_token(request)})
        answer["Cache-Control"] = "private, no-store"
        return answer
