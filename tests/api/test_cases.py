"""Reading cases and what belongs to them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Membership
from audits.models import AuditCase, DutyYear, Notice, Option, OptionEffect
from audits.models.notices import Channel
from audits.procedure.words import Level, Line, Role
from enterprises.models import KeyEnterpriseList
from tests.api.conftest import V1, Caller, Scene, codes, publish
from tests.factories import World

As = Callable[[Membership], Caller]


def officer(scene: Scene, as_: As) -> Caller:
    return as_(scene.people["officer"])


def test_one_case_tells_what_happened_and_what_comes_next(scene: Scene, as_: As) -> None:
    answer = officer(scene, as_).see(f"cases/{scene.case.pk}/")

    assert answer.status_code == 200
    assert answer.headers["ETag"] == '"1"'
    told = answer.json()
    assert told["number"] == "320000-2008-00001"
    assert told["enterprise"]["name"] == scene.plant.enterprise.name
    assert told["categories"] == ["exceeds_standard"]
    assert [(one["action"], one["date"]) for one in told["done"]] == [("publish", "2008-08-01")]
    assert told["overdue"] is True
    due = told["next_deadline"]
    assert (due["action"], due["due_on"]) == ("disclose", "2008-09-01")
    assert due["late_days"] == (timezone.localdate() - date(2008, 9, 1)).days
    assert due["explanation"].startswith("List published 2008-08-01; +1 month = 2008-09-01 (151 of 2005")


def test_deadlines_explain_themselves(scene: Scene, as_: As) -> None:
    rows = officer(scene, as_).see(f"cases/{scene.case.pk}/deadlines/").json()

    by_action = {row["action"]: row for row in rows}
    start = by_action["start_audit"]
    assert (start["raw_end"], start["due_on"], start["adjusted_due_on"]) == ("2008-10-01", "2008-10-06", None)
    assert "National Day" in start["explanation"]
    assert [row["due_on"] for row in rows] == sorted(row["due_on"] for row in rows)


def test_the_sentence_comes_in_chinese_too(scene: Scene, as_: As) -> None:
    caller = officer(scene, as_)
    rows = caller.get(V1 + f"cases/{scene.case.pk}/deadlines/", headers={"accept-language": "zh-hans"}).json()

    assert rows[0]["explanation"].startswith("名单公布 2008-08-01")


def test_cases_are_listed_newest_first_in_pages(world: World, as_: As) -> None:
    scene = publish(world, 3)
    caller = officer(scene, as_)
    first = caller.see("cases/", page_size=2).json()
    second = caller.get(first["next"]).json()

    got = [row["id"] for row in first["results"] + second["results"]]
    assert got == [str(pk) for pk in AuditCase.objects.order_by("-created_at", "id").values_list("pk", flat=True)]
    assert second["next"] is None
    assert "count" not in first


@pytest.mark.parametrize("cursor", ["x", "cD1nYXJiYWdl", "%00", "bz05OTk5OTk5OTk5"])
def test_a_tampered_cursor_is_not_found(scene: Scene, as_: As, cursor: str) -> None:
    answer = officer(scene, as_).see("cases/", cursor=cursor)

    assert answer.status_code in (200, 404)
    if answer.status_code == 200:
        assert answer.json()["results"] == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, 1),
        ({"kind": "mandatory"}, 1),
        ({"kind": "voluntary"}, 0),
        ({"category": "exceeds_standard"}, 1),
        ({"category": "toxic_use"}, 0),
        ({"phase": "preparation"}, 1),
        ({"phase": "acceptance"}, 0),
        ({"route": "self"}, 0),
        ({"reporting_unit": "320000"}, 1),
        ({"reporting_unit": "330000"}, 0),
        ({"place": "3205"}, 1),
        ({"place": "3206"}, 0),
        ({"published_from": "2008-08-01", "published_until": "2008-08-01"}, 1),
        ({"published_from": "2008-08-02"}, 0),
        ({"overdue": "true"}, 1),
        ({"overdue": "false"}, 0),
        ({"open": "true"}, 1),
        ({"q": "320000-2008"}, 1),
        ({"q": "染织"}, 1),
        ({"q": "shilirz"}, 0),
        ({"q": "造纸"}, 0),
    ],
)
def test_filters(scene: Scene, as_: As, query: dict[str, str], found: int) -> None:
    answer = officer(scene, as_).see("cases/", **query)

    assert answer.status_code == 200, answer.json()
    assert len(answer.json()["results"]) == found


def test_search_finds_by_code_and_pinyin(scene: Scene, as_: As) -> None:
    caller, enterprise = officer(scene, as_), scene.plant.enterprise
    for words in (enterprise.credit_code, enterprise.credit_code[:10].lower(), "shiliranzhi", "slrz"):
        assert [row["id"] for row in caller.see("cases/", q=words).json()["results"]] == [str(scene.case.pk)], words


@pytest.mark.parametrize(
    ("query", "attr", "code"),
    [
        ({"kind": "private"}, "kind", "invalid_choice"),
        ({"place": "3"}, "place", "invalid"),
        ({"published_from": "soon"}, "published_from", "invalid"),
        ({"categroy": "toxic_use"}, "categroy", "unknown_parameter"),
        ({"q": "a\x00b"}, "q", "null_characters_not_allowed"),
    ],
)
def test_a_wrong_filter_is_refused_rather_than_ignored(
    scene: Scene, as_: As, query: dict[str, str], attr: str, code: str
) -> None:
    answer = officer(scene, as_).see("cases/", **query)

    assert answer.status_code == 400
    assert [(error["attr"], error["code"]) for error in answer.json()["errors"]] == [(attr, code)]


LISTS = {
    "cases/": 3,
    "lists/": 3,
    "duties/": 3,
    "enterprises/": 3,
    "contracts/": 3,
    "cases/{case}/events/": 5,
    "cases/{case}/deadlines/": 4,
    "cases/{case}/options/": 5,
    "cases/{case}/documents/": 4,
    "cases/{case}/notices/": 4,
    "lists/{list}/listings/": 4,
}


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow_with_the_rows(world: World, as_: As, number: int) -> None:
    """The same literal count for 1 and for 3 rows. Each has at least two: the token, the memberships."""
    scene = publish(world, number)
    firm = world.firm()
    for plant in scene.plants:
        world.contract(firm, plant, signed_on=date(2008, 8, 2))
    fill(scene, number)
    for n in range(number):
        DutyYear.objects.create(reporting_unit_id="320000", year=2008 + n, scope_code="32", regime="A")
        KeyEnterpriseList.objects.create(
            reporting_unit_id="320000", year=2010 + n, title="名单", authority=scene.place.province.organization
        )
    caller = officer(scene, as_)
    counted = {}
    for path in LISTS:
        address = V1 + path.format(case=scene.case.pk, list=scene.list.pk)
        caller.get(address)
        with CaptureQueriesContext(connection) as queries:
            answer = caller.get(address)
        assert answer.status_code == 200, (path, answer.json())
        rows = answer.json()
        rows = rows["results"] if isinstance(rows, dict) else rows
        if path not in ("lists/", "duties/"):
            assert len(rows) >= number, path
        counted[path] = len(queries)
    assert counted == LISTS


def fill(scene: Scene, number: int) -> None:
    """Options, notices, documents and events of the first case, `number` of each."""
    case = scene.case
    for n in range(number):
        option = Option.objects.create(case=case, code=f"F{n}", name=f"方案{n}", cost_class="low")
        OptionEffect.objects.create(option=option, metric="water_saved_t", year=2009, planned=1500, verified=None)
        Notice.objects.create(
            case=case,
            kind="due",
            recipient=scene.plant.preparer.user,
            membership=scene.plant.preparer,
            channel=Channel.EMAIL,
            send_on=date(2008, 8, 2),
            created_at=timezone.now(),
            due_on=date(2008, 9, 1 + n),
        )
        scene.perform(
            case,
            "object",
            scene.plant.preparer,
            {"against": f"{n}", "grounds": "误列", "evidence": [scene.world.staged(scene.plant.preparer)]},
        )


def test_amounts_are_exact_decimals_in_base_units(scene: Scene, as_: As) -> None:
    fill(scene, 1)
    Option.objects.update(investment_planned=1_234_567_890, investment_actual=2_000)

    row = officer(scene, as_).see(f"cases/{scene.case.pk}/options/").json()[0]

    assert (row["investment_planned"], row["investment_actual"]) == ("1234567.89", "2")
    assert row["effects"] == [
        {"metric": "water_saved_t", "name": "water saved (t)", "year": 2009, "planned": "1.5", "verified": None}
    ]


def test_the_history_is_shown_newest_first_and_chained(scene: Scene, as_: As) -> None:
    fill(scene, 1)
    rows = officer(scene, as_).see(f"cases/{scene.case.pk}/events/").json()["results"]

    assert [(row["version"], row["action"]) for row in rows] == [(2, "object"), (1, "publish")]
    assert rows[0]["previous_hash"] == rows[1]["hash"]
    assert rows[0]["payload"]["grounds"] == "误列"
    assert rows[0]["by"]["name"] == scene.plant.preparer.user.get_full_name()
    assert [file["field"] for file in rows[0]["files"]] == ["evidence"]
    assert {one["action"] for one in rows[1]["deadlines"]} >= {"disclose", "start_audit"}


def test_a_consultancy_sees_the_case_while_its_contract_runs(scene: Scene, as_: As) -> None:
    firm = scene.world.firm()
    caller = as_(firm.manager)
    assert caller.see(f"cases/{scene.case.pk}/").status_code == 404
    contract = scene.world.contract(firm, scene.plant, signed_on=date(2008, 8, 2))
    assert caller.see(f"cases/{scene.case.pk}/events/").status_code == 200

    ended = as_(scene.plant.org_admin).post(
        V1 + f"contracts/{contract.pk}/end/",
        {"ended_on": timezone.localdate().isoformat(), "reason": "更换机构"},
        format="json",
    )

    assert ended.status_code == 200, ended.json()
    assert caller.see(f"cases/{scene.case.pk}/").status_code == 404
    assert caller.see("cases/").json()["results"] == []


def test_the_energy_line_does_not_see_cases_of_the_environment(scene: Scene, as_: As) -> None:
    energy = scene.world.authority("32", Line.ENERGY, Level.PROVINCE)
    caller = as_(scene.world.person(energy, Role.OFFICER))

    assert caller.see(f"cases/{scene.case.pk}/").status_code == 404


def test_who_was_told_is_shown_in_full_only_to_authorities(scene: Scene, as_: As) -> None:
    fill(scene, 2)
    told = {"kind": "due", "send_on": date(2008, 8, 2), "created_at": timezone.now(), "channel": Channel.IN_APP}
    county = scene.people["officer"]
    Notice.objects.create(case=scene.case, recipient=county.user, membership=county, **told)

    path = f"cases/{scene.case.pk}/notices/"
    assert len(officer(scene, as_).see(path).json()["results"]) == 3
    own = as_(scene.plant.certifier).see(path).json()["results"]
    assert {row["organization"] for row in own} == {scene.plant.organization.name}
    assert len(own) == 2


def test_a_voluntary_case_is_opened_without_a_list(scene: Scene, as_: As) -> None:
    plant = scene.world.enterprise("320509")
    caller = as_(plant.preparer)
    body = {"site": str(plant.site.pk), "kind": "voluntary"}
    answer = caller.post(V1 + "cases/", body, format="json", headers={"Idempotency-Key": "a"})
    again = caller.post(V1 + "cases/", body, format="json", headers={"Idempotency-Key": "a"})
    other = caller.post(V1 + "cases/", body, format="json", headers={"Idempotency-Key": "b"})

    assert answer.status_code == 201, answer.json()
    assert again.json() == {**answer.json(), "replayed": True}
    assert (other.status_code, codes(other)) == (409, ["voluntary_site_free"])
    made = caller.see(f"cases/{answer.json()['subject']['id']}/").json()
    assert (made["kind"], made["regime"], made["published_on"]) == ("voluntary", "D", None)


def test_the_site_of_another_enterprise_cannot_be_used(scene: Scene, as_: As) -> None:
    plant = scene.world.enterprise("320509")
    body = {"site": str(scene.plant.site.pk), "kind": "voluntary"}
    answer: Any = as_(plant.preparer).post(V1 + "cases/", body, format="json", headers={"Idempotency-Key": "a"})

    assert answer.status_code in (400, 404, 409)
    assert not AuditCase.objects.filter(kind="voluntary").exists()


def test_overdue_is_computed_for_today(scene: Scene, as_: As) -> None:
    AuditCase.objects.update(next_due_on=timezone.localdate())
    caller = officer(scene, as_)
    assert caller.see("cases/", overdue="true").json()["results"] == []
    AuditCase.objects.update(next_due_on=timezone.localdate() - timedelta(days=1))
    assert [row["overdue"] for row in caller.see("cases/", overdue="true").json()["results"]] == [True]
