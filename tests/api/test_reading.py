"""Who sees what of a review: opinions of single experts are for authorities and their author alone."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Membership
from audits.models import AuditCase, Document
from audits.workflow.many import record
from tests.api.conftest import Caller, Scene

As = Callable[[Membership], Caller]
ON = date(2010, 5, 4)


def note(case: AuditCase, action: str, by: Membership, payload: dict[str, Any], **changes: Any) -> None:
    """An event as an act of the door would leave it; who may do it when is proved elsewhere."""
    case.refresh_from_db()
    record(case, action, by=by, on=ON, now=timezone.now(), payload=payload, changes=changes, key=uuid.uuid4().hex)


@pytest.fixture
def reviewed(scene: Scene) -> Scene:
    """An assessment with a panel of two, of whom both gave an opinion, and a decision."""
    case, approver = scene.case, scene.people["approver"]
    one, two = scene.world.expert("1"), scene.world.expert("2")
    note(case, "apply_assessment", scene.plant.certifier, {"equipment_fits_policy": True})
    members = [{"expert": str(expert.pk), "expertise": "sector", "free_of_conflict": True} for expert in (one, two)]
    panel = {"assessment": [str(one.pk), str(two.pk)]}
    note(case, "form_panel", approver, {"review": "assessment", "members": members}, panel=panel)
    note(case, "submit_opinion", one, {"review": "assessment", "opinion": "甲意见", "score": "81"})
    note(case, "submit_opinion", two, {"review": "assessment", "opinion": "乙意见", "score": "79"})
    note(case, "order_correction", scene.people["officer"], {"duty": "other", "breach": "与评审无关"})
    return scene


def history(scene: Scene, caller: Caller) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = caller.see(f"cases/{scene.case.pk}/events/").json()["results"]
    return rows


def test_authorities_read_every_opinion(reviewed: Scene, as_: As) -> None:
    rows = history(reviewed, as_(reviewed.people["officer"]))

    assert [row["payload"]["opinion"] for row in rows if row["action"] == "submit_opinion"] == ["乙意见", "甲意见"]
    assert not any(row["redacted"] for row in rows)


@pytest.mark.parametrize("side", ["enterprise", "consultancy"])
def test_the_enterprise_and_its_consultancy_read_the_history_without_opinions(
    reviewed: Scene, as_: As, side: str
) -> None:
    reader = reviewed.plant.preparer
    if side == "consultancy":
        firm = reviewed.world.firm()
        reviewed.world.contract(firm, reviewed.plant, signed_on=date(2008, 8, 2))
        reader = firm.auditor
    rows = history(reviewed, as_(reader))

    assert len(rows) == 6
    opinions = [row for row in rows if row["action"] == "submit_opinion"]
    assert [(row["payload"], row["files"], row["by"]["name"], row["redacted"]) for row in opinions] == [
        ({}, [], "", True),
        ({}, [], "", True),
    ]
    assert "甲意见" not in str(rows)
    assert [row["redacted"] for row in rows if row["action"] != "submit_opinion"] == [False] * 4


def test_an_expert_reads_the_review_and_the_own_opinion(reviewed: Scene, as_: As) -> None:
    rows = history(reviewed, as_(reviewed.world.expert("1")))

    assert [row["action"] for row in rows] == ["submit_opinion", "submit_opinion", "form_panel", "apply_assessment"]
    assert [row["payload"].get("opinion") for row in rows if row["action"] == "submit_opinion"] == [None, "甲意见"]
    assert "乙意见" not in str(rows)


def test_an_expert_has_no_business_with_the_clock(reviewed: Scene, as_: As) -> None:
    caller = as_(reviewed.world.expert("1"))

    assert caller.see(f"cases/{reviewed.case.pk}/deadlines/").json() == []
    assert caller.see(f"cases/{reviewed.case.pk}/").json()["next_deadline"] is None


def test_an_expert_of_no_panel_sees_no_case(reviewed: Scene, as_: As) -> None:
    caller = as_(reviewed.world.expert("3"))

    assert caller.see("cases/").json()["results"] == []
    assert caller.see(f"cases/{reviewed.case.pk}/").status_code == 404


def test_reviews_are_put_together_for_the_reader(reviewed: Scene, as_: As) -> None:
    path = f"cases/{reviewed.case.pk}/reviews/"
    [whole] = as_(reviewed.people["officer"]).see(path).json()
    [own] = as_(reviewed.plant.preparer).see(path).json()

    assert (whole["review"], whole["attempt"], whole["applied_on"]) == ("assessment", 1, "2010-05-04")
    names = [reviewed.world.expert(n).user.get_full_name() for n in ("1", "2")]
    assert [member["name"] for member in whole["panel"]] == names
    assert [one["payload"]["score"] for one in whole["opinions"]] == ["81", "79"]
    assert [(one["payload"], one["name"]) for one in own["opinions"]] == [({}, ""), ({}, "")]
    assert (own["decided_on"], own["result"]) == (None, "")


def test_files_of_opinions_are_kept_from_others(reviewed: Scene, as_: As) -> None:
    rows = {
        expert: Document.objects.get(pk=reviewed.world.staged(reviewed.world.expert(expert))) for expert in ("1", "2")
    }
    for row in rows.values():
        row.case, row.action, row.bound_at = reviewed.case, "submit_opinion", timezone.now()
        row.save()

    def seen(by: Membership) -> set[str]:
        found = as_(by).see(f"cases/{reviewed.case.pk}/documents/").json()["results"]
        return {row["id"] for row in found}

    assert seen(reviewed.people["officer"]) == {str(row.pk) for row in rows.values()}
    assert seen(reviewed.plant.preparer) == set()
    assert seen(reviewed.world.expert("1")) == {str(rows["1"].pk)}
    assert as_(reviewed.plant.preparer).see(f"documents/{rows['1'].pk}/").status_code == 404
