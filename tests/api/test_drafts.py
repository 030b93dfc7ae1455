"""Drafts: autosaved outside the log, prepared by one, submitted by another."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from accounts.models import Membership
from audits.models import Draft, Event
from tests.api.conftest import V1, Caller, Scene, codes

As = Callable[[Membership], Caller]


def path(scene: Scene, action: str = "submit_report") -> str:
    return f"{V1}cases/{scene.case.pk}/drafts/{action}/"


def save(caller: Caller, where: str, payload: dict[str, Any], revision: int) -> Any:
    return caller.put(where, payload, format="json", headers={"If-Match": f'"{revision}"'})


def test_a_draft_is_saved_read_and_discarded_without_an_event(scene: Scene, as_: As) -> None:
    caller = as_(scene.plant.preparer)
    assert codes(caller.get(path(scene))) == ["no_draft"]

    first = save(caller, path(scene), {"remarks": "初稿"}, 0)
    assert (first.status_code, first.headers["ETag"]) == (200, '"1"')
    second = save(caller, path(scene), {"remarks": "二稿"}, 1)
    assert second.json()["payload"] == {"remarks": "二稿"}
    read = caller.get(path(scene))
    assert (read.json(), read.headers["ETag"]) == (second.json(), '"2"')

    assert caller.delete(path(scene), headers={"If-Match": '"2"'}).status_code == 204
    assert not Draft.objects.exists()
    assert Event.objects.filter(subject_id=scene.case.pk).count() == 1
    assert scene.case.version == 1


def test_an_incomplete_draft_is_taken_and_its_problems_told(scene: Scene, as_: As) -> None:
    told = save(as_(scene.plant.preparer), path(scene), {"nonsense": 1}, 0).json()

    problems = {(one["attr"], one["code"]) for one in told["problems"]}
    assert ("nonsense", "surplus") in problems
    assert any(code == "required" for _, code in problems)


def test_two_people_do_not_overwrite_each_other(scene: Scene, as_: As) -> None:
    save(as_(scene.plant.preparer), path(scene), {"remarks": "甲"}, 0)
    stale = save(as_(scene.plant.certifier), path(scene), {"remarks": "乙"}, 0)
    missing = as_(scene.plant.certifier).put(path(scene), {"remarks": "乙"}, format="json")

    assert (stale.status_code, codes(stale), stale.headers["ETag"]) == (412, ["stale_version"], '"1"')
    assert (missing.status_code, codes(missing)) == (428, ["version_required"])
    assert Draft.objects.get().payload == {"remarks": "甲"}


def test_everybody_who_saved_is_an_author(scene: Scene, as_: As) -> None:
    firm = scene.world.firm()
    scene.world.contract(firm, scene.plant, signed_on=date(2008, 8, 2))
    save(as_(firm.auditor), path(scene), {"remarks": "咨询机构"}, 0)
    save(as_(scene.plant.preparer), path(scene), {"remarks": "企业"}, 1)
    told = save(as_(scene.plant.preparer), path(scene), {"remarks": "企业再改"}, 2).json()

    assert [one["membership"] for one in told["authors"]] == [str(firm.auditor.pk), str(scene.plant.preparer.pk)]


def test_others_may_neither_read_nor_write_a_draft(scene: Scene, as_: As) -> None:
    save(as_(scene.plant.preparer), path(scene), {"remarks": "机密"}, 0)

    officer = as_(scene.people["officer"])
    assert (officer.get(path(scene)).status_code, codes(officer.get(path(scene)))) == (403, ["wrong_party"])
    assert save(officer, path(scene), {}, 1).status_code == 403
    assert officer.delete(path(scene), headers={"If-Match": '"1"'}).status_code == 403
    stranger = as_(scene.world.enterprise("320509").preparer)
    assert stranger.get(path(scene)).status_code == 404
    assert save(stranger, path(scene), {}, 1).status_code == 404
    assert as_(scene.world.firm().auditor).get(path(scene)).status_code == 404


def test_a_consultancy_may_not_prepare_what_the_enterprise_does_alone(scene: Scene, as_: As) -> None:
    firm = scene.world.firm()
    scene.world.contract(firm, scene.plant, signed_on=date(2008, 8, 2))

    answer = save(as_(firm.auditor), path(scene, "object"), {}, 0)
    assert (answer.status_code, codes(answer)) == (403, ["wrong_party"])


def test_an_action_takes_the_draft_of_another_person(scene: Scene, as_: As) -> None:
    """Recording an objection late needs evidence and a second person: prepared by one, submitted by the other."""
    preparer, certifier = as_(scene.plant.preparer), as_(scene.plant.certifier)
    evidence = preparer.upload().json()["id"]
    save(preparer, path(scene, "object"), {"against": "名单", "grounds": "误列", "evidence": [evidence]}, 0)
    alone = preparer.act(
        f"cases/{scene.case.pk}/actions/object/", {"from_draft": True, "draft_revision": 1, "date": "2008-08-20"}, 1
    )
    assert alone.status_code == 409
    assert "backdating_needs_second_person" in codes(alone)

    done = certifier.act(f"cases/{scene.case.pk}/actions/object/", {"from_draft": True, "draft_revision": 1}, 1)
    assert done.status_code == 200, done.json()
    assert not Draft.objects.exists()
    event = certifier.see(f"cases/{scene.case.pk}/events/").json()["results"][0]
    assert event["payload"]["grounds"] == "误列"
    assert event["by"]["role"] == "certifier"


def test_without_a_draft_there_is_nothing_to_submit(scene: Scene, as_: As) -> None:
    answer = as_(scene.plant.preparer).act(
        f"cases/{scene.case.pk}/actions/object/", {"from_draft": True, "draft_revision": 1}, 1
    )
    assert (answer.status_code, codes(answer)) == (400, ["no_draft"])


@pytest.mark.parametrize("body", [{"a": 1.5}, {"a": "x" * 1_000_001}])
def test_what_cannot_be_stored_is_refused(scene: Scene, as_: As, body: dict[str, Any]) -> None:
    answer = save(as_(scene.plant.preparer), path(scene), body, 0)

    assert answer.status_code == 400
    assert not Draft.objects.exists()


def test_an_unknown_action_has_no_draft(scene: Scene, as_: As) -> None:
    answer = save(as_(scene.plant.preparer), path(scene, "abolish"), {}, 0)

    assert (answer.status_code, codes(answer)) == (404, ["unknown_action"])


# --- what is submitted is what was read -----------------------------------------------------------------------------


def objection(scene: Scene) -> str:
    return f"cases/{scene.case.pk}/actions/object/"


def test_a_draft_that_was_saved_again_meanwhile_is_not_submitted_unread(scene: Scene, as_: As) -> None:
    preparer, certifier = as_(scene.plant.preparer), as_(scene.plant.certifier)
    save(preparer, path(scene, "object"), {"against": "名单", "grounds": "误列"}, 0)
    read = certifier.get(path(scene, "object"))
    save(preparer, path(scene, "object"), {"against": "名单", "grounds": "另一理由"}, 1)

    body = {"from_draft": True, "draft_revision": read.json()["revision"]}
    answer = certifier.act(objection(scene), body, 1)
    assert (answer.status_code, codes(answer)) == (412, ["stale_draft"])
    assert Draft.objects.get().payload["grounds"] == "另一理由"
    done = certifier.act(objection(scene), {**body, "draft_revision": 2}, 1)
    assert done.status_code == 200
    assert certifier.see(f"cases/{scene.case.pk}/events/").json()["results"][0]["payload"]["grounds"] == "另一理由"


def test_which_revision_was_read_must_be_said(scene: Scene, as_: As) -> None:
    save(as_(scene.plant.preparer), path(scene, "object"), {"against": "名单", "grounds": "误列"}, 0)
    answer = as_(scene.plant.certifier).act(objection(scene), {"from_draft": True}, 1)

    told = answer.json()["errors"]
    assert (answer.status_code, [(one["code"], one["attr"]) for one in told]) == (400, [("required", "draft_revision")])
    assert Draft.objects.count() == 1


def test_a_submitted_draft_is_answered_again_with_a_fresh_version(scene: Scene, as_: As) -> None:
    """The draft is gone by then: the key comes before what the body names."""
    save(as_(scene.plant.preparer), path(scene, "object"), {"against": "名单", "grounds": "误列"}, 0)
    certifier, body = as_(scene.plant.certifier), {"from_draft": True, "draft_revision": 1}
    first = certifier.act(objection(scene), body, 1, key="once")

    again = certifier.act(objection(scene), body, first.json()["version"], key="once")
    assert (again.status_code, again.json()) == (200, {**first.json(), "replayed": True})
    other = certifier.act(objection(scene), {**body, "draft_revision": 2}, first.json()["version"], key="once")
    assert (other.status_code, codes(other)) == (409, ["idempotency_key_reused"])
