"""Two workers over 10,000 notices, killed with SIGKILL again and again: nothing is lost, repeats are the one in flight.

Nothing is left to chance: the mail server stops inside a message, or the test holds the row or table that the worker
needs next, and the kill falls exactly there.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime

import psycopg
import pytest
from django.db import connection

from accounts.models import Membership, User
from audits.models import Channel, Deadline, Digest, Notice, ReminderRun
from audits.procedure.words import Party, Role
from audits.reminders import digests
from cpaudit_site.processes import wait_until
from tests.factories_audits import JOINED, make_case, make_deadline, make_enterprise
from tests.reminders.workers import PATIENCE, Staff, Stop, staff_at

pytestmark = [pytest.mark.postgres, pytest.mark.redis, pytest.mark.django_db(transaction=True)]
DUE = date(2008, 10, 6)
NOTICES = 10_000


def make_notices_due(recipients: int) -> None:
    """One enterprise with so many people and as many deadlines as make 10,000 notices. A day before was run."""
    enterprise = make_enterprise()
    people = [
        User(username=f"many{number}", email=f"many{number}@example.com", full_name=f"{number}")
        for number in range(recipients)
    ]
    User.objects.bulk_create(people)
    Membership.objects.bulk_create(
        Membership(organization=enterprise.organization, user=user, role=Role.PREPARER, starts_on=JOINED)
        for user in people
    )
    case = make_case(enterprise)
    first = make_deadline(case, DUE)
    Deadline.objects.bulk_create(
        Deadline(
            case=case,
            key=f"start_audit-{number}",
            step="start_audit",
            party=Party.ENTERPRISE,
            due_on=DUE,
            detail=first.detail,
        )
        for number in range(1, NOTICES // recipients)
    )
    ReminderRun.objects.create(on=date(2008, 10, 5), started_at=datetime.now(UTC), scanned_at=datetime.now(UTC))


class Holding:
    """A second session of the test that holds locks until it is told to let go."""

    def __enter__(self) -> psycopg.Connection:
        held = connection.settings_dict
        self.session = psycopg.connect(
            host=held["HOST"], port=held["PORT"], user=held["USER"], password=held["PASSWORD"], dbname=held["NAME"]
        )
        return self.session

    def __exit__(self, *problem: object) -> None:
        self.session.rollback()
        self.session.close()


@dataclass(frozen=True)
class Killed:
    """Which worker, and the Message-ID it had in flight: `taken` when the server has it already."""

    worker: str
    in_flight: str = ""
    taken: bool = False


def in_flight(stop: Stop) -> Digest:
    return Digest.objects.get(recipient__email=stop.address)


def kill_before_the_ledger_is_written(staff: Staff) -> Killed:
    """Or, when it is, before the notices are put into a claimed digest: in both cases outside the send."""
    with Holding() as session:
        session.execute("LOCK TABLE audits_notice IN SHARE MODE")
        staff.ask(DUE.isoformat())
        worker = staff.waiting_for_a_lock()
        staff.kill(worker)
    return Killed(worker)


def kill_between_messages(staff: Staff) -> Killed:
    """One message is noted as sent, the next is claimed but not begun."""
    while True:
        stop = staff.office.set_stop("accepted")
        staff.ask(DUE.isoformat())
        assert stop.reached.wait(PATIENCE)
        worker = in_flight(stop).claimed_by
        with Holding() as session:
            rows = session.execute(
                "SELECT id FROM audits_digest WHERE claimed_by = %s AND state = 'claimed' AND sending_at IS NULL"
                " FOR UPDATE",
                [worker],
            ).fetchall()
            stop.go.set()
            if not rows:
                continue  # it was the last of its batch
            assert staff.waiting_for_a_lock(stop.worker) == stop.worker
            staff.kill(stop.worker)
            return Killed(stop.worker)


def kill_while_the_message_is_read(staff: Staff) -> Killed:
    """The server has asked for the message and has not got all of it."""
    stop = staff.office.set_stop("data")
    staff.ask(DUE.isoformat())
    assert stop.reached.wait(PATIENCE)
    staff.kill(stop.worker)
    stop.go.set()
    return Killed(stop.worker, in_flight(stop).message_id, taken=False)


def kill_before_the_answer(staff: Staff) -> Killed:
    """The server has taken the message and has not said so."""
    stop = staff.office.set_stop("accepted")
    staff.ask(DUE.isoformat())
    assert stop.reached.wait(PATIENCE)
    staff.kill(stop.worker)
    stop.go.set()
    return Killed(stop.worker, in_flight(stop).message_id, taken=True)


def kill_before_it_is_noted(staff: Staff) -> Killed:
    """The worker has heard that the message was taken and has not noted it."""
    stop = staff.office.set_stop("accepted")
    staff.ask(DUE.isoformat())
    assert stop.reached.wait(PATIENCE)
    with Holding() as session:
        session.execute("SELECT 1 FROM audits_digest WHERE id = %s FOR UPDATE", [in_flight(stop).pk])
        stop.go.set()
        assert staff.waiting_for_a_lock(stop.worker) == stop.worker
        staff.kill(stop.worker)
    return Killed(stop.worker, in_flight(stop).message_id, taken=True)


# In order: the first kill falls into the scan, the second into a claim.
KILLS = (
    kill_before_the_ledger_is_written,
    kill_before_the_ledger_is_written,
    kill_between_messages,
    kill_while_the_message_is_read,
    kill_before_the_answer,
    kill_before_it_is_noted,
)


def finish(staff: Staff) -> None:
    """What beat does until nothing is left: runs again and again."""

    def done() -> bool:
        if not Digest.objects.filter(state__in=digests.OPEN).exists():
            return True
        staff.ask(DUE.isoformat())
        return False

    assert wait_until(done, seconds=2 * PATIENCE, step=1.0), staff.said()


@pytest.mark.timeout(900)
@pytest.mark.xdist_group("killed workers")  # one after the other: each has two workers of its own
@pytest.mark.parametrize("recipients", [250, 1000], ids=["few digests", "many digests"])
def test_killed_again_and_again_nothing_is_lost_and_only_what_was_in_flight_comes_twice(
    recipients, tmp_path, settings, capsys
):
    settings.SITE_URL = "https://cp.example.org"
    make_notices_due(recipients)
    with staff_at(tmp_path) as staff:
        kills = []
        for kill in KILLS:
            kills.append(kill(staff))
            staff.hire(kills[-1].worker)
        staff.office.stop = None
        finish(staff)
        messages = staff.office.messages

    counted = Counter(message["Message-ID"] for message in messages)
    repeats = len(messages) - len(counted)
    in_the_send = [kill for kill in kills if kill.in_flight]
    uncertain = set(Digest.objects.filter(state=Digest.State.UNCERTAIN).values_list("message_id", flat=True))
    told = Notice.objects.filter(channel=Channel.EMAIL)
    with capsys.disabled():
        print(  # noqa: T201 - the counts are what this test is for
            f"\n{len(kills)} kills ({len(in_the_send)} inside a send), {NOTICES} notices in {recipients} digests: "
            f"{len(messages)} messages in the mailbox, {len(counted)} different, {repeats} repeats, "
            f"{len(uncertain)} logged as uncertain, {recipients - len(counted)} lost"
        )

    assert told.count() == NOTICES
    assert told.filter(state__in=[Notice.State.SENT, Notice.State.UNCERTAIN]).count() == NOTICES
    assert counted.keys() == set(Digest.objects.values_list("message_id", flat=True))
    assert Counter(message["To"] for message in messages).keys() == set(
        User.objects.filter(username__startswith="many").values_list("email", flat=True)
    )
    assert {message["Subject"].strip() for message in messages} == {
        f"[清洁生产审核] 共 {NOTICES // recipients} 项事项（2008-10-06）"
    }
    assert uncertain == {kill.in_flight for kill in in_the_send}
    # A repeat for each message the server had when its worker was killed, and no other.
    assert counted == Counter(counted.keys()) + Counter(kill.in_flight for kill in in_the_send if kill.taken)
