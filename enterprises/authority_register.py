"""The register of authorities: establishing one, ending it, delegating."""

from datetime import date

from django.db import transaction

from accounts.models import Organization
from audits.procedure.words import LEVEL_RANK, Function, Level, Line, Party
from enterprises import divisions
from enterprises.changes import By, require_reason, save_change
from enterprises.errors import RegisterError
from enterprises.models import Authority, Delegation

FIRST_DAY = date(2003, 1, 1)  # the Promotion Law came into force: no act here lies before


def create_authority(
    name: str,
    *,
    scope_code: str,
    level: Level,
    line: Line = Line.ENVIRONMENT,
    name_en: str = "",
    valid_from: date = FIRST_DAY,
    by: By = None,
    reason: str = "",
) -> Authority:
    """An authority with its organization. `scope_code` is "" for the nation. `RegisterError`: `authority_level`."""
    expected = (Level.NATION,) if not scope_code else _levels_at(scope_code)
    if level not in expected:
        raise RegisterError(
            "authority_level", "机构层级与所辖区域不符。", "The level does not fit the place.", scope_code=scope_code
        )
    with transaction.atomic():
        organization = Organization(
            party=Party.AUTHORITY.value, name=name, level=level.value, line=line.value, jurisdiction=scope_code
        )
        save_change(organization, by, reason)
        authority = Authority(organization=organization, name_en=name_en, valid_from=valid_from)
        save_change(authority, by, reason)
    return authority


def end_authority(authority: Authority, *, on: date, by: By = None, reason: str) -> Authority:
    """The authority acts for the last time on that day. Its memberships are ended by `accounts`."""
    require_reason(reason)
    if on < authority.valid_from:
        raise RegisterError("authority_dates", "止期早于起期。", "The last day is before the first.")
    authority.valid_until = on
    save_change(authority, by, reason)
    return authority


def delegate(
    function: Function,
    *,
    scope_code: str,
    from_authority: Authority,
    to_authority: Authority,
    valid_from: date,
    document: str,
    valid_until: date | None = None,
    by: By = None,
    reason: str = "",
) -> Delegation:
    """Let an authority act for another for a function in a scope, by a document.

    `RegisterError`: `document_missing`, `delegation_outside` (the scope is not in the delegating authority's
    jurisdiction), `delegation_line` (different lines), `delegation_dates`.
    """
    if not document.strip():
        raise RegisterError("document_missing", "委托须有文件依据。", "A delegation needs a document.")
    if not scope_code.startswith(from_authority.scope_code):
        raise RegisterError(
            "delegation_outside", "委托范围超出委托机关辖区。", "The scope lies outside the delegating authority's."
        )
    if from_authority.line is not to_authority.line:
        raise RegisterError("delegation_line", "只能在同一系统内委托。", "Delegation is within one line only.")
    if valid_until is not None and valid_until < valid_from:
        raise RegisterError("delegation_dates", "止期早于起期。", "The last day is before the first.")
    delegation = Delegation(
        function=function.value,
        scope_code=scope_code,
        from_authority=from_authority,
        to_authority=to_authority,
        valid_from=valid_from,
        valid_until=valid_until,
        document=document,
    )
    save_change(delegation, by, reason)
    return delegation


def end_delegation(delegation: Delegation, *, on: date, by: By = None, reason: str) -> Delegation:
    """The delegation holds for the last time on that day. `RegisterError`: `reason_missing`, `delegation_dates`."""
    require_reason(reason)
    if on < delegation.valid_from or (delegation.valid_until is not None and on > delegation.valid_until):
        raise RegisterError("delegation_dates", "止期须在有效期内。", "The last day must lie within the validity.")
    delegation.valid_until = on
    save_change(delegation, by, reason)
    return delegation


def _levels_at(scope_code: str) -> tuple[Level, ...]:
    """Levels an authority may have at a place. `UnknownDivision` if there is none."""
    division = divisions.division_of_scope(scope_code)
    if division.level is divisions.Level.PLACEHOLDER:
        return ()
    level = Level(division.level.value)
    # Zones and bureaus of a higher rank sit at a lower place (a province's branch in a county): allowed, never lower.
    return tuple(one for one in LEVEL_RANK if LEVEL_RANK[level] <= LEVEL_RANK[one] < LEVEL_RANK[Level.NATION])
