"""Who nominates an enterprise of another place does not become its supervisor by that, nor sees its record."""

from collections.abc import Callable
from datetime import date
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from accounts import handover
from accounts.activation import supervises
from accounts.models import Membership
from audits.procedure.words import CaseKind, Line, Role
from audits.workflow.lists import create_list
from enterprises.models import Auditor, Contract, Enterprise, KeyEnterpriseList, Listing, ReportingUnit, Site
from tests.api.conftest import V1, Caller, codes
from tests.factories import Plant, World

As = Callable[[Membership], Caller]
CSV = "企业名称,统一社会信用代码,行政区划代码,注册地址,类别\n"
TODAY = timezone.localdate
moving = import_module("enterprises.migrations.0002_sites_of_candidates")


@pytest.fixture
def plant(world: World) -> Plant:
    """An enterprise of Ningbo, known to the register there."""
    world.place("330212")
    return world.enterprise("330212")


@pytest.fixture
def officer(world: World) -> Membership:
    """Of a county of another province."""
    return world.person(world.place("320509").local, Role.OFFICER)


def nominated(world: World, plant: Plant, caller: Caller) -> KeyEnterpriseList:
    """The county's list, with the plant of the other province put on it by a file."""
    row = create_list(
        by=world.person(world.place("320509").province, Role.APPROVER),
        reporting_unit=ReportingUnit.objects.get(scope_code="32"),
        year=2026,
        batch=1,
        title="名单",
        kind=CaseKind.MANDATORY,
        line=Line.ENVIRONMENT,
    )
    line = f"{plant.enterprise.name},{plant.enterprise.credit_code},320509,路1号,超标\n"
    where = f"lists/{row.pk}/import/"
    told = caller.post(V1 + where, {"file": SimpleUploadedFile("名单.csv", (CSV + line).encode())}, format="multipart")
    done = caller.act(where, {"digest": told.json()["digest"]}, 0)
    assert done.status_code == 200, done.json()
    return row


def test_a_candidate_gives_no_supervision_and_no_sight_of_the_enterprise(
    world: World, plant: Plant, officer: Membership, as_: As
) -> None:
    caller = as_(officer)
    world.contract(world.firm(), plant, signed_on=TODAY())
    Contract.objects.update(site=None)  # for all sites
    staff = [one.pk for one in plant.staff]
    row = nominated(world, plant, caller)
    listing = Listing.objects.get(list=row)
    assert (listing.enterprise, listing.scope_code) == (plant.enterprise, "320509")
    organization = {"organization": str(plant.organization.pk)}
    assert not supervises(officer, plant.organization, TODAY())
    assert caller.post(V1 + "auth/activation-codes/", organization, format="json").status_code == 404
    assert caller.get(f"{V1}enterprises/{plant.enterprise.pk}/").status_code == 404
    assert caller.see("enterprises/").json()["results"] == []
    assert caller.see("contracts/").json()["results"] == []
    assert Auditor.objects.visible_to(officer).filter(pk__in=staff).count() == 0
    home = world.person(world.place("330212").local, Role.OFFICER)
    assert supervises(home, plant.organization, TODAY())
    assert as_(home).get(f"{V1}enterprises/{plant.enterprise.pk}/").status_code == 200
    assert len(as_(home).see("contracts/").json()["results"]) == 1
    assert Auditor.objects.visible_to(home).filter(pk__in=staff).count() == 5

    listing.published_on = date(2026, 6, 1)
    listing.save()
    assert supervises(officer, plant.organization, TODAY())
    assert caller.get(f"{V1}enterprises/{plant.enterprise.pk}/").status_code == 200


def test_who_nominated_does_not_decide_on_a_hand_over(world: World, plant: Plant, officer: Membership, as_: As) -> None:
    nominated(world, plant, as_(officer))
    asked = handover.request_handover(
        plant.organization,
        requested_by=plant.org_admin.user,
        new_username="heir",
        new_email="heir@example.com",
        new_full_name="接任",
        grounds="退休",
        now=timezone.now(),
    )
    body = {"approve": True, "reason": "同意"}
    answer = as_(officer).post(f"{V1}auth/handovers/{asked.pk}/decision/", body, format="json")
    assert (answer.status_code, codes(answer)) == (404, ["not_found"])
    home = as_(world.person(world.place("330212").local, Role.OFFICER))
    assert home.post(f"{V1}auth/handovers/{asked.pk}/decision/", body, format="json").status_code == 200


def test_sites_that_imports_brought_before_are_marked(world: World, plant: Plant, officer: Membership, as_: As) -> None:
    nominated(world, plant, as_(officer))
    assert Site.objects.filter(from_candidate=True).count() == 1
    Site.objects.update(from_candidate=False)
    moving.mark_those_of_imports(apps, SimpleNamespace(connection=connection))
    assert [one.scope_code for one in Site.objects.filter(from_candidate=True)] == ["320509"]
    assert list(Enterprise.objects.visible_to(officer)) == []
