"""A payload to be read, not typed: each field of the step with its value, small tables as tables, documents as links."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import Membership
from audits.api.readable import shown, well_formed
from audits.models import Document
from audits.procedure.payloads import as_uuid
from audits.procedure.schema import Field, FieldKind, Step
from audits.procedure.words import Category, Text
from audits.web import history
from audits.workflow import reading
from audits.workflow.binding import named_files


@dataclass(slots=True)
class Entry:
    """One field: a text, or a table, or documents. Empty where nothing was filled in."""

    field: Field
    text: Any = ""
    head: list[Text] = dataclasses.field(default_factory=list)
    table: list[list[Any]] = dataclasses.field(default_factory=list)
    files: list[Document] = dataclasses.field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to read."""
        return self.text in ("", None) and not self.table and not self.files


def entries(
    action: str,
    fields: Sequence[Field],
    payload: Mapping[str, Any],
    by: Membership,
    *,
    categories: frozenset[Category] | None = None,
    context: Mapping[str, Any] | None = None,
    drafted: Iterable[Document] = (),
) -> list[Entry]:
    """The fields that apply, in the order of the form. At most one query for each register, one for documents.

    `drafted` are files of the draft that others staged.
    """
    kept = well_formed(fields, payload)
    names = history.names_in([{"action": action, "payload": kept}], by)
    ids = [one for _, one in named_files(fields, kept) if as_uuid(one)]
    rows = [*reading.documents(by).filter(pk__in=ids), *drafted] if ids else []
    files = {str(row.pk): row for row in rows}
    held = {**(context or {}), **kept}
    return [_entry(one, kept.get(one.key), names, files) for one in fields if applies(one, held, categories)]


def filled(those: Sequence[Entry]) -> list[Entry]:
    """Without what was left blank: the public is not shown it."""
    return [one for one in those if not one.empty]


def applies(one: Field, held: Mapping[str, Any], categories: frozenset[Category] | None) -> bool:
    """Whether a field belongs to this case and to what was chosen elsewhere in the form."""
    if one.only_categories and categories is not None and not one.only_categories & categories:
        return False
    return one.only_if is None or str(held.get(one.only_if[0], "")) in one.only_if[1]


def public_fields(step: Step) -> tuple[Field, ...]:
    """What of a step the public gets to see; columns of tables likewise. Empty for steps that are not public."""
    if not step.public:
        return ()
    return tuple(one for one in step.fields if one.public)


def _entry(one: Field, value: Any, names: Mapping[str, str], files: Mapping[str, Document]) -> Entry:
    if value is None:
        return Entry(one)
    if one.kind is FieldKind.FILES:
        return Entry(one, files=[files[item] for item in value if item in files])
    if one.kind is not FieldKind.ROWS:
        return Entry(one, history.named(shown(one, value), names))
    columns = [column for column in one.columns if any(column.key in row for row in value)]
    return Entry(
        one,
        head=[column.label for column in columns],
        table=[[_cell(column, row.get(column.key), names, files) for column in columns] for row in value],
    )


def _cell(column: Field, value: Any, names: Mapping[str, str], files: Mapping[str, Document]) -> Any:
    if value is None:
        return ""
    if column.kind is FieldKind.FILES:
        return "、".join(files[item].name for item in value if item in files)
    return history.named(shown(column, value), names)
