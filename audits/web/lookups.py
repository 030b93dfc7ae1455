"""Rows of registers to choose from, found by name, pinyin or code: the nearest first, any other by search.

A register that is small enough is offered whole; nothing of a larger one is ever left out silently.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Membership
from audits.procedure.payloads import as_uuid
from audits.procedure.words import EntryStatus, Party, Subject
from enterprises.codes import normalize
from enterprises.divisions import DivisionRow, Level, all_divisions
from enterprises.enterprise_search import find
from enterprises.models import Consultancy, Contract, Listing, Site
from enterprises.search_keys import name_key, query_key

FEW = 50  # as many are offered without a search
FOUND = 10  # are shown of a search
LONGEST = 100  # of what is typed
CITY = 4  # digits of the scope code of a city
GONE = (EntryStatus.DROPPED.value, EntryStatus.REMOVED.value)


@dataclass(frozen=True, slots=True)
class Hit:
    """A row as it is offered: `value` is what the form sends, `beside` tells it from others of that name."""

    value: str
    name: str
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search shows. `more`: there are others, and more has to be typed."""

    hits: Sequence[Hit] = ()
    more: bool = False

    def first(self) -> "Found":
        """As much of it as a search shows."""
        return Found(self.hits[:FOUND], self.more or len(self.hits) > FOUND)

    def after(self, held: Hit | None) -> "Found":
        """The same with a choice made before at its head."""
        if held is None:
            return self
        return Found([held, *(one for one in self.hits if one.value != held.value)], self.more)


class Register:
    """A register in the database. `names` and `codes` are its columns that are searched."""

    names: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    parties: frozenset[Party] = frozenset(Party)  # to whom it is offered

    def rows(self, by: Membership, subject: Any) -> QuerySet[Any]:
        """What may be chosen for the subject, the nearest first."""
        raise NotImplementedError

    def hit(self, row: Any) -> Hit:
        """A row as it is offered."""
        raise NotImplementedError

    def searched(self, rows: QuerySet[Any], query: str) -> QuerySet[Any]:
        """The rows with the text in a name, its pinyin or initials in one, or a code that begins so."""
        condition = Q()
        for name in self.names:
            condition |= Q(**{f"{name}__icontains": query})
        if code := normalize(query):
            for column in self.codes:
                condition |= Q(**{f"{column}__istartswith": code})
        if key := query_key(query):  # these registers keep no key: their names are read through, in one query
            told = rows.order_by().values_list("pk", *self.names)
            condition |= Q(pk__among=[pk for pk, *names in told if any(key in _key(name) for name in names)])
        return rows.filter(condition)

    def offered(self, by: Membership, subject: Any) -> Found:
        """Before anything is typed: all of it, or the nearest rows and `more` where there are more than a few."""
        return self._cut(self.rows(by, subject), FEW) if self._shown_to(by) else Found()

    def find(self, query: str, by: Membership, subject: Any) -> Found:
        """What was searched for."""
        return self._cut(self.searched(self.rows(by, subject), query), FOUND) if self._shown_to(by) else Found()

    def named(self, values: Collection[str], by: Membership, subject: Any) -> dict[str, Hit]:
        """Rows that are chosen already, by their values."""
        ids = [one for one in values if as_uuid(one)]
        rows = self.rows(by, subject).filter(pk__in=ids) if ids and self._shown_to(by) else ()
        return {str(row.pk): self.hit(row) for row in rows}

    def _shown_to(self, by: Membership) -> bool:
        return by.organization.party in self.parties

    def _cut(self, rows: QuerySet[Any], most: int) -> Found:
        found = list(rows[: most + 1])
        return Found([self.hit(row) for row in found[:most]], len(found) > most)


@lru_cache(maxsize=50_000)
def _key(name: str) -> str:
    return name_key(name)


class Consultancies(Register):
    """Firms that are not closed; those under contract with the enterprise of the case come first."""

    names = ("organization__name",)
    codes = ("credit_code",)

    def rows(self, by: Membership, subject: Any) -> QuerySet[Any]:
        rows = Consultancy.objects.visible_to(by).filter(organization__closed_on=None).select_related("organization")
        if _case(subject) is None:
            return rows.order_by("organization__name", "pk")
        return nearest(rows, enterprise=_case(subject).enterprise_id)

    def hit(self, row: Any) -> Hit:
        return Hit(str(row.pk), row.organization.name, " ".join(filter(None, (row.credit_code, row.address))))


class Firms(Consultancies):
    """Firms the reader's enterprise can engage: those of the register, its present partners first."""

    def rows(self, by: Membership, subject: Any) -> QuerySet[Any]:
        rows = Consultancy.objects.visible_to(by).listed().select_related("organization")
        return nearest(rows, enterprise__organization=by.organization_id)


