"""Lists, what stands on them, and their import through the API."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Membership
from audits.models import Document
from audits.procedure.words import Role
from enterprises.models import KeyEnterpriseList, Listing
from tests.api.conftest import V1, Caller, Scene, codes, publish
from tests.factories import World, credit_code

As = Callable[[Membership], Caller]
NEW = {"reporting_unit": "320000", "year": 2026, "batch": 1, "title": "2026年第一批"}
CSV = "企业名称,统一社会信用代码,行政区划代码,注册地址,类别\n"


def approver(world: World, as_: As) -> Caller:
    return as_(world.person(world.place("320509").province, Role.APPROVER))


def test_the_list_authority_begins_a_list(world: World, as_: As) -> None:
    caller = approver(world, as_)
    answer = caller.post(V1 + "lists/", NEW, format="json")
    again = caller.post(V1 + "lists/", NEW, format="json")

    assert answer.status_code == 201, answer.json()
    assert answer.headers["ETag"] == '"0"'
    told = answer.json()
    assert (told["kind"], told["line"], told["status"], told["version"]) == (
        "mandatory",
        "environment",
        "collecting",
        0,
    )
    assert (again.status_code, codes(again)) == (409, ["list_exists"])
    assert [row["id"] for row in caller.see("lists/", year=2026).json()["results"]] == [told["id"]]
    assert caller.see("lists/", year=2025).json()["results"] == []


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"reporting_unit": "999999"}, 400, "unknown_reporting_unit"),
        ({"year": 2002}, 400, "min_value"),
        ({"kind": "private"}, 400, "invalid_choice"),
        ({"title": ""}, 400, "blank"),
        ({"reporting_unit": "330000"}, 403, "wrong_jurisdiction"),
    ],
)
def test_a_list_that_cannot_be(world: World, as_: As, change: dict[str, Any], status: int, code: str) -> None:
    answer = approver(world, as_).post(V1 + "lists/", NEW | change, format="json")

    assert (answer.status_code, codes(answer)) == (status, [code])
    assert not KeyEnterpriseList.objects.exists()


def test_others_begin_no_list(scene: Scene, as_: As) -> None:
    for by in (scene.people["officer"], scene.plant.preparer, scene.world.stranger("32")):
        answer = as_(by).post(V1 + "lists/", NEW, format="json")
        assert (answer.status_code, codes(answer)) == (403, ["wrong_jurisdiction"])


def test_a_list_shows_everybody_their_own_part(world: World, as_: As) -> None:
    scene = publish(world, 2)
    first, second = scene.plants
    path = f"lists/{scene.list.pk}/listings/"

    seen = as_(scene.people["officer"]).see(path).json()["results"]
    assert {row["enterprise"]["name"] for row in seen} == {first.enterprise.name, second.enterprise.name}
    assert {row["case"] for row in seen} == {str(scene.case_of(plant).pk) for plant in scene.plants}
    own = as_(first.preparer).see(path).json()["results"]
    assert [row["enterprise"]["name"] for row in own] == [first.enterprise.name]
    assert as_(first.preparer).see(f"lists/{scene.list.pk}/").json()["status"] == "published"
    assert as_(world.enterprise("320509").preparer).see(path).status_code == 404


def test_an_enterprise_sees_of_a_list_only_its_publication(world: World, as_: As) -> None:
    scene = publish(world, 2)
    path = f"lists/{scene.list.pk}/events/"
    whole = as_(scene.people["approver"]).see(path).json()["results"]
    assert [row["action"] for row in whole] == ["publish", "confirm", "verify", "submit_nominations", "nominate"]
    assert len(whole[-1]["payload"]["candidates"]) == 2
    assert not any(row["redacted"] for row in whole)

    seen = as_(scene.plant.preparer).see(path).json()["results"]
    assert [row["action"] for row in seen] == ["publish"]
    assert seen[0]["payload"] == {
        "medium": "江苏日报",
        "appeared_on": "2008-08-01",
        "document_number": "苏环发〔2008〕1号",
    }
    assert seen[0]["by"]["name"] == ""
    assert str(scene.plants[1].site.pk) not in str(seen)


def test_a_county_does_not_read_what_another_county_nominated(world: World, as_: As) -> None:
    scene = publish(world, 1)
    other = world.authority("320508")
    plant = world.enterprise("320508")
    Listing.objects.filter(list=scene.list).update(site=plant.site, scope_code="320508")
    rows = as_(world.person(other, Role.OFFICER)).see(f"lists/{scene.list.pk}/events/").json()["results"]

    nominated = rows[-1]
    assert (nominated["action"], nominated["payload"], nominated["redacted"]) == ("nominate", {}, True)


def test_import_is_first_a_verdict_and_then_all_or_nothing(world: World, as_: As) -> None:
    caller = approver(world, as_)
    ident = caller.post(V1 + "lists/", NEW, format="json").json()["id"]
    good, bad = f"甲厂,{credit_code(1)},320509,路1号,超标", "乙厂,,320509,路2号,超标"
    file = SimpleUploadedFile("名单.csv", (CSV + good + "\n" + bad + "\n").encode())
    answer = caller.post(V1 + f"lists/{ident}/import/", {"file": file}, format="multipart")

    assert answer.status_code == 200, answer.json()
    told = answer.json()
    assert (told["rows"], told["accepted"]) == (2, 1)
    assert [(one["row"], one["column"], one["rule"]) for one in told["rejected"]] == [(3, "code", "missing_code")]
    assert not Listing.objects.filter(list=ident).exists()

    where = f"lists/{ident}/import/"
    refused = caller.act(where, {"digest": told["digest"], "rows": [2, 3]}, 0)
    assert (refused.status_code, codes(refused)) == (400, ["rows_rejected", "missing_code"])
    assert refused.json()["errors"][1]["attr"] == "rows.3.code"
    assert not Listing.objects.filter(list=ident).exists()

    body = {"digest": told["digest"], "completions": {"3": {"code": credit_code(2)}}}
    done = caller.act(where, body, 0, "import-1")
    again = caller.act(where, body, 0, "import-1")
    assert done.status_code == 200, done.json()
    assert (done.json()["action"], done.json()["version"]) == ("nominate", 1)
    fresh = caller.act(where, body, 1, "import-1")  # the file is applied by then
    assert again.json() == fresh.json() == {**done.json(), "replayed": True}
    assert Listing.objects.filter(list=ident).count() == 2
    file_row = Document.objects.get(list_id=ident)
    assert caller.see(f"documents/{file_row.pk}/content/").getvalue() == (CSV + good + "\n" + bad + "\n").encode()


def test_a_confirmation_of_another_world_is_refused(world: World, as_: As) -> None:
    caller = approver(world, as_)
    ident = caller.post(V1 + "lists/", NEW, format="json").json()["id"]
    answer = caller.act(f"lists/{ident}/import/", {"digest": "0" * 64}, 0)

    assert (answer.status_code, codes(answer)) == (409, ["unknown_import"])


@pytest.mark.parametrize(
    ("body", "attr"),
    [
        ({}, "digest"),
        ({"digest": "x"}, "digest"),
        ({"digest": "0" * 64, "rows": "all"}, "rows"),
        ({"digest": "0" * 64, "rows": [True]}, "rows"),
        ({"digest": "0" * 64, "repairs": [1]}, "repairs"),
        ({"digest": "0" * 64, "completions": {"one": {}}}, "completions"),
        ({"digest": "0" * 64, "completions": {"1": {"code": 5}}}, None),
    ],
)
def test_a_malformed_confirmation_is_named(world: World, as_: As, body: dict[str, Any], attr: str | None) -> None:
    caller = approver(world, as_)
    ident = caller.post(V1 + "lists/", NEW, format="json").json()["id"]
    answer = caller.act(f"lists/{ident}/import/", body, 0)

    if attr is None:  # numbers are read as their text: then there is no such dry run
        assert (answer.status_code, codes(answer)) == (409, ["unknown_import"])
    else:
        assert answer.status_code == 400
        assert [error["attr"] for error in answer.json()["errors"]] == [attr]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", b"%PDF-1.4", "file_type"),
        ("a.xlsx", b"PK\x03\x04broken", "file_broken"),
        ("a.csv", b" ", "file_empty"),
    ],
)
def test_a_file_that_is_no_list_stores_nothing(world: World, as_: As, name: str, content: bytes, code: str) -> None:
    caller = approver(world, as_)
    ident = caller.post(V1 + "lists/", NEW, format="json").json()["id"]
    answer = caller.post(V1 + f"lists/{ident}/import/", {"file": SimpleUploadedFile(name, content)}, format="multipart")

    assert (answer.status_code, codes(answer)) == (400, [code])
    assert KeyEnterpriseList.objects.get(pk=ident).imports.count() == 0


def test_the_file_of_2026_as_the_province_sent_it(world: World, as_: As) -> None:
    """58 rows, 57 taken with their repairs; the one without code and with a zone for a district is completed by hand."""
    caller = approver(world, as_)
    body = NEW | {"kind": "voluntary"}
    ident = caller.post(V1 + "lists/", body, format="json").json()["id"]
    content = (Path(__file__).parent.parent / "data" / "incoming_list_voluntary.xlsx").read_bytes()
    file = SimpleUploadedFile("名单.xlsx", content)
    told = caller.post(V1 + f"lists/{ident}/import/", {"file": file}, format="multipart").json()

    assert (told["rows"], told["accepted"]) == (58, 57), told
    rows = {one["row"] for one in told["rejected"]}
    assert len(rows) == 1
    assert {one["rule"] for one in told["rejected"]} == {"missing_code", "unknown_division"}
    row = str(rows.pop())
    completions = {row: {"code": credit_code(3), "division_code": "320509"}}
    done = caller.act(f"lists/{ident}/import/", {"digest": told["digest"], "completions": completions}, 0)
    assert done.status_code == 200, done.json()
    assert Listing.objects.filter(list=ident).count() == 58
