"""What goes wrong between the claim and the mailbox: refusals, a server that is down, workers that are killed."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from audits.models import Channel, Digest, Notice
from audits.procedure.words import Role
from audits.reminders import digests, run
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
