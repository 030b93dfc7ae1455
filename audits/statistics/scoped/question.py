"""What is asked, and how far the reader's sight reaches into it."""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q

from accounts.models import Membership
from audits.models.scope import case_condition
from audits.procedure.words import Line, Party
from audits.statistics.counting import BOTH_LINES
from audits.workflow.errors import NotVisible
from enterprises.readers import reader_of

FIRST_YEAR = 2003


class Dimension(StrEnum):
    """By what the rows of a table are told apart."""

    NATION = "nation"  # no rows: everything the reader sees is the total
    UNIT = "unit"
    CITY = "city"
    COUNTY = "county"
    YEAR = "year"
    CATEGORY = "category"
    INDUSTRY = "industry"
    KIND = "kind"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Question:
    """A table of one year, or of all years up to it (`to_date`). "" asks for everything of that kind.

    `place` is a scope code and everything in it, `unit` the code of a reporting unit, `line` environment or energy.
    """

    by: Dimension
    year: int
    to_date: bool = False
    place: str = ""
    unit: str = ""
    category: str = ""
    industry: str = ""
    kind: str = ""
    line: str = ""

    @property
    def years(self) -> tuple[int, int]:
        """First and last year that count."""
        return (FIRST_YEAR if self.to_date or self.by is Dimension.YEAR else self.year), self.year


@dataclass(frozen=True, slots=True)
class Reach:
    """What of a question the reader sees. `lines` None: all.

    Authorities see a `place` and are answered from sums; everybody else sees single `cases` and is answered from these.
    """

    place: str
    lines: frozenset[str] | None
    cases: Q | None


_SEEN_ON = {line.value: frozenset({line.value, BOTH_LINES}) for line in (Line.ENVIRONMENT, Line.ENERGY)}


def reach(question: Question, membership: Membership) -> Reach:
    """Raises `NotVisible` for a place outside the reader's jurisdiction and for operators, who see no case."""
    reader = reader_of(membership)
    asked = _SEEN_ON.get(question.line)
    if reader.party is Party.OPERATOR:
        raise NotVisible()
    if reader.party not in (Party.AUTHORITY, Party.SYSTEM):
        return Reach(question.place, asked, case_condition(membership, prefix="case__"))
    own = reader.jurisdiction or ""
    if not (question.place.startswith(own) or own.startswith(question.place)):
        raise NotVisible()
    seen = _SEEN_ON.get(reader.line or "") if reader.party is Party.AUTHORITY else None
    lines = asked & seen if asked is not None and seen is not None else asked or seen
    return Reach(max(own, question.place, key=len), lines, None)
