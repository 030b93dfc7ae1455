"""Values in force at a place on a day: the national defaults of the law, and what units set, which may only be tighter.

`set_parameter` and `end_parameter` are the only doors. Reading costs one small query (has any row changed?); rows are
kept in the process, by a version made of the rows themselves, so every process notices a change when it is committed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Sum

from audits.procedure.canonical import canonical_json, digest
from audits.procedure.parameters import RULES
from audits.procedure.schema import ParameterRule
from audits.procedure.words import Function, Level, Mark
from enterprises import divisions, snapshot
from enterprises.changes import By, require_reason, save_change
from enterprises.competence_rules import COMPETENCE_RULES, LEVEL_RULES
from enterprises.errors import RegisterError
from enterprises.models import UnitParameter
from enterprises.parameter_values import check_value, loosens, merged

ALL_RULES: Mapping[str, ParameterRule] = {**RULES, **COMPETENCE_RULES}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value comes from: `place` is "" for the national default, else a unit's code or a scope code."""

    place: str
    source: str
    article: str
    mark: Mark
    valid_from: date | None = None
    valid_until: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class ParameterSet:
    """The values in force, their digest (64 hex digits over their canonical text), and where each stands."""

    values: Mapping[str, Any]
    digest: str
    sources: Mapping[str, Source]


@dataclass(frozen=True, slots=True)
class _Row:
    key: str
    value: Any
    unit: str
    scope: str  # of the target, also of a unit
    valid_from: date
    valid_until: date | None
    source: Source

    def narrowness(self) -> tuple[int, bool]:
        """A unit is narrower than its scope: a province without its separately planned city."""
        return len(self.scope), bool(self.unit)

    def holds(self, scope_code: str, unit: str, on: date) -> bool:
        """Whether the row is in force at a place on a day."""
        if on < self.valid_from or (self.valid_until is not None and on > self.valid_until):
            return False
        return self.unit == unit if self.unit else scope_code.startswith(self.scope)


@dataclass(frozen=True, slots=True)
class _Table:
    """All rows of one version, with what was worked out from them."""

    rows: tuple[_Row, ...]
    sets: dict[tuple[str, str, date], ParameterSet] = field(default_factory=dict)
    levels: dict[tuple[str, date, Function], Level] = field(default_factory=dict)

    def in_force(self, scope_code: str, unit: str, on: date) -> dict[str, list[_Row]]:
        """The rows that hold, broadest first, by key."""
        found: dict[str, list[_Row]] = {}
        for row in self.rows:
            if row.holds(scope_code, unit, on):
                found.setdefault(row.key, []).append(row)
        for rows in found.values():
            rows.sort(key=_Row.narrowness)
        return found


KEPT_SETS = 20_000  # results kept per version; a table over that is emptied


def parameters_for(scope_code: str, reporting_unit: str, on: date) -> ParameterSet:
    """The values of `audits.procedure.parameters.RULES` in force at a place on a day."""
    table = _table()
    key = (scope_code, reporting_unit, on)
    found = table.sets.get(key)
    if found is None:
        found = _compute(table, *key)
        if len(table.sets) >= KEPT_SETS:
            table.sets.clear()
        table.sets[key] = found
    return found


def level_for(function: Function, scope_code: str, on: date) -> Level:
    """The level that performs a function at a place on a day (`LEVEL_RULES`); the nation for `Function.NATIONAL`."""
    rule = LEVEL_RULES.get(function)
    if rule is None or not scope_code:
        return Level.NATION
    table = _table()
    key = (scope_code, on, function)
    found = table.levels.get(key)
    if found is None:
        unit = divisions.reporting_unit_of(scope_code)
        rows = table.in_force(scope_code, unit, on).get(rule.key, [])
        found = Level(merged(rule, [row.value for row in rows]))
        if len(table.levels) >= KEPT_SETS:
            table.levels.clear()
        table.levels[key] = found
    return found


def set_parameter(
    key: str,
    value: Any,
    *,
    valid_from: date,
    source: str,
    mark: Mark,
    reporting_unit: str = "",
    scope_code: str = "",
    valid_until: date | None = None,
    article: str = "",
    note: str = "",
    by: By = None,
    reason: str = "",
) -> UnitParameter:
    """Let a unit (without its separately planned city) or a scope (with all below) have a value from a day on.

    1. checks the value against its rule, and that it is not looser than the national one or than one in force for a
    place that contains this one, at any time of its validity; 2. ends an open earlier row of the same target the day
    before; 3. stores the row with its history. `RegisterError`: `parameter_unknown`, `parameter_target`,
    `parameter_type`, `parameter_choice`, `parameter_fixed`, `parameter_loosens`, `parameter_dates`,
    `parameter_overlap`, `source_missing`.
    """
    rule = ALL_RULES.get(key)
    if rule is None:
        raise RegisterError("parameter_unknown", f"没有参数 {key}。", f"There is no parameter {key}.", key=key)
    if not source.strip():
        raise RegisterError("source_missing", "须注明出处。", "A source is needed.")
    scope = _target_scope(reporting_unit, scope_code)
    if valid_until is not None and valid_until < valid_from:
        raise RegisterError("parameter_dates", "有效期止早于有效期起。", "The last day is before the first.")
    if rule.since is not None and valid_from < rule.since:
        raise RegisterError(
            "parameter_dates",
            f"该参数自 {rule.since} 起才有依据。",
            f"This parameter has a basis in law only from {rule.since}.",
        )
    check_value(rule, value)
    with transaction.atomic():
        _refuse_loosening(rule, value, reporting_unit, scope, valid_from, valid_until)
        same = UnitParameter.objects.select_for_update().filter(
            key=key, reporting_unit=reporting_unit or None, scope_code=scope_code
        )
        for row in same.order_by("valid_from"):
            if row.valid_until is None and row.valid_from < valid_from:
                _end(row, valid_from - timedelta(days=1), by, reason)
            elif _overlap(row.valid_from, row.valid_until, valid_from, valid_until):
                raise RegisterError(
                    "parameter_overlap",
                    f"与 {row.valid_from} 起的参数重叠。",
                    f"It overlaps the value in force from {row.valid_from}.",
                )
        row = UnitParameter(
            reporting_unit_id=reporting_unit or None,
            scope_code=scope_code,
            key=key,
            value=value,
            valid_from=valid_from,
            valid_until=valid_until,
            source=source,
            article=article,
            mark=mark.value,
            note=note,
        )
        save_change(row, by, reason)
    return row


