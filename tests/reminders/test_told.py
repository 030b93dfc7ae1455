"""Who was told what and when, on the case: the names of those told are not for everybody."""

from datetime import date, datetime

import pytest

from audits.models import ReminderRun, WebhookDelivery
from audits.procedure.words import Level, Role
from audits.reminders import run
from audits.reminders.webhooks import endpoints
from tests.factories_audits import make_authority, make_deadline, make_member
from tests.reminders.conftest import morning

pytestmark = pytest.mark.django_db
NOW = morning("2008-10-13")


@pytest.fixture
def told(county, time_machine):
    """A deadline a week overdue: the preparer, the county and the city were told."""
    time_machine.move_to(NOW, tick=False)
    ReminderRun.objects.create(on=date(2008, 10, 12), started_at=NOW, scanned_at=NOW)
    for level in (Level.COUNTY, Level.CITY):
        admin = make_member(county.officers[level].organization, Role.ORG_ADMIN)
        endpoints.create(admin, f"https://hook.example.org/{level}", NOW)
    make_deadline(county.case, date(2008, 10, 6))
    run(date(2008, 10, 13), NOW)
    return county


def rows(client, county, what="notices"):
    answer = client.see(f"cases/{county.case.pk}/{what}/")
    assert answer.status_code == 200
    return answer.json()["results"]


def named(client, county):
    """Of the notices in the app: climb, kind of organization, and the name if it is shown."""
    found = [row for row in rows(client, county) if row["channel"] == "in_app"]
    return sorted((row["climb"], row["party"], row["recipient"]) for row in found)


def test_a_row_says_rung_channel_state_and_when(told, as_):
    found = rows(as_(told.officers[Level.CITY]), told)
    own = [row for row in found if row["climb"] == 0]
    assert {(row["channel"], row["state"], row["rung"], row["due_on"]) for row in own} == {
        ("in_app", "sent", 7, "2008-10-06"),
        ("email", "sent", 7, "2008-10-06"),
    }
    assert {row["organization"] for row in own} == {told.enterprise.organization.name}
    sent = {datetime.fromisoformat(row["sent_at"]) for row in own if row["channel"] == "in_app"}
    assert sent == {NOW}


def test_authorities_know_the_people_of_their_own_place_and_below(told, as_):
    names = {level: told.officers[level].user.get_full_name() for level in (Level.COUNTY, Level.CITY)}
    preparer = told.preparer.user.get_full_name()

    assert named(as_(told.officers[Level.CITY]), told) == [
        (0, "enterprise", preparer),
        (1, "authority", names[Level.COUNTY]),
        (2, "authority", names[Level.CITY]),
    ]
    above_hidden = [(row["climb"], row["recipient"]) for row in rows(as_(told.officers[Level.COUNTY]), told)]
    assert (2, None) in above_hidden
    assert {name for climb, name in above_hidden if climb == 1} == {names[Level.COUNTY]}


def test_the_enterprise_sees_what_its_own_people_were_told(told, as_):
    assert named(as_(told.preparer), told) == [(0, "enterprise", told.preparer.user.get_full_name())]
    assert {row["organization"] for row in rows(as_(told.preparer), told)} == {told.enterprise.organization.name}


def test_programs_that_were_told_stand_beside(told, as_):
    city, county = (told.authorities[level].organization.name for level in (Level.CITY, Level.COUNTY))
    of_city = rows(as_(told.officers[Level.CITY]), told, "deliveries")
    of_county = rows(as_(told.officers[Level.COUNTY]), told, "deliveries")

    assert sorted((row["climb"], row["organization"], row["state"]) for row in of_city) == [
        (1, county, "pending"),
        (2, city, "pending"),
    ]
    assert {row["organization"] for row in of_county} == {county, None}
    assert rows(as_(told.preparer), told, "deliveries") == []
    assert WebhookDelivery.objects.count() == 2


def test_a_stranger_finds_nothing(told, as_):
    _, stranger = make_authority("61", Level.PROVINCE)
    for what in ("notices", "deliveries"):
        assert as_(stranger).see(f"cases/{told.case.pk}/{what}/").status_code == 404
