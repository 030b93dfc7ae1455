"""Bodies and headers of requests, read defensively: what cannot be stored or compared is refused before it is used."""

import re
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.request import Request

from audits.api.errors import Malformed, Problem, TooLarge, words
from audits.workflow.errors import KeyRequired, VersionRequired

_VERSION = re.compile(r'"(0|[1-9][0-9]{0,8})"')
KEY_LENGTH = 128


class PlainJSONParser(JSONParser):
    """JSON up to DATA_UPLOAD_MAX_MEMORY_SIZE, without what no database stores: NUL and half characters."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        request = parser_context.get("request") if parser_context else None
        if request is not None and _length(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge()
        try:
            data = super().parse(stream, media_type, parser_context)
            if not _storable(data):
                raise ParseError(_("The text holds a character that is none (NUL or half a character)."))
        except RecursionError:
            raise ParseError(_("The JSON is nested too deeply.")) from None
        return data


def _length(request: Any) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def content_length(request: Request) -> int:
    """What the request says its body measures, 0 when it does not say."""
    return _length(request)


def _storable(value: Any) -> bool:
    if isinstance(value, str):
        return not any(letter == "\x00" or "\ud800" <= letter <= "\udfff" for letter in value)
    if isinstance(value, list):
        return all(_storable(item) for item in value)
    if isinstance(value, dict):
        return all(_storable(key) and _storable(item) for key, item in value.items())
    return True


def body_object(request: Request) -> dict[str, Any]:
    """The body, which must be a JSON object."""
    if not isinstance(request.data, dict):
        raise Malformed(_("The body must be a JSON object."), "invalid_type")
    return dict(request.data)


def if_match(request: Request) -> int:
    """The version in `If-Match: "<version>"`. 428 `version_required` when absent, 400 `if_match_malformed` else."""
    given = request.headers.get("If-Match")
    if given is None:
        raise VersionRequired()
    found = _VERSION.fullmatch(given.strip())
    if found is None:
        raise Malformed(_('If-Match must be one version in double quotes, such as "3".'), "if_match_malformed")
    return int(found[1])


def idempotency_key(request: Request) -> str:
    """The header `Idempotency-Key`. 400 `idempotency_key_required` when absent, too long or not printable ASCII."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key or len(key) > KEY_LENGTH or not key.isascii() or not key.isprintable():
        raise Problem(400, [(KeyRequired.code, words(KeyRequired.text), "Idempotency-Key")])
    return key
