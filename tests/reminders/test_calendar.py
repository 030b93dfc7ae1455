"""The personal calendar, read back by a real iCalendar library."""

from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.memberships import remove
from audits.models import CalendarFeed, Deadline
from audits.procedure.words import Level, Line, Party, Role
from audits.reminders.calendars import contents, ics
from cpaudit_site.logs import hide_calendar_addresses
from enterprises.models import Contract
from tests.api.conftest import codes, publish
from tests.factories import World
from tests.factories_audits import make_authority, make_case, make_deadline, make_enterprise, make_member

DAY = date(2008, 10, 3)


@pytest.fixture(autouse=True)
def _that_day(time_machine, settings):
    time_machine.move_to(datetime.fromisoformat("2008-10-03T10:00:00+08:00"), tick=False)
    settings.SITE_URL = "https://cp.example.org"


def address(client):
    """A fresh address, as a path."""
    answer = client.post("/api/v1/calendar-feed/")
    assert answer.status_code == 201
    return answer.json()["address"].removeprefix("https://cp.example.org")


def events(answer):
    """The events of a calendar by UID."""
    assert answer.status_code == 200
    calendar = icalendar.Calendar.from_ical(answer.content)
    assert not calendar.errors
    found = {str(event["UID"]): event for event in calendar.walk("VEVENT")}
    assert not any(event.errors for event in found.values())
    return found


@pytest.mark.django_db
def test_a_calendar_shows_every_deadline_in_scope_in_the_readers_language(county, as_, client):
    make_deadline(county.case, date(2008, 10, 6), provisional=True)
    make_deadline(county.case, date(2008, 9, 1), step="disclose")
    make_deadline(county.case, date(2008, 11, 3), step="check_disclosure", party=Party.AUTHORITY)
    english = make_member(county.enterprise.organization, Role.CERTIFIER, language="en")

    answer = client.get(address(as_(english)))
    found = sorted(events(answer).values(), key=lambda event: event["DTSTART"].dt)

    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    name = county.enterprise.name
    assert [(event["DTSTART"].dt, event["DTEND"].dt) for event in found] == [
        (date(2008, 9, 1), date(2008, 9, 2)),
        (date(2008, 10, 6), date(2008, 10, 7)),
        (date(2008, 11, 3), date(2008, 11, 4)),
    ]
    assert str(found[1]["SUMMARY"]) == f"[provisional] Start the audit · {name} · {county.case.number}"
    assert (str(found[1]["STATUS"]), str(found[0]["STATUS"])) == ("TENTATIVE", "CONFIRMED")
    assert "Provisional date: the rest days of that year are not announced yet" in str(found[1]["DESCRIPTION"])
    assert str(found[1]["DESCRIPTION"]).startswith("Owed by the enterprise\n")
    assert str(found[1]["URL"]) == f"https://cp.example.org/accounts/login/?next=/cases/{county.case.pk}/"
    assert [event["CATEGORIES"].to_ical().decode() for event in found] == [
        "the enterprise",
        "the enterprise",
        "the authority",
    ]
    chinese = sorted(str(event["SUMMARY"]) for event in events(client.get(address(as_(county.preparer)))).values())
    assert f"[暂定] 启动审核 · {name} · {county.case.number}" in chinese
    zones = icalendar.Calendar.from_ical(answer.content).walk("VTIMEZONE")
    assert zones == []


