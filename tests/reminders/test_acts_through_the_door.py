"""What real acts set in motion: a date moved by an extension is reminded of again, and every act that is told is told."""

from datetime import date
from typing import Any

import pytest
import yaml

from audits.models import Channel, Deadline, Notice, NoticeIntent
from audits.procedure.words import Party
from audits.reminders import run
from tests.reminders.conftest import morning
from tests.workflow.making import Made, made

pytestmark = pytest.mark.django_db


def go_on(story: Made, steps: str) -> None:
    """More acts, told like a scenario."""
    for number, step in enumerate(yaml.safe_load(steps), start=100):
        story.runner.take(number, step)


def run_on(day: str) -> Any:
    return run(date.fromisoformat(day), morning(day))


def test_a_date_moved_by_an_extension_is_reminded_of_again(mailbox):
    story = made("notified")
    go_on(
        story,
        """
        - {"on": 2008-10-10, who: province approver, does: order_audit,
           with: {file_by: 2008-11-30, start_by: 2008-11-30, complete_by: 2009-10-31, report_by: 2009-11-30}}
        """,
    )
    ordered = Deadline.objects.get(case=story.case, step="start_audit", due_on=date(2008, 11, 30))
    run_on("2008-11-27")
    go_on(
        story,
        '[{"on": 2008-11-28, who: province approver, does: extend, with: {step: start_audit, until: 2008-12-15}}]',
    )
    run_on("2008-12-12")
    ordered.refresh_from_db()
    assert ordered.due_on == date(2008, 12, 15)
    preparer = story.person("preparer")
    sent = Notice.objects.filter(
        deadline=ordered, recipient=preparer.user, channel=Channel.EMAIL, state=Notice.State.SENT
    )
    assert list(sent.order_by("due_on").values_list("due_on", "rung")) == [
        (date(2008, 11, 30), -3),
        (date(2008, 12, 15), -3),
    ]
    assert len(mailbox.addressed_to(preparer)) == 2


def test_the_acts_of_a_whole_case_are_told(mailbox):
    story = made("closed")
    run_on("2011-05-11")
    told = dict.fromkeys(NoticeIntent.objects.filter(case=story.case).values_list("kind", flat=True))
    assert {"publish", "notify", "submit_report", "form_panel", "decide_assessment", "decide_acceptance"} <= set(told)
    preparer = story.person("preparer")
    heard = set(Notice.objects.filter(recipient=preparer.user, intent__isnull=False).values_list("kind", flat=True))
    assert {"publish", "notify", "decide_assessment", "decide_acceptance"} <= heard
    assert "form_panel" not in heard
    experts = Notice.objects.filter(kind="form_panel", case=story.case).values_list(
        "membership__organization__party", flat=True
    )
    assert set(experts) <= {Party.EXPERT.value}


def test_extension_suspension_and_resumption_are_told(mailbox):
    story = made("notified")
    run_on("2008-10-09")
    go_on(
        story,
        """
        - {"on": 2008-10-10, who: province approver, does: order_audit,
           with: {file_by: 2008-11-30, start_by: 2008-11-30, complete_by: 2009-10-31, report_by: 2009-11-30}}
        - {"on": 2008-11-20, who: province approver, does: extend, with: {step: start_audit, until: 2008-12-15}}
        - {"on": 2008-11-21, who: province approver, does: suspend}
        - {"on": 2008-11-24, who: province approver, does: resume}
        """,
    )
    run_on("2008-11-25")
    preparer = story.person("preparer")
    heard = Notice.objects.filter(recipient=preparer.user, intent__isnull=False, send_on=date(2008, 11, 25))
    assert set(heard.values_list("kind", flat=True)) == {"order_audit", "extend", "suspend", "resume"}
    assert set(heard.filter(channel=Channel.EMAIL).values_list("state", flat=True)) == {Notice.State.SENT}


def test_a_returned_report_is_told(mailbox):
    story = made("reported")
    go_on(
        story,
        """
        - {"on": 2009-07-12, who: county approver, does: return_report,
           with: {submission: submit_report, reasons: [balance_errors], resubmit_by: 2009-08-31}}
        """,
    )
    run_on("2009-07-13")
    preparer = story.person("preparer")
    assert Notice.objects.filter(recipient=preparer.user, kind="return_report", state=Notice.State.SENT).count() == 2
