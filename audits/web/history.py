"""The acts on a subject as its page tells them: fields by their labels, registers by their names, long tables cut short."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import Any

from accounts.models import Membership
from audits.api.change_shapes import label_of
from audits.api.course_shapes import shown_event
from audits.api.errors import words
from audits.api.readable import Lines, fields_of, lines_of
from audits.models import Event
from audits.procedure.payloads import as_uuid
from audits.procedure.schema import Field, FieldKind
from audits.procedure.words import Text
from audits.workflow import reading
from audits.workflow.changed import Change, What, changes_of
from audits.workflow.reviews import names_of_experts
from enterprises.models import Auditor, Consultancy, KeyEnterpriseList, Listing, Site

MOST_ROWS = 30
ELSEWHERE = Text("（不在您的可见范围内）", "(not among what you may see)")
MORE = Text("……另有 {n} 项", "… and {n} more")


# Fields that only repeat what the changes of the act tell better: with the old value, with names instead of keys.
TOLD_BY_CHANGES: Mapping[str, tuple[str, frozenset[str]]] = {
    "rename": ("new_name", frozenset({What.NAME})),
    "transfer": ("division", frozenset({What.PLACE})),
    "correct": ("value", frozenset({What.FIELD})),
}
Changes = Mapping[int, Sequence[Change]]


def acts_of(
    subject: Any, events: Sequence[Event], by: Membership, whole: Sequence[Mapping[str, Any]] = ()
) -> list[tuple[dict[str, Any], Lines]]:
    """Each event of a visible subject with what it said and changed, as `web/parts/history.html` shows it.

    One query for the acts before (none where `whole` gives all of them, as `differences.bodies_of`), and one for each
    register the acts name, whatever their number. What the reader may not see has no name.
    """
    bodies = reading.history(subject, list(events), by)
    changes = changes_of(whole) if whole else reading.changes_by(subject, bodies, by)
    return told(bodies, names_in(bodies, by, changes), changes)


def record_of(
    bodies: Sequence[Mapping[str, Any]], by: Membership, known: Mapping[str, str]
) -> list[tuple[dict[str, Any], Lines]]:
    """All acts on a subject as `reading.history` gives them, in order and with nothing cut short: for the record on paper.

    `known`: names by id the document tells already; they are not asked for once more.
    """
    changes = changes_of(bodies)
    return told(bodies, names_in(bodies, by, changes, most=None, known=known), changes, most=None)


def told(
    bodies: Iterable[Mapping[str, Any]],
    names: Mapping[str, str],
    changes: Changes | None = None,
    most: int | None = MOST_ROWS,
) -> list[tuple[dict[str, Any], Lines]]:
    """Acts with their lines; `names` as `names_in` finds them, `changes` by version. Tables show at most so many rows."""
    return [_told(body, names, (changes or {}).get(body["seq"], ()), most) for body in bodies]


def _told(
    body: Mapping[str, Any], names: Mapping[str, str], changes: Sequence[Change], most: int | None
) -> tuple[dict[str, Any], Lines]:
    act = shown_event(body, changes)
    for one in act["changes"]:
        one["old"], one["new"] = named(one["old"], names), named(one["new"], names)
    payload = dict(body["payload"])
    if body["action"] == "recompute":  # the dates with their keys: the changes name them
        payload.pop("changes", None)
    key, whats = TOLD_BY_CHANGES.get(body["action"], ("", frozenset()))
    corrected = next((one for one in changes if one.what in whats), None)
    if corrected is not None:
        payload.pop(key, None)
        if corrected.what is What.FIELD:
            payload["field"] = label_of(corrected.step, corrected.key)
    return act, [(label, named(value, names, most)) for label, value in lines_of({**body, "payload": payload})]


def named(value: Any, names: Mapping[str, str], most: int | None = MOST_ROWS) -> Any:
    """A shown value with names in the place of ids; long tables cut short."""
    if isinstance(value, str):
        return words(ELSEWHERE) if as_uuid(value) and value not in names else names.get(value, value)
    if not isinstance(value, list):
        return value
    rows = [[(label, named(cell, names)) for label, cell in row] for row in value[:most]]
    if most is not None and len(value) > most:
        rows.append([(words(MORE).format(n=len(value) - most), "")])
    return rows


def _references(bodies: Iterable[Mapping[str, Any]], most: int | None) -> Iterator[tuple[str, str]]:
    """Register and value of every reference in the payloads, as far as tables are shown."""
    for body in bodies:
        for one in fields_of(body["action"]).values():
            value = body["payload"].get(one.key)
            if one.kind is FieldKind.ROWS and value:
                for row in value[:most] if isinstance(value, list) else [value]:
                    yield from ((column.register, row[column.key]) for column in one.columns if _refers(column, row))
            elif _refers(one, body["payload"]):
                yield one.register, str(value)


def _refers(one: Field, values: Mapping[str, Any]) -> bool:
    return one.kind is FieldKind.REFERENCE and isinstance(values.get(one.key), str)


def _corrected(changes: Iterable[Change]) -> Iterator[tuple[str, str]]:
    """The same of fields that were corrected."""
    for one in changes:
        field = fields_of(one.step).get(one.key) if one.what is What.FIELD else None
        if field is not None and field.kind is FieldKind.REFERENCE:
            yield from ((field.register, value) for value in (one.old, one.new) if isinstance(value, str))


def names_in(
    bodies: Sequence[Mapping[str, Any]],
    by: Membership,
    changes: Changes | None = None,
    most: int | None = MOST_ROWS,
    known: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, str]:
    """Names by id of everything the payloads and changes refer to, as far as the reader may see it; of bodies `action`,
    `payload` and, with changes, `seq` are read. What is `known` is taken from there."""
    wanted: dict[str, set[str]] = defaultdict(set)
    corrected = (one for body in bodies if changes for one in _corrected(changes.get(body["seq"], ())))
    for register, value in chain(_references(bodies, most), corrected):
        wanted[register].add(value)
    names = dict(known)
    for register, find in _REGISTERS.items():
        if ids := sorted(one for one in wanted[register] if as_uuid(one) and one not in known):
            names |= {str(pk): name for pk, name in find(ids, by)}
    return names


def _lists(ids: Sequence[str], by: Membership) -> Iterable[tuple[Any, str]]:
    return KeyEnterpriseList.objects.visible_to(by).filter(pk__in=ids).values_list("pk", "title")


def _entries(ids: Sequence[str], by: Membership) -> Iterable[tuple[Any, str]]:
    return Listing.objects.visible_to(by).filter(pk__in=ids).values_list("pk", "name_at_listing")


def _sites(ids: Sequence[str], by: Membership) -> Iterable[tuple[Any, str]]:
    rows = Site.objects.visible_to(by).filter(pk__in=ids).values_list("pk", "enterprise__name", "name")
    return [(pk, enterprise if name in ("", enterprise) else f"{enterprise} {name}") for pk, enterprise, name in rows]


def _consultancies(ids: Sequence[str], by: Membership) -> Iterable[tuple[Any, str]]:
    return Consultancy.objects.visible_to(by).filter(pk__in=ids).values_list("pk", "organization__name")


def _auditors(ids: Sequence[str], by: Membership) -> Iterable[tuple[Any, str]]:
    return Auditor.objects.visible_to(by).filter(pk__in=ids).values_list("pk", "name")


def _experts(ids: Sequence[str], by: Membership) -> Iterable[tuple[Any, str]]:
    return names_of_experts(ids).items()


_REGISTERS: Mapping[str, Callable[[Sequence[str], Membership], Iterable[tuple[Any, str]]]] = {
    "list": _lists,
    "listing": _entries,
    "site": _sites,
    "consultancy": _consultancies,
    "auditor": _auditors,
    "membership": _experts,
}
