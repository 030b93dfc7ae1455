"""Sums that are moved by difference inside the database: what is added costs what changed, whatever is stored.

`INSERT ... ON CONFLICT DO UPDATE SET value = value + ...` is the same sentence on PostgreSQL and SQLite. Django can only
replace a value on a conflict, not add to it, so it is written here.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connections, models, router

ROWS = 500  # of up to nine values each: below the limits of both databases


def _column(model: type[models.Model], name: str) -> str:
    field = model._meta.get_field(name)
    if not isinstance(field, models.Field):
        raise TypeError(f"{name} is no column of {model.__name__}.")
    return str(field.column)


def add(model: type[models.Model], fields: Sequence[str], change: Mapping[Any, int]) -> None:
    """Add `change` to the column `value` of the rows of `model` whose `fields` (a unique constraint) are its keys.

    Rows that are missing are made, and those that come to nothing removed. The caller holds the watermark's lock and a
    transaction.
    """
    moved = sorted((key, value) for key, value in change.items() if value)
    if not moved:
        return
    connection = connections[router.db_for_write(model)]
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    columns = [quote(_column(model, name)) for name in fields]
    row = f"({', '.join(['%s'] * (len(columns) + 1))})"
    names, value_column = ", ".join(columns), quote("value")
    with connection.cursor() as cursor:
        for start in range(0, len(moved), ROWS):
            part = moved[start : start + ROWS]
            cursor.execute(  # nothing but names of our own columns is written into the sentence
                f"INSERT INTO {table} ({names}, {value_column}) VALUES {', '.join([row] * len(part))} "  # noqa: S608
                f"ON CONFLICT ({names}) DO UPDATE SET {value_column} = {table}.{value_column} + excluded.{value_column}",
                [item for key, value in part for item in (*key, value)],
            )
        # The nought is written out, so that the partial index over these rows serves on SQLite too.
        cursor.execute(f"DELETE FROM {table} WHERE {value_column} = 0")  # noqa: S608


def text(value: str) -> models.Value:
    """The same text in every row of a query."""
    return models.Value(value, output_field=models.CharField())


def grouped(facts: models.QuerySet[Any], columns: Sequence[str]) -> models.QuerySet[Any, tuple[Any, ...]]:
    """What the facts come to for each of the values of `columns`: these and the sum. Sums of nothing are left out."""
    found = facts.order_by().values(*columns).annotate(total=models.Sum("value")).exclude(total=0)
    return found.values_list(*columns, "total")


def fill(
    model: type[models.Model], parts: Iterable[models.QuerySet[Any, tuple[Any, ...]]], fields: Sequence[str]
) -> None:
    """Make the rows of `model` anew: what the queries of `parts` find, as values of `fields` and then of `value`.

    The database writes what it reads itself: there may be millions of rows. The caller holds the watermark's lock and a
    transaction.
    """
    connection = connections[router.db_for_write(model)]
    quote = connection.ops.quote_name
    names = ", ".join(quote(_column(model, name)) for name in (*fields, "value"))
    model._base_manager.all().delete()
    with connection.cursor() as cursor:
        for part in parts:
            selected, values = part.query.sql_with_params()
            # Nothing but names of our own columns is written into the sentence.
            cursor.execute(f"INSERT INTO {quote(model._meta.db_table)} ({names}) {selected}", values)
