"""What the views of this room share.

A view that answers anonymous callers says `public = True` beside its `permission_classes`; every other view is for
people who are signed in. Tests read that attribute on every view of the service.
"""

from typing import Any, ClassVar

from django.http import HttpRequest
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.serializers import Serializer
from rest_framework.throttling import AnonRateThrottle, ScopedRateThrottle, UserRateThrottle
from rest_framework.views import APIView

from accounts.models import User


class PublicView(APIView):
    """For anonymous callers: no authentication is tried, so a stale token cannot spoil signing in."""

    public: ClassVar[bool] = True
    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_classes = [AnonRateThrottle, ScopedRateThrottle]
    throttle_scope = "sign_in"


class SignedInView(APIView):
    """For people who are signed in; what they may do is asked of the acting membership."""

    public: ClassVar[bool] = False
    permission_classes = [IsAuthenticated]
    throttle_classes = [UserRateThrottle, ScopedRateThrottle]


def checked(serializer: type[Serializer[Any]], data: Any) -> dict[str, Any]:
    """What the serializer makes of data. Error: DRF `ValidationError`."""
    bound = serializer(data=data)
    bound.is_valid(raise_exception=True)
    return dict(bound.validated_data)


def given(request: Request, serializer: type[Serializer[Any]]) -> dict[str, Any]:
    """The request's body as the serializer reads it. Error: DRF `ValidationError`."""
    return checked(serializer, request.data)


def plain(request: Request) -> HttpRequest:
    """Django's own request, which sign-in, axes and allauth mark and read."""
    http_request: HttpRequest = request._request
    return http_request


def caller(request: Request) -> User:
    """The signed-in person."""
    user = request.user
    if not isinstance(user, User):
        raise NotAuthenticated()
    return user
