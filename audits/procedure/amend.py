"""How a later regime is written: as amendments to an earlier table, just as the law itself was amended."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from audits.procedure.schema import Step
from audits.procedure.words import Basis, Mark

Changes = Mapping[str, Mapping[str, Any]]  # columns to replace, by step key


def amended(
    steps: Iterable[Step],
    *,
    changes: Changes | None = None,
    without: Collection[str] = (),
) -> tuple[Step, ...]:
    """The rows with some columns changed by key, and some keys left out. Unknown keys are an error of the table."""
    rows = tuple(steps)
    changes = changes or {}
    unknown = (set(changes) | set(without)) - {step.key for step in rows}
    if unknown:
        raise KeyError(f"No such step to amend: {', '.join(sorted(unknown))}.")
    return tuple(replace(step, **changes.get(step.key, {})) for step in rows if step.key not in without)


def continued(steps: Iterable[Step], valid_from: date) -> tuple[Step, ...]:
    """The rows that were still in force when a new regime began."""
    return tuple(step for step in steps if step.until is None or step.until >= valid_from)


def between(steps: Iterable[Step], since: date | None, until: date | None) -> tuple[Step, ...]:
    """The rows limited to a span of the date they follow."""
    return tuple(replace(step, since=since, until=until) for step in steps)


def doubtful(steps: Iterable[Step], documents: Collection[str]) -> tuple[Step, ...]:
    """The rows with every article of these documents marked uncertain."""
    return tuple(
        replace(step, basis=replace(step.basis, mark=Mark.UNCERTAIN)) if step.basis.document in documents else step
        for step in steps
    )


def reviewed(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Only the rows that follow the date of the application."""
    return tuple(step for step in steps if step.validity is Basis.APPLICATION)
