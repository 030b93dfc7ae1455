"""Check a payload against the fields of a step. Never raises on any JSON; faults are named with path, code and text.

Cleaned values are what events store: text in NFC without outer spaces, dates as ISO text, decimals as exact text, ids
as lower-case UUIDs; what was left empty is left out. The data a user sends is never repaired beyond that.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from audits.procedure import payload_messages as messages
from audits.procedure.schema import Field, FieldKind
from audits.procedure.words import Category, Text

ROOT = "fields"
FIRST_PUBLICATION = date(2003, 1, 1)
PUBLICATION_FIELDS = frozenset({"published_on", "appeared_on"})
FIRST_DATE, LAST_DATE = date(1900, 1, 1), date(2100, 12, 31)
LARGEST_INTEGER = 2**53 - 1  # what JSON clients read exactly
INTEGER_DIGITS, FRACTION_DIGITS = 18, 9
LARGEST_LIST = 2000
MOST_ERRORS = 200  # told at once; a payload with more is no honest mistake
EXACT_FLOAT_DIGITS = 15  # a decimal of this many digits survives a JSON client's floating point

_INTEGER = re.compile(r"[+-]?[0-9]{1,40}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,60}(\.[0-9]{1,60})?")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UUID = re.compile(r"[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}")
# Control characters, halves of surrogate pairs (no database stores them) and marks that turn the reading direction.
_REFUSED_IN_LONG_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_REFUSED_IN_TEXT = re.compile("\n|" + _REFUSED_IN_LONG_TEXT.pattern)
_INVISIBLE = re.compile("[\\s\u200b-\u200d\u2060\ufeff]*")
_STEP_KEY = re.compile(r"[a-z][a-z0-9_]{0,63}")
_DIVISION = re.compile(r"[0-9]{2,12}")
_ABSENT = object()
_FAULTY = object()


@dataclass(frozen=True, slots=True)
class FieldError:
    """One fault: where (`fields.emissions[2].concentration`), a stable code, and what to tell the person."""

    path: str
    code: str
    text: Text


@dataclass(frozen=True, slots=True)
class Reference:
    """A register row the payload names; whether it exists is for the caller to see."""

    path: str
    register: str
    id: str


@dataclass(frozen=True, slots=True)
class Cleaned:
    """`values` hold only JSON without floats. They are complete only if `errors` is empty."""

    values: dict[str, Any]
    errors: tuple[FieldError, ...]
    files: tuple[str, ...]
    references: tuple[Reference, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing was wrong."""
        return not self.errors


@dataclass(slots=True)
class _Check:
    """What one call of `clean` knows and collects."""

    categories: frozenset[Category]
    today: date
    context: Mapping[str, Any]
    publication_fields: Collection[str]
    errors: list[FieldError] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)

    def fault(self, path: str, code: str, text: Text) -> object:
        if len(self.errors) < MOST_ERRORS:
            self.errors.append(FieldError(path, code, text))
        return _FAULTY


def clean(
    fields: Sequence[Field],
    payload: Any,
    *,
    categories: Collection[Category] = (),
    today: date,
    files_known: Callable[[Collection[str]], Collection[str]] | None = None,
    context: Mapping[str, Any] | None = None,
    publication_fields: Collection[str] = PUBLICATION_FIELDS,
) -> Cleaned:
    """Check `payload` (any JSON) against `fields` for a listing of these categories, as seen on the day `today`.

    `files_known` is asked once with all file ids and answers with those it knows. `context` answers for `only_if`
    where the payload does not (`{"route": ...}` of the case). Codes: `required, surplus, not_applicable,
    invalid_type, invalid_choice, invalid_uuid, too_long, too_small, too_large, future_date, before_2003, unknown_file`.
    """
    check = _Check(frozenset(categories), today, context or {}, publication_fields)
    if isinstance(payload, Mapping):
        values = _object(tuple(fields), payload, ROOT, check)
    else:
        values = {}
        check.fault(ROOT, "invalid_type", messages.OBJECT)
    if files_known is not None and check.files:
        known = {str(one) for one in files_known(tuple(check.files))}
        for file_id, path in check.files.items():
            if file_id not in known:
                check.fault(path, "unknown_file", messages.UNKNOWN_FILE)
    return Cleaned(values, tuple(check.errors), tuple(check.files), tuple(check.references))


