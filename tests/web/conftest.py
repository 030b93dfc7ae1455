"""Pages over the filled demo: who signs in sees what the queries show."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from tests import kept_demo


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """A filled demo for all tests of a file; rolled back at the end."""
    with kept_demo.given(django_db_blocker) as told:
        yield told


@pytest.fixture
def visitor(demo: dict[str, Any], db: None) -> Callable[[str], Client]:
    """A browser of a demo user."""

    def sign_in(username: str) -> Client:
        client = Client()
        client.force_login(User.objects.get(username=username), backend="accounts.backends.AuthenticationBackend")
        return client

    return sign_in


def pytest_itemcollected(item: pytest.Item) -> None:
    """In a parallel run one process has all tests that read the demo, so that it is filled once for them.

    On PostgreSQL its pages are read by the tests in the browser, from a server of their own.
    """
    if "demo" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.xdist_group(kept_demo.GROUP))
        item.add_marker(pytest.mark.embedded)
