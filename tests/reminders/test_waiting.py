"""Steps without a legal period: an age instead of a deadline that nobody set."""

from datetime import date, datetime
from pathlib import Path

import pytest
import yaml

from audits.models import AuditCase, Deadline
from audits.reminders.waiting import awaited_in, by_age
from tests.api.conftest import codes, one_of_three_notified, publish
from tests.factories import World
from tests.scenarios.clients import DirectClient
from tests.scenarios.runner import Runner
from tests.scenarios.test_scenarios import STORIES, PlainYaml

pytestmark = pytest.mark.django_db


def played(name: str, until: str) -> AuditCase:
    """A scenario up to and with the first time somebody does `until`."""
    told = yaml.load(Path(STORIES[0]).with_name(f"{name}.yaml").read_text(encoding="utf-8"), Loader=PlainYaml)  # noqa: S506
    world = World()
    runner = Runner({**told, "people": 0}, DirectClient(world), world)
    last = next(number for number, step in enumerate(runner.story) if step.get("does") == until)
    runner.story = runner.story[: last + 1]
    runner.run()
    return AuditCase.objects.get()


def ages(case: AuditCase, today: date) -> dict[str, int]:
    return {one.step.key: one.days(today) for one in awaited_in(case, today)}


def test_each_step_without_a_period_ages_from_the_step_before_it():
    case = played("a_excess_and_toxic_self", "apply_assessment")
    applied = date.fromisoformat(case.state["done"]["apply_assessment"]["on"])
    today = applied.replace(year=applied.year + 1)

    assert ages(case, today) == {"form_panel": (today - applied).days}
    assert not Deadline.objects.filter(step__in=["form_panel", "decide_assessment", "forward_assessment"]).exists()
    assert by_age(AuditCase.objects.all(), date.max).get().last_step_on == applied


def test_a_step_with_a_period_has_a_deadline_and_no_age(time_machine):
    time_machine.move_to(datetime.fromisoformat("2008-09-30T10:00:00+08:00"), tick=False)
    scene = publish(World(), 1)
    timed = set(Deadline.objects.filter(met_on=None, void=False).values_list("step", flat=True))

    assert ages(scene.case, date(2008, 9, 30)) == {"notify": 60}
    assert {"start_audit", "disclose"} <= timed
    assert "notify" not in timed


@pytest.fixture
def scene(time_machine):
    return one_of_three_notified(time_machine)


def test_what_is_waited_for_is_listed_to_those_who_see_it(scene, as_):
    rows = as_(scene.people["officer"]).see("cases/waiting/").json()["results"]
    waiting = [scene.case_of(plant) for plant in scene.plants[1:]]

    assert {row["number"] for row in rows} == {case.number for case in waiting}  # the first waits for nothing
    assert [(row["days"], row["last_step_on"]) for row in rows] == [(60, "2008-08-01")] * 2
    assert rows[0]["waiting"] == [
        {"action": "notify", "title": "书面通知企业", "owner": "authority", "since": "2008-08-01", "days": 60}
    ]
    own = as_(scene.plants[1].preparer).see("cases/waiting/").json()["results"]
    assert [row["id"] for row in own] == [str(waiting[0].pk)]
    assert as_(scene.plants[0].preparer).see("cases/waiting/").json()["results"] == []
    assert as_(scene.world.stranger("32")).see("cases/waiting/").json() == {
        "next": None,
        "previous": None,
        "results": [],
    }


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ({"owner": "authority"}, 2),
        ({"owner": "enterprise"}, 0),
        ({"min_days": "60"}, 2),
        ({"min_days": "61"}, 0),
        ({"place": "3205"}, 2),
        ({"place": "3201"}, 0),
        ({"phase": "preparation"}, 2),
        ({"phase": "report"}, 0),
    ],
)
def test_filters(scene, as_, query, number):
    assert len(as_(scene.people["officer"]).see("cases/waiting/", **query).json()["results"]) == number


def test_unknown_filters_are_refused(scene, as_):
    reader = as_(scene.people["officer"])
    assert codes(reader.see("cases/waiting/", mindays="3")) == ["unknown_parameter"]
    assert codes(reader.see("cases/waiting/", min_days="-1")) == ["min_value"]


def test_pages_and_queries_do_not_grow(scene, as_, django_assert_num_queries):
    reader = as_(scene.people["officer"])
    reader.see("cases/waiting/")  # registers of places are read once in a process
    with django_assert_num_queries(5):  # token, membership, page, and once whether parameters or calendar changed
        every = reader.see("cases/waiting/").json()["results"]
    first = reader.see("cases/waiting/", page_size=1).json()
    second = reader.get(first["next"]).json()
    third = reader.get(second["next"]).json()
    assert [row["id"] for page in (first, second, third) for row in page["results"]] == [row["id"] for row in every]
    assert third["next"] is None


def test_a_closed_case_waits_for_nothing(scene):
    AuditCase.objects.update(closed_on=date(2008, 9, 1))
    assert not by_age(AuditCase.objects.all(), date.max).exists()
