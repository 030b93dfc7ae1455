"""The program itself as an actor: one organization, one user, one membership with fixed ids.

Rows are made after `migrate` and after `flush` (which tests use to reset), so they are there whenever tables are. The
user has no usable password and `accounts.backends` refuses it; it never holds a token.
"""

import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import DEFAULT_DB_ALIAS, router

from audits.procedure.words import Party, Role

SYSTEM_ORGANIZATION_ID = UUID("00000000-0000-4000-8000-000000000001")
SYSTEM_USER_ID = UUID("00000000-0000-4000-8000-000000000002")
SYSTEM_MEMBERSHIP_ID = UUID("00000000-0000-4000-8000-000000000003")
SYSTEM_USERNAME = "system"
SYSTEM_EMAIL = "system@system.invalid"
SYSTEM_SINCE = datetime.date(2003, 1, 1)  # the start of the first regime: the system acts on any legal date


def create_system_rows(using: str = DEFAULT_DB_ALIAS) -> None:
    """Make the three rows where they are missing; existing ones stay as they are."""
    from accounts.models import Membership, Organization, User

    Organization.objects.using(using).get_or_create(
        id=SYSTEM_ORGANIZATION_ID, defaults={"party": Party.SYSTEM.value, "name": "cpaudit"}
    )
    User.objects.using(using).get_or_create(
        id=SYSTEM_USER_ID,
        defaults={"username": SYSTEM_USERNAME, "email": SYSTEM_EMAIL, "password": make_password(None)},
    )
    Membership.objects.using(using).get_or_create(
        id=SYSTEM_MEMBERSHIP_ID,
        defaults={
            "user_id": SYSTEM_USER_ID,
            "organization_id": SYSTEM_ORGANIZATION_ID,
            "role": Role.SYSTEM.value,
            "starts_on": SYSTEM_SINCE,
        },
    )


def create_after_migrate(sender: Any, using: str = DEFAULT_DB_ALIAS, plan: Any = None, **kwargs: Any) -> None:
    """Receiver of `post_migrate`: see `create_system_rows`. Does nothing when accounts was just unmigrated."""
    from django.db import connections

    from accounts.models import Membership

    if not router.allow_migrate_model(using, Membership):
        return
    if Membership._meta.db_table in connections[using].introspection.table_names():
        create_system_rows(using)