def _object(fields: tuple[Field, ...], payload: Mapping[Any, Any], path: str, check: _Check) -> dict[str, Any]:
    by_key = {one.key: one for one in fields}
    done: dict[str, Any] = {}
    for one in fields:
        _settle(one, by_key, payload, path, check, done, frozenset())
    for key in payload:
        if key not in by_key:
            shown = str(key)[:80].encode("utf-8", "replace").decode()
            check.fault(f"{path}.{shown}", "surplus", messages.SURPLUS)
    return {one.key: done[one.key] for one in fields if done[one.key] is not _ABSENT and done[one.key] is not _FAULTY}


def _settle(
    one: Field,
    by_key: Mapping[str, Field],
    payload: Mapping[Any, Any],
    path: str,
    check: _Check,
    done: dict[str, Any],
    waiting: frozenset[str],
) -> Any:
    """The cleaned value of a field, settling first the field it depends on; each field once."""
    if one.key in done:
        return done[one.key]
    raw = payload.get(one.key)
    here = f"{path}.{one.key}"
    applies: bool | None = True
    if one.only_categories and not one.only_categories & check.categories:
        applies = False
    elif one.only_if is not None and one.only_if[0] not in waiting:
        name, wanted = one.only_if
        other: Any = _ABSENT
        if name in by_key:
            other = _settle(by_key[name], by_key, payload, path, check, done, waiting | {one.key})
        if other is _ABSENT:
            other = check.context.get(name, _ABSENT)
        applies = None if other is _FAULTY else _matches(other, wanted)
    if _blank(raw):
        missing = one.required and applies is True
        done[one.key] = check.fault(here, "required", messages.REQUIRED) if missing else _ABSENT
    elif applies is False:
        done[one.key] = check.fault(here, "not_applicable", messages.NOT_APPLICABLE)
    else:
        done[one.key] = _CLEANERS[one.kind](one, raw, here, check)
    return done[one.key]


def _matches(other: Any, wanted: tuple[str, ...]) -> bool:
    if other is _ABSENT or other is None:
        return False
    if isinstance(other, list):
        return any(_matches(item, wanted) for item in other)
    if isinstance(other, bool):
        return ("true" if other else "false") in wanted
    return str(other) in wanted


def _blank(raw: Any) -> bool:
    return raw is None or (isinstance(raw, str) and bool(_INVISIBLE.fullmatch(raw))) or raw == []


def _text(one: Field, raw: Any, path: str, check: _Check) -> Any:
    if not isinstance(raw, str):
        return check.fault(path, "invalid_type", messages.TEXT)
    value = unicodedata.normalize("NFC", raw.replace("\r\n", "\n").strip())
    refused = _REFUSED_IN_LONG_TEXT if one.kind is FieldKind.LONG_TEXT else _REFUSED_IN_TEXT
    if refused.search(value):
        return check.fault(path, "invalid_type", messages.CONTROL_CHARACTERS)
    if len(value) > one.max_length:
        return check.fault(path, "too_long", messages.too_long(one.max_length))
    return value


def _integer(one: Field, raw: Any, path: str, check: _Check) -> Any:
    if isinstance(raw, str):
        raw = raw.strip()
        if not _INTEGER.fullmatch(raw):
            return check.fault(path, "invalid_type", messages.wrong_digits(raw) or messages.INTEGER)
        raw = int(raw)
    if isinstance(raw, bool) or not isinstance(raw, int):
        return check.fault(path, "invalid_type", messages.INTEGER)
    value = int(raw)
    if abs(value) > LARGEST_INTEGER:
        code = "too_large" if value > 0 else "too_small"
        return check.fault(path, code, messages.OUT_OF_RANGE)
    return value if _within(one, Decimal(value), path, check) else _FAULTY


