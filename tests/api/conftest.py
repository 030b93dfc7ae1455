"""A published list of one plant in Wujiang, people around it, and clients that act for them through the API."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import tokens
from accounts.models import Membership
from audits.models import AuditCase
from audits.procedure.words import CaseKind, Line, Role
from audits.workflow.door import perform
from audits.workflow.lists import create_list
from enterprises.models import KeyEnterpriseList, ReportingUnit
from tests.factories import Place, Plant, World

V1 = "/api/v1/"
PUBLISHED = date(2008, 8, 1)
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


class Caller(APIClient):
    """A client that acts with one membership, in English. `act` adds the headers an action needs."""

    def act(self, path: str, body: dict[str, Any], version: int, key: str = "") -> Any:
        headers = {"If-Match": f'"{version}"', "Idempotency-Key": key or uuid.uuid4().hex}
        return self.post(V1 + path, body, format="json", headers=headers)

    def see(self, path: str, **query: Any) -> Any:
        return self.get(V1 + path, query)

    def upload(self, content: bytes = PDF, name: str = "证据.pdf") -> Any:
        return self.post(V1 + "documents/", {"file": SimpleUploadedFile(name, content)}, format="multipart")


@pytest.fixture
def world(db: None) -> World:
    return World()


@pytest.fixture
def as_() -> Callable[[Membership], Caller]:
    """A client for a membership."""

    def caller(by: Membership) -> Caller:
        token = tokens.issue(by.user, with_second_factor=False, now=timezone.now())[1]
        return Caller(headers={"authorization": f"Token {token}", "x-membership": str(by.pk), "accept-language": "en"})

    return caller


@pytest.fixture
def anybody() -> Caller:
    return Caller(headers={"accept-language": "en"})


@dataclass
class Scene:
    """A published list with its cases."""

    world: World
    place: Place
    plants: list[Plant]
    list: KeyEnterpriseList
    people: dict[str, Membership] = field(default_factory=dict)

    @property
    def plant(self) -> Plant:
        return self.plants[0]

    @property
    def case(self) -> AuditCase:
        return self.case_of(self.plants[0])

    def case_of(self, plant: Plant) -> AuditCase:
        return AuditCase.objects.get(enterprise=plant.enterprise)

    def perform(self, row: Any, action: str, by: Membership, payload: dict[str, Any], **more: Any) -> Any:
        row.refresh_from_db()
        return perform(
            row,
            action,
            by=by,
            payload=payload,
            expected_version=row.version,
            idempotency_key=uuid.uuid4().hex,
            **more,
        )


def publish(world: World, number: int, division: str = "320509", year: int = 2008, batch: int = 1) -> Scene:
    """A list of some plants of one place, from nomination to publication."""
    place = world.place(division)
    plants = world.enterprises(division, number)
    approver = world.person(place.province, Role.APPROVER)
    officer = world.person(place.local, Role.OFFICER)
    row = create_list(
        by=approver,
        reporting_unit=ReportingUnit.objects.get(pk=plants[0].site.reporting_unit_id),
        year=year,
        batch=batch,
        title="第一批",
        kind=CaseKind.MANDATORY,
        line=Line.ENVIRONMENT,
    )
    scene = Scene(world, place, plants, row, {"approver": approver, "officer": officer})
    candidates = [
        {
            "site": str(plant.site.pk),
            "categories": ["exceeds_standard"],
            "monitoring_report": [world.staged(officer)],
        }
        for plant in plants
    ]
    scene.perform(row, "nominate", officer, {"candidates": candidates})
    scene.perform(row, "submit_nominations", officer, {})
    scene.perform(row, "verify", world.person(place.verifier, Role.OFFICER), {})
    scene.perform(row, "confirm", approver, {})
    second = world.person(place.province, Role.APPROVER, "2")
    said = {"medium": "江苏日报", "appeared_on": PUBLISHED.isoformat(), "document_number": "苏环发〔2008〕1号"}
    scene.perform(row, "publish", second, said)
    return scene


def one_of_three_notified(time_machine: Any) -> Scene:
    """Three plants on a list published on 1 August; the county wrote to the first on 1 September. It is 30 September."""
    time_machine.move_to(datetime.fromisoformat("2008-09-01T10:00:00+08:00"), tick=False)
    scene = publish(World(), 3)
    officer = scene.people["officer"]
    proof = [scene.world.staged(officer)]
    said = {"duties": "开展审核", "dates": "两个月内", "served_on": "2008-09-01", "proof_of_service": proof}
    scene.perform(scene.case, "notify", officer, said)
    time_machine.move_to(datetime.fromisoformat("2008-09-30T10:00:00+08:00"), tick=False)
    return scene


@pytest.fixture
def scene(world: World) -> Scene:
    return publish(world, 1)


def codes(answer: Any) -> list[str]:
    """The stable codes of a refusal."""
    return [error["code"] for error in answer.json()["errors"]]
