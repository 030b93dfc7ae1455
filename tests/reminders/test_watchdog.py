"""The watchdog notices what did not happen, says so on the health page, and tells operators more."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from celery import Celery
from celery.schedules import crontab
from django.utils import timezone

from accounts.models import Organization
from audits import tasks
from audits.models import TaskRecord
from audits.procedure.words import Party, Role
from cpaudit_site import watchdog
from cpaudit_site.celery import SCHEDULE, answer
from cpaudit_site.watchdog import WatchedTask
from tests.api.conftest import codes
from tests.factories_audits import make_deadline, make_member

DAILY = {name for name, entry in SCHEDULE.items() if len(entry["schedule"].hour) == 1}
SENDING = "Send the notices that are due"


def states():
    return {state.task: state for state in watchdog.states(timezone.now())}


@pytest.mark.django_db
def test_a_fresh_service_is_given_its_time(client):
    assert {state.state for state in states().values()} == {"ok"}
    assert client.get("/health/ready").json()["status"] == "ok"


@pytest.mark.django_db
def test_a_service_whose_tasks_never_ran_says_so_and_still_serves(client, time_machine):
    time_machine.move_to(timezone.now() + timedelta(hours=2))
    late = client.get("/health/ready")
    assert (late.status_code, late.json()["status"]) == (200, "degraded")
    assert set(late.json()["late_tasks"]) == set(SCHEDULE) - DAILY
    assert set(late.json()["checks"].values()) == {"ok"}

    time_machine.move_to(timezone.now() + timedelta(hours=25))
    assert set(client.get("/health/ready").json()["late_tasks"]) == set(SCHEDULE)
    assert client.get("/health/live").json() == {"status": "ok"}


@pytest.mark.django_db
def test_a_success_is_noted_and_holds_for_its_window(client, time_machine):
    time_machine.move_to(timezone.now() + timedelta(days=3), tick=False)
    tasks.send_due_notices.apply(throw=True)
    noted = states()["audits.tasks.send_due_notices"]

    assert (noted.succeeded_at, noted.failures, noted.late) == (timezone.now(), 0, False)
    assert noted.window == timedelta(hours=1)
    assert SENDING not in client.get("/health/ready").json()["late_tasks"]
    time_machine.move_to(timezone.now() + timedelta(minutes=61))
    assert SENDING in client.get("/health/ready").json()["late_tasks"]


@pytest.mark.django_db
def test_facts_are_refreshed_often_enough_for_rates_and_the_watchdog_knows(time_machine):
    [entry] = [one for one in SCHEDULE.values() if one["task"] == "audits.tasks.refresh_statistics"]
    assert (sorted(entry["schedule"].minute), len(entry["schedule"].hour)) == (list(range(0, 60, 5)), 24)
    tasks.refresh_statistics()
    time_machine.move_to(timezone.now() + timedelta(minutes=29))
    kept = states()["audits.tasks.refresh_statistics"]
    assert (kept.window, kept.late) == (timedelta(minutes=30), False)
    time_machine.move_to(timezone.now() + timedelta(minutes=2))
    assert states()["audits.tasks.refresh_statistics"].late
    assert states()["audits.tasks.recount_statistics"].window == timedelta(hours=26)


@pytest.mark.django_db
def test_a_failure_is_noted_with_its_reason_and_the_task_still_fails():
    for _ in range(2):
        with pytest.raises(ValueError, match="Invalid isoformat"):
            tasks.send_due_notices("someday")
    failing = states()["audits.tasks.send_due_notices"]
    assert (failing.state, failing.failures, failing.succeeded_at) == ("failing", 2, None)
    assert failing.error == "ValueError(\"Invalid isoformat string: 'someday'\")"

    tasks.send_due_notices()
    good = states()["audits.tasks.send_due_notices"]
    assert (good.state, good.failures, good.error) == ("ok", 0, "")
    assert good.failed_at is not None


@pytest.mark.django_db
def test_what_is_not_periodic_is_not_noted():
    answer("hello")
    assert not TaskRecord.objects.exists()


def test_a_note_that_cannot_be_written_spoils_no_task(caplog):
    """Without the mark, pytest-django refuses every query."""

    own = Celery("own", task_cls=WatchedTask, set_as_current=False)

    @own.task(name="audits.tasks.seal_events")
    def total(left, right):
        return left + right

    assert total(2, 3) == 5
    assert "task_not_noted" in caplog.text


@pytest.mark.django_db
def test_mail_that_has_been_down_is_seen_on_the_health_page_and_by_operators(
    county, mailbox, settings, time_machine, client
):
    """Each run ends well and says that mail is down: nobody would know."""
    settings.SENDING_HOURS = (8, 22)
    make_deadline(county.case, date(2008, 10, 6))
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    answers = {}
    for hour in ("2008-10-06T20:30", "2008-10-06T21:50", "2008-10-07T08:20", "2008-10-07T08:40"):
        time_machine.move_to(datetime.fromisoformat(f"{hour}:00+08:00"), tick=False)
        tasks.send_due_notices()
        answers[hour] = client.get("/health/ready").json().get("messages_waiting_minutes")
    # 90 minutes until 22:00, then those after 8:00 the next morning.
    assert list(answers.values()) == [None, None, None, 130]
    assert client.get("/health/ready").json()["status"] == "degraded"
    operator = make_member(Organization.objects.create(party=Party.OPERATOR.value, name="运维"), Role.OPERATOR)
    client.force_login(operator.user)
    assert "最早一条消息自 2008-10-06 20:30 起待发，已超过时限" in client.get("/operations/").content.decode()

    settings.EMAIL_PORT = port
    time_machine.move_to(datetime.fromisoformat("2008-10-07T09:00:00+08:00"), tick=False)
    tasks.send_due_notices()
    assert watchdog.oldest_message(timezone.now()) is None
    assert "messages_waiting_minutes" not in client.get("/health/ready").json()


@pytest.mark.parametrize(
    ("schedule", "window"),
    [
        (crontab(), timedelta(minutes=15)),
        (crontab(minute="*/10"), timedelta(hours=1)),
        (crontab(minute="5"), timedelta(hours=6)),
        (crontab(hour="8", minute="5"), timedelta(hours=26)),
        (crontab(hour="8", minute="5", day_of_week="1"), timedelta(days=8)),
        (crontab(hour="8", minute="5", day_of_month="1"), timedelta(days=33)),
        (crontab(hour="8", minute="5", day_of_month="1", month_of_year="1"), timedelta(days=400)),
    ],
)
def test_a_window_is_longer_than_the_pause_of_the_schedule(schedule, window):
    assert watchdog.window_of(schedule) == window


@pytest.mark.django_db
def test_operators_see_every_task_in_their_language_and_others_none(county, as_):
    tasks.send_due_notices()
    service = Organization.objects.create(party=Party.OPERATOR.value, name="运维")
    shown = as_(make_member(service, Role.OPERATOR)).see("system/tasks/")
    refused = as_(county.preparer).see("system/tasks/")

    assert [row["task"] for row in shown.json()] == [entry["task"] for entry in SCHEDULE.values()]
    [sending] = [row for row in shown.json() if row["task"] == "audits.tasks.send_due_notices"]
    assert (sending["name"], sending["state"], sending["window_minutes"]) == ("发送到期通知", "ok", 60)
    assert datetime.fromisoformat(sending["succeeded_at"]).astimezone(ZoneInfo("Asia/Shanghai")) <= timezone.now()
    assert (refused.status_code, codes(refused)) == (403, ["only_operators"])
