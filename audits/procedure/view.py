"""What a predicate may look at: a read-only picture of a subject on a day. Pure values, made by the workflow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from audits.procedure.words import CaseKind, Category, RegimeKey, Subject


@dataclass(frozen=True, slots=True)
class View:
    """A subject as the law sees it on the day `on` (a Shanghai date).

    `done` maps a step key to the legal date it was last done in the current attempt; `results` a deciding step to its
    outcome (`pass`, `not_pass`, `supplement`, `qualified`, `unqualified`); `overdue` holds the steps whose deadline has
    passed undone on `on`; `params` the parameters of the unit in force. `facts` carries register facts a table may ask
    for by name (e.g. `{"reporting_unit_kind": "xpcc", "sector": "lead_acid_batteries"}`).
    """

    subject: Subject
    on: date
    regime: RegimeKey
    published_on: date | None = None
    kind: CaseKind | None = None
    categories: frozenset[Category] = frozenset()
    route: str = ""
    sector: str = ""
    attempt: int = 1
    done: Mapping[str, date] = field(default_factory=dict)
    results: Mapping[str, str] = field(default_factory=dict)
    overdue: frozenset[str] = frozenset()
    params: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
