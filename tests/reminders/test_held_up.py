"""A date that a running suspension holds up reminds nobody and is overdue nowhere; it runs again when the case goes on."""

import importlib
from datetime import date
from types import SimpleNamespace

import pytest
from django.apps import apps

from audits import reminders
from audits.models import Deadline, Notice
from audits.procedure.words import Party
from audits.reminders.calendars import contents
from audits.statistics import tables
from audits.web.nextsteps import counts, open_deadlines
from audits.workflow.verify import verify_all
from tests.reminders.conftest import morning
from tests.workflow.making import Made, act, made

pytestmark = pytest.mark.django_db
KEY = "start_audit:order_audit:start_audit"


def suspended() -> Made:
    """Ordered to start by 30 November, suspended ten days before; every other date is out of the way."""
    told = made("notified")
    by = told.person("province approver")
    orders = {"start_by": "2008-11-30", "report_by": "2009-11-30"}
    act(told, told.case, "order_audit", by, date(2008, 10, 10), {"basis": "逾期", **orders})
    stop(told, "suspend", date(2008, 11, 20), suspended_on="2008-11-20", grounds="停产")
    Deadline.objects.exclude(key=KEY).update(void=True)
    return told


def stop(told: Made, action: str, on: date, **payload: str) -> None:
    by = told.person("province approver")
    act(told, told.case, action, by, on, {**payload, "basis_document": [told.world.staged(by)]})


def told_of(deadline: Deadline) -> int:
    return Notice.objects.filter(deadline=deadline).count()


def test_a_date_held_up_reminds_nobody_until_the_case_goes_on() -> None:
    told = suspended()
    row = Deadline.objects.get(case=told.case, key=KEY)
    assert (row.held, row.due_on) == (True, date(2008, 11, 30))
    reminders.run(date(2009, 3, 2), morning("2009-03-02"), sending_hours=(23, 24))
    assert told_of(row) == 0

    stop(told, "resume", date(2009, 3, 5), resumed_on="2009-03-05", grounds="复产")
    row.refresh_from_db()
    assert (row.held, row.due_on) == (False, date(2009, 3, 15))  # 105 days on
    reminders.run(date(2009, 3, 13), morning("2009-03-13"), sending_hours=(23, 24))
    assert told_of(row) > 0


def test_a_date_held_up_is_overdue_nowhere(time_machine) -> None:
    told = suspended()
    day = date(2009, 3, 2)
    time_machine.move_to(morning("2009-03-02"), tick=False)
    assert tables.overdue(2008, day) == {}
    by = told.person("province approver")
    assert counts(open_deadlines(by)) == {"late": 0, "week": 0, "month": 0, "later": 0}
    [shown] = contents.deadlines_of(by, day, 10)
    assert contents._summary(shown, told.case.regime, Party.AUTHORITY, "zh-hans").startswith("[中止] ")

    Deadline.objects.filter(key=KEY).update(held=False)
    assert list(tables.overdue(2008, day).values()) == [1]
    assert counts(open_deadlines(by))["late"] == 1


def test_the_mark_is_verified_against_the_events() -> None:
    suspended()
    Deadline.objects.update(void=False)
    assert [str(one) for one in verify_all()] == []
    Deadline.objects.filter(key=KEY).update(held=False)
    assert [one.detail for one in verify_all()] == [f"deadlines: {KEY}"]


def test_the_migration_marks_what_stands_still() -> None:
    suspended()
    Deadline.objects.update(held=False)
    moving = importlib.import_module("audits.migrations.0014_dates_held_up")
    moving.mark_held(apps, SimpleNamespace(connection=SimpleNamespace(alias="default")))
    assert set(Deadline.objects.filter(held=True).values_list("key", flat=True)) == {
        row.key for row in Deadline.objects.all() if row.detail["nature"] == "decided" and row.detail["suspended_since"]
    }
    assert Deadline.objects.get(key=KEY).held
