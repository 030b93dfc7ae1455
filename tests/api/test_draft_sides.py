"""Each side has its own draft: what one authority prepares for a list, another neither reads nor overwrites."""

import importlib
import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from audits.models import Draft, Preparation
from audits.procedure.words import CaseKind, Line, Role
from audits.workflow.lists import create_list
from audits.workflow.many import record
from enterprises.models import KeyEnterpriseList, Listing, ReportingUnit
from tests.api.conftest import PDF, PUBLISHED, V1, Caller, Scene, codes
from tests.factories import Plant, World

As = Callable[[Membership], Caller]
moving = importlib.import_module("audits.migrations.0012_list_drafts_by_organization")


@pytest.fixture
def row(world: World) -> KeyEnterpriseList:
    """A list of the province for which every county nominates."""
    approver = world.person(world.place("320509").province, Role.APPROVER)
    unit = ReportingUnit.objects.get(scope_code="32")
    return create_list(
        by=approver,
        reporting_unit=unit,
        year=2026,
        batch=1,
        title="名单",
        kind=CaseKind.MANDATORY,
        line=Line.ENVIRONMENT,
    )


def officers(world: World) -> tuple[Membership, Membership]:
    """Those of two counties of the province."""
    return tuple(world.person(world.place(code).local, Role.OFFICER) for code in ("320509", "320506"))  # type: ignore[return-value]


def path(row: Any, action: str = "nominate", kind: str = "lists") -> str:
    return f"{V1}{kind}/{row.pk}/drafts/{action}/"


def save(caller: Caller, where: str, payload: dict[str, Any], revision: int) -> Any:
    return caller.put(where, payload, format="json", headers={"If-Match": f'"{revision}"'})


def candidate(plant: Plant, document: str) -> dict[str, Any]:
    return {"site": str(plant.site.pk), "categories": ["exceeds_standard"], "monitoring_report": [document]}


def visit(by: Membership) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(by.user, backend="accounts.backends.AuthenticationBackend")
    return client


def test_two_counties_prepare_their_candidates_apart(world: World, row: KeyEnterpriseList, as_: As) -> None:
    one, two = (as_(by) for by in officers(world))
    evidence = one.upload().json()["id"]
    mine = {"candidates": [candidate(world.enterprise("320509"), evidence)]}
    assert save(one, path(row), mine, 0).status_code == 200

    read = two.get(path(row))
    assert (read.status_code, codes(read)) == (404, ["no_draft"])
    theirs = {"candidates": [candidate(world.enterprise("320506"), two.upload().json()["id"])]}
    saved = save(two, path(row), theirs, 0)
    assert (saved.status_code, saved.headers["ETag"]) == (200, '"1"')
    assert two.delete(path(row), headers={"If-Match": '"1"'}).status_code == 204
    assert two.delete(path(row), headers={"If-Match": '"1"'}).status_code == 404
    assert one.get(path(row)).json()["payload"] == mine


def test_an_authoritys_own_people_share_one_draft(world: World, row: KeyEnterpriseList, as_: As) -> None:
    first, _ = officers(world)
    colleague = world.person(first.organization, Role.OFFICER, "2")
    save(as_(first), path(row), {"candidates": []}, 0)
    told = save(as_(colleague), path(row), {"candidates": [{}]}, 1)
    assert (told.status_code, len(told.json()["authors"])) == (200, 2)


def test_the_file_of_a_draft_is_shown_to_its_side_alone(world: World, row: KeyEnterpriseList, as_: As) -> None:
    first, other = officers(world)
    evidence = as_(first).upload().json()["id"]
    save(as_(first), path(row), {"candidates": [candidate(world.enterprise("320509"), evidence)]}, 0)
    colleague = world.person(first.organization, Role.OFFICER, "2")
    address = reverse("web-draft-file", args=["list", row.pk, "nominate", evidence])
    assert visit(colleague).get(address).getvalue() == PDF
    assert visit(other).get(address).status_code == 404


