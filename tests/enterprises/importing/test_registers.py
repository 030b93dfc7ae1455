"""The lookup filled from the real registers."""

from datetime import date

import pytest

from accounts.models import Organization
from audits.procedure.words import CaseKind, Level, Line, Party
from enterprises.divisions import reporting_units
from enterprises.enterprise_register import EnterpriseDraft, SiteDraft, create_enterprises, rename
from enterprises.importing.registers import RegisterLookup
from enterprises.importing.report import dry_run
from enterprises.models import KeyEnterpriseList, Listing, ReportingUnit
from tests.enterprises.importing.making import GIVEN, HEADINGS, YEAR, code, row, rules, xlsx

pytestmark = pytest.mark.django_db

ON = date(2026, 11, 2)


@pytest.fixture
def key_list():
    jiangsu = ReportingUnit.objects.get(code="320000")
    authority = Organization.objects.create(
        party=Party.AUTHORITY, name="江苏省实例厅", level=Level.PROVINCE, line=Line.ENVIRONMENT, jurisdiction="32"
    )
    return KeyEnterpriseList.objects.create(
        reporting_unit=jiangsu, year=YEAR, title="实例名单", kind=CaseKind.VOLUNTARY, authority=authority
    )


def dry(content, key_list, **more):
    lookup = RegisterLookup(key_list, on=ON, **more)
    return dry_run(content, "list.xlsx", lookup, list_kind=CaseKind.VOLUNTARY, year=YEAR)


def test_the_given_list_against_the_real_divisions(key_list):
    report = dry(GIVEN.read_bytes(), key_list)
    assert (report.rows, report.accepted, len(report.repairs), len(report.warnings)) == (58, 57, 17, 0)
    assert rules(report.rejected) == [(60, "missing_code"), (60, "unknown_division")]


def test_scope_of_the_list_of_the_corps_and_of_the_nation(key_list):
    content = xlsx(HEADINGS, row(1), row(2, division="659001", district="石河子市", code=code(2, "659001")))
    assert rules(dry(content, key_list).rejected) == [(3, "outside_jurisdiction")]
    assert dry(content, key_list, within="").accepted == 2
    corps = dry(content, key_list, within=reporting_units()["660000"].scope_code)
    assert corps.accepted_rows == (3,)
    assert corps.entries[0].scope_code.startswith("66")


def test_placeholders_are_no_place(key_list):
    assert rules(dry(xlsx(HEADINGS, row(1, division="320501", district="市辖区")), key_list).rejected) == [
        (2, "unknown_division")
    ]


def test_industries_and_sectors_of_the_registers(key_list):
    content = xlsx(
        (*HEADINGS, "重点行业"), [*row(1, industry="纺织业"), "铅酸蓄电池"], [*row(2, industry="1713"), "印染"]
    )
    entries = dry(content, key_list).entries
    assert [entry.industry_code for entry in entries] == ["17", "17"]
    assert entries[1].sector == "focus_dyeing"


def test_known_enterprises_and_listings(key_list):
    drafts = [
        EnterpriseDraft(
            name=row(number)[1],
            credit_code=code(number),
            sites=(SiteDraft(division_code="320509", address="北厂路1号"),),
            known_from=date(2020, 1, 1),
        )
        for number in (1, 2, 3)
    ]
    one, two, three = create_enterprises(drafts)
    rename(two, "苏州新名有限公司", on=date(2024, 1, 1))
    for number, (enterprise, removed_on) in enumerate(((one, None), (three, ON))):
        Listing.objects.create(
            list=key_list,
            site=enterprise.sites.get(),
            enterprise=enterprise,
            name_at_listing=enterprise.name,
            scope_code="320509",
            reporting_unit=key_list.reporting_unit,
            row_number=number,
            removed_on=removed_on,
        )
    report = dry(xlsx(HEADINGS, *(row(number) for number in (1, 2, 3, 4))), key_list)
    assert rules(report.rejected) == [(2, "already_listed")]
    assert report.warnings == ()  # a former name is no other name
    assert [entry.enterprise_id for entry in report.entries] == [two.pk, three.pk, None]


def test_queries_do_not_grow_with_rows(key_list, django_assert_num_queries):
    few, many = (xlsx(HEADINGS, *(row(number) for number in range(1, count))) for count in (3, 300))
    with django_assert_num_queries(5):
        dry(few, key_list)
    with django_assert_num_queries(5):
        dry(many, key_list)
