"""What is known of a deadline, and what may move it: values, computed by `deadlines` and worded by `explanations`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from audits.procedure.schema import Article
from audits.procedure.words import Mark, Text


class Nature(StrEnum):
    """Where a deadline comes from."""

    STATUTORY = "statutory"
    LOCAL = "local"
    DECIDED = "decided"


@dataclass(frozen=True, slots=True)
class Suspension:
    """The clock stood still from `starts_on` until it ran again on `ends_on` (None: still suspended)."""

    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """The period of `step` ("" for every step) was extended to `until` on `decided_on`."""

    until: date
    decided_on: date
    step: str = ""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A computed date. `key` is its identity, which it keeps when the date moves.

    `raw_end` is the end before rolling (of a decided date: the date first written); `due_on` the date that counts;
    `adjusted_due_on` stands beside a statutory or local date that was extended or suspended. `depends_on` names what
    a change of must lead to computing again: `anchor:`, `decided:`, `parameter:`, `calendar:<year>`.
    """

    step: str
    key: str
    nature: Nature
    trigger: str
    trigger_on: date
    rule: str
    raw_end: date
    due_on: date
    article: Article
    adjusted_due_on: date | None = None
    rolled: bool = False
    roll_reason: Text | None = None
    provisional: bool = False
    calendar_unknown: bool = False
    soft_cap: date | None = None
    suspended_since: date | None = None
    adjustments: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    table_version: str = ""
    calendar_version: str = ""

    def as_json(self) -> dict[str, Any]:
        """A flat object of strings, booleans, null and lists of strings; stable, for events and canonical JSON."""
        reason = self.roll_reason
        return {
            "step": self.step,
            "key": self.key,
            "nature": self.nature.value,
            "trigger": self.trigger,
            "trigger_on": self.trigger_on.isoformat(),
            "rule": self.rule,
            "raw_end": self.raw_end.isoformat(),
            "due_on": self.due_on.isoformat(),
            "adjusted_due_on": _iso(self.adjusted_due_on),
            "rolled": self.rolled,
            "roll_reason_zh": reason.zh if reason else "",
            "roll_reason_en": reason.en if reason else "",
            "provisional": self.provisional,
            "calendar_unknown": self.calendar_unknown,
            "document": self.article.document,
            "article": self.article.article,
            "mark": self.article.mark.value,
            "soft_cap": _iso(self.soft_cap),
            "suspended_since": _iso(self.suspended_since),
            "adjustments": list(self.adjustments),
            "depends_on": list(self.depends_on),
            "table_version": self.table_version,
            "calendar_version": self.calendar_version,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Deadline":
        """The deadline `as_json` was taken from."""
        reason = Text(stored["roll_reason_zh"], stored["roll_reason_en"]) if stored["roll_reason_en"] else None
        return cls(
            step=stored["step"],
            key=stored["key"],
            nature=Nature(stored["nature"]),
            trigger=stored["trigger"],
            trigger_on=date.fromisoformat(stored["trigger_on"]),
            rule=stored["rule"],
            raw_end=date.fromisoformat(stored["raw_end"]),
            due_on=date.fromisoformat(stored["due_on"]),
            article=Article(stored["document"], stored["article"], Mark(stored["mark"])),
            adjusted_due_on=_date(stored["adjusted_due_on"]),
            rolled=stored["rolled"],
            roll_reason=reason,
            provisional=stored["provisional"],
            calendar_unknown=stored["calendar_unknown"],
            soft_cap=_date(stored["soft_cap"]),
            suspended_since=_date(stored["suspended_since"]),
            adjustments=tuple(stored["adjustments"]),
            depends_on=tuple(stored["depends_on"]),
            table_version=stored["table_version"],
            calendar_version=stored["calendar_version"],
        )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
