"""Every scheduled task exists, runs on an empty database, and runs again."""

import pytest

from audits import tasks
from cpaudit_site.celery import SCHEDULE, app


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    [
        "send_due_notices",
        "deliver_webhooks",
        "refresh_statistics",
        "purge_staged_documents",
        "seal_events",
        "recompute_deadlines",
        "propose_next_rounds",
        "open_duties",
    ],
)
def test_a_task_runs_and_runs_again(name):
    task = getattr(tasks, name)
    assert task.name == f"audits.tasks.{name}"
    task()
    task()


def test_the_schedule_names_only_tasks_that_exist_and_forgets_none():
    ours = {name for name in app.tasks if name.startswith("audits.tasks.")}
    assert {entry["task"] for entry in SCHEDULE.values()} == ours
