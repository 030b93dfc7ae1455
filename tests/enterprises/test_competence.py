"""Who is competent, for every kind of place there is."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audits.procedure.words import Function, Level, Line, Mark
from enterprises.authority_register import create_authority, delegate, end_authority
from enterprises.competence import competence_map, competent_authority
from enterprises.errors import RegisterError
from enterprises.models import Authority
from enterprises.parameters import set_parameter
from enterprises.snapshot import snapshot

pytestmark = pytest.mark.django_db

ON = date(2008, 8, 1)
PLACES = {
    "": Level.NATION,
    "32": Level.PROVINCE,
    "3205": Level.CITY,
    "320509": Level.COUNTY,
    "11": Level.PROVINCE,
    "110101": Level.COUNTY,
    "42": Level.PROVINCE,
    "429004": Level.COUNTY,
    "44": Level.PROVINCE,
    "4419": Level.CITY,
    "33": Level.PROVINCE,
    "3302": Level.CITY,
    "330212": Level.COUNTY,
    "65": Level.PROVINCE,
    "66": Level.PROVINCE,
    "6608": Level.CITY,
}


@pytest.fixture
def authorities(authority: Callable[..., Authority]) -> dict[str, Authority]:
    return {scope_code: authority(scope_code, level) for scope_code, level in PLACES.items()}


# place: who supervises, verifies, lists, reviews, plans, orders
TABLE = {
    "320509": ("320509", "3205", "32", "32", "32", "32"),  # county in a city
    "320507": ("3205", "3205", "32", "32", "32", "32"),  # county without an authority of its own
    "110101": ("110101", "11", "11", "11", "11", "11"),  # district of a municipality
    "429004": ("429004", "42", "42", "42", "42", "42"),  # province-administered county
    "4419": ("4419", "4419", "44", "44", "44", "44"),  # Dongguan: a city without counties
    "330212": ("330212", "3302", "3302", "33", "3302", "3302"),  # in a separately planned city
    "330106": ("33", "33", "33", "33", "33", "33"),  # elsewhere in the same province, nobody nearer on record
    "660801": ("6608", "6608", "66", "66", "66", "66"),  # a city of the XPCC
    "6602": ("66", "66", "66", "66", "66", "66"),
    "510107": ("", "", "", "", "", ""),  # nobody in the province on record
}
FUNCTIONS = (Function.SUPERVISE, Function.VERIFY, Function.LIST, Function.REVIEW, Function.PLAN, Function.ORDER)


@pytest.mark.parametrize("place", TABLE)
def test_competence_table(place: str, authorities: dict[str, Authority]) -> None:
    found = tuple(competent_authority(place, function, ON) for function in FUNCTIONS)
    assert tuple(one.scope_code if one else None for one in found) == TABLE[place]
    assert competent_authority(place, Function.NATIONAL, ON) == authorities[""]


def test_the_bulk_form_gives_the_same_in_a_constant_number_of_queries(authorities: dict[str, Authority]) -> None:
    with CaptureQueriesContext(
        connection,
    ) as few:
        competence_map(["320509"], [Function.LIST], ON)
    with CaptureQueriesContext(connection) as many:
        found = competence_map(TABLE, FUNCTIONS, ON)
    assert len(many) == len(few) <= 4
    assert {
        place: tuple(found[place, function].scope_code for function in FUNCTIONS)  # type: ignore[union-attr]
        for place in TABLE
    } == TABLE


def test_a_snapshot_asks_once_per_province(authorities: dict[str, Authority]) -> None:
    with CaptureQueriesContext(connection) as captured, snapshot():
        for _ in range(50):
            for place in ("320509", "320507", "3205"):
                assert competent_authority(place, Function.LIST, ON) == authorities["32"]
    assert len(captured) <= 4


def test_before_document_151_the_province_lists_for_its_separately_planned_city(
    authorities: dict[str, Authority],
) -> None:
    assert competent_authority("330212", Function.LIST, date(2005, 12, 12)) == authorities["33"]
    assert competent_authority("330212", Function.LIST, date(2005, 12, 13)) == authorities["3302"]


def test_a_province_hands_publishing_to_its_cities_from_a_day_on(authorities: dict[str, Authority]) -> None:
    set_parameter(
        "level_list",
        Level.CITY.value,
        reporting_unit="320000",
        valid_from=date(2022, 1, 1),
        source="provincial notice",
        mark=Mark.SEEN,
    )
    assert competent_authority("320509", Function.LIST, date(2021, 12, 31)) == authorities["32"]
    assert competent_authority("320509", Function.LIST, date(2022, 1, 1)) == authorities["3205"]


def test_a_city_lets_its_districts_review(authorities: dict[str, Authority]) -> None:
    set_parameter(
        "level_review",
        Level.COUNTY.value,
        scope_code="3205",
        valid_from=date(2022, 1, 1),
        source="municipal notice",
        mark=Mark.SEEN,
    )
    on = date(2022, 1, 1)
    assert competent_authority("320509", Function.REVIEW, on) == authorities["320509"]
    assert competent_authority("320106", Function.REVIEW, on) == authorities["32"]


def test_each_line_has_its_own_authorities(
    authorities: dict[str, Authority], authority: Callable[..., Authority]
) -> None:
    energy = authority("32", Level.PROVINCE, Line.ENERGY)
    assert competent_authority("320509", Function.SUPERVISE, ON, Line.ENERGY) == energy
    assert competent_authority("320509", Function.SUPERVISE, ON) == authorities["320509"]
    assert competent_authority("110101", Function.SUPERVISE, ON, Line.ENERGY) is None


def test_an_authority_acts_only_in_its_time(authorities: dict[str, Authority]) -> None:
    end_authority(authorities["320509"], on=date(2018, 12, 31), reason="merged")
    new = create_authority("new", scope_code="320509", level=Level.COUNTY, valid_from=date(2019, 1, 1))
    assert competent_authority("320509", Function.SUPERVISE, date(2018, 12, 31)) == authorities["320509"]
    assert competent_authority("320509", Function.SUPERVISE, date(2019, 1, 1)) == new


def test_a_closed_organization_is_passed_over(authorities: dict[str, Authority]) -> None:
    organization = authorities["320509"].organization
    organization.closed_on = ON
    organization.save()
    assert competent_authority("320509", Function.SUPERVISE, ON) == authorities["3205"]


def test_delegation_holds_in_its_scope_and_time(authorities: dict[str, Authority]) -> None:
    delegate(
        Function.REVIEW,
        scope_code="3205",
        from_authority=authorities["32"],
        to_authority=authorities["3205"],
        valid_from=date(2008, 7, 1),
        valid_until=date(2008, 12, 31),
        document="苏环办〔2008〕1号",
    )
    assert competent_authority("320509", Function.REVIEW, ON) == authorities["3205"]
    assert competent_authority("320509", Function.LIST, ON) == authorities["32"]
    assert competent_authority("320106", Function.REVIEW, ON) == authorities["32"]
    assert competent_authority("320509", Function.REVIEW, date(2009, 1, 1)) == authorities["32"]


@pytest.mark.parametrize(
    ("scope_code", "to", "document", "code"),
    [
        ("33", "3205", "x", "delegation_outside"),
        ("3205", "3205", " ", "document_missing"),
    ],
)
def test_delegations_that_cannot_be(
    authorities: dict[str, Authority], scope_code: str, to: str, document: str, code: str
) -> None:
    with pytest.raises(RegisterError) as caught:
        delegate(
            Function.REVIEW,
            scope_code=scope_code,
            from_authority=authorities["32"],
            to_authority=authorities[to],
            valid_from=ON,
            document=document,
        )
    assert caught.value.code == code


@pytest.mark.parametrize(("scope_code", "level"), [("", Level.PROVINCE), ("32", Level.CITY), ("1101", Level.CITY)])
def test_an_authority_fits_its_place(scope_code: str, level: Level) -> None:
    with pytest.raises(RegisterError) as caught:
        create_authority("x", scope_code=scope_code, level=level)
    assert caught.value.code == "authority_level"