@pytest.mark.django_db
def test_a_moved_date_keeps_its_uid_and_its_sequence_rises(time_machine, client, as_):
    scene = publish(World(), 1)
    approver, reader = scene.people["approver"], scene.plant.preparer
    time_machine.move_to(datetime.fromisoformat("2008-10-10T10:00:00+08:00"), tick=False)
    dates = {"file_by": "2008-11-30", "start_by": "2008-11-30", "complete_by": "2009-10-31", "report_by": "2009-11-30"}
    document = {"basis": "逾期未启动审核。", "order_document": [scene.world.staged(approver)]}
    scene.perform(scene.case, "order_audit", approver, {**dates, **document})
    path = address(as_(reader))
    first = client.get(path)
    before = events(first)

    time_machine.move_to(datetime.fromisoformat("2008-11-20T10:00:00+08:00"), tick=False)
    said = {
        "step": "start_audit",
        "until": "2008-12-15",
        "basis": "批复",
        "basis_document": [scene.world.staged(approver)],
    }
    scene.perform(scene.case, "extend", approver, said)
    second = client.get(path)
    after = events(second)

    moved = {uid for uid in before if before[uid]["DTSTART"].dt != after[uid]["DTSTART"].dt}
    [ordered] = [row for row in Deadline.objects.filter(step="start_audit") if row.due_on == date(2008, 12, 15)]
    assert set(before) == set(after)
    assert moved == {f"{contents.uid_of(scene.case.pk, ordered.key)}@cp.example.org"}
    for uid in moved:
        assert (before[uid]["DTSTART"].dt, after[uid]["DTSTART"].dt) == (date(2008, 11, 30), date(2008, 12, 15))
        assert after[uid]["SEQUENCE"] > before[uid]["SEQUENCE"]
        assert after[uid]["LAST-MODIFIED"].dt == datetime(2008, 11, 20, 2, tzinfo=UTC) > before[uid]["LAST-MODIFIED"].dt
    assert first.headers["ETag"] != second.headers["ETag"]
    assert second.headers["Last-Modified"] == "Thu, 20 Nov 2008 02:00:00 GMT"


@pytest.mark.django_db
def test_a_uid_survives_the_rebuilding_of_the_rows(county, as_, client):
    deadline = make_deadline(county.case, date(2008, 10, 6))
    path = address(as_(county.preparer))
    before = events(client.get(path))
    deadline.delete()
    deadline.pk = None
    deadline.save()
    assert set(events(client.get(path))) == set(before)


@pytest.mark.django_db
def test_what_was_met_stays_for_a_while_and_what_is_void_goes(county, as_, client):
    path = address(as_(county.preparer))
    rows = {
        "met": make_deadline(county.case, date(2008, 9, 1)),
        "long met": make_deadline(county.case, date(2008, 6, 1)),
        "long open": make_deadline(county.case, date(2008, 5, 1), step="complete_audit"),
        "void": make_deadline(county.case, date(2008, 11, 1)),
    }
    Deadline.objects.filter(pk__in=[rows["met"].pk, rows["long met"].pk]).update(met_on=date(2008, 9, 1))
    Deadline.objects.filter(pk=rows["void"].pk).update(void=True)
    shown = sorted(str(event["SUMMARY"]).split(" · ")[0] for event in events(client.get(path)).values())
    assert shown == ["✓ 启动审核", "完成审核"]


@pytest.mark.django_db
def test_nobody_sees_more_in_a_calendar_than_in_the_service(county, as_, client):
    make_deadline(county.case, date(2008, 10, 6))
    _, energy = make_authority("320509", Level.COUNTY, Line.ENERGY)
    _, shaanxi = make_authority("61", Level.PROVINCE)
    other = make_member(make_enterprise().organization, Role.PREPARER)
    seen = {}
    for name, member in {
        "county": county.officers[Level.COUNTY],
        "nation": county.officers[Level.NATION],
        "energy": energy,
        "stranger": shaanxi,
        "neighbor": other,
    }.items():
        seen[name] = len(events(client.get(address(as_(member)))))
    assert seen == {"county": 1, "nation": 1, "energy": 0, "stranger": 0, "neighbor": 0}


@pytest.mark.django_db
def test_a_consultancy_sees_its_clients_while_the_contract_runs(time_machine, client, as_):
    scene = publish(World(), 1)
    firm = scene.world.firm()
    scene.world.contract(firm, scene.plant, signed_on=date(2008, 9, 1), ends_on=date(2008, 10, 31))
    path = address(as_(firm.manager))
    assert len(events(client.get(path))) == Deadline.objects.filter(void=False).count() > 0

    time_machine.move_to(datetime.fromisoformat("2008-11-01T00:10:00+08:00"), tick=False)
    assert events(client.get(path)) == {}
    assert Contract.objects.count() == 1


