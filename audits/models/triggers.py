"""The database itself refuses to change or remove events, seals and frozen returns.

One function installs the triggers on PostgreSQL and SQLite after every `migrate`; a system check proves that they are
there, because a SQLite table rebuild drops them silently.
"""

from typing import Any, cast

from django.apps import AppConfig, apps
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import UniqueConstraint
from django.db.models.signals import post_migrate

APPEND_ONLY = ("audits_event", "audits_seal", "audits_sealedhead")
MESSAGE = "append-only: events and seals are never changed or removed"
# Tables of which a row may be changed until this column is set.
FROZEN_ONCE = {"audits_unitreturn": "frozen_at"}
FROZEN_MESSAGE = "append-only: what is frozen is never changed or removed"
GUARDED = (*APPEND_ONLY, *FROZEN_ONCE)
_FUNCTIONS = {"cpaudit_append_only": MESSAGE, "cpaudit_frozen": FROZEN_MESSAGE}


def expected(connection: BaseDatabaseWrapper) -> set[str]:
    """Names of the triggers that must exist on this kind of database."""
    kinds = ("row", "truncate") if connection.vendor == "postgresql" else ("update", "delete", "replace")
    return {f"{table}_no_{kind}" for table in GUARDED for kind in kinds}


def present(connection: BaseDatabaseWrapper) -> set[str]:
    """Names of our triggers that are installed and enabled."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
                "WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND c.relname = ANY(%s) "
                "AND c.relnamespace = current_schema()::regnamespace",
                [list(GUARDED)],
            )
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return {row[0] for row in cursor.fetchall()} & expected(connection)


def install_triggers(connection: BaseDatabaseWrapper) -> None:
    """Create the missing triggers. Safe to call again."""
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name, message in _FUNCTIONS.items():
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
                    f"$$ BEGIN RAISE EXCEPTION '{message} (%)', TG_TABLE_NAME; END $$"
                )
        for table in GUARDED:
            if table not in tables:
                continue
            frozen = table in FROZEN_ONCE
            when = f"WHEN (OLD.{FROZEN_ONCE[table]} IS NOT NULL) " if frozen else ""
            function, message = list(_FUNCTIONS.items())[frozen]
            if connection.vendor == "postgresql":
                cursor.execute(
                    f"CREATE OR REPLACE TRIGGER {table}_no_row BEFORE UPDATE OR DELETE ON {table} "
                    f"FOR EACH ROW {when}EXECUTE FUNCTION {function}()"
                )
                cursor.execute(
                    f"CREATE OR REPLACE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                    f"FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
                )
                continue
            for act in ("UPDATE", "DELETE"):
                cursor.execute(
                    f"CREATE TRIGGER IF NOT EXISTS {table}_no_{act.lower()} BEFORE {act} ON {table} "
                    f"{when}BEGIN SELECT RAISE(ABORT, '{message} ({table})'); END"
                )
            cursor.execute(
                f"CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT ON {table} "  # noqa: S608 - names of our own tables
                f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {_stands_already(table)}) "
                f"BEGIN SELECT RAISE(ABORT, '{message} ({table})'); END"
            )


def _stands_already(table: str) -> str:
    """The condition under which INSERT OR REPLACE would take a row away: SQLite fires no trigger of DELETE for that."""
    model = next(one for one in apps.get_app_config("audits").get_models() if one._meta.db_table == table)
    unique = [[field.column] for field in model._meta.local_concrete_fields if field.unique]
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and constraint.condition is None:
            unique.append([cast(Any, model._meta.get_field(name)).column for name in constraint.fields])
    same = " OR ".join("(" + " AND ".join(f"{name} = NEW.{name}" for name in names) + ")" for names in unique)
    frozen = f" AND {FROZEN_ONCE[table]} IS NOT NULL" if table in FROZEN_ONCE else ""
    return f"({same}){frozen}"


def drop_triggers(connection: BaseDatabaseWrapper) -> None:
    """Remove the triggers: for the test reset and for proofs that tampering is found, never in service."""
    with connection.cursor() as cursor:
        for name in sorted(present(connection)):
            table = name.rsplit("_no_", 1)[0]
            suffix = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {name}{suffix}")


def install_after_migrate(app: AppConfig) -> None:
    """Install the triggers whenever this application has been migrated."""

    def handler(*, using: str, **kwargs: Any) -> None:
        install_triggers(connections[using])

    post_migrate.connect(handler, sender=app, weak=False, dispatch_uid="audits.append_only")
