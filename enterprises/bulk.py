"""Inserting many rows of one model as fast as the database takes them.

On PostgreSQL through COPY: Django's own bulk insert passes every column as an array, and quoting long texts for it costs
more than everything else together. Elsewhere through `bulk_create`. Rows keep the ids they were given; ids the database
gives are not read back.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any

from django.db import connections, models, router
from django.db.models import Value
from django.utils import timezone

from accounts.models import User

BATCH = 1000
# Fields whose stored value is what stands in the row, as it is.
_PLAIN = (
    models.CharField,
    models.TextField,
    models.UUIDField,
    models.IntegerField,
    models.DateField,
    models.ForeignKey,
    models.BooleanField,
)
Dump = Callable[[Any], Any]


def insert_many(rows: Sequence[Any]) -> None:
    """Insert unsaved rows of one model, all new. Runs in the caller's transaction; `IntegrityError` as usual."""
    if not rows:
        return
    model = type(rows[0])
    connection = connections[router.db_for_write(model)]
    if connection.vendor != "postgresql":
        model._base_manager.bulk_create(rows, batch_size=BATCH)
        return
    fields = _fields(model)
    _set_times(rows, fields)
    _copy(connection, model, fields, map(attrgetter(*(field.attname for field in fields)), rows))
    for row in rows:
        row._state.adding = False
        row._state.db = connection.alias


def insert_values(model: Any, names: Sequence[str], values: Iterable[tuple[Any, ...]]) -> None:
    """As `insert_many` for rows that nobody needs as objects: tuples of the values of the fields (attributes) `names`.

    Fields that are not named must have a default in the database or be an id that it gives.
    """
    connection = connections[router.db_for_write(model)]
    if connection.vendor != "postgresql":
        rows = (model(**dict(zip(names, row, strict=True))) for row in values)
        model._base_manager.bulk_create(rows, batch_size=BATCH)
        return
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    _copy(connection, model, [by_name[name] for name in names], values)


def _fields(model: Any) -> list[Any]:
    return [f for f in model._meta.concrete_fields if not (f.primary_key and isinstance(f, models.AutoField))]


def _set_times(rows: Sequence[Any], fields: Sequence[Any]) -> None:
    """What Django would set when a row is saved for the first time."""
    for field in fields:
        if not (getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)):
            continue
        moment = field.pre_save(rows[0], add=True)
        for row in rows:
            setattr(row, field.attname, moment)


def _copy(connection: Any, model: Any, fields: Sequence[Any], rows: Iterable[tuple[Any, ...]]) -> None:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    dumps = [(place, dump) for place, field in enumerate(fields) if (dump := _dump(field, connection)) is not None]
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN") as copy,
    ):
        for row in rows:
            values = list(row)
            for place, dump in dumps:
                values[place] = dump(values[place])
            copy.write_row(values)


def _dump(field: Any, connection: Any) -> Dump | None:
    """How the value of a field is written for COPY; None where it is written as it is."""
    if isinstance(field, models.JSONField):
        return _json_dump()
    if isinstance(field, _PLAIN):
        return None
    return lambda value: field.get_db_prep_save(value, connection)


def _json_dump() -> Dump:
    """Values that many rows share are written once. They are kept while the rows are written, so ids are theirs."""
    written: dict[int, tuple[Any, str]] = {}

    def dump(value: Any) -> str | None:
        if value is None:
            return None
        held = written.get(id(value))
        if held is None:
            held = written[id(value)] = (value, json.dumps(value, ensure_ascii=False))
        return held[1]

    return dump


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
    chosen = model._base_manager.using(connection.alias).filter(pk__among=[row.pk for row in rows])
    values = {f"new_{name}": value for name, value in said.items()}
    query = chosen.order_by().annotate(**values).values_list(*names, *values).query
    select, params = query.get_compiler(connection=connection).as_sql()
    with connection.cursor() as cursor:
        cursor.execute(target + select, params)
