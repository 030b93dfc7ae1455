"""The writes of one act: each statement is built once per model, and all of an act go to the database together.

Django would compile every statement anew for every act, which costs more than running them; and on PostgreSQL the
statements of an act travel in one pipeline instead of waiting for each other's answer. Rows written here do not get the
ids that the database gives.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from typing import Any

from django.db import connections, models, router

Statement = tuple[str, list[Any]]


class Writes:
    """Statements in the order they were asked for; nothing happens before `send`."""

    def __init__(self, model: type[models.Model]) -> None:
        """`model` says which database: all rows of an act live in the same one."""
        self._connection = connections[router.db_for_write(model)]
        self._statements: list[Statement] = []

    def insert(self, rows: Iterable[models.Model]) -> None:
        """Add new rows."""
        for row in rows:
            sql, fields = _insert(type(row), self._connection.alias)
            self._add(sql, row, fields, new=True)

    def upsert(self, rows: Iterable[models.Model], unique: tuple[str, ...], changing: tuple[str, ...]) -> None:
        """Add rows, or set the fields `changing` of those that agree in the fields `unique`."""
        for row in rows:
            sql, fields = _upsert(type(row), self._connection.alias, unique, changing)
            self._add(sql, row, fields, new=True)

    def update(self, row: models.Model, changing: tuple[str, ...]) -> None:
        """Set fields of a row on record."""
        sql, fields = _update(type(row), self._connection.alias, changing)
        self._add(sql, row, fields, new=False)

    def send(self) -> None:
        """Run all statements, inside the caller's transaction. Errors as of any other write (`IntegrityError`)."""
        with self._connection.cursor() as cursor, self._connection.wrap_database_errors, self._pipeline():
            for sql, values in self._statements:
                cursor.execute(sql, values)
        self._statements = []

    def _pipeline(self) -> AbstractContextManager[Any]:
        if self._connection.vendor != "postgresql":
            return nullcontext()
        pipeline: AbstractContextManager[Any] = self._connection.connection.pipeline()
        return pipeline

    def _add(self, sql: str, row: models.Model, fields: Sequence[Any], *, new: bool) -> None:
        connection = self._connection
        values = [field.get_db_prep_save(field.pre_save(row, add=new), connection) for field in fields]
        self._statements.append((sql, values))
        if new:
            row._state.adding, row._state.db = False, connection.alias


def _quoted(alias: str, names: Iterable[str]) -> list[str]:
    return [connections[alias].ops.quote_name(name) for name in names]


def _field(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)


@lru_cache(maxsize=64)
def _insert(model: type[models.Model], alias: str) -> tuple[str, tuple[Any, ...]]:
    concrete: tuple[Any, ...] = tuple(model._meta.concrete_fields)
    fields = tuple(f for f in concrete if not (f.primary_key and isinstance(f, models.AutoField)))
    table, *columns = _quoted(alias, [model._meta.db_table, *(field.column for field in fields)])
    places = ", ".join(["%s"] * len(columns))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", fields  # noqa: S608


@lru_cache(maxsize=64)
def _upsert(
    model: type[models.Model], alias: str, unique: tuple[str, ...], changing: tuple[str, ...]
) -> tuple[str, tuple[Any, ...]]:
    sql, fields = _insert(model, alias)
    keys = _quoted(alias, [_field(model, name).column for name in unique])
    columns = _quoted(alias, [_field(model, name).column for name in changing])
    taken = ", ".join(f"{column} = EXCLUDED.{column}" for column in columns)
    return f"{sql} ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {taken}", fields


@lru_cache(maxsize=64)
def _update(model: type[models.Model], alias: str, changing: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    fields = tuple(_field(model, name) for name in changing)
    key: Any = model._meta.pk
    table, pk, *columns = _quoted(alias, [model._meta.db_table, key.column, *(field.column for field in fields)])
    taken = ", ".join(f"{column} = %s" for column in columns)
    return f"UPDATE {table} SET {taken} WHERE {pk} = %s", (*fields, key)  # noqa: S608
