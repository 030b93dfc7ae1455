"""System check: the append-only triggers are in the database."""

from collections.abc import Sequence
from typing import Any

from django.apps.config import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from audits.models.triggers import GUARDED, expected, present


def append_only_triggers(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """`audits.E001` for each trigger that is missing from a migrated database."""
    problems: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if not set(GUARDED) <= set(connection.introspection.table_names()):
            continue  # not migrated yet
        for name in sorted(expected(connection) - present(connection)):
            problems.append(
                Error(
                    f"The append-only trigger {name} is missing from database '{alias}': events could be altered.",
                    hint="Run `manage.py migrate`, which installs it again, and `manage.py verify_events`.",
                    id="audits.E001",
                )
            )
    return problems


def register_checks() -> None:
    """Hook the check into `manage.py check --database default` and `migrate`."""
    register(append_only_triggers, Tags.database)
