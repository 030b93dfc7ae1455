"""What is shown to somebody who is signed in is kept by nobody: not by a proxy, not by the browser of a shared desk.

After signing out, "back" shows nothing of a case. Views that say themselves how long they may be kept are left alone;
static files are answered earlier.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class NotKeptMiddleware:
    """`Cache-Control: private, no-store` for what answers a session or a token."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        known = settings.SESSION_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers
        response = self.get_response(request)
        if known:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response
