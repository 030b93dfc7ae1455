"""Floors: the rows our code wrote, stored again with nothing around them, in tables of the same shape.

The copies have the same columns, indexes, unique constraints and foreign keys as the tables they stand for.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

PREFIX = "floor_"


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one table as COPY takes them."""

    table: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def transaction_number() -> int:
    """The number of a transaction that begins now: later ones have higher numbers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT txid_current()")
        return int(cursor.fetchone()[0])


def written_since(number: int, tables: Sequence[str]) -> list[Rows]:
    """What transactions after `number` left in these tables. JSON comes as text."""
    found = []
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(
                "SELECT column_name, data_type FROM information_schema.columns "
                "WHERE table_schema = current_schema() AND table_name = %s ORDER BY ordinal_position",
                [table],
            )
            columns = [(name, kind) for name, kind in cursor.fetchall()]
            picked = ", ".join(f'"{name}"::text' if kind == "jsonb" else f'"{name}"' for name, kind in columns)
            cursor.execute(f"SELECT {picked} FROM {table} WHERE xmin::text::bigint > %s", [number])
            found.append(Rows(table, tuple(name for name, _ in columns), cursor.fetchall()))
    return found


def make_copies(tables: Sequence[str]) -> None:
    """Empty tables of the same shape. Foreign keys point where the originals point."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"CREATE TABLE IF NOT EXISTS {PREFIX}{table} (LIKE {table} INCLUDING ALL)")
            cursor.execute(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass",
                [table],
            )
            for (definition,) in cursor.fetchall():
                cursor.execute(f"ALTER TABLE {PREFIX}{table} ADD {definition}")


def copy_in(parts: Sequence[Rows]) -> Callable[[], None]:
    """The work of storing rows: one transaction, one COPY a table."""

    def work() -> None:
        raw = connection.connection
        with raw.transaction(), raw.cursor() as cursor:
            for part in parts:
                columns = ", ".join(f'"{name}"' for name in part.columns)
                with cursor.copy(f"COPY {PREFIX}{part.table} ({columns}) FROM STDIN") as copy:
                    for row in part.rows:
                        copy.write_row(row)

    connection.ensure_connection()
    return work
