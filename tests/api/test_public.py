"""What everybody may read: the law, the preview of deadlines, reference data, the public registers."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Membership
from audits.procedure.words import RegimeKey
from tests.api.conftest import V1, Caller, Scene, codes
from tests.factories import World

As = Callable[[Membership], Caller]
PREVIEW = {"published_on": "2008-08-01", "category": "exceeds_standard", "route": "entrusted"}


def test_the_contract_of_the_preview(anybody: Caller, db: None) -> None:
    """The design's own example, word for word."""
    answer = anybody.see("deadlines/preview/", **PREVIEW)

    assert answer.status_code == 200, answer.json()
    told = answer.json()
    assert told["procedure"] == "A"
    start = next(one for one in told["deadlines"] if one["step"] == "start_audit")
    assert start == {
        "step": "start_audit",
        "title": start["title"],
        "raw_end": "2008-10-01",
        "due_on": "2008-10-06",
        "provisional": False,
        "calendar_unknown": False,
        "article": start["article"],
        "mark": "recalled",
        "explanation": "List published 2008-08-01; +2 months = 2008-10-01, in the National Day holiday, so 2008-10-06 "
        "(151 of 2005, art. 5, recalled).",
        "depends_on": start["depends_on"],
    }
    assert "anchor:published_on" in start["depends_on"]
    assert start["article"].endswith(" 5")


def test_several_categories_each_bring_their_duties(anybody: Caller, db: None) -> None:
    one = anybody.see("deadlines/preview/", **PREVIEW | {"category": "toxic_use"}).json()["deadlines"]
    both = anybody.get(
        V1 + "deadlines/preview/?published_on=2008-08-01&route=self&category=toxic_use&category=exceeds_standard"
    )

    assert {row["step"] for row in one} < {row["step"] for row in both.json()["deadlines"]}


@pytest.mark.parametrize(
    ("change", "attr", "code"),
    [
        ({"published_on": "2002-12-31"}, "published_on", "before_the_law"),
        ({"published_on": "soon"}, "published_on", "invalid"),
        ({"published_on": "9999-12-31"}, "published_on", "too_large"),
        ({"published_on": None}, "published_on", "required"),
        ({"category": None}, "category", "required"),
        ({"category": "lazy"}, "category.0", "invalid_choice"),
        ({"category": "energy"}, "category", "not_applicable"),
        ({"route": "bus"}, "route", "invalid_choice"),
        ({"region": "999999"}, "region", "unknown_division"),
        ({"region": "3"}, "region", "invalid"),
        ({"industry": "ZZ"}, "industry", "unknown_industry"),
        ({"sector": "weaving"}, "sector", "invalid_choice"),
        ({"regoin": "32"}, "regoin", "unknown_parameter"),
    ],
)
def test_a_wrong_question_is_told_so(anybody: Caller, db: None, change: dict[str, Any], attr: str, code: str) -> None:
    query = {key: value for key, value in (PREVIEW | change).items() if value is not None}
    answer = anybody.see("deadlines/preview/", **query)

    assert answer.status_code == 400
    assert [(error["attr"], error["code"]) for error in answer.json()["errors"]] == [(attr, code)]


@pytest.mark.parametrize("region", ["32", "3205", "320509", "210200", "66", "6601", "441900", "110105"])
def test_any_place_may_be_asked_about(anybody: Caller, db: None, region: str) -> None:
    assert anybody.see("deadlines/preview/", **PREVIEW, region=region).status_code == 200


@pytest.mark.parametrize("day", ["2003-01-01", "2012-07-01", "2016-07-01", "2026-08-15", "2100-12-31"])
def test_every_regime_answers(anybody: Caller, db: None, day: str) -> None:
    answer = anybody.see("deadlines/preview/", **PREVIEW | {"published_on": day})

    assert answer.status_code == 200
    assert answer.json()["procedure"] in {key.value for key in RegimeKey}


def test_an_unpublished_year_is_provisional(anybody: Caller, db: None) -> None:
    rows = anybody.see("deadlines/preview/", **PREVIEW | {"published_on": "2031-08-01"}).json()["deadlines"]

    assert any(row["provisional"] for row in rows)


def test_procedures_are_public(anybody: Caller, db: None) -> None:
    told = anybody.see("procedures/").json()
    assert [one["key"] for one in told] == [key.value for key in RegimeKey]
    one = anybody.see("procedures/A/").json()
    assert {"key", "title", "version", "sources", "steps"} <= set(one)
    assert any(step["key"] == "start_audit" for step in one["steps"])
    missing = anybody.see("procedures/Z/")
    assert (missing.status_code, codes(missing)) == (404, ["not_found"])


def test_reference_data_is_public(anybody: Caller, db: None) -> None:
    divisions = anybody.see("divisions/", place="3205", level="county", retired="false").json()["results"]
    assert "320509" in [row["code"] for row in divisions]
    retired = anybody.see("divisions/", q="320503").json()["results"]
    assert [(row["code"], row["successor"]) for row in retired] == [("320503", "320508")]
    assert "26" in [row["code"] for row in anybody.see("industries/").json()]
    assert "lead_acid_batteries" in [row["key"] for row in anybody.see("sectors/").json()]
    assert "HJ/T 125-2003" in [row["number"] for row in anybody.see("standards/").json()]