def _decimal(one: Field, raw: Any, path: str, check: _Check) -> Any:
    number = _as_decimal(raw, path, check)
    if not isinstance(number, Decimal):
        return number
    digits, exponent = number.as_tuple().digits, int(number.as_tuple().exponent)
    if -exponent > FRACTION_DIGITS:
        return check.fault(path, "invalid_type", messages.too_many_decimals(FRACTION_DIGITS))
    if number and len(digits) + exponent > INTEGER_DIGITS:
        return check.fault(path, "too_large" if number > 0 else "too_small", messages.OUT_OF_RANGE)
    if not _within(one, number, path, check):
        return _FAULTY
    return format(abs(number) if number.is_zero() else number, "f")


def _as_decimal(raw: Any, path: str, check: _Check) -> Any:
    """The exact number meant: text or an integer as it stands, a JSON fraction only while its text is unambiguous."""
    if isinstance(raw, bool):
        return check.fault(path, "invalid_type", messages.DECIMAL)
    if isinstance(raw, str):
        raw = raw.strip()
        if not _DECIMAL.fullmatch(raw):
            return check.fault(path, "invalid_type", messages.wrong_digits(raw) or messages.DECIMAL)
        return Decimal(raw)
    if isinstance(raw, int):
        if abs(raw) >= 10**INTEGER_DIGITS:
            return check.fault(path, "too_large" if raw > 0 else "too_small", messages.OUT_OF_RANGE)
        return Decimal(int(raw))
    if isinstance(raw, float):
        number = Decimal(repr(raw))
        if not number.is_finite():
            return check.fault(path, "invalid_type", messages.DECIMAL)
        if len(number.as_tuple().digits) > EXACT_FLOAT_DIGITS:
            return check.fault(path, "invalid_type", messages.INEXACT)
        return number
    if isinstance(raw, Decimal) and raw.is_finite():
        return raw
    return check.fault(path, "invalid_type", messages.DECIMAL)


def _within(one: Field, number: Decimal, path: str, check: _Check) -> bool:
    if one.minimum is not None and number < Decimal(one.minimum):
        check.fault(path, "too_small", messages.too_small(one.minimum, one.unit))
        return False
    if one.maximum is not None and number > Decimal(one.maximum):
        check.fault(path, "too_large", messages.too_large(one.maximum, one.unit))
        return False
    return True


def _boolean(one: Field, raw: Any, path: str, check: _Check) -> Any:
    return raw if isinstance(raw, bool) else check.fault(path, "invalid_type", messages.BOOLEAN)


def _date(one: Field, raw: Any, path: str, check: _Check) -> Any:
    if type(raw) is date:
        value = raw
    elif isinstance(raw, str):
        raw = raw.strip()
        if not _ISO_DATE.fullmatch(raw):
            return check.fault(path, "invalid_type", messages.wrong_digits(raw) or messages.DATE)
        try:
            value = date.fromisoformat(raw)
        except ValueError:
            return check.fault(path, "invalid_type", messages.NO_SUCH_DAY)
    else:
        return check.fault(path, "invalid_type", messages.DATE)
    if value > check.today and not one.future_allowed:
        return check.fault(path, "future_date", messages.future_date(check.today.isoformat()))
    if one.key in check.publication_fields and value < FIRST_PUBLICATION:
        return check.fault(path, "before_2003", messages.BEFORE_2003)
    lowest = date.fromisoformat(one.minimum) if one.minimum else FIRST_DATE
    highest = date.fromisoformat(one.maximum) if one.maximum else LAST_DATE
    if value < lowest:
        return check.fault(path, "too_small", messages.too_small(lowest.isoformat()))
    if value > highest:
        return check.fault(path, "too_large", messages.too_large(highest.isoformat()))
    return value.isoformat()