def nearest(rows: QuerySet[Any], **enterprise: Any) -> QuerySet[Any]:
    """Consultancies with a running contract with the enterprise before all others, by name."""
    running = Contract.objects.running(timezone.localdate()).filter(**enterprise)
    engaged = Exists(running.filter(consultancy_id=OuterRef("pk")))
    return rows.annotate(engaged=engaged).order_by("-engaged", "organization__name", "pk")


class Experts(Register):
    """Experts of all pools, to authorities, which call them."""

    names = ("user__full_name", "organization__name")
    parties = frozenset({Party.AUTHORITY})

    def rows(self, by: Membership, subject: Any) -> QuerySet[Any]:
        rows = Membership.objects.active(timezone.localdate()).filter(organization__party=Party.EXPERT)
        return rows.select_related("user", "organization").order_by("user__full_name", "pk")

    def hit(self, row: Any) -> Hit:
        return Hit(str(row.pk), row.user.get_full_name() or row.user.get_username(), row.organization.name)


class Sites(Register):
    """The sites of the enterprise of a case; else all in sight, found by their enterprise."""

    def rows(self, by: Membership, subject: Any) -> QuerySet[Any]:
        rows = Site.objects.visible_to(by).select_related("enterprise")
        if _case(subject) is not None:
            return rows.filter(enterprise=_case(subject).enterprise_id).order_by("name", "pk")
        return rows.open().order_by("enterprise__name", "name", "pk")

    def searched(self, rows: QuerySet[Any], query: str) -> QuerySet[Any]:
        return rows.filter(enterprise__in=find(query).values("pk"))

    def hit(self, row: Any) -> Hit:
        beside = (row.enterprise.credit_code, row.address or row.name)
        return Hit(str(row.pk), row.enterprise.name, " ".join(filter(None, beside)))

    def offered(self, by: Membership, subject: Any) -> Found:
        """Of one enterprise, where the name of the site tells; else none is nearer than another."""
        if _case(subject) is None:
            return Found(more=True)
        rows = list(self.rows(by, subject)[: FEW + 1])
        return Found([Hit(str(row.pk), row.name or row.address) for row in rows[:FEW]], len(rows) > FEW)


class Entries(Register):
    """The entries of a list that stand on it."""

    def rows(self, by: Membership, subject: Any) -> QuerySet[Any]:
        rows = Listing.objects.visible_to(by).select_related("enterprise").defer("source_row")
        if getattr(subject, "subject_kind", "") != Subject.LIST:
            return rows.none()
        return rows.filter(list=subject).exclude(status__in=GONE).order_by("row_number", "id")

    def searched(self, rows: QuerySet[Any], query: str) -> QuerySet[Any]:
        return rows.filter(Q(name_at_listing__icontains=query) | Q(enterprise__in=find(query).values("pk")))

    def hit(self, row: Any) -> Hit:
        beside = (row.enterprise.credit_code, row.address_at_listing)
        return Hit(str(row.pk), row.name_at_listing, " ".join(filter(None, beside)))


class Divisions(Register):
    """Present divisions by their names, from the table of the code; `scope` gives scope codes instead of six digits."""

    def __init__(self, *, scope: bool = False) -> None:
        self.scope = scope

    def offered(self, by: Membership, subject: Any) -> Found:
        """What lies beside the site of the case: the places of the same city."""
        scope = getattr(_case(subject), "scope_code", "")
        beside = [row for row in _divisions() if len(row.scope_code) > CITY and row.scope_code[:CITY] == scope[:CITY]]
        return Found([self.hit(row) for row in beside if row.scope_code != scope], more=True)

    def find(self, query: str, by: Membership, subject: Any) -> Found:
        key = query_key(query)
        named = [row for row in _divisions() if _matches(row, query, key)]
        hits = [self.hit(row) for row in sorted(named, key=lambda row: (len(row.scope_code), row.code))]
        return Found(hits[:FOUND], len(hits) > FOUND)

    def named(self, values: Collection[str], by: Membership, subject: Any) -> dict[str, Hit]:
        hits = [self.hit(row) for row in _divisions()]
        return {hit.value: hit for hit in hits if hit.value in values}

    def hit(self, row: DivisionRow) -> Hit:
        return Hit(row.scope_code if self.scope else row.code, row.full_name_zh, row.code)


@lru_cache(maxsize=1)
def _divisions() -> tuple[DivisionRow, ...]:
    """The present divisions that have an authority of their own."""
    return tuple(
        row for row in all_divisions().values() if row.successor is None and row.level is not Level.PLACEHOLDER
    )


def _matches(row: DivisionRow, query: str, key: str) -> bool:
    if query in row.full_name_zh:
        return True
    return bool(key) and (row.code.startswith(key) or any(key in part for part in _key(row.name_zh).split()))


def _case(subject: Any) -> Any:
    return subject if getattr(subject, "subject_kind", "") == Subject.CASE else None


REGISTERS: Mapping[str, Register] = {
    "consultancy": Consultancies(),
    "firm": Firms(),
    "membership": Experts(),
    "site": Sites(),
    "listing": Entries(),
    "division": Divisions(),
    "place": Divisions(scope=True),
}
