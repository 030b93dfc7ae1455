"""Locking the subject of an act, read through the scope of the reader: one SELECT ... FOR UPDATE.

What a reader may see is said by `visible_to` alone. Building and compiling that query costs more than everything else an
act computes, and its text is the same for all readers of one kind; so it is compiled once per kind and day, and then
only the ids in it are exchanged (of the subject, the reader's organization and membership).
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import EmptyResultSet
from django.db import connections, models, router
from django.utils import timezone

from accounts.acting import Acting
from accounts.models import Membership
from audits.models import AuditCase, DutyYear
from enterprises.models import Enterprise
from enterprises.readers import reader_of

# What acts read of a subject; a column that few need is read when it is asked for.
_READ: dict[type[models.Model], frozenset[str]] = {
    AuditCase: frozenset(
        [
            "id",
            "version",
            "head_hash",
            "state",
            "number",
            "kind",
            "regime",
            "scope_code",
            "enterprise_id",
            "site_id",
            "reporting_unit_id",
        ]
    ),
    DutyYear: frozenset(["id", "version", "head_hash", "state", "year", "scope_code", "regime", "reporting_unit_id"]),
    Enterprise: frozenset(["id", "organization_id", "merged_into_id"]),
}
_KEPT = 5_000

Converters = tuple[tuple[int, list[Callable[..., Any]], Any], ...]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """`params` are values, or one of the three names under which an id is put in."""

    sql: str
    params: tuple[Any, ...]
    converters: Converters


class _Place(str):
    """A place in the parameters where an id goes."""


_SUBJECT, _ORGANIZATION, _MEMBERSHIP = _Place("subject"), _Place("organization"), _Place("membership")
_UNKNOWN = _Compiled("", (), ())
# None where readers of a kind see nothing at all.
_compiled: dict[Hashable, _Compiled | None] = {}


def locked(model: type[AuditCase] | type[DutyYear], pk: UUID, by: Membership) -> Any:
    """The subject, locked for change; None when `by` may not see it. Errors as `visible_to`."""
    reader = reader_of(by)
    alias = router.db_for_write(model)
    connection = connections[alias]
    kind = (
        model,
        alias,
        reader.party,
        reader.role,
        reader.level,
        reader.line,
        reader.jurisdiction,
        timezone.localdate(),
    )
    compiled = _compiled.get(kind, _UNKNOWN)
    if compiled is _UNKNOWN:
        if len(_compiled) >= _KEPT:
            _compiled.clear()
        compiled = _compiled[kind] = _compile(model, by, reader, connection)
    if compiled is None:
        return None
    ids = {_SUBJECT: pk, _ORGANIZATION: reader.organization_id, _MEMBERSHIP: reader.membership_id}
    params = [_id(ids[one], connection) if type(one) is _Place else one for one in compiled.params]
    with connection.cursor() as cursor:
        cursor.execute(compiled.sql, params)
        found = cursor.fetchone()
    return None if found is None else _row(model, list(found), compiled.converters, connection)


def _compile(model: Any, by: Membership, reader: Acting, connection: Any) -> _Compiled | None:
    subject = uuid4()
    names = list(_names(model))
    if model is AuditCase:
        names += [f"enterprise__{name}" for name in _names(Enterprise)]
    rows = model.objects.visible_to(by).filter(pk=subject).order_by().select_for_update(of=("self",))
    compiler = rows.values_list(*names).query.get_compiler(connection=connection)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:  # readers of this kind see nothing at all
        return None
    places = {
        _id(subject, connection): _SUBJECT,
        _id(reader.organization_id, connection): _ORGANIZATION,
        _id(reader.membership_id, connection): _MEMBERSHIP,
    }
    converters = compiler.get_converters(column for column, _, _ in compiler.select)
    return _Compiled(
        sql,
        tuple(places.get(one, one) for one in params),
        tuple((place, functions, expression) for place, (functions, expression) in converters.items()),
    )


def _id(value: UUID, connection: Any) -> Any:
    """An id as the database takes it."""
    return models.UUIDField().get_db_prep_value(value, connection)


def _row(model: Any, values: list[Any], converters: Converters, connection: Any) -> Any:
    for place, functions, expression in converters:
        for function in functions:
            values[place] = function(values[place], expression, connection)
    own = _names(model)
    row = model.from_db(connection.alias, own, values[: len(own)])
    if model is AuditCase:
        row.enterprise = Enterprise.from_db(connection.alias, _names(Enterprise), values[len(own) :])
    return row


@lru_cache(maxsize=8)
def _names(model: type[models.Model]) -> tuple[str, ...]:
    """In the order of the model, as `from_db` wants them."""
    return tuple(field.attname for field in model._meta.concrete_fields if field.attname in _READ[model])