@pytest.mark.parametrize("from_draft", [True, False])
def test_a_nomination_leaves_the_draft_of_another_county(
    world: World, row: KeyEnterpriseList, as_: As, from_draft: bool
) -> None:
    """Submitted as it was prepared, or typed anew on the page beside a draft: only the own draft goes with it."""
    first, other = officers(world)
    mine = world.draft(
        row, "nominate", {"candidates": [candidate(world.enterprise("320509"), world.staged(first))]}, first
    )
    theirs = candidate(world.enterprise("320506"), world.staged(other))
    held = world.draft(row, "nominate", {"candidates": [theirs]}, other)
    if from_draft:
        assert (
            as_(other)
            .act(f"lists/{row.pk}/actions/nominate/", {"from_draft": True, "draft_revision": 1}, 0)
            .status_code
            == 200
        )
    else:
        client, address = visit(other), reverse("web-list-nominate", args=[row.pk])
        typed = {f"candidates.0.{key}": value for key, value in theirs.items()}
        sent = {**typed, "version": 0, "revision": 1, "key": uuid.uuid4().hex, "date": timezone.localdate().isoformat()}
        assert client.post(address, sent).status_code == 302

    assert list(Draft.objects.values_list("pk", "payload")) == [(mine.pk, mine.payload)]
    assert [str(one.site_id) for one in Listing.objects.all()] == [theirs["site"]]
    assert list(Preparation.objects.values_list("membership", flat=True)) == [other.pk]
    assert held.pk != mine.pk


def test_nobody_submits_the_draft_of_another_county(world: World, row: KeyEnterpriseList, as_: As) -> None:
    first, other = officers(world)
    world.draft(row, "nominate", {"candidates": [candidate(world.enterprise("320509"), world.staged(first))]}, first)
    answer = as_(other).act(f"lists/{row.pk}/actions/nominate/", {"from_draft": True, "draft_revision": 1}, 0)
    assert (answer.status_code, codes(answer)) == (400, ["no_draft"])
    assert not Listing.objects.exists()


def test_an_enterprise_and_its_consultancy_prepare_one_draft(scene: Scene, as_: As) -> None:
    firm = scene.world.firm()
    scene.world.contract(firm, scene.plant, signed_on=timezone.localdate())
    where = path(scene.case, "submit_report", "cases")
    save(as_(firm.auditor), where, {"remarks": "咨询机构"}, 0)
    assert as_(scene.plant.preparer).get(where).json()["payload"] == {"remarks": "咨询机构"}
    assert save(as_(scene.plant.preparer), where, {"remarks": "企业"}, 1).json()["revision"] == 2


def test_experts_of_one_pool_prepare_their_opinions_apart(scene: Scene, as_: As) -> None:
    one, two = scene.world.expert("1"), scene.world.expert("2")
    seats = [{"expert": str(expert.pk), "expertise": "sector", "free_of_conflict": True} for expert in (one, two)]
    told = {"review": "assessment", "members": seats}
    panel = {"assessment": [str(one.pk), str(two.pk)]}
    by, now = scene.people["approver"], timezone.now()
    record(scene.case, "form_panel", by=by, on=PUBLISHED, now=now, payload=told, changes={"panel": panel}, key="panel")
    where = path(scene.case, "submit_opinion", "cases")
    assert save(as_(one), where, {"opinion": "甲意见"}, 0).status_code == 200

    read = as_(two).get(where)
    assert (read.status_code, codes(read)) == (404, ["no_draft"])
    assert save(as_(two), where, {"opinion": "乙意见"}, 0).status_code == 200
    assert as_(one).get(where).json()["payload"] == {"opinion": "甲意见"}


def test_drafts_of_before_go_to_the_side_that_began_them(scene: Scene, row: KeyEnterpriseList) -> None:
    first, other = officers(scene.world)
    firm, expert = scene.world.firm(), scene.world.expert()
    shared = scene.world.draft(row, "nominate", {}, first)
    shared.authors = [*shared.authors, *scene.world.draft(row, "nominate", {}, other).authors]
    shared.save()
    together = scene.world.draft(scene.case, "submit_report", {}, firm.auditor)
    together.authors = [*together.authors, *scene.world.draft(scene.case, "object", {}, scene.plant.preparer).authors]
    together.save()
    opinion = scene.world.draft(scene.case, "submit_opinion", {}, expert)
    order = scene.world.draft(scene.case, "order_audit", {}, scene.people["officer"])
    those = (shared, together, opinion, order)
    Draft.objects.exclude(pk__in=[one.pk for one in those]).delete()
    for one in those:  # as if none had a side yet
        Draft.objects.filter(pk=one.pk).update(side=uuid.uuid4())

    moving.give_to_their_side(apps, SimpleNamespace(connection=connection))

    found = {pk: (side, len(authors)) for pk, side, authors in Draft.objects.values_list("pk", "side", "authors")}
    assert found == {
        shared.pk: (first.organization_id, 1),
        together.pk: (scene.case.pk, 2),
        opinion.pk: (expert.user_id, 1),
        order.pk: (scene.people["officer"].organization_id, 1),
    }
