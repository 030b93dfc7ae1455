"""A payload as lines of text: labels of the step's fields, names instead of codes."""

from collections.abc import Mapping, Sequence
from typing import Any

from audits.api.errors import words
from audits.procedure import registry
from audits.procedure.schema import Field, FieldKind

YES, NO = ("是", "yes"), ("否", "no")


def lines_of(body: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Label and value of each field of an act, in the order of the form. A small table's value is a list of lists."""
    rows = registry.find(body["action"])
    known: dict[str, Field] = {one.key: one for step in rows for one in step.fields}
    payload = body["payload"]
    ordered = [key for key in known if key in payload] + [key for key in payload if key not in known]
    return [(words(known[key].label) if key in known else key, _shown(known.get(key), payload[key])) for key in ordered]


def _shown(one: Field | None, value: Any) -> Any:
    from audits.procedure.words import Text

    if one is None:
        return value if isinstance(value, str | int) else ""
    if one.kind is FieldKind.BOOLEAN:
        return words(Text(*(YES if value else NO)))
    if one.kind in (FieldKind.CHOICE, FieldKind.CHOICES):
        labels = dict(one.choices)
        given: Sequence[Any] = value if isinstance(value, list) else [value]
        return "、".join(words(labels[item]) if item in labels else str(item) for item in given)
    if one.kind is FieldKind.ROWS and isinstance(value, list):
        return [
            [(words(column.label), _shown(column, row[column.key])) for column in one.columns if column.key in row]
            for row in value
        ]
    if one.kind is FieldKind.FILES:
        return words(Text(f"{len(value)} 份文件", f"{len(value)} files"))
    return f"{value} {one.unit}".strip()