def _choice(one: Field, raw: Any, path: str, check: _Check) -> Any:
    allowed = [str(value) for value, _ in one.choices]
    if isinstance(raw, str) and raw in allowed:
        return str(raw)
    return check.fault(path, "invalid_choice", messages.invalid_choice(allowed))


def _choices(one: Field, raw: Any, path: str, check: _Check) -> Any:
    if not isinstance(raw, list | tuple):
        return check.fault(path, "invalid_type", messages.LIST)
    allowed = [str(value) for value, _ in one.choices]
    faulty = False
    for index, item in enumerate(raw):
        if not isinstance(item, str) or item not in allowed:
            check.fault(f"{path}[{index}]", "invalid_choice", messages.invalid_choice(allowed))
            faulty = True
    if faulty or not _countable(one, raw, path, check):
        return _FAULTY
    return [value for value in allowed if value in raw]


def _files(one: Field, raw: Any, path: str, check: _Check) -> Any:
    if not isinstance(raw, list | tuple):
        return check.fault(path, "invalid_type", messages.LIST)
    if not _countable(one, raw, path, check):
        return _FAULTY
    found = [(as_uuid(item), f"{path}[{index}]") for index, item in enumerate(raw)]
    for file_id, where in found:
        if file_id is None:
            check.fault(where, "invalid_uuid", messages.UUID)
        else:
            check.files.setdefault(file_id, where)
    if any(file_id is None for file_id, _ in found):
        return _FAULTY
    return list(dict.fromkeys(file_id for file_id, _ in found))


def _rows(one: Field, raw: Any, path: str, check: _Check) -> Any:
    if not isinstance(raw, list | tuple):
        return check.fault(path, "invalid_type", messages.LIST)
    if not _countable(one, raw, path, check):
        return _FAULTY
    rows = []
    for index, item in enumerate(raw):
        if isinstance(item, Mapping):
            rows.append(_object(one.columns, item, f"{path}[{index}]", check))
        else:
            check.fault(f"{path}[{index}]", "invalid_type", messages.OBJECT)
    return rows


def _countable(one: Field, raw: Sequence[Any], path: str, check: _Check) -> bool:
    limit = int(one.maximum) if one.maximum else LARGEST_LIST
    if len(raw) > limit:
        check.fault(path, "too_long", messages.too_many(limit))
        return False
    if one.minimum and len(raw) < int(one.minimum):
        check.fault(path, "too_small", messages.too_few(int(one.minimum)))
        return False
    return True


def _reference(one: Field, raw: Any, path: str, check: _Check) -> Any:
    """An id of a register; steps are named by their key and divisions may be by their GB/T 2260 code."""
    value = as_uuid(raw)
    if isinstance(raw, str):
        if one.register == "step":
            value = raw if _STEP_KEY.fullmatch(raw) else None
            if value is None:
                return check.fault(path, "invalid_choice", messages.STEP_KEY)
        elif one.register == "division" and _DIVISION.fullmatch(raw):
            value = raw
    if value is None:
        return check.fault(path, "invalid_uuid", messages.UUID)
    check.references.append(Reference(path, one.register, value))
    return value


def as_uuid(raw: Any) -> str | None:
    """The id in its one spelling, or None where it is none."""
    if isinstance(raw, UUID):
        return str(raw)
    return str(UUID(raw)) if isinstance(raw, str) and _UUID.fullmatch(raw) else None


_CLEANERS: dict[FieldKind, Callable[[Field, Any, str, _Check], Any]] = {
    FieldKind.TEXT: _text,
    FieldKind.LONG_TEXT: _text,
    FieldKind.INTEGER: _integer,
    FieldKind.DECIMAL: _decimal,
    FieldKind.BOOLEAN: _boolean,
    FieldKind.DATE: _date,
    FieldKind.CHOICE: _choice,
    FieldKind.CHOICES: _choices,
    FieldKind.FILES: _files,
    FieldKind.ROWS: _rows,
    FieldKind.REFERENCE: _reference,
}
