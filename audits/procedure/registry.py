"""The regimes as one registry: which steps apply to a subject, given the dates that decide it.

A row is in force by the date its `validity` names: listing and audit rows by the publication, review rows by the
application, penalty rows by the act, duties of authorities by the calendar (law text 19.5). That date also picks the
regime the row is taken from, so a case published under A that applies for acceptance under C is reviewed by C's rows.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from enum import Enum
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from audits.procedure import regime_a, regime_b, regime_c, regime_d
from audits.procedure.articles import DOCUMENTS
from audits.procedure.regime_a.listing import CATEGORIES_A
from audits.procedure.regime_c.listing import CATEGORIES_C
from audits.procedure.schema import Procedure, Step
from audits.procedure.words import Basis, Category, RegimeKey, Subject, Text

FIRST_DAY = date(2003, 1, 1)

# Design section 3, "Action keys", in reading order; `recompute` is the system's.
ACTIONS: tuple[str, ...] = (
    *("nominate", "submit_nominations", "verify", "drop", "return_nominations", "confirm", "publish", "amend_list"),
    *("register", "notify", "disclose", "disclose_in_default", "check_disclosure", "file_arrangement", "start_audit"),
    *("complete_stage", "complete_audit", "submit_report", "receive_report", "return_report", "review_results"),
    *("publish_audit_result", "apply_assessment", "forward_assessment", "form_panel", "hold_review", "submit_opinion"),
    *("decide_assessment", "submit_supplement", "review_supplement", "record_implementation", "apply_acceptance"),
    *("decide_acceptance", "order_redo", "publish_result", "credit_round", "propose_next_round", "close"),
    *("order_audit", "order_correction", "record_penalty", "extend", "suspend", "resume", "object", "decide_objection"),
    *("withdraw", "reopen", "correct", "rename", "transfer", "exit_listing"),
    *("request_exclusion", "decide_exclusion"),
    *("submit_annual_plan", "submit_annual_report", "submit_progress_report", "recompute"),
)
_ORDER = {key: number for number, key in enumerate(ACTIONS)}


class BeforeTheLaw(ValueError):
    """A date before 2003-01-01: the Promotion Law was not in force and no list could be published under it."""

    def __init__(self, on: date) -> None:
        self.on = on
        self.text = Text(
            f"{on} 早于2003年1月1日《清洁生产促进法》施行之日。",
            f"{on} is before 2003-01-01, when the Cleaner Production Promotion Law came into force.",
        )
        super().__init__(self.text.en)


def canonical(value: Any) -> Any:
    """A value of the tables as plain JSON with a fixed order, for the version."""
    if is_dataclass(value) and not isinstance(value, type):
        return {part.name: canonical(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): canonical(item) for key, item in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(canonical(item) for item in value)
    if isinstance(value, tuple | list):
        return [canonical(item) for item in value]
    return value


def version_of(steps: tuple[Step, ...]) -> str:
    """Short SHA-256 of the rows: any change of a row changes it."""
    text = json.dumps(canonical(steps), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def build(
    key: RegimeKey, title: Text, valid_from: date, valid_until: date | None, steps: tuple[Step, ...]
) -> Procedure:
    """A regime from its rows, each marked with the regime it stands in and put in reading order."""
    rows = tuple(sorted((replace(step, regime=key) for step in steps), key=lambda step: _ORDER[step.key]))
    cited = {step.basis.document for step in rows}
    sources = {name: document.name.en for name, document in DOCUMENTS.items() if name in cited}
    return Procedure(key, title, valid_from, valid_until, version_of(rows), rows, sources)


PROCEDURES: dict[RegimeKey, Procedure] = {
    RegimeKey.A: build(
        RegimeKey.A,
        Text("制度A：2002年清洁生产促进法（2003—2012）", "Regime A: Promotion Law of 2002 (2003 to 2012)"),
        FIRST_DAY,
        date(2012, 6, 30),
        regime_a.STEPS,
    ),
    RegimeKey.B: build(
        RegimeKey.B,
        Text(
            "制度B：2012年修正的清洁生产促进法（2012—2016）", "Regime B: Promotion Law as amended 2012 (2012 to 2016)"
        ),
        regime_b.VALID_FROM,
        date(2016, 6, 30),
        regime_b.STEPS,
    ),
    RegimeKey.C: build(
        RegimeKey.C,
        Text("制度C：2016年清洁生产审核办法（2016—2026）", "Regime C: Order 38 of 2016 (2016 to 2026)"),
        regime_c.VALID_FROM,
        date(2026, 8, 14),
        regime_c.STEPS,
    ),
    RegimeKey.D: build(
        RegimeKey.D,
        Text(
            "制度D：生态环境法典（2026年8月15日起）", "Regime D: Ecological and Environmental Code (since 2026-08-15)"
        ),
        regime_d.VALID_FROM,
        None,
        regime_d.STEPS,
    ),
}
CATEGORIES: dict[RegimeKey, frozenset[Category]] = {
    RegimeKey.A: CATEGORIES_A,
    RegimeKey.B: regime_b.CATEGORIES_B,
    RegimeKey.C: CATEGORIES_C,
    RegimeKey.D: regime_d.CATEGORIES_D,
}


def regime_on(on: date) -> RegimeKey:
    """The regime in force on a date. Raises `BeforeTheLaw` before 2003-01-01."""
    for procedure in reversed(PROCEDURES.values()):
        if on >= procedure.valid_from:
            return procedure.key
    raise BeforeTheLaw(on)


@lru_cache(maxsize=4096)
def steps_for(
    subject: Subject,
    *,
    published_on: date | None = None,
    applied_on: date | None = None,
    acted_on: date,
) -> Mapping[str, Step]:
    """The steps of a subject by key, in reading order.

    `published_on`: of the list (None before it appears and for cases without a list: then `acted_on` stands in; for the
    latter pass the day they were opened). `applied_on`: of the running application for assessment or acceptance (None
    before it: `acted_on`). `acted_on`: the day of the act for penalties, the day in question for duties, else today.
    Raises `BeforeTheLaw`.
    """
    deciding = {
        Basis.PUBLICATION: published_on or acted_on,
        Basis.APPLICATION: applied_on or acted_on,
        Basis.ACT: acted_on,
        Basis.CALENDAR: acted_on,
    }
    found: dict[str, Step] = {}
    for basis, on in deciding.items():
        for step in PROCEDURES[regime_on(on)].steps:
            if step.subject is subject and step.validity is basis and in_force(step, on):
                found[step.key] = step
    return MappingProxyType({key: found[key] for key in sorted(found, key=_ORDER.__getitem__)})


def in_force(step: Step, on: date) -> bool:
    """Whether `since` and `until` of the row include the date."""
    return (step.since is None or step.since <= on) and (step.until is None or on <= step.until)


@lru_cache(maxsize=1000)
def find(action: str) -> tuple[Step, ...]:
    """Every row of an action in every regime, oldest first; empty for an unknown action."""
    return tuple(step for procedure in PROCEDURES.values() for step in procedure.steps if step.key == action)


def title_of(action: str) -> Text:
    """The newest wording of a step's title; the key itself where no table has it."""
    rows = find(action)
    return rows[-1].title if rows else Text(action, action)


def table_version() -> str:
    """One text for all regimes together."""
    joined = "|".join(f"{key}:{procedure.version}" for key, procedure in PROCEDURES.items())
    return hashlib.sha256(joined.encode()).hexdigest()[:12]
