"""The shape of a row of the law. Rows are frozen values without logic but the *names* of predicates and guards."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from audits.procedure.words import (
    Basis,
    CaseKind,
    Category,
    Function,
    Mark,
    Party,
    Phase,
    RegimeKey,
    Role,
    Subject,
    Text,
)


@dataclass(frozen=True, slots=True)
class Article:
    """Where a rule stands: `Article("Huanfa [2005] 151", "5", Mark.RECALLED)`."""

    document: str
    article: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Actor:
    """Who may act: a party in one of these roles; an authority is found by its function.

    `also` names further parties that may *prepare* (draft) but not submit. `line` of an authority is not written
    here: it follows from the categories of the case (`words.Line`).
    """

    party: Party
    roles: tuple[Role, ...]
    function: Function | None = None
    also: tuple[Party, ...] = ()


class FieldKind(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long_text"
    INTEGER = "integer"
    DECIMAL = "decimal"  # a decimal string, exact
    BOOLEAN = "boolean"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    FILES = "files"  # ids of staged documents
    ROWS = "rows"  # a list of objects described by `columns`
    REFERENCE = "reference"  # a UUID of a register row, see `Field.register`


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a payload. Serializers, forms, OpenAPI and import columns are derived from it.

    `only_if` names another field and the values of it for which this field applies, e.g. `("route", ("self",))`;
    `only_categories` limits it to listings of these categories. `public` fields are shown to the public.
    """

    key: str
    label: Text
    kind: FieldKind = FieldKind.TEXT
    required: bool = True
    choices: tuple[tuple[str, Text], ...] = ()
    columns: tuple["Field", ...] = ()
    minimum: str | None = None
    maximum: str | None = None
    max_length: int = 2000
    unit: str = ""
    help: Text | None = None
    public: bool = False
    register: str = ""  # consultancy | auditor | membership | authority | listing | site | division | step
    only_if: tuple[str, tuple[str, ...]] | None = None
    only_categories: frozenset[Category] = frozenset()
    future_allowed: bool = False  # dates: facts may not lie in the future, decided dates may


class Roll(StrEnum):
    NEXT = "next"  # roll forward off rest days
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline rule.

    Kinds (exactly one applies):
    * period: `since` a trigger (`"published_on"` or a step key, its legal date), plus `months`, `years` or
      `working_days`; each number may instead name a parameter (`parameter="start_months"`, unit from the ending of the
      key: `_months`, `_years`, `_working_days`; an unset parameter is no deadline). Two more triggers end in `_on`:
      `completion_accepted_on`, the latest date in that field of `record_implementation`, and `round_anchor_on`, the
      date the interval to the next round runs from (parameter `interval_anchor`).
    * `decided_in=("decide_assessment", "acceptance_due_on")`: a date written in another step's payload.
    * `fixed=(12, 31)`: a calendar date of the subject's year. A unit's own date is the parameter `local_due`.
    `soft_cap` bounds a decided date for a warning only.
    """

    since: str = "published_on"
    months: int = 0
    years: int = 0
    working_days: int = 0
    parameter: str = ""
    decided_in: tuple[str, str] | None = None
    fixed: tuple[int, int] | None = None
    roll: Roll = Roll.NEXT
    soft_cap: "Due | None" = None


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a procedure. Every other behaviour of the step is derived from this row."""

    key: str
    subject: Subject
    phase: Phase
    title: Text
    actor: Actor
    basis: Article
    rows: tuple[str, ...] = ()  # ids of the law text; empty only with mark `own`
    regime: RegimeKey | None = None  # filled by the procedure it stands in
    validity: Basis = Basis.PUBLICATION
    since: date | None = None
    until: date | None = None  # inclusive
    after: tuple[str, ...] = ()  # real legal preconditions only: all of them done
    after_any: tuple[str, ...] = ()  # at least one of them done
    when: tuple[str, ...] = ()  # predicates: all must hold, else the step is *not applicable*
    guards: tuple[str, ...] = ()  # named guards in the workflow, each refusing with a reason
    categories: frozenset[Category] = frozenset()  # empty: any
    kinds: frozenset[CaseKind] = frozenset(CaseKind)
    due: Due | None = None
    # Further deadlines of the same step, each with a life of its own: dates set in the list, in an order, in a return,
    # in a decision. The one of the law stays what it is (missed stays missed); the earliest open one is the next.
    decided_dues: tuple[Due, ...] = ()
    not_before: Due | None = None
    fields: tuple[Field, ...] = ()
    public: bool = False
    certified: bool = False  # needs a draft and a certifier who is not among its authors
    repeatable: bool = False
    optional: bool = False  # may be left undone without blocking the case from being closed
    date_field: str = ""  # which payload field is the legal date; empty: the reserved `date`
    title_enterprise: Text | None = None
    title_public: Text | None = None
    missed: Text | None = None
    missed_actions: tuple[str, ...] = ()
    rungs: str = "default"  # name in `procedure.rungs`
    effects: tuple[str, ...] = ()  # named effects of the workflow, e.g. "create_cases", "reopen_case"
    notes: Text | None = None


@dataclass(frozen=True, slots=True)
class ParameterRule:
    """A value that provinces may set, with its national default.

    `tighten`: "min" (a unit may only lower it), "max" (only raise it), "free", or "fixed".
    """

    key: str
    label: Text
    default: Any
    basis: Article
    rows: tuple[str, ...] = ()
    tighten: str = "free"
    unit: str = ""
    choices: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Procedure:
    """A legal regime: its validity and its steps in reading order, for all three subjects."""

    key: RegimeKey
    title: Text
    valid_from: date
    valid_until: date | None
    version: str
    steps: tuple[Step, ...]
    sources: Mapping[str, str] = field(default_factory=dict)
