"""The database itself keeps events and seals as they were written, and says so when it no longer does."""

from collections.abc import Iterator

import pytest
from django.core.checks import run_checks
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from audits.models import Event, SealedHead
from audits.models.triggers import APPEND_ONLY, drop_triggers, expected, install_triggers, present
from audits.workflow import seals
from tests.workflow.making import Made, made

pytestmark = pytest.mark.django_db

CHANGES = {
    "audits_event": "UPDATE audits_event SET action = 'close'",
    "audits_seal": "UPDATE audits_seal SET text = ''",
    "audits_sealedhead": "UPDATE audits_sealedhead SET version = 1",
}


@pytest.fixture
def sealed() -> Made:
    """A published case, sealed: each append-only table has rows."""
    told = made("published")
    assert seals.seal(timezone.now()) is not None
    return told


@pytest.fixture
def without_triggers() -> Iterator[None]:
    """The triggers are gone for one test (on SQLite and PostgreSQL dropping them is undone with the test too)."""
    drop_triggers(connection)
    yield
    install_triggers(connection)


def refused(statement: str) -> str:
    """The database's answer to a statement it must refuse."""
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return str(caught.value)


@pytest.mark.parametrize("table", CHANGES)
def test_update_and_delete_are_refused(sealed: Made, table: str) -> None:
    for statement in (CHANGES[table], f"DELETE FROM {table}"):
        answer = refused(statement)
        assert answer.startswith("append-only:")
        assert f"({table})" in answer


@pytest.mark.embedded
@pytest.mark.parametrize("table", APPEND_ONLY)
def test_replacing_a_row_is_refused_where_no_trigger_of_delete_fires(sealed: Made, table: str) -> None:
    with connection.cursor() as cursor:
        before = sorted(cursor.execute(f"SELECT * FROM {table}").fetchall(), key=str)
        names = [row[1] for row in cursor.execute(f"PRAGMA table_info({table})").fetchall()]
    assert refused(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}").startswith("append-only:")
    if table != "audits_seal":  # a seal is unique by its number alone
        without_id = ", ".join(name for name in names if name != "id")
        again = f"INSERT OR REPLACE INTO {table} ({without_id}) SELECT {without_id} FROM {table}"
        assert refused(again).startswith("append-only:")
    with connection.cursor() as cursor:
        assert sorted(cursor.execute(f"SELECT * FROM {table}").fetchall(), key=str) == before


@pytest.mark.postgres
@pytest.mark.parametrize("table", APPEND_ONLY)
def test_truncate_is_refused(sealed: Made, table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else PostgreSQL refuses for another reason
    assert refused(f"TRUNCATE {table} CASCADE").startswith("append-only:")


def test_the_orm_is_refused_too(sealed: Made) -> None:
    for rows in (Event.objects, SealedHead.objects):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            rows.all().delete()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Event.objects.update(action="close")
    assert Event.objects.filter(action="close").count() == 0


def test_every_table_of_the_log_is_guarded() -> None:
    assert set(CHANGES) <= set(APPEND_ONLY)


def test_new_rows_are_taken(sealed: Made) -> None:
    assert Event.objects.count() > 0
    assert present(connection) == expected(connection)


def test_the_system_check_is_silent_while_all_triggers_stand(sealed: Made) -> None:
    assert [one.id for one in run_checks(databases=["default"]) if one.id == "audits.E001"] == []


def test_the_system_check_names_each_trigger_that_is_gone(without_triggers: None) -> None:
    found = [one.msg for one in run_checks(databases=["default"]) if one.id == "audits.E001"]
    # Of events, seals, sealed heads and frozen returns: two each on PostgreSQL, three on SQLite.
    assert len(found) == len(expected(connection)) == (8 if connection.vendor == "postgresql" else 12)
    for table in APPEND_ONLY:
        assert sum(f"{table}_no_" in message for message in found) == len(found) // 4


@pytest.mark.postgres
def test_the_system_check_finds_a_disabled_trigger(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audits_event DISABLE TRIGGER audits_event_no_row")
    found = [one.msg for one in run_checks(databases=["default"]) if one.id == "audits.E001"]
    assert len(found) == 1
    assert "audits_event_no_row" in found[0]
