"""What the OpenAPI says of this room: the token header, and the answers when something is wrong."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.plumbing import build_bearer_security_scheme_object
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from accounts.acting import MEMBERSHIP_HEADER


class TokenScheme(OpenApiAuthenticationExtension):
    """`Authorization: Token …`."""

    target_class = "accounts.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return build_bearer_security_scheme_object(header_name="Authorization", token_prefix="Token")  # noqa: S106


class ErrorSerializer(serializers.Serializer[Any]):
    """One thing that is wrong."""

    code = serializers.CharField(help_text="Stable: programs decide by it.")
    detail = serializers.CharField(help_text="In the caller's language.")
    attr = serializers.CharField(allow_null=True, help_text="The field it concerns; null: the whole request.")


class ErrorsSerializer(serializers.Serializer[Any]):
    """Every error of the API has this shape."""

    type = serializers.CharField(help_text="validation_error, client_error or server_error.")
    errors = ErrorSerializer(many=True)  # type: ignore[assignment]


_TEXTS = {
    400: "A field is missing or not acceptable.",
    401: "No valid token, or the credentials are wrong.",
    403: "The acting membership does not allow this.",
    404: "Nothing with that id that concerns the caller.",
    409: "The present state does not allow this.",
    429: "Too many requests; Retry-After says when to try again.",
}


def answers(good: dict[int, Any], *bad: int) -> dict[int, Any]:
    """`responses` for `extend_schema`: the good ones, and each error status in the one error shape."""
    wrong = {status: OpenApiResponse(ErrorsSerializer, description=_TEXTS[status]) for status in bad}
    return {**good, **wrong}


ACTS_AS = OpenApiParameter(
    MEMBERSHIP_HEADER,
    str,
    OpenApiParameter.HEADER,
    description="Id of the membership to act with; without it, the oldest active one of the caller.",
)
