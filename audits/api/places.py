"""What people call a place, by its scope code."""

from audits.procedure.words import Text
from enterprises.divisions import UnknownDivision, division_of_scope, reporting_units

COUNTY = 6  # digits of a scope code of a county


def place_name(scope_code: str) -> Text:
    """The full name of a place: 320509 is 江苏省苏州市吴江区. Names of places are never translated."""
    if not scope_code:
        return Text("全国", "the nation")
    unit = reporting_units().get(scope_code.ljust(COUNTY, "0"))
    if unit is not None:
        return as_entered(unit.name_zh)
    try:
        name = division_of_scope(scope_code).full_name_zh
    except UnknownDivision:
        name = scope_code
    return as_entered(name)


def as_entered(name: str) -> Text:
    """A name of a place or an organization: the same in every language."""
    return Text(name, name)
