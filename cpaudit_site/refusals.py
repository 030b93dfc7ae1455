"""Forms that are refused, as browsers get them.

A program is told by the status (409, 422 and the like) that what it sent was not taken. A browser shows the page that
comes back whatever its status, but writes every status above 399 into its console as an error of the page. What a person
filled in wrong is no error of the page: a browser gets the same page as 200, and what it would have been in the header
`X-Refused`. The API answers programs only and is not concerned.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

HEADER = "X-Refused"
REFUSED = frozenset({400, 409, 422, 429})
FROM_PAGE = "X-From-Page"  # set by our own scripts


class RefusedFormMiddleware:
    """Answers a refused form that a browser sent with 200 and `X-Refused: <status>`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and response.status_code in REFUSED and from_browser(request):
            response[HEADER] = str(response.status_code)
            response.status_code = 200
            patch_vary_headers(response, ["Accept", FROM_PAGE])
        return response


def from_browser(request: HttpRequest) -> bool:
    """Whether a page of ours asks: a form that is sent, or one of our scripts."""
    if request.path.startswith("/api/"):
        return False
    return FROM_PAGE in request.headers or "text/html" in request.headers.get("Accept", "")
