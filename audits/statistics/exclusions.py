"""Which cases are left out of the figures, and why: what a table lists below itself."""

from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Q

from audits.models import CaseTally
from audits.procedure.common import EXCLUSION_REASONS
from audits.procedure.words import Text

REASONS: dict[str, Text] = dict(EXCLUSION_REASONS)


@dataclass(frozen=True, slots=True)
class Excluded:
    """A case that is not counted. `grounds` is what the person wrote: for authorities, not for the public."""

    case: UUID
    number: str
    unit: str
    reason: str
    grounds: str
    on: date

    @property
    def reason_text(self) -> Text:
        """The reason in words; its key for one that is no more."""
        return REASONS.get(self.reason, Text(self.reason, self.reason))


def excluded_cases(where: Q, first: int, last: int) -> list[Excluded]:
    """Excluded cases that would count in one of the years `first` to `last`, by case number.

    `where` is a condition on `CaseTally` (`scope_code`, `reporting_unit`, `lines`, `case__...`).
    """
    years = reduce(or_, (Q(excluded_years__contains=f",{year},") for year in range(first, last + 1)))
    rows = CaseTally.objects.filter(years, where, excluded=True).order_by("case__number")
    told: Any = rows.values_list("case_id", "case__number", "reporting_unit_id", "exclusion")
    return [
        Excluded(case, number, unit, why["reason"], why["grounds"], date.fromisoformat(why["on"]))
        for case, number, unit, why in told
    ]
