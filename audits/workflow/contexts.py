"""From a stored subject to the pure `Context` that decisions read. The only place where decisions meet registers."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from audits.models import DutyYear
from audits.procedure import registry
from audits.procedure.payloads import FieldError
from audits.procedure.schema import Step
from audits.procedure.words import Category, Function, Line, RegimeKey, ReviewKind, Subject, Text
from audits.workflow import registers
from audits.workflow.decide import Context
from audits.workflow.errors import UnknownAction
from audits.workflow.state import State, day
from enterprises.competence import competent_authority
from enterprises.divisions import UnitRow, has_city_level, reporting_units
from enterprises.models import ReportingUnit
from enterprises.parameters import parameters_for
from enterprises.rest_days import calendar as rest_day_calendar

LIST_ONLY = frozenset(
    key
    for procedure in registry.PROCEDURES.values()
    for key in (s.key for s in procedure.steps if s.subject == Subject.LIST)
) - frozenset(
    key
    for procedure in registry.PROCEDURES.values()
    for key in (s.key for s in procedure.steps if s.subject != Subject.LIST)
)


def applied_on(state: Mapping[str, Any], on: date) -> date:
    """The date that decides which review rows hold: that of the application still being reviewed, else `on`."""
    done, results = state["done"], state["results"]
    if "apply_acceptance" in done:
        return date.fromisoformat(done["apply_acceptance"]["on"])
    if "apply_assessment" in done and results.get("decide_assessment") != "pass":
        return date.fromisoformat(done["apply_assessment"]["on"])
    return on


def steps_of(kind: Subject, state: Mapping[str, Any], on: date) -> Mapping[str, Step]:
    """The rows of the law for this subject on this day."""
    published = day(state.get("published_on")) or day(state.get("opened_on")) or on
    return registry.steps_for(kind, published_on=published, applied_on=applied_on(state, on), acted_on=on)


def lines_of(categories: Iterable[str]) -> frozenset[Line]:
    """Which administrative lines lead a case: energy its own category, environment the others.

    The coordinating line reads and is informed; it leads nothing here (law text section 12).
    """
    names = set(categories)
    lines = set()
    if Category.ENERGY in names:
        lines.add(Line.ENERGY)
    if names - {Category.ENERGY.value} or not names:
        lines.add(Line.ENVIRONMENT)
    return frozenset(lines)


def case_context(
    *,
    state: State,
    scope_code: str,
    unit: ReportingUnit | UnitRow,
    owner: str,
    on: date,
    today: date,
    register: Any = None,
) -> Context:
    """The context of a case from plain values, so that 5,000 cases can be opened without 5,000 reads."""
    lines = lines_of(state["categories"])
    params = parameters_for(scope_code, unit.code, on)
    published = day(state.get("published_on"))
    clock_params = parameters_for(scope_code, unit.code, published) if published else params
    facts = {
        "reporting_unit_kind": unit.kind,
        "reporting_unit": unit.code,
        "has_city_level": has_city_level(scope_code),
        "sector": state.get("sector", ""),
        "table_version": registry.PROCEDURES[RegimeKey(state["regime"])].version,
        "clock_digest": clock_params.digest,
        "clock_params": clock_params.values,
    }
    return Context(
        subject=Subject.CASE,
        state=state,
        steps=steps_of(Subject.CASE, state, on),
        params=params.values,
        calendar=rest_day_calendar(),
        on=on,
        today=today,
        lines=lines,
        facts=facts,
        competent=partial(competent, scope_code, lines, today),  # who may act today, whatever day the act is dated
        register=register or (lambda name, *args: None),
        owner=owner,
    )


def context_of(row: Any, *, on: date, today: date) -> Context:
    """The context of a stored case or duty."""
    if row.subject_kind == Subject.DUTY:
        return duty_context(row, on=on, today=today)
    ctx = case_context(
        state=_full(row.state),
        scope_code=row.scope_code,
        unit=reporting_units()[row.reporting_unit_id],
        owner=str(registers.standing(row).organization_id),
        on=on,
        today=today,
    )
    return replace(ctx, register=registers.Registers(row, on))


def duty_context(row: DutyYear, *, on: date, today: date) -> Context:
    """The context of a reporting unit's duties of a year."""
    params = parameters_for(row.scope_code, row.reporting_unit_id, date(row.year, 1, 1))
    first = date(row.year, 1, 1)
    state = _full(row.state)
    state["regime"] = row.regime
    return Context(
        subject=Subject.DUTY,
        state=state,
        steps=registry.steps_for(Subject.DUTY, published_on=first, applied_on=first, acted_on=first),
        params=params.values,
        calendar=rest_day_calendar(),
        on=on,
        today=today,
        facts={
            "reporting_unit_kind": reporting_units()[row.reporting_unit_id].kind,
            "reporting_unit": row.reporting_unit_id,
            "year": row.year,
            "table_version": registry.PROCEDURES[RegimeKey(row.regime)].version,
            "clock_digest": params.digest,
            "clock_params": params.values,
        },
        competent=partial(competent, row.scope_code, frozenset({Line.ENVIRONMENT}), today),
    )


def competent(scope_code: str, lines: frozenset[Line], on: date, function: Function) -> frozenset[Any]:
    """Ids of the organizations that are competent for a function at a place, one for each line of the case."""
    found = (competent_authority(scope_code, function, on, line=line) for line in lines)
    return frozenset(authority.organization_id for authority in found if authority is not None)


def step_of(ctx: Context, action: str) -> Step:
    """The row of an action, or `UnknownAction` when no table has it or this regime has no such step."""
    step = ctx.steps.get(action)
    if step is None or step.subject != ctx.subject:
        raise UnknownAction(_not_here(action))
    return step


def _not_here(action: str) -> Text | None:
    known = any(step.key == action for procedure in registry.PROCEDURES.values() for step in procedure.steps)
    if not known:
        return None
    return Text(
        "本案适用的程序中没有此步骤。", "The procedure that applies to this subject has no such step on that date."
    )


def reference_errors(references: Any, ctx: Context) -> list[FieldError]:
    """References to register rows that do not exist."""
    return registers.unknown_references(references)


def review_of(values: Mapping[str, Any]) -> str:
    """Which review a payload speaks of; assessment when it does not say."""
    return str(values.get("review") or ReviewKind.ASSESSMENT.value)


def _full(state: Mapping[str, Any]) -> State:
    from audits.workflow.state import _copy

    return _copy(state)
