"""What all tests share: real databases told apart, clean caches, reproducible random examples.

Tests marked `postgres` or `redis` need the real server, those marked `embedded` need none and run once, as do those that
use no database and start nothing. In the run that is not theirs they are deselected, and the summary says how many:
`make test` makes both runs.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import translation

hypothesis.settings.register_profile(
    "ci",
    derandomize=True,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("ci")

_deselected = 0
PROGRAMS = Path(__file__).parent / "project"


def _missing(item: pytest.Item) -> bool:
    """Whether the item belongs to the other run: it needs a server this one has not, or the embedded mode."""
    on_postgres = "postgresql" in settings.DATABASES["default"]["ENGINE"]
    has_redis = bool(settings.REDIS_URL)

    def marked(name: str) -> bool:
        return item.get_closest_marker(name) is not None

    once = marked("embedded") or not (marked("postgres") or marked("redis") or _starts(item) or _uses_database(item))
    return (
        (marked("postgres") and not on_postgres)
        or (marked("redis") and not has_redis)
        or (once and (on_postgres or has_redis))
    )


def _starts(item: pytest.Item) -> bool:
    """Whether it may start the programs of the project, which go by the servers of the run."""
    return item.path.is_relative_to(PROGRAMS)


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Name a parameter that is a file or a long text by its argument, not by its content.

    Such content makes unreadable names, and content that is packed with the time of day makes the processes of a parallel
    run disagree about which tests there are.
    """
    if isinstance(val, bytes) or (isinstance(val, str) and len(val) > 60):
        return argname
    return None


# Modules whose tests share something that takes long to make: in a parallel run one process makes it, not each.
TOGETHER = ("tests/api/test_schemathesis.py",)


def pytest_itemcollected(item: pytest.Item) -> None:
    module = item.nodeid.partition("::")[0]
    if module in TOGETHER:
        item.add_marker(pytest.mark.xdist_group(module))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left = [item for item in items if _missing(item)]
    if not left:
        return
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if not _missing(item)]
    global _deselected
    _deselected = len(left)
    if hasattr(config, "workeroutput"):
        config.workeroutput["left_to_the_other_run"] = len(left)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """A process of a parallel run tells how many it left out; all collect the same."""
    global _deselected
    _deselected = max(_deselected, getattr(node, "workeroutput", {}).get("left_to_the_other_run", 0))


def pytest_report_header() -> str:
    engine = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    return f"database: {engine}; queue: {'redis' if settings.REDIS_URL else 'files'}"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if _deselected:
        terminalreporter.write_line(
            f"{_deselected} tests belong to the other run (marked postgres or redis: the one on PostgreSQL; embedded: the "
            "one on SQLite)."
        )


@pytest.fixture(autouse=True)
def _clean_cache() -> None:
    """No test sees throttle counts or cached answers of another."""
    cache.clear()


@pytest.fixture(autouse=True)
def _first_language() -> Iterator[None]:
    """Each test begins in the site's language: a request with the test client leaves its reader's active."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def on_postgres() -> bool:
    """Whether this run is the one on PostgreSQL."""
    return bool(connection.vendor == "postgresql")


@pytest.fixture(autouse=True)
def _append_only_tables_can_be_reset(request: pytest.FixtureRequest) -> Iterator[None]:
    """The one helper that resets append-only tables.

    A test that commits (`transaction=True`) ends with a flush, which the triggers rightly refuse: they are dropped just
    before it. The flush sends `post_migrate`, which installs them again and restores the rows every database has.
    """
    if not _uses_database(request.node):
        yield
        return
    request.getfixturevalue("_django_db_helper")
    commits = not connection.in_atomic_block
    yield
    if commits:
        from audits.models.triggers import drop_triggers

        drop_triggers(connection)


def _uses_database(item: Any) -> bool:
    fixtures = {"db", "transactional_db", "live_server", "django_db_reset_sequences", "django_db_serialized_rollback"}
    return item.get_closest_marker("django_db") is not None or bool(fixtures & set(getattr(item, "fixturenames", ())))
