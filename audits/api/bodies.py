"""The body of an action as OpenAPI shows it, made from the fields of the tables.

A body is flat: the fields of the step, beside the reserved keys `date`, `reason`, `evidence`, `from_draft` and `draft_revision`.
Where a field of the step itself is called so (why a list is left, the evidence of an objection), the field has the key.

Checking is left to `procedure.payloads.clean`, through the door: what is written here describes and never decides.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from audits.api.errors import words
from audits.procedure.fields import day, files, flag, integer, long_text
from audits.procedure.payloads import FRACTION_DIGITS, LARGEST_LIST, clean
from audits.procedure.schema import Field, FieldKind, Step
from audits.procedure.words import Text
from audits.workflow.errors import InvalidPayload

RESERVED: tuple[Field, ...] = (
    day("date", "日期", "Date", required=False, future_allowed=True),
    long_text("reason", "说明", "Reason", required=False, max_length=2000),
    files("evidence", "证明材料", "Supporting documents", required=False),
    flag(
        "from_draft", "提交草稿", "Submit the saved draft; what stands here replaces what stands there", required=False
    ),
    integer("draft_revision", "所阅读的草稿版次", "Revision of the draft that was read", required=False, minimum="1"),
)
OF_DRAFTS = frozenset({"from_draft", "draft_revision"})  # what no form asks a person for
# What a person need not be told; said in the description of the body.
_TOLD = {
    "date": "When it happened in law; default: today.",
    "evidence": "Evidence for the act.",
    "draft_revision": "Required with from_draft: the ETag of the draft. If it was changed since: 412 `stale_draft`.",
}
_RESERVED_KEYS = frozenset(one.key for one in RESERVED)


def fields_of(steps: Iterable[Step]) -> tuple[tuple[Field, bool], ...]:
    """Every field the rows of an action have in any regime, in order, and whether all rows require it always."""
    rows = list(steps)
    found: dict[str, list[Field]] = {}
    for step in rows:
        for one in step.fields:
            found.setdefault(one.key, []).append(one)
    return tuple(
        (_united(same), len(same) == len(rows) and all(_always(one) for one in same)) for same in found.values()
    )


def _always(one: Field) -> bool:
    return one.required and one.only_if is None and not one.only_categories


def _united(same: Sequence[Field]) -> Field:
    """One field out of several of the same key: the last, with the choices of all."""
    from dataclasses import replace

    last = same[-1]
    choices: dict[str, Text] = {}
    for one in same:
        choices.update(dict(one.choices))
    return replace(last, choices=tuple(choices.items())) if last.choices else last


def split(body: Mapping[str, Any], steps: Iterable[Step], today: date) -> tuple[dict[str, Any], dict[str, Any]]:
    """The payload, and the reserved values `{on, reason, evidence, from_draft, draft_revision}` with defaults.

    Raises `InvalidPayload` for a reserved value of the wrong kind.
    """
    own = {one.key for step in steps for one in step.fields}
    reserved = _RESERVED_KEYS - own
    payload = {key: value for key, value in body.items() if key not in reserved}
    cleaned = clean(
        [one for one in RESERVED if one.key in reserved],
        {key: value for key, value in body.items() if key in reserved},
        today=today,
    )
    if cleaned.errors:
        raise InvalidPayload(cleaned.errors)
    values = cleaned.values
    return payload, {
        "on": date.fromisoformat(values["date"]) if "date" in values else None,
        "reason": values.get("reason", ""),
        "evidence": tuple(values.get("evidence", ())),
        "from_draft": values.get("from_draft", False),
        "draft_revision": values.get("draft_revision"),
    }


def without_draft(reserved: Mapping[str, Any]) -> dict[str, Any]:
    """The reserved values of an act that takes no draft."""
    return {key: value for key, value in reserved.items() if key not in OF_DRAFTS}


def body_schema(steps: Sequence[Step], *, draft: bool = False) -> dict[str, Any]:
    """The JSON schema of the body of an action, over all its rows. In a draft nothing is required."""
    properties: dict[str, Any] = {}
    required: list[str] = []
    for one, always in fields_of(steps):
        properties[one.key] = _property(one)
        if always:
            required.append(one.key)
    if not draft:
        for one in RESERVED:
            properties.setdefault(one.key, _property(one, _TOLD.get(one.key, "")))
    schema: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    if not draft and not any(step.certified for step in steps) and "from_draft" not in properties:
        schema["required"] = required
    return schema


def _property(one: Field, more: str = "") -> dict[str, Any]:
    """One field as a JSON schema; conditions that a schema cannot say are told in the description."""
    schema = _KINDS[one.kind](one)
    notes = [one.label.en]
    if more:
        notes.append(more)
    if one.kind is FieldKind.FILES:
        notes.append("Ids of staged documents.")
    if one.unit:
        notes.append(f"Unit: {one.unit}.")
    if one.help is not None:
        notes.append(one.help.en)
    if one.only_if is not None:
        notes.append(f"Only if `{one.only_if[0]}` is {' or '.join(one.only_if[1])}.")
    if one.only_categories:
        notes.append(f"Only for the categories {', '.join(sorted(one.only_categories))}.")
    if one.choices:
        notes.append("; ".join(f"`{value}`: {text.en}" for value, text in one.choices) + ".")
    return {**schema, "description": " — ".join(notes[:1]) + "".join(f" {note}" for note in notes[1:])}


def _text(one: Field) -> dict[str, Any]:
    return {"type": "string", "maxLength": one.max_length}


def _integer(one: Field) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "integer"}
    if one.minimum is not None:
        schema["minimum"] = int(one.minimum)
    if one.maximum is not None:
        schema["maximum"] = int(one.maximum)
    return schema


def _decimal(one: Field) -> dict[str, Any]:
    sign = "" if one.minimum is not None and not one.minimum.startswith("-") else "-?"
    return {"type": "string", "pattern": f"^{sign}[0-9]{{1,18}}(\\.[0-9]{{1,{FRACTION_DIGITS}}})?$"}


def _list(one: Field, items: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "array", "items": items, "maxItems": int(one.maximum or LARGEST_LIST)}
    if one.required and one.minimum:
        schema["minItems"] = int(one.minimum)
    return schema


def _rows(one: Field) -> dict[str, Any]:
    item = {
        "type": "object",
        "properties": {column.key: _property(column) for column in one.columns},
        "required": [column.key for column in one.columns if _always(column)],
        "additionalProperties": False,
    }
    if not item["required"]:
        del item["required"]
    return _list(one, item)


def _reference(one: Field) -> dict[str, Any]:
    if one.register == "step":
        return {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,63}$"}
    if one.register == "division":
        return {"type": "string", "pattern": "^[0-9]{2,12}$"}
    return {"type": "string", "format": "uuid"}


_KINDS: dict[FieldKind, Any] = {
    FieldKind.TEXT: _text,
    FieldKind.LONG_TEXT: _text,
    FieldKind.INTEGER: _integer,
    FieldKind.DECIMAL: _decimal,
    FieldKind.BOOLEAN: lambda one: {"type": "boolean"},
    FieldKind.DATE: lambda one: {"type": "string", "format": "date"},
    FieldKind.CHOICE: lambda one: {"type": "string", "enum": [str(value) for value, _ in one.choices]},
    FieldKind.CHOICES: lambda one: _list(one, {"type": "string", "enum": [str(value) for value, _ in one.choices]}),
    FieldKind.FILES: lambda one: _list(one, {"type": "string", "format": "uuid"}),
    FieldKind.ROWS: _rows,
    FieldKind.REFERENCE: _reference,
}


def described(one: Field) -> dict[str, Any]:
    """A field for programs that draw a form of it, in the caller's language."""
    shown: dict[str, Any] = {
        "key": one.key,
        "label": words(one.label),
        "kind": one.kind.value,
        "required": one.required,
        "choices": [{"value": str(value), "label": words(text)} for value, text in one.choices],
        "minimum": one.minimum,
        "maximum": one.maximum,
        "max_length": one.max_length if one.kind in (FieldKind.TEXT, FieldKind.LONG_TEXT) else None,
        "unit": one.unit,
        "help": words(one.help) if one.help else "",
        "register": one.register,
        "only_if": {"field": one.only_if[0], "values": list(one.only_if[1])} if one.only_if else None,
        "only_categories": sorted(one.only_categories),
        "future_allowed": one.future_allowed,
        "columns": [described(column) for column in one.columns],
    }
    return shown
