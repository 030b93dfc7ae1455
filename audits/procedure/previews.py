"""What a publication would make due, before there is one."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from typing import Any

from audits.procedure.calendar import Calendar
from audits.procedure.deadline_records import Deadline
from audits.procedure.deadlines import PUBLISHED_ON, compute_all
from audits.procedure.predicates import PREDICATES
from audits.procedure.schema import Step
from audits.procedure.view import View
from audits.procedure.words import CaseKind, Category, RegimeKey, Subject


def preview(
    published_on: date,
    categories: Collection[Category],
    route: str,
    *,
    params: Mapping[str, Any],
    calendar: Calendar,
    steps: Iterable[Step],
    sector: str = "",
    applies: Callable[[Step], bool] | None = None,
) -> list[Deadline]:
    """What a publication on this date would make due, earliest first; only what runs from the publication.

    `steps` are those in force for the date (`registry.steps_for`). `applies` judges a step's conditions; without it
    its predicates see a listing of these categories on the day it is published, nothing done yet.
    """
    found: list[Deadline] = []
    for step in steps:
        if step.subject is not Subject.CASE or CaseKind.MANDATORY not in step.kinds:
            continue
        if step.categories and not step.categories.intersection(categories):
            continue
        view = View(
            subject=Subject.CASE,
            on=published_on,
            regime=step.regime or RegimeKey.A,
            published_on=published_on,
            kind=CaseKind.MANDATORY,
            categories=frozenset(categories),
            route=route,
            sector=sector,
            params=params,
        )
        holds = applies(step) if applies else all(PREDICATES[name](view) for name in step.when)
        if holds and _of_route(step, route):
            found += compute_all(
                step, anchors={PUBLISHED_ON: published_on}, decided={}, params=params, calendar=calendar
            )
    return sorted(found, key=lambda one: (one.due_on, one.key))


def _of_route(step: Step, route: str) -> bool:
    """False for a row whose every required field belongs to the other route."""
    required = [field for field in step.fields if field.required]
    bound = [field.only_if[1] for field in required if field.only_if and field.only_if[0] == "route"]
    return not bound or len(bound) < len(required) or any(route in routes for routes in bound)
