"""The acts on a subject as its page tells them: fields by their labels, registers by their names, long tables cut short."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from accounts.models import Membership
from audits.api.course_shapes import shown_event
from audits.api.errors import words
from audits.models import Event
from audits.procedure.payloads import as_uuid
from audits.procedure.schema import Field, FieldKind
from audits.procedure.words import Text
from audits.web.readable import Lines, fields_of, lines_of
from audits.workflow import reading
from audits.workflow.reviews import names_of_experts
from enterprises.models import Auditor, Consultancy, KeyEnterpriseList, Listing, Site

MOST_ROWS = 30
ELSEWHERE = Text("（不在您的可见范围内）", "(not among what you may see)")
MORE = Text("……另有 {n} 项", "… and {n} more")


def acts_of(subject: Any, events: Sequence[Event], by: Membership) -> list[tuple[dict[str, Any], Lines]]:
    """Each event of a visible subject with what it said, as `web/parts/history.html` shows it.

    One query for each register the acts name, whatever their number. What the reader may not see has no name.
    """
    bodies = reading.history(subject, list(events), by)
    names = names_in(bodies, by)
    return told(bodies, names)


def told(bodies: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> list[tuple[dict[str, Any], Lines]]:
    """Acts with their lines; `names` as `names_in` finds them."""
    return [(shown_event(body), [(label, named(value, names)) for label, value in lines_of(body)]) for body in bodies]


def named(value: Any, names: Mapping[str, str]) -> Any:
    """A shown value with names in the place of ids; long tables cut short."""
    if isinstance(value, str):
        return words(ELSEWHERE) if as_uuid(value) and value not in names else names.get(value, value)
    if not isinstance(value, list):
        return value
    rows = [[(label, named(cell, names)) for label, cell in row] for row in value[:MOST_ROWS]]
    if len(value) > MOST_ROWS:
        rows.append([(words(MORE).format(n=len(value) - MOST_ROWS), "")])
    return rows


def _references(bodies: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Register and value of every reference in the payloads, as far as tables are shown."""
    for body in bodies:
        for one in fields_of(body["action"]).values():
            value = body["payload"].get(one.key)
            if one.kind is FieldKind.ROWS and value:
                for row in value[:MOST_ROWS] if isinstance(value, list) else [value]:
                    yield from ((column.register, row[column.key]) for column in one.columns if _refers(column, row))
            elif _refers(one, body["payload"]):
                yield one.register, str(value)


def _refers(one: Field, values: Mapping[str, Any]) -> bool:
    return one.kind is FieldKind.REFERENCE and isinstance(values.get(one.key), str)


def names_in(bodies: Sequence[Mapping[str, Any]], by: Membership) -> dict[str, str]:
    """Names by id of everything the payloads refer to, as far as the reader may see it; `action` and `payload` are read."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for register, value in _references(bodies):
        wanted[register].add(value)
    names: dict[str, str] = {}
    for register, find in _REGISTERS.items():
        if ids := [one for one in wanted[register] if as_uuid(one)]:
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
