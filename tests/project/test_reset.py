"""Tests that commit leave the next one a database as it was: empty of their rows, with its triggers and its registers."""

import pytest
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection, transaction

from audits.models.triggers import GUARDED, expected, present
from enterprises.models import Division


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_test_commits_is_gone_in_the_next(turn):
    users = get_user_model().objects
    assert users.filter(username="left-behind").count() == 0
    assert present(connection) == expected(connection)
    assert Division.objects.count() > 3000
    users.create(username="left-behind", email="left-behind@example.org")


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
@pytest.mark.parametrize("table", GUARDED)
def test_postgres_refuses_to_truncate_an_append_only_table(table):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table} CASCADE")
