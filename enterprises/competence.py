"""Who is competent: the nearest authority of the level a dated parameter names, or above, or whom it delegated to.

One walk up the scope code answers every case: districts of municipalities and province-administered counties have no
city above them, Dongguan has no county below it, so one authority does both steps there. A separately planned city
acts as list authority where its parameter says so; its province reads but acts only by parameter.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Q

from audits.procedure.words import LEVEL_RANK, Function, Line
from enterprises import snapshot
from enterprises.models import Authority, Delegation, Site
from enterprises.parameters import level_for
from enterprises.scopes import ancestry, within

MANY_ROOTS = 6  # beyond so many provinces, all authorities are read rather than ranges


class Book:
    """The authorities and delegations in force on one day for one line; answers without further queries."""

    def __init__(
        self, authorities: Iterable[Authority], delegations: Iterable[Delegation], line: Line, on: date
    ) -> None:
        self.on = on
        self._by_scope: dict[str, list[Authority]] = {}
        self._delegated: dict[tuple[Any, str], list[Delegation]] = {}
        self._answers: dict[tuple[str, Function], Authority | None] = {}
        for authority in authorities:
            if authority.line is line:
                self._by_scope.setdefault(authority.scope_code, []).append(authority)
        for rows in self._by_scope.values():
            rows.sort(key=lambda one: (LEVEL_RANK[one.level], -one.valid_from.toordinal(), str(one.pk)))
        for delegation in delegations:
            self._delegated.setdefault((delegation.from_authority_id, delegation.function), []).append(delegation)
        for delegated in self._delegated.values():
            delegated.sort(key=lambda one: (-len(one.scope_code), -one.valid_from.toordinal(), str(one.pk)))

    def find(self, scope_code: str, function: Function) -> Authority | None:
        """The competent authority, or None where nobody of that level or above is on record."""
        key = (scope_code, function)
        if key not in self._answers:
            self._answers[key] = self._delegate(self._nearest(scope_code, function), scope_code, function)
        return self._answers[key]

    def _nearest(self, scope_code: str, function: Function) -> Authority | None:
        rank = LEVEL_RANK[level_for(function, scope_code, self.on)]
        for prefix in ancestry(scope_code):
            for authority in self._by_scope.get(prefix, ()):
                if LEVEL_RANK[authority.level] >= rank:
                    return authority
        return None

    def _delegate(self, authority: Authority | None, scope_code: str, function: Function) -> Authority | None:
        """The authority that acts by delegation, one step: what is delegated cannot be passed on."""
        if authority is None:
            return None
        for delegation in self._delegated.get((authority.pk, function.value), ()):
            if scope_code.startswith(delegation.scope_code) and _acts(delegation.to_authority, self.on):
                return delegation.to_authority
        return authority


def competent_authority(
    site_or_scope: Site | str, function: Function, on: date, line: Line = Line.ENVIRONMENT
) -> Authority | None:
    """The authority competent for a function at a site or scope on a day; None where nobody is on record.

    Three small queries at most (parameters, authorities, delegations), none inside an open `snapshot()` that has read
    the province before. The organization is fetched with the authority.
    """
    scope_code = site_or_scope.scope_code if isinstance(site_or_scope, Site) else site_or_scope
    if snapshot.active():
        root = scope_code[:2]
        book = snapshot.remembered(("competence", root, line, on), lambda: _read(_below([root]), line, on))
    else:
        book = _read(Q(organization__jurisdiction__in=ancestry(scope_code)), line, on)
    return book.find(scope_code, function)


def competence_map(
    scopes: Iterable[str], functions: Iterable[Function], on: date, line: Line = Line.ENVIRONMENT
) -> Mapping[tuple[str, Function], Authority | None]:
    """The competent authority for each scope and function, in three queries however many are asked for."""
    wanted, asked = set(scopes), set(functions)
    with snapshot.snapshot():
        book = _read(_below(sorted({scope[:2] for scope in wanted})), line, on)
        return {(scope, function): book.find(scope, function) for scope in wanted for function in asked}


def _below(roots: list[str]) -> Q:
    """Authorities in these provinces, and the nation's."""
    condition = Q(organization__jurisdiction="")
    if len(roots) > MANY_ROOTS:
        return Q()
    for root in roots:
        condition |= within(root, "organization__jurisdiction")
    return condition


def _read(condition: Q, line: Line, on: date) -> Book:
    authorities = list(Authority.objects.acting(on).filter(condition, organization__line=line.value))
    delegations = Delegation.objects.in_force(on).filter(from_authority__in=[one.pk for one in authorities])
    if len(authorities) > 500:
        delegations = Delegation.objects.in_force(on).filter(from_authority__organization__line=line.value)
    return Book(authorities, delegations.select_related("to_authority__organization"), line, on)


def _acts(authority: Authority, on: date) -> bool:
    closed_on = authority.organization.closed_on
    return (
        authority.valid_from <= on
        and (authority.valid_until is None or authority.valid_until >= on)
        and (closed_on is None or closed_on > on)
    )