@pytest.mark.django_db
def test_an_address_is_shown_once_stored_hashed_renewed_and_revoked(county, as_, client):
    reader = as_(county.preparer)
    assert (reader.see("calendar-feed/").status_code, codes(reader.see("calendar-feed/"))) == (404, ["not_found"])
    first = address(reader)
    token = first.removeprefix("/calendar/").removesuffix(".ics")
    assert token not in reader.see("calendar-feed/").content.decode()
    assert len(token) == 43
    assert not CalendarFeed.objects.filter(token_hash__contains=token).exists()

    second = address(reader)
    assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)
    assert reader.delete("/api/v1/calendar-feed/").status_code == 204
    assert client.get(second).status_code == 404
    assert reader.delete("/api/v1/calendar-feed/").status_code == 404
    never = client.get("/calendar/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.ics")
    assert (never.content, never.headers["Cache-Control"]) == (client.get(second).content, "private, no-cache")


@pytest.mark.django_db
def test_a_calendar_ends_with_the_membership(county, as_, client):
    path = address(as_(county.preparer))
    make_member(county.enterprise.organization, Role.ORG_ADMIN)
    remove(county.preparer, by=county.preparer, reason="left", now=datetime.now(UTC))
    assert client.get(path).status_code == 404


@pytest.mark.django_db
def test_an_unchanged_calendar_is_not_sent_again(county, as_, client):
    make_deadline(county.case, date(2008, 10, 6))
    path = address(as_(county.preparer))
    first = client.get(path, HTTP_ACCEPT="text/calendar")
    same = client.get(path, HTTP_IF_NONE_MATCH=first.headers["ETag"])
    Deadline.objects.update(due_on=date(2008, 10, 7))
    changed = client.get(path, HTTP_IF_NONE_MATCH=first.headers["ETag"])

    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert changed.status_code == 200
    assert client.post(path).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 4])
def test_a_calendar_takes_the_same_few_queries(county, as_, client, django_assert_num_queries, number):
    for _ in range(number):
        make_deadline(make_case(county.enterprise), date(2008, 10, 6))
        make_deadline(make_case(county.enterprise), date(2008, 9, 6))
    path = address(as_(county.officers[Level.COUNTY]))
    with django_assert_num_queries(3):  # the address, what is coming, what has passed
        assert len(events(client.get(path))) == 2 * number


@pytest.mark.django_db
def test_a_calendar_too_long_keeps_what_is_coming(county):
    for day in (1, 5, 9, 20):
        make_deadline(county.case, date(2008, 10, day))
    shown = [row.due_on.day for row in contents.deadlines_of(county.preparer, DAY, 4)]
    fewer = [row.due_on.day for row in contents.deadlines_of(county.preparer, DAY, 2)]
    assert (shown, fewer) == ([1, 5, 9, 20], [5, 9])


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from('\n,;:\\"年🏭'), max_size=300)


@given(summary=TEXTS, description=TEXTS)
def test_any_text_survives_and_no_line_is_too_long(summary, description):
    event = ics.Event(
        uid="1@x",
        on=DAY,
        summary=summary,
        description=description,
        url="https://cp.example.org/",
        categories=("a,b",),
        tentative=False,
        sequence=3,
        changed_at=datetime(2008, 10, 3, tzinfo=UTC),
    )
    body = ics.calendar("名称", "zh-CN", [event])
    lines = body.split(b"\r\n")
    [read] = icalendar.Calendar.from_ical(body).walk("VEVENT")

    assert max(len(line) for line in lines) <= 75
    assert all(line.decode() is not None for line in lines)  # no character is cut
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert (str(read["SUMMARY"]), str(read["DESCRIPTION"])) == (summary, description)
    assert read["DTSTART"].dt + timedelta(days=1) == read["DTEND"].dt


def test_the_log_names_no_address_of_a_calendar():
    said = {"event": "request_started", "request": "GET /calendar/aB-c_9.ics"}
    assert hide_calendar_addresses(None, "info", said)["request"] == "GET /calendar/….ics"