def test_the_register_of_consultancies_shows_its_public_fields(world: World, anybody: Caller) -> None:
    firm = world.firm("实例环保咨询有限公司")
    rows = anybody.see("consultancies/", q="环保").json()["results"]

    assert [row["name"] for row in rows] == ["实例环保咨询有限公司"]
    assert set(rows[0]) == {
        "id",
        "name",
        "credit_code",
        "address",
        "reporting_unit",
        "sectors",
        "status",
        "status_since",
        "suspended_until",
    }
    assert anybody.see("consultancies/", status="removed").json()["results"] == []
    assert rows[0]["id"] == str(firm.consultancy.pk)


def test_authorities_are_public_by_name(world: World, anybody: Caller) -> None:
    world.place("320509")
    rows = anybody.see("authorities/", place="32", line="environment").json()["results"]

    assert {row["scope_code"] for row in rows} == {"32", "3205", "320509"}


def test_enterprises_and_lists_are_not_public(scene: Scene, anybody: Caller) -> None:
    for path in ("enterprises/", "lists/", "cases/"):
        assert anybody.see(path).status_code == 401


def test_public_answers_ignore_a_stale_token(anybody: Caller, db: None) -> None:
    answer = anybody.get(V1 + "sectors/", headers={"authorization": "Token stale"})

    assert answer.status_code == 200


def test_too_many_anonymous_requests_are_slowed(anybody: Caller, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from rest_framework.throttling import AnonRateThrottle

    monkeypatch.setitem(AnonRateThrottle.THROTTLE_RATES, "anon", "3/min")
    answers = [anybody.see("sectors/") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert codes(answers[-1]) == ["throttled"]
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_an_enterprise_reads_itself_and_an_authority_its_place(scene: Scene, as_: As) -> None:
    ident = str(scene.plant.enterprise.pk)
    for by in (scene.plant.preparer, scene.people["officer"]):
        assert [row["id"] for row in as_(by).see("enterprises/").json()["results"]] == [ident]
        told = as_(by).see(f"enterprises/{ident}/").json()
        assert [site["scope_code"] for site in told["sites"]] == ["320509"]
        assert [name["name"] for name in told["names"]] == [scene.plant.enterprise.name]


def test_an_enterprise_records_and_ends_a_contract(scene: Scene, as_: As) -> None:
    firm = scene.world.firm()
    body = {"consultancy": str(firm.consultancy.pk), "signed_on": "2008-08-02", "starts_on": "2008-08-02"}
    made = as_(scene.plant.org_admin).post(V1 + "contracts/", body, format="json")
    assert made.status_code == 201, made.json()
    where = f"contracts/{made.json()['id']}/"
    assert as_(firm.manager).see(where).json()["enterprise"]["name"] == scene.plant.enterprise.name

    end = {"ended_on": "2008-09-01", "reason": "另选机构"}
    for by, code in ((firm.manager, "wrong_party"), (scene.plant.certifier, "wrong_role")):
        refused = as_(by).post(V1 + where + "end/", end, format="json")
        assert (refused.status_code, codes(refused)) == (403, [code])
    ended = as_(scene.plant.preparer).post(V1 + where + "end/", end, format="json")
    again = as_(scene.plant.preparer).post(V1 + where + "end/", end, format="json")
    assert (ended.status_code, ended.json()["ended_on"]) == (200, "2008-09-01")
    assert (again.status_code, codes(again)) == (409, ["contract_ended"])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"consultancy": "6f4d6f0e-0000-4000-8000-000000000000"}, "unknown_consultancy"),
        ({"site": "6f4d6f0e-0000-4000-8000-000000000000"}, "unknown_site"),
        ({"signed_on": "2100-01-01"}, "contract_dates"),
        ({"ends_on": "2007-01-01"}, "contract_dates"),
        ({"starts_on": None}, "null"),
    ],
)
def test_a_contract_that_cannot_be(scene: Scene, as_: As, change: dict[str, Any], code: str) -> None:
    firm = scene.world.firm()
    body = {"consultancy": str(firm.consultancy.pk), "signed_on": "2008-08-02", "starts_on": "2008-08-02"}
    answer = as_(scene.plant.org_admin).post(V1 + "contracts/", body | change, format="json")

    assert (answer.status_code, codes(answer)) == (400, [code])


def test_only_the_enterprise_records_its_contracts(scene: Scene, as_: As) -> None:
    firm = scene.world.firm()
    body = {"consultancy": str(firm.consultancy.pk), "signed_on": "2008-08-02", "starts_on": "2008-08-02"}
    for by, code in (
        (scene.people["officer"], "wrong_party"),
        (firm.manager, "wrong_party"),
        (scene.plant.certifier, "wrong_role"),
    ):
        answer = as_(by).post(V1 + "contracts/", body, format="json")
        assert (answer.status_code, codes(answer)) == (403, [code])
