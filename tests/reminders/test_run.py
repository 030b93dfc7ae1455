"""Reminders from the deadline to the mailbox of a real SMTP server."""

from datetime import date, datetime

import pytest

from accounts.memberships import remove
from audits.models import Channel, Deadline, Digest, Notice, NoticeIntent, ReminderRun
from audits.procedure.words import Function, Level, Party, Role
from audits.reminders import run
from tests.factories_audits import make_authority, make_case, make_deadline, make_enterprise, make_member
from tests.reminders.conftest import body_of, morning

pytestmark = pytest.mark.django_db
DUE = date(2008, 10, 6)
EMAIL = Channel.EMAIL


def run_on(day: str, **options):
    return run(date.fromisoformat(day), morning(day), **options)


def mail_states(deadline):
    return {
        notice.rung: notice.state for notice in Notice.objects.filter(deadline=deadline, channel=EMAIL).order_by("rung")
    }


def test_three_missed_days_go_out_once(county, mailbox):
    deadline = make_deadline(county.case, DUE)
    assert run_on("2008-09-29").sent == 1  # seven days before
    assert run_on("2008-10-01").sent == 0
    report = run_on("2008-10-06")  # the runs three days and one day before were missed
    assert report.sent == 1
    assert len(mailbox.addressed_to(county.preparer)) == 2
    assert mail_states(deadline) == {-7: "sent", -3: "superseded", -1: "superseded", 0: "sent"}
    assert [run_on("2008-10-06").sent, len(mailbox.messages)] == [0, 2]


def test_one_digest_tells_everything_of_a_day(county, mailbox):
    other = make_case(county.enterprise)
    make_deadline(county.case, DUE)
    make_deadline(other, date(2008, 10, 9), step="complete_audit")
    assert run_on("2008-10-02").sent == 1
    [message] = mailbox.messages
    text = body_of(message)
    assert county.case.number in text
    assert other.number in text
    assert "还有 4 天" in text
    assert "还有 7 天" in text


def test_a_moved_date_is_reminded_of_again(county, mailbox):
    deadline = make_deadline(county.case, DUE)
    assert run_on("2008-10-03").sent == 1
    Deadline.objects.filter(pk=deadline.pk).update(due_on=date(2008, 10, 8))
    ReminderRun.objects.all().delete()  # as the event that moved it would, this has the deadline looked at again
    assert run_on("2008-10-05").sent == 1
    rows = Notice.objects.filter(deadline=deadline, channel=EMAIL).order_by("due_on")
    assert [(row.due_on, row.rung) for row in rows] == [(DUE, -3), (date(2008, 10, 8), -3)]


def test_what_waited_for_the_old_date_is_not_sent(county, mailbox):
    deadline = make_deadline(county.case, DUE)
    assert run_on("2008-10-03", sending_hours=(9, 18)).outside_hours
    Deadline.objects.filter(pk=deadline.pk).update(met_on=date(2008, 10, 3))
    assert run_on("2008-10-03").sent == 0
    assert mailbox.messages == []
    assert mail_states(deadline) == {-3: "superseded"}
    assert Digest.objects.get().state == Digest.State.EMPTY


def test_a_removed_member_hears_nothing(county, mailbox):
    gone = make_member(county.enterprise.organization, Role.CERTIFIER)
    make_deadline(county.case, DUE)
    assert run_on("2008-10-03", sending_hours=(9, 18)).queued == 4
    remove(gone, by=county.preparer, reason="left", now=morning("2008-10-03"))
    assert run_on("2008-10-03").sent == 1
    assert mailbox.addressed_to(gone) == []
    make_deadline(county.case, date(2008, 10, 10))
    run_on("2008-10-04")
    assert not Notice.objects.filter(recipient=gone.user, send_on=date(2008, 10, 4)).exists()


def test_each_reads_a_language_of_their_own(county, mailbox):
    english = make_member(county.enterprise.organization, Role.CERTIFIER, language="en")
    make_deadline(county.case, DUE, provisional=True)
    run_on("2008-10-03")
    [zh], [en] = mailbox.addressed_to(county.preparer), mailbox.addressed_to(english)
    assert zh["Subject"].strip() == "[清洁生产审核] 共 1 项事项（2008-10-03）"
    assert en["Subject"] == "[Cleaner production audits] 1 item on 2008-10-03"
    assert "暂定日期" in body_of(zh)
    assert "Provisional date" in body_of(en)
    address = f"https://cp.example.org/accounts/login/?next=/cases/{county.case.pk}/"
    for message in (zh, en):
        assert address in body_of(message)
        assert f'href="{address}"' in body_of(message, "html")


def test_what_is_overdue_climbs_along_the_unit(county, mailbox):
    deadline = make_deadline(county.case, DUE)
    told = {}
    for day in ("2008-10-06", "2008-10-07", "2008-10-13", "2008-10-20", "2008-11-05"):
        mailbox.messages.clear()
        run_on(day)
        told[day] = {level for level, officer in county.officers.items() if mailbox.addressed_to(officer)}
        assert len(mailbox.addressed_to(county.preparer)) == 1
    assert told == {
        "2008-10-06": set(),
        "2008-10-07": {Level.COUNTY},
        "2008-10-13": {Level.COUNTY, Level.CITY},
        "2008-10-20": {Level.COUNTY},
        "2008-11-05": {Level.COUNTY, Level.PROVINCE},
    }
    top = Notice.objects.filter(deadline=deadline, climb__gt=0).order_by("-climb").first()
    assert (top.climb, top.rung, top.recipient_id) == (3, 30, county.officers[Level.PROVINCE].user_id)


