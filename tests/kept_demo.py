"""The demo is filled once in a process; each further file of tests gets its rows back.

Filling takes longer than the tests of a file, and leaves the same rows each time. The files of its documents stay where the
first filling put them, for as long as the process lives. On SQLite: on PostgreSQL the tests in the browser have a demo of
their own.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction

from audits.demo import people, prepare

PASSWORD = "only-for-the-tests-of-the-demo"
GROUP = "demo"  # of tests that read it: in a parallel run they share one process

Row = tuple[Any, ...]

_told: dict[str, Any] = {}
_new: dict[str, set[Row]] = {}


@contextmanager
def given(blocker: Any) -> Iterator[dict[str, Any]]:
    """A filled demo as long as the block runs, and what `prepare` said of it; rolled back at the end."""
    with pytest.MonkeyPatch.context() as patch, blocker.unblock(), transaction.atomic():
        patch.setenv(people.PASSWORD, PASSWORD)
        if _told:
            _give_back()
        else:
            _fill()
        yield _told
        transaction.set_rollback(True)


def _fill() -> None:
    before = _rows()
    told = prepare()
    for table, rows in _rows().items():
        assert before[table] <= rows, f"the demo changes rows of {table}, which cannot be given back"
        _new[table] = rows - before[table]
    _told.update(told)


def _rows() -> dict[str, set[Row]]:
    """Everything in the database, by table."""
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    with connection.cursor() as cursor:
        return {table: set(_read(cursor, connection.ops.quote_name(table))) for table in tables}


def _read(cursor: Any, name: str) -> Iterable[Row]:
    cursor.execute(f"SELECT * FROM {name}")
    found: list[Row] = cursor.fetchall()
    return found


def _give_back() -> None:
    """Table by table: foreign keys are looked at when the transaction ends, and it is rolled back."""
    with connection.cursor() as cursor:
        for table, rows in _new.items():
            if rows:
                _write(cursor, connection.ops.quote_name(table), rows)


def _write(cursor: Any, name: str, rows: set[Row]) -> None:
    held = sorted(rows, key=repr)
    marks = ", ".join(["%s"] * len(held[0]))
    cursor.executemany(f"INSERT INTO {name} VALUES ({marks})", held)
