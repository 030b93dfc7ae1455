"""Pages in the language of the account."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from accounts.models import User


class AccountLanguageMiddleware:
    """Signed-in people read pages in the language of their account, unless they chose another for this browser.

    Stands after AuthenticationMiddleware. The API is not concerned: there `Accept-Language` comes first
    (`accounts.api.authentication`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES and not request.path.startswith("/api/"):
            user = request.user
            if isinstance(user, User) and user.is_authenticated:
                translation.activate(user.language)
                request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)
