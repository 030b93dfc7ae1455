"""What each reader sees of the registers; a stranger sees nothing, and without a reader nothing is answered."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Membership, Organization
from audits.procedure.words import Level, Line, Party
from enterprises.consultancy_register import create_consultancy, employ
from enterprises.contract_register import end_contract, record_contract
from enterprises.errors import RegisterError
from enterprises.models import (
    Auditor,
    Authority,
    Consultancy,
    Contract,
    Enterprise,
    KeyEnterpriseList,
    Listing,
    Site,
)

pytestmark = pytest.mark.django_db

SCOPED = (Enterprise, Site, Contract, Consultancy, Auditor, KeyEnterpriseList, Listing)
Member = Callable[[Organization], Membership]


@pytest.fixture
def world(authority: Callable[..., Authority], enterprise: Callable[..., Enterprise], member: Member) -> dict[str, Any]:
    """A listed enterprise in a county of Suzhou, another in Ningbo, a consultancy of the first, and lists of both."""
    province, ningbo = authority("32", Level.PROVINCE), authority("3302", Level.CITY)
    suzhou, stranger = enterprise("320509"), enterprise("330212")
    firm = create_consultancy("实例咨询", status_since=date(2010, 1, 1))
    lists = {}
    for unit, owner, client, published in (
        ("320000", province, suzhou, date(2020, 3, 1)),
        ("330200", ningbo, stranger, None),
    ):
        row = KeyEnterpriseList.objects.create(
            reporting_unit_id=unit, year=2020, title=unit, authority=owner.organization, published_on=published
        )
        site = client.sites.get()
        Listing.objects.create(
            list=row,
            site=site,
            enterprise=client,
            name_at_listing=client.name,
            scope_code=site.scope_code,
            reporting_unit_id=unit,
            published_on=published,
        )
        lists[unit] = row
    return {
        "province": province,
        "ningbo": ningbo,
        "suzhou": suzhou,
        "stranger": stranger,
        "firm": firm,
        "lists": lists,
    }


@pytest.mark.parametrize("model", SCOPED)
@pytest.mark.parametrize("reader", [None, "somebody", 1])
def test_without_a_membership_nothing_is_answered(model: Any, reader: Any) -> None:
    with pytest.raises(TypeError):
        model.objects.visible_to(reader)


@pytest.mark.parametrize("model", SCOPED)
def test_an_ended_membership_sees_nothing(model: Any, world: dict[str, Any], member: Member) -> None:
    former = member(world["province"].organization)
    former.ends_on = timezone.localdate() - timedelta(days=1)
    with pytest.raises(ValueError, match="not active"):
        model.objects.visible_to(former)


@pytest.mark.parametrize(
    ("scope_code", "level", "sees"),
    [
        ("", Level.NATION, {"suzhou", "stranger"}),
        ("32", Level.PROVINCE, {"suzhou"}),
        ("3205", Level.CITY, {"suzhou"}),
        ("320509", Level.COUNTY, {"suzhou"}),
        ("320507", Level.COUNTY, set()),
        ("33", Level.PROVINCE, {"stranger"}),  # a province reads its separately planned city
        ("3301", Level.CITY, set()),
        ("3302", Level.CITY, {"stranger"}),
        ("43", Level.PROVINCE, set()),
    ],
)
def test_authorities_see_their_jurisdiction(
    world: dict[str, Any],
    authority: Callable[..., Authority],
    member: Member,
    scope_code: str,
    level: Level,
    sees: set[str],
) -> None:
    reader = member(authority(scope_code, level).organization)
    expected = {world[name].pk for name in sees}
    assert set(Enterprise.objects.visible_to(reader).values_list("pk", flat=True)) == expected
    assert set(Site.objects.visible_to(reader).values_list("enterprise", flat=True)) == expected
    assert set(Listing.objects.visible_to(reader).values_list("enterprise", flat=True)) == expected


@pytest.mark.parametrize(
    ("scope_code", "level", "line", "units"),
    [
        ("", Level.NATION, Line.ENVIRONMENT, {"320000", "330200"}),
        ("32", Level.PROVINCE, Line.ENVIRONMENT, {"320000"}),
        ("320507", Level.COUNTY, Line.ENVIRONMENT, {"320000"}),  # the list of its own unit, though no row of it
        ("33", Level.PROVINCE, Line.ENVIRONMENT, {"330200"}),
        ("3301", Level.CITY, Line.ENVIRONMENT, set()),
        ("32", Level.PROVINCE, Line.ENERGY, set()),
        ("32", Level.PROVINCE, Line.COORDINATING, {"320000"}),
    ],
)
def test_authorities_see_lists_of_their_units_and_line(
    world: dict[str, Any],
    authority: Callable[..., Authority],
    member: Member,
    scope_code: str,
    level: Level,
    line: Line,
    units: set[str],
) -> None:
    reader = member(authority(scope_code, level, line).organization)
    assert set(KeyEnterpriseList.objects.visible_to(reader).values_list("reporting_unit", flat=True)) == units


def test_an_enterprise_sees_itself_and_its_published_listings(world: dict[str, Any], member: Member) -> None:
    reader = member(world["suzhou"].organization)
    assert list(Enterprise.objects.visible_to(reader)) == [world["suzhou"]]
    assert list(KeyEnterpriseList.objects.visible_to(reader)) == [world["lists"]["320000"]]
    assert Listing.objects.visible_to(reader).get().enterprise == world["suzhou"]
    other = member(world["stranger"].organization)
    assert not Listing.objects.visible_to(other).exists()
    assert not KeyEnterpriseList.objects.visible_to(other).exists()


def test_a_consultancy_sees_its_clients_while_the_contract_runs(world: dict[str, Any], member: Member) -> None:
    reader = member(world["firm"].organization)
    today = timezone.localdate()
    assert not Enterprise.objects.visible_to(reader).exists()
    contract = record_contract(
        consultancy=world["firm"],
        enterprise=world["suzhou"],
        signed_on=today,
        starts_on=today,
        today=today,
        by=reader,
    )
    assert list(Enterprise.objects.visible_to(reader)) == [world["suzhou"]]
    assert Listing.objects.visible_to(reader).get().enterprise == world["suzhou"]
    end_contract(contract, on=today, by=reader, reason="dissolved by agreement")
    assert not Enterprise.objects.visible_to(reader).exists()
    assert not Listing.objects.visible_to(reader).exists()
    assert list(Contract.objects.visible_to(reader)) == [contract]


def test_an_end_that_lies_ahead_can_be_brought_forward(world: dict[str, Any], member: Member) -> None:
    """Also by somebody who holds the row as it was before; once it is over, it stays so."""
    reader, owner = member(world["firm"].organization), member(world["suzhou"].organization)
    today = timezone.localdate()
    contract = record_contract(
        consultancy=world["firm"], enterprise=world["suzhou"], signed_on=today, starts_on=today, today=today, by=owner
    )

    def end(days: int) -> Contract:
        return end_contract(contract, on=today + timedelta(days=days), by=owner, reason=f"in {days}")

    end(30)
    assert Enterprise.objects.visible_to(reader).exists()
    for later in (30, 31):
        with pytest.raises(RegisterError) as refused:
            end(later)
        assert refused.value.code == "contract_dates"
    assert (end(10).ended_on, end(0).ended_on) == (today + timedelta(days=10), today)
    assert not Enterprise.objects.visible_to(reader).exists()
    assert list(contract.history.values_list("history_change_reason", flat=True)) == ["in 0", "in 10", "in 30", None]
    for again in (-1, 0, 1):
        with pytest.raises(RegisterError) as refused:
            end(again)
        assert refused.value.code == "contract_ended"


def test_contracts_are_seen_by_both_parties_and_the_place(
    world: dict[str, Any], authority: Callable[..., Authority], member: Member
) -> None:
    today = timezone.localdate()
    firm = member(world["firm"].organization)
    record_contract(
        consultancy=world["firm"],
        enterprise=world["suzhou"],
        site=world["suzhou"].sites.get(),
        signed_on=today,
        starts_on=today,
        today=today,
        by=firm,
    )
    seeing = (firm, member(world["suzhou"].organization), member(world["province"].organization))
    blind = (member(world["stranger"].organization), member(world["ningbo"].organization))
    assert [Contract.objects.visible_to(reader).count() for reader in (*seeing, *blind)] == [1, 1, 1, 0, 0]


def test_auditors_are_seen_by_employer_client_and_authorities(world: dict[str, Any], member: Member) -> None:
    today = timezone.localdate()
    auditor = Auditor.objects.create(name="张三", nationally_trained=True)
    employ(auditor, world["firm"].organization, on=date(2020, 1, 1))
    client, stranger = member(world["suzhou"].organization), member(world["stranger"].organization)
    assert Auditor.objects.visible_to(member(world["firm"].organization)).count() == 1
    assert Auditor.objects.visible_to(member(world["ningbo"].organization)).count() == 1
    assert not Auditor.objects.visible_to(client).exists()
    record_contract(
        consultancy=world["firm"],
        enterprise=world["suzhou"],
        signed_on=today,
        starts_on=today,
        today=today,
        by=client,
    )
    assert Auditor.objects.visible_to(client).count() == 1
    assert not Auditor.objects.visible_to(stranger).exists()


@pytest.mark.parametrize("model", [Enterprise, Site, Contract, Auditor, KeyEnterpriseList, Listing])
def test_experts_see_no_register_and_operators_all(world: dict[str, Any], member: Member, model: Any) -> None:
    expert = member(Organization.objects.create(party=Party.EXPERT.value, name="专家库"))
    operator = member(Organization.objects.create(party=Party.OPERATOR.value, name="运维"))
    assert not model.objects.visible_to(expert).exists()
    assert model.objects.visible_to(operator).count() == model.objects.count()
