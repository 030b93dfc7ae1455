"""Names of the rows of a table, in one query at most."""

from collections.abc import Iterable

from audits.procedure.fields import CATEGORY_NAMES
from audits.procedure.words import CaseKind, Category, Line, Text
from audits.statistics.counting import BOTH_LINES, NO_LINE
from audits.statistics.scoped.question import Dimension
from enterprises.models import Division, Industry, ReportingUnit

KIND_NAMES = {
    CaseKind.MANDATORY: Text("强制性", "mandatory"),
    CaseKind.VOLUNTARY: Text("自愿性", "voluntary"),
    CaseKind.PILOT: Text("试点", "pilot"),
}
LINE_NAMES = {
    Line.ENVIRONMENT.value: Text("生态环境", "environment alone"),
    Line.ENERGY.value: Text("节能", "energy alone"),
    BOTH_LINES: Text("生态环境与节能", "environment and energy"),
    NO_LINE: Text("无", "neither"),
}
UNKNOWN = Text("未知", "not known")
DIGITS = 6


def names_of(by: Dimension, members: Iterable[str]) -> dict[str, Text]:
    """The name of each member; its key where none is known. Places are named as entered, in every language."""
    keys = list(members)
    found = _stored(by, keys)
    return {key: found.get(key) or (Text(key, key) if key else UNKNOWN) for key in keys}


def _stored(by: Dimension, keys: list[str]) -> dict[str, Text]:
    if by is Dimension.UNIT:
        units = ReportingUnit.objects.filter(pk__in=keys)
        return {unit.code: Text(unit.name_zh, unit.name_zh) for unit in units}
    if by in (Dimension.CITY, Dimension.COUNTY):
        codes = [key.ljust(DIGITS, "0") for key in keys]
        places = Division.objects.filter(code__in=codes).values_list("code", "full_name_zh")
        names = {code: Text(name, name) for code, name in places}
        return {key: names[code] for key, code in zip(keys, codes, strict=True) if code in names}
    if by is Dimension.INDUSTRY:
        return {one.code: Text(one.name_zh, one.name_en) for one in Industry.objects.filter(pk__in=keys)}
    if by is Dimension.CATEGORY:
        return {key: CATEGORY_NAMES[Category(key)] for key in keys if key in set(Category)}
    if by is Dimension.KIND:
        return {key: KIND_NAMES[CaseKind(key)] for key in keys if key in set(CaseKind)}
    return dict(LINE_NAMES) if by is Dimension.LINE else {}
