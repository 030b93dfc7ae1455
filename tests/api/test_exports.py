"""Exports through the API: asked for, watched, fetched; what is not yours is not there."""

import json
from collections.abc import Callable

import pytest

from accounts.models import Membership
from audits.models import ExportJob
from audits.procedure.words import Role
from audits.statistics.exports import jobs
from audits.tasks import run_exports
from tests.api.conftest import V1, Caller, Scene, codes

As = Callable[[Membership], Caller]


def ask(caller: Caller, **body: object) -> tuple[int, dict[str, object]]:
    answer = caller.post(V1 + "exports/", {"format": "json", **body}, format="json")
    return answer.status_code, answer.json()


def test_an_export_is_asked_for_watched_and_fetched(scene: Scene, as_: As) -> None:
    caller = as_(scene.people["officer"])
    answer = caller.post(
        V1 + "exports/", {"kind": "performance_table", "format": "json", "case": str(scene.case.pk)}, format="json"
    )
    job = answer.json()
    assert (answer.status_code, job["state"], job["progress"]) == (202, "queued", 0)
    assert answer["Location"] == f"{V1}exports/{job['id']}/"
    early = caller.see(f"exports/{job['id']}/content/")
    assert (early.status_code, codes(early)) == (409, ["export_not_ready"])

    assert run_exports()["done"] == 1
    job = caller.get(answer["Location"]).json()
    assert (job["state"], job["progress"], job["params"]) == ("done", 100, {"case": str(scene.case.pk)})
    content = caller.see(f"exports/{job['id']}/content/")
    assert content["Content-Disposition"] == f'attachment; filename="performance-{scene.case.number}.json"'
    assert (content["Content-Type"], content["Cache-Control"]) == ("application/json", "private, no-store")
    body = b"".join(content.streaming_content)
    assert len(body) == job["size"]
    assert json.loads(body)["enterprise"]["name"] == scene.plant.enterprise.name
    assert [one["id"] for one in caller.see("exports/").json()["results"]] == [job["id"]]


@pytest.mark.parametrize(
    ("body", "attr", "code"),
    [
        ({"kind": "everything", "year": 2008}, "kind", "invalid_choice"),
        ({"kind": "provincial_summary", "year": 2008, "format": "pdf"}, "format", "invalid_choice"),
        ({"kind": "provincial_summary"}, "year", "required"),
        ({"kind": "provincial_summary", "year": 1999}, "year", "min_value"),
        ({"kind": "performance_table", "year": 2008}, "case", "required"),
        (
            {"kind": "provincial_summary", "year": 2008, "case": "00000000-0000-4000-8000-000000000000"},
            "case",
            "surplus",
        ),
    ],
)
def test_a_wrong_request_is_refused(scene: Scene, as_: As, body: dict[str, object], attr: str, code: str) -> None:
    status, told = ask(as_(scene.people["officer"]), **body)
    [error] = told["errors"]  # type: ignore[misc]
    assert (status, error["attr"], error["code"]) == (400, attr, code)
    assert not ExportJob.objects.exists()


def test_a_stranger_cannot_ask_for_a_case_nor_see_a_job(scene: Scene, as_: As) -> None:
    stranger = as_(scene.world.stranger("32"))
    assert ask(stranger, kind="performance_table", case=str(scene.case.pk))[0] == 404
    _, job = ask(as_(scene.people["officer"]), kind="performance_tables", year=2008)
    run_exports()
    colleague = as_(scene.world.person(scene.place.local, Role.APPROVER))
    for caller in (stranger, colleague):
        assert caller.see(f"exports/{job['id']}/").status_code == 404
        assert caller.see(f"exports/{job['id']}/content/").status_code == 404
        assert caller.see("exports/").json()["results"] == []
    _, own = ask(stranger, kind="performance_tables", year=2008)
    run_exports()
    content = b"".join(stranger.see(f"exports/{own['id']}/content/").streaming_content)
    assert json.loads(content) == {"cases": []}


def test_what_is_no_longer_kept_is_gone(scene: Scene, as_: As) -> None:
    caller = as_(scene.people["officer"])
    _, job = ask(caller, kind="provincial_summary", year=2008)
    run_exports()
    row = ExportJob.objects.get(pk=job["id"])
    jobs.run(row.expires_at)
    answer = caller.see(f"exports/{job['id']}/content/")
    assert (answer.status_code, codes(answer)) == (410, ["export_expired"])
