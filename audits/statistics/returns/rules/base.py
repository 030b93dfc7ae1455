"""What a rule of returns is, and what it sees."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from audits.procedure.words import Text

Figures = Mapping[str, Decimal]


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Told:
    """A return as a rule sees it: figures by metric, absent where nothing is told.

    `from_facts`: it was drafted from facts; `drafted` is what they said then, `facts` what they say now (empty for
    returns that were not drafted from them). `last_year` is the newest frozen return of the year before, if any.
    """

    figures: Figures
    from_facts: bool
    drafted: Figures
    facts: Figures
    last_year: Figures


@dataclass(frozen=True, slots=True)
class ReturnRule:
    """A named check. `finds` gives the metrics it doubts, "" for the return as a whole."""

    key: str
    severity: Severity
    message: Text
    finds: Callable[[Told], Iterable[str]]
