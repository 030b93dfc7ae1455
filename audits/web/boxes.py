"""The fields of a step as boxes of a form, and what was typed into them as a payload. One declaration serves API and form.

Names of inputs are paths: `medium`, `emissions.0.pollutant`, `evidence`. Nothing is checked here: the door does that.
"""

import dataclasses
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from audits.procedure.payloads import ROOT, FieldError
from audits.procedure.schema import Field, FieldKind
from audits.procedure.words import Category, Text
from audits.web import lookups, registers

_ROW = re.compile(r"\.(\d{1,4})\.")
INPUT_TYPES = {FieldKind.DATE: "date", FieldKind.TEXT: "text", FieldKind.INTEGER: "text", FieldKind.DECIMAL: "text"}
INPUT_MODES = {FieldKind.INTEGER: "numeric", FieldKind.DECIMAL: "decimal"}
NOTHING_CHOSEN = Text(
    "请在查找结果中选择一项；不需要时清空查找内容。",
    "Choose one of what was found, or empty the search where none is meant.",
)


@dataclass(slots=True)
class Choice:
    """One of several values."""

    value: str
    label: Text | str
    chosen: bool = False


@dataclass(slots=True)
class Box:
    """One field as a form shows it. `rows` are the lines of a small table, `blank` an empty one to copy."""

    field: Field
    name: str
    value: Any = None
    errors: list[Text] = dataclasses.field(default_factory=list)
    choices: list[Choice] = dataclasses.field(default_factory=list)
    rows: list[list["Box"]] = dataclasses.field(default_factory=list)
    blank: list["Box"] = dataclasses.field(default_factory=list)
    files: list[Any] = dataclasses.field(default_factory=list)
    depends_on: str = ""
    depends_values: str = ""
    searched: bool = False
    query: str = ""  # what was typed to search with
    found: lookups.Found = dataclasses.field(default_factory=lookups.Found)

    @property
    def id(self) -> str:
        """The id of the input."""
        return "f-" + self.name.replace(".", "-")

    @property
    def template(self) -> str:
        """How it is drawn; what is typed on one line is drawn alike."""
        return f"web/boxes/{'text' if self.field.kind in INPUT_TYPES else self.field.kind.value}.html"

    @property
    def described_by(self) -> str:
        """The ids of what is said about it: its help, and each thing that is wrong."""
        help_text = [f"{self.id}-help"] if self.field.help else []
        return " ".join([*help_text, *(f"{self.id}-wrong-{n}" for n, _ in enumerate(self.errors, start=1))])

    @property
    def input_type(self) -> str:
        return INPUT_TYPES.get(self.field.kind, "text")

    @property
    def input_mode(self) -> str:
        return INPUT_MODES.get(self.field.kind, "")


@dataclass(frozen=True, slots=True)
class Wrong:
    """A box with something wrong in it, as a summary above the form leads to it. `line`: of a small table, from 1; else 0."""

    id: str
    label: Text
    errors: Sequence[Text]
    line: int = 0


def wrong(boxes: Sequence[Box], line: int = 0) -> list[Wrong]:
    """What is wrong in a form, in the order of the page."""
    found: list[Wrong] = []
    for box in boxes:
        if box.errors:
            found.append(Wrong(box.id, box.field.label, box.errors, line))
        for number, row in enumerate(box.rows, start=1):
            found += wrong(row, number)
    return found


@dataclass(slots=True)
class _Drawing:
    errors: Mapping[str, list[Text]]
    known: Collection[str]
    options: "registers.Options"
    categories: frozenset[Category] | None
    context: Mapping[str, Any]
    payload: Mapping[str, Any]


def boxes(
    fields: Sequence[Field],
    payload: Mapping[str, Any],
    *,
    errors: Sequence[FieldError] = (),
    options: "registers.Options",
    categories: frozenset[Category] | None = None,
    context: Mapping[str, Any] | None = None,
) -> list[Box]:
    """The boxes of a form that is filled with `payload`, the errors beside their fields.

    `categories` of the case leave out fields of others (None: shown all); `context` is what `only_if` is answered with
    where the payload has no such field.
    """
    by_path: dict[str, list[Text]] = {}
    for error in errors:
        by_path.setdefault(error.path.removeprefix(f"{ROOT}."), []).append(error.text)
    keys = {one.key for one in fields}
    options.expect(fields, payload)
    drawing = _Drawing(by_path, keys, options, categories, context or {}, payload)
    return [_box(one, one.key, payload.get(one.key), drawing) for one in fields if _applies(one, drawing)]


