"""What goes wrong between the claim and the mailbox: refusals, a server that is down, workers that are killed."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import OperationalError

from audits.models import Channel, Deadline, Digest, Notice, NoticeIntent
from audits.procedure.words import Level, Party, Role
from audits.reminders import digests, run, scan, wording
from audits.reminders.digests import ATTEMPTS, lease, message_id
from tests.factories_audits import make_case, make_deadline, make_enterprise, make_member
from tests.racing import at_once
from tests.reminders.conftest import morning

DUE = date(2008, 10, 6)
DAY = date(2008, 10, 6)
NOW = morning("2008-10-06")


def claimed_by_a_worker_that_dies(*, sending: bool):
    """Ledger written, digest claimed; `sending`: the message was being handed over when the worker ended."""
    run(DAY, NOW, sending_hours=(9, 18))
    worker = uuid4()
    [claimed], _ = digests.claim(worker, DAY, NOW, 25)
    if sending:
        assert digests.begin(claimed, worker, NOW)
    return claimed


@pytest.mark.django_db
def test_a_worker_killed_before_sending_leaves_no_doubt(county, mailbox):
    make_deadline(county.case, DUE)
    claimed_by_a_worker_that_dies(sending=False)
    assert run(DAY, NOW + timedelta(minutes=1)).sent == 0  # the lease still runs
    report = run(DAY, NOW + lease())
    assert (report.sent, report.uncertain, len(mailbox.messages)) == (1, 0, 1)
    assert Notice.objects.get(channel=Channel.EMAIL).state == Notice.State.SENT


@pytest.mark.django_db
@pytest.mark.parametrize("slow_one_succeeds", [True, False])
def test_who_was_slower_than_the_lease_leaves_it_to_the_next_to_say_how_it_ended(county, mailbox, slow_one_succeeds):
    make_deadline(county.case, DUE)
    slow = claimed_by_a_worker_that_dies(sending=True)  # it lives, but does not come back in time
    later = NOW + lease()
    [taken_over], _ = digests.claim(uuid4(), DAY, later, 25)
    if slow_one_succeeds:
        digests.settle_sent(slow, later)
    else:
        assert not digests.settle_failed(slow, "timed out", later)
    digests.release([slow], later)
    row = Digest.objects.get()
    assert (row.state, row.uncertain, row.claimed_by) == (Digest.State.CLAIMED, True, taken_over.digest.claimed_by)
    digests.settle_sent(taken_over, later)
    digests.settle_sent(slow, later)
    assert Digest.objects.get().state == Digest.State.UNCERTAIN
    assert Notice.objects.get(channel=Channel.EMAIL).state == Notice.State.UNCERTAIN


@pytest.mark.django_db
def test_workers_killed_with_a_batch_in_hand_cost_the_messages_not_begun_no_attempt(county, mailbox):
    make_deadline(county.case, DUE)
    run(DAY, NOW, sending_hours=(9, 18))
    for number in range(digests.LAPSES):
        [claimed], _ = digests.claim(uuid4(), DAY, NOW + number * lease(), 25)
        assert (claimed.digest.attempts, claimed.digest.lapses) == (1, number)
    Digest.objects.update(lapses=digests.LAPSES - 2)
    report = run(DAY, NOW + digests.LAPSES * lease())
    assert (report.sent, report.uncertain, len(mailbox.messages)) == (1, 0, 1)


@pytest.mark.django_db
def test_a_message_no_worker_lives_to_begin_is_set_aside_in_the_end(county, mailbox):
    make_deadline(county.case, DUE)
    run(DAY, NOW, sending_hours=(9, 18))
    for number in range(digests.LAPSES):
        digests.claim(uuid4(), DAY, NOW + number * lease(), 25)
    assert run(DAY, NOW + digests.LAPSES * lease()).sent == 0
    assert Notice.objects.get(channel=Channel.EMAIL).state == Notice.State.FAILED


@pytest.mark.django_db
def test_a_worker_killed_while_sending_is_uncertain_and_repeats_the_message_id(county, mailbox):
    make_deadline(county.case, DUE)
    claimed = claimed_by_a_worker_that_dies(sending=True)
    report = run(DAY, NOW + lease())
    assert (report.sent, report.uncertain) == (1, 1)
    [message] = mailbox.messages
    assert message["Message-ID"] == claimed.digest.message_id == message_id(claimed.digest)
    assert message["Message-ID"].endswith("@cp.example.org>")
    assert Digest.objects.get().state == Digest.State.UNCERTAIN
    assert Notice.objects.get(channel=Channel.EMAIL).state == Notice.State.UNCERTAIN
    assert run(DAY, NOW + 3 * lease()).sent == 0


@pytest.mark.django_db
def test_a_worker_that_lost_its_lease_sends_nothing(county, mailbox):
    make_deadline(county.case, DUE)
    slow = uuid4()
    run(DAY, NOW, sending_hours=(9, 18))
    [claimed], _ = digests.claim(slow, DAY, NOW, 25)
    assert run(DAY, NOW + lease()).sent == 1
    assert not digests.begin(claimed, slow, NOW + lease())


@pytest.mark.django_db
def test_a_refused_address_is_retried_and_then_set_aside_without_holding_up_others(county, mailbox):
    other = make_enterprise()
    colleague = make_member(other.organization, Role.PREPARER)
    make_deadline(county.case, DUE)
    make_deadline(make_case(other), DUE)
    mailbox.refuse.add(county.preparer.user.email)
    report = run(DAY, NOW)
    assert (report.sent, report.retried) == (1, 1)
    assert len(mailbox.addressed_to(colleague)) == 1
    later = NOW
    for attempt in range(2, ATTEMPTS + 1):
        assert run(DAY, later + timedelta(minutes=1)).retried == 0
        later += digests.FIRST_PAUSE * 2 ** (attempt - 2) + timedelta(seconds=30)
        report = run(DAY, later)
    assert (report.retried, report.failed) == (0, 1)
    row = Notice.objects.get(channel=Channel.EMAIL, recipient=county.preparer.user)
    assert row.state == Notice.State.FAILED
    assert "no such mailbox" in row.error
    assert run(DAY, later + timedelta(days=1)).sent == 0


@pytest.mark.django_db
def test_a_mail_server_that_is_down_costs_no_attempt(county, mailbox, settings):
    make_deadline(county.case, DUE)
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    for number in range(ATTEMPTS + 2):
        report = run(DAY, NOW + number * digests.FIRST_PAUSE * 2)
        assert (report.mail_down, report.waiting) == (True, 1)
    settings.EMAIL_PORT = port
    assert run(DAY, NOW + timedelta(hours=3)).sent == 1
    assert len(mailbox.messages) == 1


@pytest.mark.django_db
def test_who_hears_once_is_told_although_the_next_rung_comes_first(county, mailbox):
    """Mail is down from the seventh day to the fourteenth: the city's one mail waits, the others' give way."""
    make_deadline(county.case, DUE)
    for day in ("2008-10-07", "2008-10-13", "2008-10-20"):
        run(date.fromisoformat(day), morning(day), sending_hours=(23, 24))
    waiting = Notice.objects.filter(channel=Channel.EMAIL, state=Notice.State.PENDING)
    assert {(one.recipient_id, one.rung) for one in waiting} == {
        (county.officers[Level.CITY].user_id, 7),
        (county.officers[Level.COUNTY].user_id, 14),
        (county.preparer.user_id, 14),
    }
    assert run(date(2008, 10, 20), morning("2008-10-20") + timedelta(minutes=1)).sent == 3
    assert len(mailbox.addressed_to(county.officers[Level.CITY])) == 1


@pytest.mark.django_db
def test_a_server_that_dies_in_the_middle_of_a_batch_costs_one_attempt(county, mailbox, settings, monkeypatch):
    for _ in range(4):
        enterprise = make_enterprise()
        make_member(enterprise.organization, Role.PREPARER)
        make_deadline(make_case(enterprise), DUE)
    port = settings.EMAIL_PORT

    def die(self, message):
        self.connection.port = 1  # nothing answers there
        raise ConnectionResetError("the server went away")

    with monkeypatch.context() as patched:
        patched.setattr("audits.reminders.mail.MailCarrier.hand_over", die)
        report = run(DAY, NOW)
    assert (report.sent, report.retried, report.mail_down) == (0, 1, True)
    left = Digest.objects.order_by("-uncertain").values_list("state", "attempts", "uncertain", "sending_at")
    assert list(left) == [("pending", 1, True, None), *[("pending", 0, False, None)] * 3]
    settings.EMAIL_PORT = port
    report = run(DAY, NOW + 2 * digests.FIRST_PAUSE)
    assert (report.sent, report.uncertain, len(mailbox.messages)) == (4, 1, 4)


@pytest.mark.django_db
def test_a_refusal_in_a_batch_does_not_end_it(county, mailbox):
    for _ in range(3):
        enterprise = make_enterprise()
        mailbox.refuse.add(make_member(enterprise.organization, Role.PREPARER).user.email)
        make_deadline(make_case(enterprise), DUE)
    make_deadline(county.case, DUE)
    report = run(DAY, NOW)
    assert (report.sent, report.retried, report.mail_down) == (1, 3, False)


@pytest.mark.django_db
def test_a_notice_that_cannot_be_worded_is_set_aside_alone(county, mailbox):
    spoiled = make_deadline(county.case, DUE)
    healthy = make_deadline(make_case(county.enterprise), DUE)
    Deadline.objects.filter(pk=spoiled.pk).update(detail={})
    report = run(DAY, NOW)
    assert (report.sent, report.failed, report.set_aside) == (1, 0, 1)
    mails = Notice.objects.filter(channel=Channel.EMAIL)
    assert {one.deadline_id: one.state for one in mails} == {spoiled.pk: "failed", healthy.pk: "sent"}
    assert mails.get(deadline=spoiled).error.startswith("KeyError(")
    [message] = mailbox.messages
    assert message["Subject"].strip() == "[清洁生产审核] 共 1 项事项（2008-10-06）"


@pytest.mark.django_db
def test_a_message_with_nothing_that_can_be_worded_is_set_aside(county, mailbox):
    Deadline.objects.filter(pk=make_deadline(county.case, DUE).pk).update(detail={})
    report = run(DAY, NOW)
    assert (report.sent, report.failed, report.waiting, mailbox.messages) == (0, 1, 0, [])
    assert Digest.objects.get().state == Digest.State.FAILED


@pytest.mark.django_db
def test_a_message_whose_template_fails_is_tried_again(county, mailbox, monkeypatch):
    make_deadline(county.case, DUE)
    monkeypatch.setattr("audits.reminders.mail.render", lambda *said: 1 / 0)
    report = run(DAY, NOW)
    assert (report.retried, report.set_aside) == (1, 0)
    assert wording.unwordable(list(Notice.objects.all()), DAY, "en") == []


@pytest.mark.django_db
def test_a_deadline_that_cannot_be_told_keeps_nobody_else_from_being_told(county, mailbox, monkeypatch, caplog):
    make_deadline(county.case, DUE)
    spoiled = make_deadline(county.case, DUE)
    unknown = make_deadline(county.case, DUE)
    Deadline.objects.filter(pk=unknown.pk).update(party="nobody")
    tell = scan.tell

    def tell_or_fail(due, people):
        if spoiled.pk in {one.row.pk for one in due}:
            raise LookupError("no such place")
        return tell(due, people)

    monkeypatch.setattr(scan, "tell", tell_or_fail)
    report = run(DAY, NOW)
    assert (report.due, report.set_aside, report.sent) == (1, 2, 1)
    assert caplog.text.count("deadline_not_told") == 2


@pytest.mark.django_db
def test_a_database_that_is_away_ends_the_run_so_that_the_next_begins_where_it_began(county, mailbox, monkeypatch):
    make_deadline(county.case, DUE)

    def away(due, people):
        raise OperationalError("the connection was closed")

    with monkeypatch.context() as patched:
        patched.setattr(scan, "tell", away)
        with pytest.raises(OperationalError):
            run(DAY, NOW)
    assert run(DAY, NOW).sent == 1


@pytest.mark.django_db
def test_an_intent_that_cannot_be_resolved_is_set_aside_with_its_error(county, mailbox):
    for audience in ({"party": "nobody"}, {"party": Party.ENTERPRISE.value}):
        NoticeIntent.objects.create(
            case=county.case, event_seq=1, kind="decide_assessment", audience=audience, created_at=NOW
        )
    report = run(DAY, NOW)
    assert (report.intents, report.set_aside, report.sent) == (2, 1, 1)
    errors = NoticeIntent.objects.order_by("pk").values_list("error", flat=True)
    assert list(errors) == ["ValueError(\"'nobody' is not a valid Party\")", ""]
    assert not NoticeIntent.objects.filter(resolved_at=None).exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_four_runs_at_once_tell_everybody_once(county, mailbox):
    for _ in range(30):
        enterprise = make_enterprise()
        make_member(enterprise.organization, Role.PREPARER)
        for _ in range(2):
            make_deadline(make_case(enterprise), DUE)
    at_once(lambda: run(DAY, NOW))
    run(DAY, NOW)  # what another had locked when the last of them looked
    recipients = [message["To"] for message in mailbox.messages]
    assert len(recipients) == 30
    assert len(set(recipients)) == 30
    assert len({message["Message-ID"] for message in mailbox.messages}) == 30
    assert set(Notice.objects.filter(channel=Channel.EMAIL).values_list("state", flat=True)) == {Notice.State.SENT}
    assert Notice.objects.filter(channel=Channel.EMAIL).count() == 60
