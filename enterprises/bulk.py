"""Inserting many rows of one model as fast as the database takes them.

On PostgreSQL through COPY: Django's own bulk insert passes every column as an array, and quoting long texts for it costs
more than everything else together. Elsewhere through `bulk_create`. Rows keep the ids they were given; ids the database
gives are not read back.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connections, models, router
from django.db.models import Value
from django.utils import timezone

from accounts.models import User
from enterprises.batches import batches

BATCH = 1000


def insert_many(rows: Sequence[Any]) -> None:
    """Insert unsaved rows of one model, all new. Runs in the caller's transaction; `IntegrityError` as usual."""
    if not rows:
        return
    model = type(rows[0])
    connection = connections[router.db_for_write(model)]
    if connection.vendor != "postgresql":
        model._base_manager.bulk_create(rows, batch_size=BATCH)
        return
    fields = [f for f in model._meta.concrete_fields if not (f.primary_key and isinstance(f, models.AutoField))]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    readers = [_reader(field, connection) for field in fields]
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row([read(row) for read in readers])
    for row in rows:
        row._state.adding = False
        row._state.db = connection.alias


def insert_history(rows: Sequence[Any], user: User | None, reason: str) -> None:
    """The first history row of each of these rows of one model, which stand in the database already.

    Copied inside the database: making the objects of the history here would cost more than the rows themselves.
    """
    if not rows:
        return
    model = type(rows[0])
    history = model.history.model
    connection = connections[router.db_for_write(model)]
    quote = connection.ops.quote_name
    names = [field.attname for field in history.tracked_fields]
    said = {
        "history_date": Value(timezone.now(), models.DateTimeField()),
        "history_change_reason": Value(reason or None, models.CharField()),
        "history_type": Value("+", models.CharField()),
        "history_user_id": Value(user.pk if user else None, models.UUIDField()),
    }
    columns = [history._meta.get_field(name).column for name in (*names, *said)]
    target = f"INSERT INTO {quote(history._meta.db_table)} ({', '.join(map(quote, columns))}) "
    with connection.cursor() as cursor:
        for batch in batches(rows, BATCH):
            chosen = model._base_manager.using(connection.alias).filter(pk__in=[row.pk for row in batch])
            values = {f"new_{name}": value for name, value in said.items()}
            select, params = chosen.order_by().annotate(**values).values_list(*names, *values).query.sql_with_params()
            cursor.execute(target + select, params)


def _reader(field: Any, connection: Any) -> Callable[[Any], Any]:
    """How the value of a field is read from a row for COPY."""
    if isinstance(field, models.JSONField):
        name = field.attname

        def read_json(row: Any) -> str | None:
            value = getattr(row, name)
            return None if value is None else json.dumps(value, ensure_ascii=False)

        return read_json
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return lambda row: field.pre_save(row, add=True)
    if isinstance(
        field, models.CharField | models.TextField | models.UUIDField | models.IntegerField | models.DateField
    ):
        name = field.attname
        return lambda row: getattr(row, name)
    if isinstance(field, models.ForeignKey | models.BooleanField):
        name = field.attname
        return lambda row: getattr(row, name)
    return lambda row: field.get_db_prep_save(field.pre_save(row, add=True), connection)
