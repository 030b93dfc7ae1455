"""Yearly duties of authorities through the API."""

from collections.abc import Callable

import pytest

from accounts.models import Membership
from audits.models import DutyYear
from audits.procedure.words import Role
from audits.workflow.duties import open_duties
from tests.api.conftest import V1, Caller, codes
from tests.factories import World

As = Callable[[Membership], Caller]


@pytest.fixture
def duty(world: World) -> DutyYear:
    open_duties(2009)
    return DutyYear.objects.get(reporting_unit_id="320000", year=2009)


def test_an_authority_sees_its_duties_and_their_dates(world: World, as_: As, duty: DutyYear) -> None:
    caller = as_(world.person(world.place("320509").province, Role.OFFICER))
    rows = caller.see("duties/", year=2009).json()["results"]

    assert [(row["id"], row["reporting_unit"], row["overdue"]) for row in rows] == [(str(duty.pk), "320000", True)]
    one = caller.see(f"duties/{duty.pk}/")
    assert one.headers["ETag"] == f'"{duty.version}"'
    dates = {row["action"]: row["due_on"] for row in caller.see(f"duties/{duty.pk}/deadlines/").json()}
    assert dates["submit_annual_report"] == "2009-12-31"
    assert [row["action"] for row in caller.see(f"duties/{duty.pk}/events/").json()["results"]] == ["recompute"]


def test_the_planning_authority_reports_for_its_year(world: World, as_: As, duty: DutyYear) -> None:
    approver = as_(world.person(world.place("320509").province, Role.APPROVER))
    report = approver.upload().json()["id"]
    body = {"report": [report], "audits_of_the_year": "共审核三十家", "next_year": "印染"}
    done = approver.act(f"duties/{duty.pk}/actions/submit_annual_report/", body, duty.version)

    assert done.status_code == 200, done.json()
    row = next(
        one for one in approver.see(f"duties/{duty.pk}/deadlines/").json() if one["action"] == "submit_annual_report"
    )
    assert row["met_on"] == done.json()["date"]
    assert row["late_days"] > 0
    officer = world.person(world.place("320509").province, Role.OFFICER)
    assert as_(officer).see(f"documents/{report}/").json()["duty"] == str(duty.pk)


def test_others_do_not_report_in_its_place(world: World, as_: As, duty: DutyYear) -> None:
    place = world.place("320509")
    where = f"duties/{duty.pk}/actions/submit_annual_report/"
    nation = as_(world.person(place.nation, Role.APPROVER)).act(where, {}, duty.version)
    assert (nation.status_code, codes(nation)) == (403, ["wrong_jurisdiction"])
    for by in (world.stranger("32"), world.enterprise("320509").preparer, world.person(place.local, Role.APPROVER)):
        answer = as_(by).act(where, {}, duty.version)
        assert (answer.status_code, codes(answer)) == (404, ["not_found"])


def test_drafts_of_duties_and_lists_are_kept_by_their_authority(world: World, as_: As, duty: DutyYear) -> None:
    place = world.place("320509")
    approver, officer = (as_(world.person(place.province, role)) for role in (Role.APPROVER, Role.OFFICER))
    kept = {"reporting_unit": "320000", "year": 2026, "title": "名单"}
    ident = approver.post(V1 + "lists/", kept, format="json").json()["id"]
    for where, payload in (
        (f"{V1}duties/{duty.pk}/drafts/submit_annual_report/", {"next_year": "印染"}),
        (f"{V1}lists/{ident}/drafts/publish/", {"medium": "江苏日报"}),
    ):
        saved = officer.put(where, payload, format="json", headers={"If-Match": '"0"'})
        assert (saved.status_code, saved.json()["payload"]) == (200, payload)
        assert approver.get(where).json() == saved.json()
        assert as_(world.stranger("32")).get(where).status_code == 404
