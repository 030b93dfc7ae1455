"""Who else hears: consultancies while they work for the enterprise, and authorities whose candidates came back."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audits.models import Channel, Deadline, Notice, NoticeIntent
from audits.procedure.words import EntryStatus, Party
from audits.reminders import run
from audits.reminders.inbox import inbox_of
from audits.workflow.intents import AUDIENCES
from enterprises.models import Contract, Listing
from tests.factories_audits import make_deadline
from tests.reminders.conftest import morning
from tests.workflow.making import Made, made

pytestmark = pytest.mark.django_db
DUE = date(2008, 10, 6)


@pytest.fixture
def story(time_machine) -> Made:
    """A case whose own dates are out of the way."""
    time_machine.move_to(morning("2008-09-20"), tick=False)
    told = made("published")
    Deadline.objects.update(void=True)
    return told


def told_to(story: Made, day: str) -> tuple[set[str], int]:
    """Whom a run tells in the app, by party, and how many mails it sends."""
    report = run(date.fromisoformat(day), morning(day))
    rows = Notice.objects.filter(channel=Channel.IN_APP, send_on=date.fromisoformat(day), deadline__due_on=DUE)
    return set(rows.values_list("membership__organization__party", flat=True)), report.sent


def test_a_consultancy_is_told_of_its_clients_dates_while_the_contract_runs(mailbox, story):
    firm, stranger = story.world.firm(), story.world.firm()
    manager, nobody = firm.manager, stranger.manager
    story.world.contract(firm, story.plant, signed_on=date(2008, 9, 1), ends_on=date(2008, 10, 4))
    make_deadline(story.case, DUE)
    assert told_to(story, "2008-10-03")[0] == {Party.ENTERPRISE, Party.CONSULTANCY}
    assert len(mailbox.addressed_to(manager)) == 1
    assert mailbox.addressed_to(nobody) == []
    assert told_to(story, "2008-10-05")[0] == {Party.ENTERPRISE}


def test_a_contract_for_another_site_tells_nothing(story):
    firm = story.world.firm()
    manager = firm.manager
    contract = story.world.contract(firm, story.plant, signed_on=date(2008, 9, 1))
    other = story.world.enterprise("320509").site
    make_deadline(story.case, DUE)
    Contract.objects.filter(pk=contract.pk).update(site=other)
    assert told_to(story, "2008-10-03")[0] == {Party.ENTERPRISE}
    Contract.objects.filter(pk=contract.pk).update(site=None)
    assert told_to(story, "2008-10-05")[0] == {Party.ENTERPRISE, Party.CONSULTANCY}
    assert Notice.objects.filter(recipient=manager.user, channel=Channel.IN_APP).count() == 1


def test_an_inbox_says_nothing_more_of_a_client_when_the_contract_has_ended(story, time_machine):
    firm = story.world.firm()
    manager = firm.manager
    story.world.contract(firm, story.plant, signed_on=date(2008, 9, 1), ends_on=date(2008, 10, 4))
    make_deadline(story.case, DUE)
    run(date(2008, 10, 3), morning("2008-10-03"), sending_hours=(23, 24))
    assert inbox_of(manager.user, [manager]).count() == 1
    time_machine.move_to(morning("2008-10-05"), tick=False)
    assert inbox_of(manager.user, [manager]).count() == 0


def test_mail_that_waited_is_not_sent_when_the_contract_has_ended(mailbox, story):
    firm = story.world.firm()
    manager = firm.manager
    story.world.contract(firm, story.plant, signed_on=date(2008, 9, 1), ends_on=date(2008, 10, 4))
    make_deadline(story.case, DUE)
    run(date(2008, 10, 3), morning("2008-10-03"), sending_hours=(23, 24))
    assert Notice.objects.filter(recipient=manager.user, channel=Channel.EMAIL, state="pending").count() == 1
    run(date(2008, 10, 5), morning("2008-10-05"))
    assert mailbox.addressed_to(manager) == []
    assert Notice.objects.get(recipient=manager.user, channel=Channel.EMAIL).state == "superseded"
    assert len(mailbox.addressed_to(story.person("preparer"))) == 1


def test_contracts_cost_one_query_for_a_batch(story):
    firm = story.world.firm()
    manager = firm.manager
    story.world.contract(firm, story.plant, signed_on=date(2008, 9, 1))
    for _ in range(30):
        make_deadline(story.case, DUE)
    with CaptureQueriesContext(connection) as asked:
        run(date(2008, 10, 3), morning("2008-10-03"), sending_hours=(23, 24))
    assert len([one for one in asked if 'FROM "enterprises_contract"' in one["sql"]]) == 1
    assert Notice.objects.filter(recipient=manager.user, channel=Channel.IN_APP, due_on=DUE).count() == 30


def test_whoever_proposed_candidates_hears_that_they_came_back(mailbox):
    story = made("published")
    entry = Listing.objects.get(list=story.list)
    [audience] = AUDIENCES["return_nominations"]
    intent = {"kind": "return_nominations", "list_id": entry.list_id, "event_seq": 3, "audience": audience}
    Listing.objects.update(status=EntryStatus.RETURNED)
    NoticeIntent.objects.update(resolved_at=timezone.now())
    NoticeIntent.objects.create(**intent, created_at=timezone.now())
    run(date(2008, 7, 15), morning("2008-07-15"))
    rows = Notice.objects.filter(kind="return_nominations", channel=Channel.EMAIL)
    assert {row.membership.organization_id for row in rows} == {entry.nominated_by_id}
    assert {row.state for row in rows} == {"sent"}
    assert len(mailbox.messages) == rows.count() > 0
    assert "候选企业" in mailbox.messages[0].get_body(("plain",)).get_content()


def test_what_was_decided_of_a_review_is_told_to_the_enterprise():
    to_enterprise = ({"party": "enterprise"},)
    assert (AUDIENCES["review_results"], AUDIENCES["review_supplement"]) == (to_enterprise, to_enterprise)
