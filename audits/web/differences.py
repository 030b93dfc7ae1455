"""What was submitted again, beside what was submitted before: fields and documents, and why it had come back.

Nothing is decided here: that a submission came back is what the acts after it say (`changes` of their bodies, or an order
that names it).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from accounts.models import Membership
from audits.api.errors import words
from audits.api.readable import Lines, fields_of, shown, well_formed
from audits.models import Document
from audits.procedure.payloads import as_uuid
from audits.procedure.schema import Field, FieldKind, Step
from audits.procedure.words import Text
from audits.web import history
from audits.workflow import reading
from audits.workflow.binding import named_files

Body = Mapping[str, Any]
EVIDENCE = Text("证明材料", "Evidence")
_KEYED = (FieldKind.TEXT, FieldKind.REFERENCE, FieldKind.CHOICE)


@dataclass(frozen=True, slots=True)
class Former:
    """An earlier submission and the acts by which it came back."""

    body: Body
    returns: tuple[Body, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One field that is not what it was. None: it was, or is, not there. Values are as `readable.shown` has them."""

    label: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class File:
    """A document as one side of a comparison names it."""

    id: str
    name: str
    sha256: str
    size: int | None = None
    staged: bool = False  # not submitted yet


@dataclass(frozen=True, slots=True)
class FileChange:
    """Documents of one name in one field: `kind` is revised, renamed, added, removed or same."""

    label: str
    kind: str
    old: File | None
    new: File | None


@dataclass(slots=True)
class Comparison:
    """Two submissions of the same step. `returns` are acts with their lines, as the history shows them."""

    action: str
    earlier_on: str
    earlier_seq: int
    changes: list[Change] = field(default_factory=list)
    files: list[FileChange] = field(default_factory=list)
    returns: list[tuple[dict[str, Any], Lines]] = field(default_factory=list)

    @property
    def moved(self) -> list[FileChange]:
        """The documents that are not what they were."""
        return [one for one in self.files if one.kind != "same"]

    @property
    def kept(self) -> list[FileChange]:
        """The documents that were attached again unchanged."""
        return [one for one in self.files if one.kind == "same"]


def came_back(bodies: Iterable[Body]) -> tuple[dict[int, Former], dict[str, Former]]:
    """Of the acts on a subject, in order: for each that was made again the former one, by version; and for each step that
    waits to be made again its last submission, by action."""
    last: dict[str, Body] = {}
    returns: dict[str, list[Body]] = defaultdict(list)
    again: dict[int, Former] = {}
    for body in bodies:
        action, changes = body["action"], body.get("changes", {})
        if action in last and returns[action]:
            again[body["seq"]] = Former(last[action], tuple(returns[action]))
        for undone in {*changes.get("undo", ()), *changes.get("reset", ()), str(body["payload"].get("duty", ""))}:
            if undone in last:
                returns[undone].append(body)
        last[action], returns[action] = body, []
    return again, {action: Former(last[action], tuple(told)) for action, told in returns.items() if told}


def bodies_of(subject: Any, by: Membership) -> list[dict[str, Any]]:
    """All acts on a visible subject as the reader may see them, in order. One query."""
    return reading.history(subject, list(reading.events_of(subject, by)), by)


def with_typed(
    former: Former, step: Step, payload: Mapping[str, Any], by: Membership, drafted: Iterable[Document] = ()
) -> Comparison:
    """The former submission beside what is typed now; `drafted` are files of the draft that others staged. Files that are
    named but not on record count as missing."""
    typed = well_formed(step.fields, payload)
    named = [(path.removeprefix("fields."), one) for path, one in named_files(step.fields, typed)]
    return _compared(former, {"action": step.key, "payload": typed}, named, by, drafted)


def with_act(former: Former, body: Body, by: Membership) -> Comparison:
    """The former submission beside the one that followed."""
    named = [(one["field"].removeprefix("fields."), one["id"]) for one in body["files"]]
    return _compared(former, body, named, by)


def between_drafts(
    step: Step, held: Mapping[str, Any], typed: Mapping[str, Any], by: Membership, drafted: Iterable[Document]
) -> tuple[list[Change], list[FileChange]]:
    """What is typed beside the draft as somebody else saved it; `drafted` are the files of that draft."""
    sides = [well_formed(step.fields, one) for one in (held, typed)]
    names = history.names_in([{"action": step.key, "payload": one} for one in sides], by)
    files = [[(path.removeprefix("fields."), one) for path, one in named_files(step.fields, side)] for side in sides]
    known = {str(row.pk): row for row in (*_documents([one for side in files for _, one in side], by), *drafted)}
    staged = [
        [(path, File(one, row.name, row.sha256, row.size, True)) for path, one in side if (row := known.get(one))]
        for side in files
    ]
    return [
        Change(one.label, history.named(one.old, names), history.named(one.new, names))
        for one in changes(step.fields, *sides)
    ], [one for one in _files(staged[0], staged[1], fields_of(step.key)) if one.kind != "same"]