def end_parameter(row: UnitParameter, *, on: date, by: By = None, reason: str) -> UnitParameter:
    """The value holds for the last time on that day. `RegisterError`: `parameter_dates`, `reason_missing`."""
    require_reason(reason)
    if on < row.valid_from or (row.valid_until is not None and on > row.valid_until):
        raise RegisterError("parameter_dates", "止期须在有效期内。", "The last day must lie within the validity.")
    with transaction.atomic():
        locked = UnitParameter.objects.select_for_update().get(pk=row.pk)
        _end(locked, on, by, reason)
    return locked


def _compute(table: _Table, scope_code: str, unit: str, on: date) -> ParameterSet:
    rows = table.in_force(scope_code, unit, on)
    values: dict[str, Any] = {}
    sources: dict[str, Source] = {}
    for key, rule in RULES.items():
        own = rows.get(key, [])
        values[key] = merged(rule, [row.value for row in own])
        sources[key] = Source("", rule.basis.document, rule.basis.article, rule.basis.mark)
        for row in own:
            if row.value == values[key] or isinstance(row.value, dict):
                sources[key] = row.source
    return ParameterSet(MappingProxyType(values), digest(canonical_json(values)), MappingProxyType(sources))


def _table() -> _Table:
    return snapshot.remembered("parameters", lambda: _table_of(_version()))


def _version() -> tuple[Any, ...]:
    """Changes with every committed change: rows are added or their `revision` grows, they are never taken away."""
    found = UnitParameter.objects.aggregate(
        rows=Count("id"), revisions=Sum("revision"), newest=Max("updated_at"), last=Max("id")
    )
    return (found["rows"], found["revisions"], found["newest"], found["last"])


@lru_cache(maxsize=2)
def _table_of(version: tuple[Any, ...]) -> _Table:
    units = divisions.reporting_units()
    rows = []
    for row in UnitParameter.objects.order_by("pk"):
        unit = row.reporting_unit_id or ""
        rows.append(
            _Row(
                key=row.key,
                value=row.value,
                unit=unit,
                scope=units[unit].scope_code if unit else row.scope_code,
                valid_from=row.valid_from,
                valid_until=row.valid_until,
                source=Source(
                    place=unit or row.scope_code,
                    source=row.source,
                    article=row.article,
                    mark=Mark(row.mark),
                    valid_from=row.valid_from,
                    valid_until=row.valid_until,
                    note=row.note,
                ),
            )
        )
    return _Table(tuple(rows))


def _target_scope(reporting_unit: str, scope_code: str) -> str:
    if bool(reporting_unit) == bool(scope_code):
        raise RegisterError(
            "parameter_target", "须指定填报单位或范围代码之一。", "Name either a reporting unit or a scope code."
        )
    if scope_code:
        return divisions.division_of_scope(scope_code).scope_code
    unit = divisions.reporting_units().get(reporting_unit)
    if unit is None:
        raise RegisterError(
            "parameter_target", f"没有填报单位 {reporting_unit}。", f"There is no reporting unit {reporting_unit}."
        )
    return unit.scope_code


def _refuse_loosening(
    rule: ParameterRule, value: Any, unit: str, scope: str, valid_from: date, valid_until: date | None
) -> None:
    """Compare with the national default and with every row of a place that contains this one while both hold."""
    broader: list[tuple[Any, str]] = [(rule.default, "")]
    own_unit = divisions.reporting_unit_of(scope)
    for row in UnitParameter.objects.filter(key=rule.key).select_related("reporting_unit"):
        if row.reporting_unit_id:
            contains = row.reporting_unit_id == own_unit and row.reporting_unit_id != unit
        else:
            contains = scope.startswith(row.scope_code) and (bool(unit) or scope != row.scope_code)
        if contains and _overlap(row.valid_from, row.valid_until, valid_from, valid_until):
            broader.append((row.value, row.reporting_unit_id or row.scope_code))
    for other, place in broader:
        if loosens(rule, value, other):
            raise RegisterError(
                "parameter_loosens",
                f"地方只能严于上级规定：{rule.label.zh}的上级值为 {other}。",
                f"A place may only be stricter than the one above: {rule.label.en} is {other} there.",
                key=rule.key,
                value=value,
                above=other,
                place=place,
            )


def _overlap(start: date, end: date | None, other_start: date, other_end: date | None) -> bool:
    return (other_end is None or start <= other_end) and (end is None or other_start <= end)


def _end(row: UnitParameter, on: date, by: By, reason: str) -> None:
    row.valid_until = on
    row.revision += 1
    save_change(row, by, reason)