def test_an_authoritys_own_duty_climbs_to_its_superior(county, mailbox):
    make_deadline(county.case, DUE, step="check_disclosure", party=Party.AUTHORITY)
    run_on("2008-10-06")
    assert [message["To"] for message in mailbox.messages] == [county.officers[Level.COUNTY].user.email]
    run_on("2008-10-07")
    assert len(mailbox.addressed_to(county.officers[Level.CITY])) == 1
    assert mailbox.addressed_to(county.preparer) == []


def test_a_separately_planned_city_climbs_to_the_nation(county, mailbox):
    _, dalian = make_authority("2102", Level.CITY)
    _, liaoning = make_authority("21", Level.PROVINCE)
    make_deadline(make_case(make_enterprise("210202")), DUE)
    run_on("2008-10-13")
    assert len(mailbox.addressed_to(dalian)) == 1
    assert len(mailbox.addressed_to(county.officers[Level.NATION])) == 1
    assert mailbox.addressed_to(liaoning) == []


def test_intents_find_their_people_when_sent(county, mailbox):
    for audience in ({"party": Party.ENTERPRISE.value}, {"function": Function.SUPERVISE.value}):
        NoticeIntent.objects.create(
            case=county.case, event_seq=1, kind="decide_assessment", audience=audience, created_at=morning("2008-10-03")
        )
    report = run_on("2008-10-03")
    assert (report.intents, report.sent) == (2, 2)
    assert len(mailbox.addressed_to(county.officers[Level.COUNTY])) == 1
    assert run_on("2008-10-04").intents == 0
    assert Notice.objects.inbox_of(county.preparer.user).unread().count() == 1


def test_a_dry_run_stores_and_sends_nothing(county, mailbox):
    make_deadline(county.case, DUE)
    report = run_on("2008-10-03", dry_run=True)
    assert (report.due, report.queued, report.waiting) == (1, 2, 1)
    assert not Notice.objects.exists()
    assert not ReminderRun.objects.exists()
    assert mailbox.messages == []


def test_the_first_run_sends_at_most_the_cap_and_marks_the_rest(county, mailbox):
    for _ in range(4):
        enterprise = make_enterprise()
        make_member(enterprise.organization, Role.PREPARER)
        make_deadline(make_case(enterprise), DUE)
    report = run_on("2008-10-06", cap=3)
    # One mail and one notice in the app.
    assert (report.first, report.sent, report.superseded, report.waiting) == (True, 3, 2, 0)
    assert run_on("2008-10-06").sent == 0
    assert run_on("2008-10-07", cap=3).waiting == 2  # from now on the rest waits
    assert run_on("2008-10-07").sent == 2


def test_the_first_run_leaves_at_most_the_cap_of_unread_notices_in_the_app(county, mailbox):
    """Old cases are long overdue: everybody up to the nation would be told of each of them."""
    for days in range(5):
        make_deadline(make_case(county.enterprise), date(2008, 3, 1 + days))
    run_on("2008-10-06", cap=3)
    unread = Notice.objects.filter(channel=Channel.IN_APP, read_at=None).exclude(state="superseded")
    kept = sorted((one.due_on, one.climb) for one in unread)
    assert kept == [(date(2008, 3, day), 0) for day in (3, 4, 5)]
    assert Notice.objects.inbox_of(county.preparer.user).count() == 3
    assert Notice.objects.inbox_of(county.officers[Level.COUNTY].user).count() == 0
    assert Notice.objects.filter(channel=Channel.IN_APP, state="superseded").count() > 3
    before = Notice.objects.count()
    run_on("2008-10-06", cap=3)
    assert (Notice.objects.count(), Notice.objects.inbox_of(county.preparer.user).count()) == (before, 3)


def test_a_day_ends_at_midnight_in_shanghai(county, mailbox, time_machine):
    """16:30Z is 00:30 of the next day there."""
    from audits.tasks import send_due_notices

    make_deadline(county.case, DUE)
    told = {}
    for moment in ("2008-10-03T15:59:00Z", "2008-10-04T15:59:00Z", "2008-10-04T16:30:00Z", "2008-10-05T16:01:00Z"):
        time_machine.move_to(datetime.fromisoformat(moment), tick=False)
        told[moment] = send_due_notices()["due"]
    assert list(told.values()) == [1, 0, 1, 1]
    assert set(Notice.objects.values_list("rung", flat=True)) == {-3, -1, 0}


def test_nothing_due_costs_the_same_few_queries(county, mailbox, django_assert_num_queries, on_postgres):
    for _ in range(3):
        make_deadline(county.case, date(2008, 12, 31))
    run_on("2008-10-03")
    few = 8 if on_postgres else 7  # it asks whether events are being written
    with django_assert_num_queries(few):
        assert run_on("2008-10-03").sent == 0
    for _ in range(20):
        make_deadline(county.case, date(2008, 12, 31))
    with django_assert_num_queries(few):
        run_on("2008-10-03")
