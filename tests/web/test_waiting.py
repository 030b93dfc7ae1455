"""The worklist of steps without a legal period: for authorities, oldest first, with the cases they see alone."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from audits.procedure.words import Role
from tests.api.conftest import one_of_three_notified, publish

pytestmark = pytest.mark.django_db
PAGE = "web-waiting"


def signed_in(by: Membership) -> Client:
    client = Client()
    client.force_login(by.user, backend="accounts.backends.AuthenticationBackend")
    return client


@pytest.fixture
def scene(time_machine: Any) -> Any:
    return one_of_three_notified(time_machine)


def told(by: Membership, **query: str) -> list[tuple[str, list[tuple[str, str, date, int]]]]:
    rows = signed_in(by).get(reverse(PAGE), query).context["rows"]
    return [(row.case.number, [(one.title.zh, one.owner, one.since, one.days) for one in row.steps]) for row in rows]


def test_what_waits_is_listed_oldest_first(scene: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    officer = scene.people["officer"]
    numbers = [scene.case_of(plant).number for plant in scene.plants[1:]]
    waited = [("书面通知企业", "authority", date(2008, 8, 1), 60)]
    assert sorted(told(officer)) == [(number, waited) for number in sorted(numbers)]  # the first waits for nothing
    monkeypatch.setattr("tests.api.conftest.PUBLISHED", date(2008, 7, 1))
    older = publish(scene.world, 1, batch=2).case
    ages = [[days for _, _, _, days in steps] for _, steps in told(officer)]
    assert (told(officer)[0][0], ages) == (older.number, [[91], [60], [60]])
    page = signed_in(officer).get(reverse(PAGE)).content.decode()
    assert [page.count(words) for words in ("91 天", "60 天", "书面通知企业")] == [1, 2, 3]
    english = scene.world.person(scene.place.local, Role.OFFICER, "2")
    english.user.language = "en"
    english.user.save()
    page = signed_in(english).get(reverse(PAGE)).content.decode()
    assert [page.count(words) for words in ("91 days", "60 days", "Nothing waits")] == [1, 2, 0]


def test_conditions_narrow_it_and_wrong_ones_are_named(scene: Any) -> None:
    officer = scene.people["officer"]
    found = {
        f"{key}={value}": len(told(officer, **{key: value}))
        for key, value in (
            ("owner", "authority"),
            ("owner", "enterprise"),
            ("min_days", "60"),
            ("min_days", "61"),
            ("place", "3205"),
            ("phase", "report"),
        )
    }
    assert found == {
        "owner=authority": 2,
        "owner=enterprise": 0,
        "min_days=60": 2,
        "min_days=61": 0,
        "place=3205": 2,
        "phase=report": 0,
    }
    wrong = signed_in(officer).get(reverse(PAGE), {"min_days": "-1"})
    assert (wrong.status_code, wrong.content.decode().count("请填写 0 至 36500 的整数。")) == (200, 1)


def test_it_is_for_authorities_within_their_scope(scene: Any) -> None:
    elsewhere = scene.world.person(scene.world.authority("3201"), Role.OFFICER)
    empty = signed_in(elsewhere).get(reverse(PAGE))
    assert (list(empty.context["rows"]), empty.content.decode().count("没有无法定期限的待办")) == ([], 1)
    assert signed_in(scene.plants[1].preparer).get(reverse(PAGE)).status_code == 404


def test_the_deadline_board_leads_to_it_for_authorities_alone(scene: Any) -> None:
    address = f'href="{reverse(PAGE)}"'
    board = reverse("web-deadlines")
    officer, preparer = scene.people["officer"], scene.plants[1].preparer
    assert signed_in(officer).get(board).content.decode().count(address) == 1
    assert signed_in(preparer).get(board).content.decode().count(address) == 0
