"""What OpenAPI says beside the shapes: headers, tags, and which errors can occur where."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from accounts.acting import MEMBERSHIP_HEADER
from accounts.api.schema import ErrorsSerializer

TEXTS = {
    400: "A header, a parameter or a field is missing or not acceptable.",
    401: "No valid token.",
    403: "The acting membership does not allow this.",
    404: "Nothing with that id that concerns the caller.",
    409: "The present state does not allow this; each reason is named.",
    410: "It was kept for a while and is gone.",
    412: "Somebody changed it in the meantime; ETag tells the present version.",
    413: "The body is larger than allowed.",
    415: "The body is of another type than this operation reads.",
    428: "If-Match is missing.",
    429: "Too many requests; Retry-After says when to try again.",
}
READING = (400, 401, 403, 404, 429)  # errors of an operation that reads for a member
WRITING = (400, 401, 403, 404, 409, 413, 415, 429)
PERFORMING = (*WRITING, 412, 428)
PUBLIC = (400, 404, 429)

ACTS_AS = OpenApiParameter(
    MEMBERSHIP_HEADER,
    OpenApiTypes.UUID,
    OpenApiParameter.HEADER,
    description="Id of the membership to act with; without it, the oldest active one of the caller.",
)
LANGUAGE = OpenApiParameter(
    "Accept-Language", str, OpenApiParameter.HEADER, description="zh-hans (default) or en: the language of all texts."
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    {"type": "string", "pattern": '^"(0|[1-9][0-9]{0,8})"$'},
    OpenApiParameter.HEADER,
    required=True,
    description='The version the caller is looking at, in double quotes: `"3"`.',
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    required=True,
    description="The caller's own name for this request: repeated with the same content, it returns the first result.",
)


def answers(good: dict[Any, Any], *bad: int) -> dict[Any, Any]:
    """`responses` for `extend_schema`: the good ones, and each error status in the one error shape."""
    return {**good, **{status: OpenApiResponse(ErrorsSerializer, description=TEXTS[status]) for status in bad}}


class DocumentedSchema(AutoSchema):
    """drf-spectacular's own: which errors occur is said by `answers`, not guessed."""
