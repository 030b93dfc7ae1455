"""The inbox of the app: one's own notices, read and unread."""

from datetime import date, datetime

import pytest

from accounts.memberships import remove
from audits.models import Deadline, Notice, NoticeIntent
from audits.procedure.words import Function, Level, Party, Role
from audits.reminders import run
from tests.api.conftest import codes
from tests.factories_audits import make_case, make_deadline, make_member
from tests.reminders.conftest import morning

pytestmark = pytest.mark.django_db
DUE = date(2008, 10, 6)
DAY = date(2008, 10, 3)


@pytest.fixture(autouse=True)
def _on_that_day(time_machine):
    time_machine.move_to(datetime.fromisoformat("2008-10-03T08:05:00+08:00"), tick=False)


def told(county):
    make_deadline(county.case, DUE)
    for audience in ({"party": Party.ENTERPRISE.value}, {"function": Function.SUPERVISE.value}):
        NoticeIntent.objects.create(
            case=county.case, event_seq=1, kind="decide_assessment", audience=audience, created_at=morning("2008-10-03")
        )
    run(DAY, morning("2008-10-03"))


def test_an_inbox_shows_ones_own_notices_in_ones_own_language(county, mailbox, as_):
    english = make_member(county.enterprise.organization, Role.CERTIFIER, language="en")
    told(county)

    mine = as_(english).see("inbox/").json()
    titles = [(entry["kind"], entry["title"]) for entry in mine["results"]]
    officers = as_(county.officers[Level.COUNTY]).see("inbox/").json()

    assert mine["unread"] == 2
    assert sorted(titles) == [("decide_assessment", "The assessment was decided"), ("reminder", "Start the audit")]
    [reminder] = [entry for entry in mine["results"] if entry["kind"] == "reminder"]
    assert reminder["status"] == "Due on 2008-10-06, in 3 days."
    assert (reminder["case"], reminder["due_on"], reminder["rung"]) == (str(county.case.pk), "2008-10-06", -3)
    assert [entry["kind"] for entry in officers["results"]] == ["decide_assessment"]
    assert as_(county.officers[Level.PROVINCE]).see("inbox/").json()["results"] == []


def test_the_words_follow_what_became_of_the_date(county, mailbox, as_):
    deadline = make_deadline(county.case, DUE)
    run(DAY, morning("2008-10-03"))
    reader = as_(county.preparer)

    Deadline.objects.filter(pk=deadline.pk).update(due_on=date(2008, 10, 8))
    [moved] = reader.see("inbox/").json()["results"]
    Deadline.objects.filter(pk=deadline.pk).update(met_on=date(2008, 10, 2))
    [done] = reader.see("inbox/").json()["results"]

    assert (moved["status"], moved["over"]) == ("期限已由 2008-10-06 改为 2008-10-08。", True)
    assert (done["status"], done["late"]) == ("已于 2008-10-02 办理。", False)


def test_reading_one_and_reading_all(county, mailbox, as_):
    told(county)
    reader = as_(county.preparer)
    first, second = reader.see("inbox/").json()["results"]

    assert reader.post(f"/api/v1/inbox/{first['id']}/read/").json() == {"unread": 1}
    assert reader.post(f"/api/v1/inbox/{first['id']}/read/").json() == {"unread": 1}
    assert [entry["id"] for entry in reader.see("inbox/", unread="true").json()["results"]] == [second["id"]]
    assert reader.post("/api/v1/inbox/read-all/").json() == {"unread": 0}
    assert as_(county.officers[Level.COUNTY]).see("inbox/").json()["unread"] == 1


def test_nobody_reads_or_marks_what_others_were_told(county, mailbox, as_):
    told(county)
    [notice] = Notice.objects.filter(recipient=county.officers[Level.COUNTY].user, channel="in_app")
    answer = as_(county.preparer).post(f"/api/v1/inbox/{notice.pk}/read/")
    mail = Notice.objects.filter(recipient=county.preparer.user, channel="email").first()

    assert (answer.status_code, codes(answer)) == (404, ["not_found"])
    assert as_(county.preparer).post(f"/api/v1/inbox/{mail.pk}/read/").status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None


def test_what_was_told_under_a_lost_membership_is_not_shown(county, mailbox, as_):
    told(county)
    elsewhere = make_member(county.officers[Level.CITY].organization, Role.OFFICER, user=county.preparer.user)
    make_member(county.enterprise.organization, Role.ORG_ADMIN)
    reader = as_(elsewhere)
    before = reader.see("inbox/").json()
    remove(county.preparer, by=elsewhere, reason="left", now=morning("2008-10-03"))

    assert (before["unread"], len(before["results"])) == (2, 2)
    assert reader.see("inbox/").json() == {"unread": 0, "next": None, "previous": None, "results": []}


@pytest.mark.parametrize("number", [1, 4])
def test_an_inbox_takes_the_same_few_queries(county, mailbox, as_, django_assert_num_queries, number):
    for _ in range(number):
        make_deadline(make_case(county.enterprise), DUE)
        NoticeIntent.objects.create(
            case=make_case(county.enterprise),
            event_seq=1,
            kind="publish",
            audience={"party": Party.ENTERPRISE.value},
            created_at=morning("2008-10-03"),
        )
    run(DAY, morning("2008-10-03"))
    reader = as_(county.preparer)
    with django_assert_num_queries(5):  # token, memberships, unread, page, acts
        assert len(reader.see("inbox/").json()["results"]) == 2 * number


def test_an_inbox_is_cut_into_pages(county, mailbox, as_):
    for _ in range(3):
        make_deadline(make_case(county.enterprise), DUE)
    run(DAY, morning("2008-10-03"))
    reader = as_(county.preparer)
    first = reader.see("inbox/", page_size=2).json()
    second = reader.get(first["next"]).json()

    assert (len(first["results"]), len(second["results"]), second["next"]) == (2, 1, None)
    assert first["unread"] == second["unread"] == 3
    assert not {entry["id"] for entry in first["results"]} & {entry["id"] for entry in second["results"]}
