"""A payload as lines of text: labels of the step's fields, the wording of choices and steps instead of codes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from audits.api.errors import words
from audits.api.places import place_name
from audits.procedure import registry
from audits.procedure.fields import CATEGORY_NAMES, choices, integer, reference, text
from audits.procedure.regime_a.listing import candidates
from audits.procedure.schema import Field, FieldKind
from audits.procedure.words import Category, Text
from enterprises.divisions import UnknownDivision, resolve

Lines = list[tuple[str, Any]]
BETWEEN = Text("、", ", ")  # the values of one field
# Units as the tables of the law name them, where Chinese has its own word.
UNITS = {"points": Text("分", "points"), "CNY": Text("元", "CNY")}
YES, NO = Text("是", "yes"), Text("否", "no")
ALL = {"all": Text("全部", "all"), "accepted": Text("可接受的各行", "all acceptable rows")}
# What the program itself writes into events, beside the fields of a form.
BESIDE = {
    one.key: one
    for one in (
        reference("list", "名单", "List", "list"),
        reference("listing", "名单条目", "Entry", "listing"),
        choices("categories", "列入类别", "Categories", tuple(CATEGORY_NAMES.items())),
        Field(
            "nomination",
            Text("提名的内容", "Nominated as"),
            FieldKind.ROWS,
            columns=candidates(frozenset(Category)).columns,
        ),
        text("import", "导入文件的校验码", "Digest of the imported file"),
        integer("entries", "导入条数", "Entries imported"),
        text("rows", "导入的行", "Rows imported"),
        text("repairs", "采纳的修正", "Repairs agreed to"),
        text("completed_rows", "人工补填的行", "Rows completed by hand"),
    )
}


def fields_of(action: str) -> dict[str, Field]:
    """The fields an act may have had, by key, in the order of its form."""
    own = {one.key: one for step in registry.find(action) for one in step.fields}
    return own | {key: one for key, one in BESIDE.items() if key not in own}


def lines_of(body: Mapping[str, Any]) -> Lines:
    """Label and value of each field of an act, in the order of the form. A small table's value is a list of lists."""
    payload = body["payload"]
    return [
        (words(one.label), shown(one, payload[key]))
        for key, one in fields_of(body["action"]).items()
        if payload.get(key) not in (None, "", [], {})
    ]


def shown(one: Field, value: Any) -> Any:
    """The value of a field as text; of a small table its lines as lists of label and text."""
    if one.kind is FieldKind.BOOLEAN:
        return words(YES if value else NO)
    if one.kind in (FieldKind.CHOICE, FieldKind.CHOICES):
        labels = dict(one.choices)
        given: Sequence[Any] = value if isinstance(value, list) else [value]
        return words(BETWEEN).join(words(labels[item]) if item in labels else str(item) for item in given)
    if one.kind is FieldKind.ROWS:
        return [
            [(words(column.label), shown(column, row[column.key])) for column in one.columns if column.key in row]
            for row in (value if isinstance(value, list) else [value])
        ]
    if one.kind is FieldKind.FILES:
        return words(Text(f"{len(value)} 份文件", f"{len(value)} file{'s' * (len(value) != 1)}"))
    if one.register == "division":
        return words(_division(str(value)))
    if one.register == "step":
        return words(registry.title_of(str(value)))
    if BESIDE.get(one.key) is one and isinstance(value, str) and value in ALL:
        return words(ALL[value])
    if isinstance(value, list):
        return words(BETWEEN).join(map(str, value))
    unit = words(UNITS[one.unit]) if one.unit in UNITS else one.unit
    return f"{value} {unit}".strip()


def _division(code: str) -> Text:
    try:
        return place_name(resolve(code).division.scope_code)
    except UnknownDivision:
        return Text(code, code)


def well_formed(fields: Iterable[Field], payload: Mapping[str, Any]) -> dict[str, Any]:
    """What of a payload has the shape of its fields: a draft may hold anything."""
    kept = {}
    for one in fields:
        value = payload.get(one.key)
        if one.kind is FieldKind.ROWS:
            lines = value if isinstance(value, list) else []
            value = [well_formed(one.columns, row) for row in lines if isinstance(row, Mapping)]
        elif one.kind in (FieldKind.FILES, FieldKind.CHOICES):
            value = [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
        elif not isinstance(value, str | int):
            continue
        if value not in ("", []):
            kept[one.key] = value
    return kept


def without_files(fields: Sequence[Field], payload: Mapping[str, Any]) -> dict[str, Any]:
    """The values of these fields but documents, those in lines of tables included."""
    kept = well_formed([one for one in fields if one.kind is not FieldKind.FILES], payload)
    for one in fields:
        if one.kind is FieldKind.ROWS and one.key in kept:
            kept[one.key] = [without_files(one.columns, row) for row in kept[one.key]]
    return kept