def _compared(
    former: Former, now: Body, named: Sequence[tuple[str, str]], by: Membership, drafted: Iterable[Document] = ()
) -> Comparison:
    old = former.body
    names = history.names_in([old, now, *former.returns], by)
    wanted = [one["id"] for one in old["files"]] + [one for _, one in named]
    known = {str(row.pk): row for row in (*_documents(wanted, by), *drafted)}
    before = [
        (
            one["field"].removeprefix("fields."),
            File(one["id"], one["name"], one["sha256"], known[one["id"]].size if one["id"] in known else None),
        )
        for one in old["files"]
    ]
    after = [
        (path, File(str(row.pk), row.name, row.sha256, row.size, row.bound_at is None))
        for path, one in named
        if (row := known.get(one)) is not None
    ]
    fields = fields_of(old["action"])
    return Comparison(
        old["action"],
        old["on"],
        old["seq"],
        [
            Change(one.label, history.named(one.old, names), history.named(one.new, names))
            for one in changes(fields.values(), old["payload"], now["payload"])
        ],
        _files(before, after, fields),
        history.told(former.returns, names),
    )


def _documents(ids: Iterable[str], by: Membership) -> Iterable[Document]:
    valid = [one for one in ids if as_uuid(one)]
    return reading.documents(by).filter(pk__in=valid) if valid else ()


def changes(fields: Iterable[Field], old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Field by field, in the order of the form; of small tables line by line. Documents are left out."""
    found: list[Change] = []
    for one in fields:
        before, after = old.get(one.key), new.get(one.key)
        if one.kind is FieldKind.FILES:
            continue
        if one.kind is FieldKind.ROWS:
            found += _rows(one, _lines(before), _lines(after))
        elif not _same(one, before, after):
            found.append(Change(words(one.label), _shown(one, before), _shown(one, after)))
    return found


def _lines(value: Any) -> list[Mapping[str, Any]]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


def _shown(one: Field, value: Any) -> Any:
    return None if value in (None, "", [], {}) else shown(one, value)


def _same(one: Field, old: Any, new: Any) -> bool:
    if one.kind in (FieldKind.DECIMAL, FieldKind.INTEGER):
        try:
            return Decimal(str(old)) == Decimal(str(new))
        except InvalidOperation:
            pass
    if one.kind is FieldKind.CHOICES and isinstance(old, list) and isinstance(new, list):
        return sorted(map(str, old)) == sorted(map(str, new))
    return bool((old or None) == (new or None)) if one.kind is not FieldKind.BOOLEAN else bool(old is new)


def _rows(one: Field, old: list[Mapping[str, Any]], new: list[Mapping[str, Any]]) -> list[Change]:
    """Lines are told apart by their first column where it names each only once, else by their place."""
    columns = [column for column in one.columns if column.kind is not FieldKind.FILES]
    key = next((column.key for column in columns if column.kind in _KEYED), "")
    before, after = _keyed(old, key), _keyed(new, key)
    if before is None or after is None:
        before, after = ({str(place): row for place, row in enumerate(rows, 1)} for rows in (old, new))
        key = ""
    found: list[Change] = []
    for name in [*before, *(name for name in after if name not in before)]:
        was, now = before.get(name), after.get(name)
        label = f"{words(one.label)} · {name}"
        if was is None or now is None:
            found.append(Change(label, _row(columns, was), _row(columns, now)))
            continue
        found += [
            Change(
                f"{label} · {words(column.label)}",
                _shown(column, was.get(column.key)),
                _shown(column, now.get(column.key)),
            )
            for column in columns
            if not _same(column, was.get(column.key), now.get(column.key))
        ]
    return found


def _keyed(rows: list[Mapping[str, Any]], key: str) -> dict[str, Mapping[str, Any]] | None:
    found = {str(row.get(key, "")): row for row in rows}
    return found if key and len(found) == len(rows) and "" not in found else None


def _row(columns: Sequence[Field], row: Mapping[str, Any] | None) -> Any:
    if row is None:
        return None
    return [[(words(column.label), _shown(column, row[column.key]) or "") for column in columns if column.key in row]]


def _files(
    old: Sequence[tuple[str, File]], new: Sequence[tuple[str, File]], fields: Mapping[str, Field]
) -> list[FileChange]:
    """By field: the same name with another content is a new revision, the same content with another name renamed."""
    found: list[FileChange] = []
    for path in dict.fromkeys([path for path, _ in (*old, *new)]):
        label = _file_label(path, fields)
        before = [one for at, one in old if at == path]
        after = [one for at, one in new if at == path]
        for was in list(before):
            match = next((one for one in after if one.name == was.name), None)
            match = match or next((one for one in after if one.sha256 == was.sha256), None)
            if match is None:
                continue
            kind = "revised" if match.sha256 != was.sha256 else "same" if match.name == was.name else "renamed"
            found.append(FileChange(label, kind, was, match))
            before.remove(was)
            after.remove(match)
        found += [FileChange(label, "removed", one, None) for one in before]
        found += [FileChange(label, "added", None, one) for one in after]
    return found


def _file_label(path: str, fields: Mapping[str, Field]) -> str:
    key = path.partition(".")[0].partition("[")[0]
    return words(fields[key].label) if key in fields else words(EVIDENCE)
