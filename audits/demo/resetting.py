"""Emptying the database for a new demo. Never a database that no demo has made."""

import os
import shutil

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from accounts.models import User
from accounts.system import SYSTEM_USER_ID
from audits.demo import people
from audits.models.triggers import drop_triggers

FLAG = "CPAUDIT_DEMO"


class NotADemo(RuntimeError):
    """The database is not a demo's; nothing was changed. The message says why in both languages."""


def allowed() -> bool:
    """Whether this process may fill or empty a demo: it runs for trial (DEBUG) or by `make demo`."""
    return bool(settings.DEBUG or os.environ.get(FLAG))


def is_foreign() -> bool:
    """Whether somebody else's accounts stand in the database."""
    return User.objects.exclude(pk=SYSTEM_USER_ID).exists() and not people.is_filled()


def reset() -> None:
    """Remove everything the demo wrote, with all that was done in it since.

    Embedded: the SQLite file and the folder of stored files are deleted and the tables made anew. PostgreSQL: the tables
    are flushed, under DEBUG or the demo's flag only. `NotADemo` where the database is another's.
    """
    if is_foreign():
        raise NotADemo("数据库中有非演示数据，未作任何更改。 The database holds data of its own; nothing was changed.")
    if connection.vendor == "sqlite":
        _delete_sqlite()
    elif allowed():
        drop_triggers(connection)  # the flush that follows sends post_migrate, which installs them again
        call_command("flush", verbosity=0, interactive=False)
    else:
        raise NotADemo("仅在 DEBUG 或演示模式下可重建。 Only under DEBUG or the demo's own flag.")
    if not settings.STORAGES["default"]["BACKEND"].startswith("storages."):
        shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)


def _delete_sqlite() -> None:
    name = str(connection.settings_dict["NAME"])
    if ":memory:" in name or "mode=memory" in name:
        drop_triggers(connection)
        call_command("flush", verbosity=0, interactive=False)
        return
    connection.close()
    for suffix in ("", "-wal", "-shm"):
        if os.path.exists(name + suffix):
            os.unlink(name + suffix)
    call_command("migrate", verbosity=0, interactive=False)
