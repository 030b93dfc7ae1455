"""The one text form in which events are stored and hashed. Changing it would break every stored chain."""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

_AS_IT_IS = frozenset({int, bool, type(None)})
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


class NotCanonicalError(TypeError):
    """A value that has no canonical form: floats, unknown types, keys that are no text."""


def canonical_json(value: Any) -> str:
    """JSON with sorted keys, no spaces, real characters in NFC, dates in ISO form and decimals as exact strings.

    Floats are refused (`NotCanonicalError`): their text differs between programs. So are datetimes without a zone,
    sets, halves of surrogate pairs, and keys that are no strings or that become equal in NFC.
    """
    text = _ENCODER.encode(_plain(value))
    if not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise NotCanonicalError("Half of a character pair has no text.") from error
    return text


def digest(text: str) -> str:
    """SHA-256 of the UTF-8 text, 64 hex digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def chain_hash(previous: str, text: str) -> str:
    """The hash of a link: over the previous link's hash ("" for the first), a line break, and the canonical text."""
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind is str:
        return value if value.isascii() else unicodedata.normalize("NFC", value)
    if value is None or kind is int or kind is bool:
        return value
    if kind is dict or isinstance(value, Mapping):
        plain = {}
        for key, item in value.items():
            if type(key) is not str or not key.isascii():
                key = _key(key)
            plain[key] = item if type(item) in _AS_IT_IS else _plain(item)
        if len(plain) != len(value):
            raise NotCanonicalError("Two keys are the same text.")
        return plain
    if kind is list or kind is tuple:
        return [item if type(item) in _AS_IT_IS else _plain(item) for item in value]
    return _special(value)


def _special(value: Any) -> Any:
    """Values that are not JSON's own but have one exact text."""
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise NotCanonicalError("A datetime needs a zone.")
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise NotCanonicalError("A decimal must be finite.")
        return format(value, "f")
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, str):
        return _plain(str(value))
    if isinstance(value, int):
        return int(value)
    raise NotCanonicalError(f"{type(value).__name__} has no canonical form.")


def _key(key: Any) -> str:
    if isinstance(key, Enum):
        key = key.value
    if not isinstance(key, str):
        raise NotCanonicalError("Keys must be text.")
    return key if key.isascii() else unicodedata.normalize("NFC", key)
