"""What an act on a list said, with the names of entries and sites instead of their ids, and long tables cut short."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from accounts.models import Membership
from audits.api.errors import words
from audits.procedure import registry
from audits.procedure.schema import FieldKind
from audits.procedure.words import Text
from audits.web.readable import lines_of
from enterprises.models import Listing, Site

MOST_ROWS = 30
MORE = Text("……另有 {n} 项", "… and {n} more")
IMPORTED = {
    "import": Text("导入文件的校验码", "Digest of the imported file"),
    "entries": Text("导入条数", "Entries imported"),
    "rows": Text("导入的行", "Rows imported"),
    "repairs": Text("采纳的修正", "Repairs agreed to"),
    "completed_rows": Text("人工补填的行", "Rows completed by hand"),
}


def named_lines(bodies: Sequence[Mapping[str, Any]], by: Membership) -> list[list[tuple[str, Any]]]:
    """`readable.lines_of` for each act. Two more queries for all of them."""
    names = _names(_ids(bodies), by)
    return [[(_label(label), _named(value, names)) for label, value in lines_of(body)] for body in bodies]


def _label(label: str) -> str:
    return words(IMPORTED[label]) if label in IMPORTED else label


def _named(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return names.get(value, value)
    if not isinstance(value, list):
        return value
    rows = [[(label, names.get(str(cell), cell)) for label, cell in row] for row in value[:MOST_ROWS]]
    if len(value) > MOST_ROWS:
        rows.append([(words(MORE).format(n=len(value) - MOST_ROWS), "")])
    return rows


def _ids(bodies: Sequence[Mapping[str, Any]]) -> set[str]:
    found: set[str] = set()
    for body in bodies:
        for step in registry.find(body["action"]):
            for one in step.fields:
                value = body["payload"].get(one.key)
                if one.kind is FieldKind.REFERENCE and isinstance(value, str):
                    found.add(value)
                elif one.kind is FieldKind.ROWS and isinstance(value, list):
                    columns = [column.key for column in one.columns if column.kind is FieldKind.REFERENCE]
                    found.update(str(row[key]) for row in value[:MOST_ROWS] for key in columns if row.get(key))
    return {one for one in found if _is_uuid(one)}


def _names(ids: Iterable[str], by: Membership) -> dict[str, str]:
    wanted = list(ids)
    if not wanted:
        return {}
    entries = Listing.objects.visible_to(by).filter(pk__in=wanted).values_list("pk", "name_at_listing")
    sites = Site.objects.visible_to(by).filter(pk__in=wanted).values_list("pk", "enterprise__name", "name")
    return {
        **{str(pk): name for pk, name in entries},
        **{str(pk): enterprise if enterprise == name else f"{enterprise} {name}" for pk, enterprise, name in sites},
    }


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
