"""What can be exported. Each kind reads what its member may see when it runs, not when it was asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from accounts.models import Membership
from audits.models import AuditCase
from audits.statistics.exports.books import Advance, Book
from audits.statistics.exports.performance import many_cases, one_case, tables
from audits.statistics.exports.summary import summary
from audits.workflow.errors import NotVisible


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as a kind sees it: for whom, what, in which language, on which day."""

    by: Membership
    params: Mapping[str, Any]
    language: str
    today: date


Size = int


@dataclass(frozen=True, slots=True)
class Kind:
    """`params` are the names it needs; `size` counts the work (and raises `NotVisible` where there is none to see)."""

    key: str
    params: tuple[str, ...]
    size: Callable[[Asked], Size]
    book: Callable[[Asked, Advance], Book]


def _case(asked: Asked) -> Any:
    """The one visible case, as rows."""
    return AuditCase.objects.visible_to(asked.by).filter(pk=UUID(asked.params["case"]))


def _size_of_case(asked: Asked) -> Size:
    if not _case(asked).exists():
        raise NotVisible()
    return 1


def _book_of_case(asked: Asked, advance: Advance) -> Book:
    for table in tables(_case(asked)):
        advance(1)
        return one_case(table, asked.language)
    raise NotVisible()


def _cases(asked: Asked) -> Any:
    """Visible cases whose list was published in the year (or which were opened in it, where there was no list)."""
    year = asked.params["year"]
    rows = AuditCase.objects.visible_to(asked.by)
    return rows.filter(opened_on__gte=date(year, 1, 1), opened_on__lte=date(year, 12, 31))


def _book_of_cases(asked: Asked, advance: Advance) -> Book:
    return many_cases(_cases(asked), f"performance-{asked.params['year']}", asked.language, advance)


def _book_of_summary(asked: Asked, advance: Advance) -> Book:
    made = summary(asked.params["year"], asked.today, asked.language)
    advance(1)
    return made


PERFORMANCE, PERFORMANCES, SUMMARY = "performance_table", "performance_tables", "provincial_summary"
KINDS: Mapping[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind(PERFORMANCE, ("case",), _size_of_case, _book_of_case),
        Kind(PERFORMANCES, ("year",), lambda asked: _cases(asked).count(), _book_of_cases),
        Kind(SUMMARY, ("year",), lambda asked: 1, _book_of_summary),
    )
}
