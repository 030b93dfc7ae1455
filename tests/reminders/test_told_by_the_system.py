"""What the system does of itself is told: a provisional date moved by a year's rest days, the next round, yearly duties."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from audits.models import Channel, Deadline, DutyYear, Notice, NoticeIntent, ReviewAssignment
from audits.procedure.words import Level, Mark, Party
from audits.reminders import run
from audits.workflow import duties, recompute, rounds
from enterprises.parameters import set_parameter
from enterprises.rest_days import DayRow, load_year
from tests.factories_audits import make_authority
from tests.reminders.conftest import body_of, morning
from tests.scenarios.runner import day
from tests.workflow.making import made

pytestmark = pytest.mark.django_db

COURSE_2026 = """
published: {listing: {nominated: 2026-08-17, submitted: 2026-08-18, verified: 2026-08-20, confirmed: 2026-08-24, published: 2026-10-30}}
started: {audit: {notified: 2026-11-01, started: 2026-11-10}}
"""
MOVED = [DayRow(date=date(2027, 10, 30), kind="workday_moved", name_zh="调休", name_en="moved")]


def run_on(text: str) -> Any:
    return run(date.fromisoformat(text), morning(text))


def load(days: list[DayRow]) -> None:
    load_year(2027, days, notice_number="国办发明电〔2026〕实例号", source="实例", mark=Mark.OWN)


def recomputed(on: date) -> int:
    with day(on):
        return recompute.recompute_changed(timezone.now())


def told(kind: str, **of: Any) -> set[tuple[str, str]]:
    """Who was told by mail, and whether it went out."""
    rows = Notice.objects.filter(kind=kind, channel=Channel.EMAIL, **of)
    return set(rows.values_list("recipient__email", "state"))


def test_a_provisional_date_that_a_years_rest_days_move_is_told_with_old_and_new(mailbox):
    story = made("started", course=COURSE_2026)
    preparer = story.person("preparer")
    run_on("2026-11-24")
    row = Deadline.objects.get(case=story.case, key="complete_audit:published_on")
    assert (row.due_on, row.provisional) == (date(2027, 11, 1), True)
    mailbox.messages.clear()
    load(MOVED)
    assert recomputed(date(2026, 11, 25)) == 1
    run_on("2026-11-25")
    assert (preparer.user.email, "sent") in told("recompute", case=story.case)
    [message] = mailbox.addressed_to(preparer)
    assert "2027-11-01 → 2027-10-30" in body_of(message)


def test_a_year_that_only_confirms_dates_troubles_nobody(mailbox):
    story = made("started", course=COURSE_2026)
    load([])
    assert recomputed(date(2026, 11, 25)) == 1
    run_on("2026-11-25")
    assert NoticeIntent.objects.filter(case=story.case, kind="recompute").count() == 0
    assert told("recompute") == set()


def test_the_next_round_is_told_to_the_enterprise_and_to_who_supervises_it(mailbox):
    story = made("closed")
    county = story.person("county officer")
    run_on("2014-01-09")
    with day(date(2014, 1, 10)):
        assert rounds.propose_due(timezone.now()) == 1
    mailbox.messages.clear()
    run_on("2014-01-10")
    preparer = story.person("preparer")
    heard = told("propose_next_round", case=story.case)
    assert {(preparer.user.email, "sent"), (county.user.email, "sent")} <= heard
    [message] = mailbox.addressed_to(preparer)
    assert "2014-06-30" in body_of(message)


def test_authorities_are_reminded_of_what_they_owe_each_year_and_above_when_late(mailbox):
    _province, officer = make_authority("32", Level.PROVINCE)
    _nation, above = make_authority("", Level.NATION)
    with day(date(2011, 1, 5)):
        duties.open_duties(2011)
    run_on("2011-01-05")
    assert mailbox.addressed_to(officer) == []
    run_on("2011-03-28")  # three days before the plan is due
    [message] = mailbox.addressed_to(officer)
    assert "2011-03-31" in body_of(message)
    assert "江苏" in body_of(message)
    duty = DutyYear.objects.get(reporting_unit="320000", year=2011)
    run_on("2011-04-01")
    rows = Notice.objects.filter(deadline__duty=duty, channel=Channel.EMAIL, state=Notice.State.SENT)
    assert set(rows.values_list("recipient__email", "rung", "climb")) == {
        (officer.user.email, -3, 0),
        (officer.user.email, 1, 0),
        (above.user.email, 1, 1),
    }


def test_a_yearly_duty_whose_date_moved_is_told_to_the_authority_that_owes_it(mailbox):
    _province, officer = make_authority("32", Level.PROVINCE)
    _other, elsewhere = make_authority("33", Level.PROVINCE)
    with day(date(2011, 1, 5)):
        duties.open_duties(2011)
    run_on("2011-01-05")
    set_parameter(
        "local_due",
        {"submit_annual_plan": "02-25"},
        valid_from=date(2011, 1, 1),
        source="实例",
        mark=Mark.OWN,
        reporting_unit="320000",
    )
    assert recomputed(date(2011, 1, 10)) == 1
    run_on("2011-01-10")
    assert told("recompute") == {(officer.user.email, "sent")}
    [message] = mailbox.addressed_to(officer)
    assert "2011-02-25" in body_of(message)
    assert "江苏" in body_of(message)
    assert mailbox.addressed_to(elsewhere) == []


def test_an_invited_expert_is_told_on_the_ledger_and_by_mail(mailbox):
    story = made("applied")
    run_on("2009-08-31")
    mailbox.messages.clear()
    invitation = {
        "on": date(2009, 9, 1),
        "who": "province officer",
        "does": "form_panel",
        "with": {"review": "assessment"},
    }
    story.runner.take(99, invitation)
    run_on("2009-09-01")
    invited = ReviewAssignment.objects.filter(case=story.case, ended_on=None)
    assert invited.count() > 0
    emails = set(invited.values_list("membership__user__email", flat=True))
    assert told("form_panel", case=story.case) == {(email, "sent") for email in emails}
    parties = Notice.objects.filter(kind="form_panel").values_list("membership__organization__party", flat=True)
    assert set(parties) == {Party.EXPERT.value}
    assert emails <= {message["To"] for message in mailbox.messages}
    run_on("2009-09-02")
    assert Notice.objects.filter(kind="form_panel", channel=Channel.EMAIL).count() == len(emails)
