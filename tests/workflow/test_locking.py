"""The lock of an act sees exactly what `visible_to` shows, whoever compiled the query before."""

from datetime import date

import pytest
from django.db import transaction

from accounts.acting import system_membership
from accounts.models import Membership, Organization
from audits.models import AuditCase, DutyYear, ReviewAssignment
from audits.procedure.words import CaseKind, Line, Party, Phase, ReviewKind, Role
from audits.workflow.locking import locked
from enterprises.divisions import reporting_unit_of
from enterprises.merging import merge
from tests.factories import Plant, World

pytestmark = pytest.mark.django_db


def case_of(plant: Plant, number: str, *, energy: bool = False) -> AuditCase:
    return AuditCase.objects.create(
        number=number,
        kind=CaseKind.MANDATORY,
        enterprise=plant.enterprise,
        site=plant.site,
        scope_code=plant.site.scope_code,
        reporting_unit_id=reporting_unit_of(plant.site.scope_code),
        line_environment=not energy,
        line_energy=energy,
        regime="A",
        opened_on=date(2008, 8, 1),
        phase=Phase.PREPARATION,
    )


def readers(world: World, first: Plant, second: Plant, third: Plant, cases: list[AuditCase]) -> list[Membership]:
    """Two or more of every kind, so that the second of a kind reads with the query compiled for the first."""
    place, other = world.place("320509"), world.place("610102")
    energy = world.place("320509", Line.ENERGY)
    held, without = world.firm(), world.firm()
    world.contract(held, first, signed_on=date(2008, 1, 1))
    for expert, case in ((world.expert("1"), cases[0]), (world.expert("2"), cases[1])):
        ReviewAssignment.objects.create(
            case=case, membership=expert, review_kind=ReviewKind.ASSESSMENT, attempt=1, started_on=date(2008, 8, 1)
        )
    operators = Organization.objects.create(party=Party.OPERATOR, name="运维")
    authorities = (place.nation, place.province, place.city, place.county, other.county, other.province, energy.county)
    return [
        *(world.person(authority, Role.OFFICER) for authority in authorities if authority),
        *(world.person(place.local, Role.APPROVER, name) for name in ("", "2")),
        *(plant.preparer for plant in (first, second, third)),
        *(plant.certifier for plant in (first, second, third)),
        *(firm.manager for firm in (held, without)),
        *(world.expert(name) for name in ("1", "2", "3")),
        *(world.person(operators, Role.OPERATOR, name) for name in ("", "2")),
        system_membership(),
    ]


def test_the_lock_sees_what_the_scope_shows_for_every_kind_of_reader() -> None:
    world = World()
    first, second, third = world.enterprise("320509"), world.enterprise("320505"), world.enterprise("610102")
    absorbed = world.enterprise("320507")
    cases = [case_of(first, "1"), case_of(second, "2", energy=True), case_of(third, "3"), case_of(absorbed, "4")]
    everybody = readers(world, first, second, third, cases)
    merge(second.enterprise, absorbed.enterprise, by=everybody[0], reason="合并", on=date(2009, 1, 1))
    shown = {
        (by.pk, case.pk): AuditCase.objects.visible_to(by).filter(pk=case.pk).exists()
        for by in everybody
        for case in cases
    }
    assert set(shown.values()) == {True, False}
    with transaction.atomic():
        for _ in range(2):  # compiled, then kept
            seen = {(by.pk, case.pk): locked(AuditCase, case.pk, by) is not None for by in everybody for case in cases}
            assert seen == shown


def test_a_locked_case_is_the_stored_one() -> None:
    world = World()
    plant = world.enterprise("320509")
    case = case_of(plant, "1")
    with transaction.atomic():
        row = locked(AuditCase, case.pk, plant.preparer)
    stored = AuditCase.objects.get(pk=case.pk)
    values = {field.attname: getattr(stored, field.attname) for field in AuditCase._meta.concrete_fields}
    assert {name: getattr(row, name) for name in values} == values
    assert row.enterprise.organization_id == plant.organization.pk


def test_a_locked_duty_is_the_stored_one() -> None:
    world = World()
    officer = world.person(world.place("320509").province, Role.OFFICER)
    duty = DutyYear.objects.create(reporting_unit_id="320000", year=2008, scope_code="32", regime="A")
    with transaction.atomic():
        row = locked(DutyYear, duty.pk, officer)
        assert locked(DutyYear, duty.pk, world.stranger("32")) is None
    stored = DutyYear.objects.get(pk=duty.pk)
    values = {field.attname: getattr(stored, field.attname) for field in DutyYear._meta.concrete_fields}
    assert {name: getattr(row, name) for name in values} == values


def test_a_membership_that_ended_locks_nothing() -> None:
    world = World()
    plant = world.enterprise("320509")
    case = case_of(plant, "1")
    member = plant.preparer
    with transaction.atomic():
        assert locked(AuditCase, case.pk, member) is not None
        member.ends_on = date(2009, 1, 1)
        with pytest.raises(ValueError, match="not active"):
            locked(AuditCase, case.pk, member)