def _applies(one: Field, drawing: _Drawing) -> bool:
    if one.only_categories and drawing.categories is not None and not one.only_categories & drawing.categories:
        return False
    if one.only_if is not None and one.only_if[0] not in drawing.known:
        return str(drawing.context.get(one.only_if[0], "")) in one.only_if[1]
    return True


def _box(one: Field, name: str, value: Any, drawing: _Drawing) -> Box:
    box = Box(one, name, value, drawing.errors.get(name, []))
    if one.only_if is not None and one.only_if[0] in drawing.known:
        box.depends_on, box.depends_values = one.only_if[0], " ".join(one.only_if[1])
    if one.kind in (FieldKind.CHOICE, FieldKind.CHOICES):
        chosen = {str(item) for item in value} if isinstance(value, list) else {str(value)}
        box.choices = [Choice(key, label, key in chosen) for key, label in one.choices]
    elif one.kind is FieldKind.REFERENCE:
        found = drawing.options.of(one.register, str(value or ""))
        box.searched = found is None
        if box.searched:
            box.query, box.found = drawing.options.searched(one.register, name, str(value or ""))
        box.choices = [Choice(key, label, key == str(value or "")) for key, label in found or ()]
    elif one.kind is FieldKind.FILES:
        box.files = drawing.options.files(value if isinstance(value, list) else [])
    elif one.kind is FieldKind.ROWS:
        held = value if isinstance(value, list) else []
        filled = [row for row in held if isinstance(row, Mapping)]
        box.rows = [_line(one, name, number, row, drawing) for number, row in enumerate(filled)]
        if not box.rows and one.required:
            box.rows = [_line(one, name, 0, {}, drawing)]
        box.blank = _line(one, name, "__row__", {}, drawing)
    return box


def _line(one: Field, name: str, number: int | str, row: Mapping[str, Any], drawing: _Drawing) -> list[Box]:
    keys = {column.key for column in one.columns}
    inner = _Drawing(_indexed(drawing.errors), keys, drawing.options, drawing.categories, drawing.context, row)
    return [
        _box(column, f"{name}.{number}.{column.key}", row.get(column.key), inner)
        for column in one.columns
        if _applies(column, inner)
    ]


def _indexed(errors: Mapping[str, list[Text]]) -> dict[str, list[Text]]:
    """Errors by the names of inputs: `rows[2].key` becomes `rows.2.key`."""
    return {re.sub(r"\[(\d+)\]", r".\1", path): texts for path, texts in errors.items()}


def payload_of(fields: Sequence[Field], post: QueryDict) -> dict[str, Any]:
    """What was typed, as JSON: blanks are left out, rows in their order, files as lists of ids."""
    return _object(fields, "", post)


def unchosen(fields: Sequence[Field], post: QueryDict) -> list[FieldError]:
    """An error for each search in which something was typed, and nothing of what it found was chosen."""
    keys = {one.key for one in fields}
    names = [key.removesuffix(registers.TYPED) for key in post if key.endswith(registers.TYPED)]
    return [
        FieldError(name, "nothing_chosen", NOTHING_CHOSEN)
        for name in names
        if name.split(".")[0] in keys and post.get(name + registers.TYPED, "").strip() and not post.get(name)
    ]


def _object(fields: Sequence[Field], prefix: str, post: QueryDict) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in fields:
        value = _value(one, prefix + one.key, post)
        if value not in ("", None, [], {}):
            found[one.key] = value
    return found


def _value(one: Field, name: str, post: QueryDict) -> Any:
    if one.kind in (FieldKind.CHOICES, FieldKind.FILES):
        return [item for item in post.getlist(name) if item]
    if one.kind is FieldKind.BOOLEAN:
        given = post.get(name, "")
        return {"true": True, "false": False}.get(given, given)
    if one.kind is FieldKind.ROWS:
        numbers = {
            int(match.group(1))
            for key in post
            if key.startswith(f"{name}.") and (match := _ROW.match(key[len(name) :])) is not None
        }
        rows = [_object(one.columns, f"{name}.{number}.", post) for number in sorted(numbers)]
        return [row for row in rows if row]
    return post.get(name, "").strip()
