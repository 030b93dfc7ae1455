"""Enterprises, their names and codes, merging and search."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, Organization
from audits.procedure.words import Level, Party
from enterprises.codes import Scheme
from enterprises.divisions import UnknownDivision
from enterprises.enterprise_register import (
    EnterpriseDraft,
    SiteDraft,
    add_code,
    add_sites,
    create_enterprise,
    create_enterprises,
    rename,
)
from enterprises.enterprise_search import find, match_codes, match_names
from enterprises.errors import RegisterError
from enterprises.merging import merge
from enterprises.models import Authority, Enterprise, EnterpriseCode, Site
from tests.enterprises.conftest import credit_code
from tests.racing import together

pytestmark = pytest.mark.django_db

CODE = "91110105771583283D"


@pytest.fixture
def officer(authority: Callable[..., Authority], member: Callable[[Organization], Membership]) -> Membership:
    return member(authority("32", Level.PROVINCE).organization)


def test_creating_keeps_name_code_site_and_history(officer: Membership) -> None:
    made = create_enterprise(
        EnterpriseDraft(
            name=" 苏州实例化工有限公司 ",
            credit_code="９１１１０１０５７７１５８３２８３d",
            industry="26",
            sites=(
                SiteDraft(division_code="320584", address="某路1号"),
                SiteDraft(scope_code="3205", zone_text="某园区"),
            ),
            known_from=date(2008, 1, 1),
        ),
        by=officer,
        reason="first listing",
    )
    stored = Enterprise.objects.get(pk=made.pk)
    assert (stored.name, stored.credit_code, stored.organization_code) == ("苏州实例化工有限公司", CODE, "771583283")
    assert (stored.organization.party, stored.organization.name) == (Party.ENTERPRISE, stored.name)
    assert stored.name_on(date(2008, 1, 1)) == stored.name
    sites = {site.zone_text: site for site in stored.sites.all()}
    assert (sites[""].division_id, sites[""].division_code_given, sites[""].scope_code) == (
        "320509",
        "320584",
        "320509",
    )
    assert (sites["某园区"].division_id, sites["某园区"].scope_code, sites["某园区"].reporting_unit_id) == (
        None,
        "3205",
        "320000",
    )
    entry = stored.history.get()
    assert (entry.history_user, entry.history_change_reason) == (officer.user, "first listing")


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (EnterpriseDraft(name=" "), "name_invalid"),
        (EnterpriseDraft(name="甲", credit_code="91640300MA75WONY35"), "credit_code_invalid"),
        (EnterpriseDraft(name="甲", credit_code="1234"), "credit_code_invalid"),
        (EnterpriseDraft(name="甲", organization_code="12"), "organization_code_invalid"),
        (EnterpriseDraft(name="甲", sites=(SiteDraft(address="某路"),)), "site_without_place"),
        (EnterpriseDraft(name="甲", industry="98"), "unknown_industry"),
        (EnterpriseDraft(name="甲", sites=(SiteDraft(scope_code="3205", industry="Z"),)), "unknown_industry"),
    ],
)
def test_what_cannot_be_created(draft: EnterpriseDraft, code: str) -> None:
    with pytest.raises(RegisterError) as caught:
        create_enterprises([EnterpriseDraft(name="乙", credit_code=CODE), draft])
    assert caught.value.code == code
    assert not Enterprise.objects.exists()
    assert not Organization.objects.filter(party=Party.ENTERPRISE).exists()


def test_an_unknown_division_creates_nothing() -> None:
    with pytest.raises(UnknownDivision):
        create_enterprise(EnterpriseDraft(name="甲", sites=(SiteDraft(division_code="320599"),)))
    assert not Enterprise.objects.exists()


def test_a_code_stands_once_in_the_register(enterprise: Callable[..., Enterprise]) -> None:
    enterprise(credit_code=CODE)
    for drafts in (
        [EnterpriseDraft(name="甲", credit_code=CODE)],
        [EnterpriseDraft(name=name, credit_code=credit_code(5)) for name in ("甲", "乙")],
    ):
        with pytest.raises(RegisterError) as caught:
            create_enterprises(drafts)
        assert caught.value.code == "credit_code_taken"
    assert Enterprise.objects.count() == 1


def test_a_wrong_check_character_is_kept_and_marked() -> None:
    made = create_enterprise(EnterpriseDraft(name="甲", credit_code="916402007999162621"))
    assert made.codes.get().check_ok is False


def test_queries_grow_by_batch_not_by_enterprise() -> None:
    def drafts(start: int, number: int) -> list[EnterpriseDraft]:
        return [
            EnterpriseDraft(
                name=f"实例{one}公司", credit_code=credit_code(start + one), sites=(SiteDraft(division_code="320509"),)
            )
            for one in range(number)
        ]

    with CaptureQueriesContext(connection) as one:
        create_enterprises(drafts(20_000_000, 1))
    with CaptureQueriesContext(connection) as many:
        create_enterprises(drafts(30_000_000, 60))
    assert len(many) == len(one)
    assert Enterprise.objects.count() == Site.objects.count() == 61


def test_renaming_keeps_the_former_name(enterprise: Callable[..., Enterprise], officer: Membership) -> None:
    made = enterprise(name="苏州旧名化工厂")
    rename(made, "苏州新名化工有限公司", on=date(2010, 5, 1), by=officer, reason="business licence")
    made.refresh_from_db()
    assert (made.name, made.organization.name) == ("苏州新名化工有限公司",) * 2
    assert made.name_on(date(2010, 4, 30)) == "苏州旧名化工厂"
    assert made.name_on(date(2010, 5, 1)) == "苏州新名化工有限公司"
    assert list(find("旧名")) == list(find("新名")) == list(find("szjmhgc")) == [made]
    assert made.history.first().history_change_reason == "business licence"


@pytest.mark.parametrize(
    ("name", "on", "code"),
    [
        ("", date(2010, 1, 1), "name_invalid"),
        ("甲", date(2010, 1, 1), "name_same"),
        ("乙", date(2008, 1, 1), "rename_too_early"),
    ],
)
def test_renames_that_are_refused(enterprise: Callable[..., Enterprise], name: str, on: date, code: str) -> None:
    made = enterprise(name="甲")
    with pytest.raises(RegisterError) as caught:
        rename(made, name, on=on)
    assert caught.value.code == code
    assert made.names.get().valid_until is None


def test_an_old_organization_code_is_followed_by_the_credit_code_that_contains_it() -> None:
    made = create_enterprise(EnterpriseDraft(name="甲", organization_code="77158328-3", known_from=date(2008, 1, 1)))
    assert match_codes([CODE]) == {CODE: made}
    add_code(made, CODE, valid_from=date(2016, 1, 1))
    made.refresh_from_db()
    assert (made.credit_code, made.organization_code) == (CODE, "771583283")
    assert match_codes(["771583283", CODE, "nobody's"]) == {"771583283": made, CODE: made}
    add_code(made, CODE, valid_from=date(2016, 1, 1))  # a second time changes nothing
    assert made.codes.count() == 2


def test_a_new_credit_code_ends_the_old_one(enterprise: Callable[..., Enterprise]) -> None:
    made, other = enterprise(credit_code=CODE), enterprise()
    new = credit_code(7)
    add_code(made, new, valid_from=date(2020, 1, 1))
    assert made.codes.get(value=CODE).valid_until == date(2019, 12, 31)
    assert match_codes([CODE, new]) == {CODE: made, new: made}
    with pytest.raises(RegisterError) as caught:
        add_code(made, other.credit_code or "", valid_from=date(2021, 1, 1))
    assert caught.value.code == "credit_code_taken"


def test_two_works_under_one_code(enterprise: Callable[..., Enterprise]) -> None:
    made = enterprise("320509")
    add_sites([(made, SiteDraft(name="第二厂", division_code="330212"))])
    assert sorted(made.sites.values_list("scope_code", "reporting_unit")) == [
        ("320509", "320000"),
        ("330212", "330200"),
    ]


def test_merging_keeps_both_findable(enterprise: Callable[..., Enterprise], officer: Membership) -> None:
    kept, absorbed = enterprise(name="苏州甲化工有限公司"), enterprise(name="苏州乙印染有限公司")
    done = merge(kept, absorbed, by=officer, reason="entered twice", on=date(2020, 6, 1))
    assert (done.names_added, done.codes_added, done.sites_moved) == (1, 1, 1)
    absorbed.refresh_from_db()
    assert absorbed.merged_into == kept
    assert absorbed.credit_code is not None
    for query in ("甲化工", "乙印染", "szyyryxgs", kept.credit_code, absorbed.credit_code):
        assert list(find(str(query))) == [kept]
    assert match_codes([absorbed.credit_code]) == {absorbed.credit_code: kept}
    assert match_names(["苏州乙印染有限公司"]) == {"苏州乙印染有限公司": [kept]}
    assert kept.sites.count() == 2
    assert absorbed.organization.closed_on == date(2020, 6, 1)
    assert set(Enterprise.objects.of_organization(kept.organization_id)) == {kept, absorbed}
    assert absorbed.history.first().history_change_reason == "entered twice"
    assert EnterpriseCode.objects.get(enterprise=kept, value=absorbed.credit_code).valid_until == date(2020, 6, 1)


def test_merging_twice_leaves_no_chain(enterprise: Callable[..., Enterprise], officer: Membership) -> None:
    first, second, third = enterprise(name="甲"), enterprise(name="乙"), enterprise(name="丙")
    merge(second, first, by=officer, reason="x", on=date(2020, 1, 1))
    merge(third, second, by=officer, reason="x", on=date(2021, 1, 1))
    first.refresh_from_db()
    assert first.merged_into == third
    assert list(find("甲")) == list(find("乙")) == [third]
    with pytest.raises(RegisterError) as caught:
        merge(first, third, by=officer, reason="x", on=date(2022, 1, 1))
    assert caught.value.code == "merge_absorbed"


@pytest.mark.parametrize(("same", "reason", "code"), [(True, "x", "merge_same"), (False, " ", "reason_missing")])
def test_mergers_that_are_refused(
    enterprise: Callable[..., Enterprise], officer: Membership, same: bool, reason: str, code: str
) -> None:
    one, two = enterprise(), enterprise()
    with pytest.raises(RegisterError) as caught:
        merge(one, one if same else two, by=officer, reason=reason, on=date(2020, 1, 1))
    assert caught.value.code == code
    assert not Enterprise.objects.filter(merged_into__isnull=False).exists()


def test_search_by_part_of_name_pinyin_and_code(enterprise: Callable[..., Enterprise]) -> None:
    one = enterprise(name="苏州实例化工有限公司", credit_code=CODE)
    enterprise(name="南京另一电镀厂")
    hits: dict[str, Any] = {
        query: list(find(query)) for query in ("实例", "shili", "SZSL", "9111 0105", "911101057715", "77158328-3", "")
    }
    assert hits == {
        "实例": [one],
        "shili": [one],
        "SZSL": [one],
        "9111 0105": [one],
        "911101057715": [one],
        "77158328-3": [one],
        "": [],
    }


def test_add_code_of_the_older_scheme(enterprise: Callable[..., Enterprise]) -> None:
    made = enterprise()
    row = add_code(made, "D2143569-X", scheme=Scheme.ORGANIZATION_CODE, valid_from=date(2008, 1, 1), source="licence")
    assert (row.value, row.check_ok, row.source) == ("D2143569X", True, "licence")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_people_register_the_same_code_at_once() -> None:
    def register(name: str) -> str:
        try:
            create_enterprise(EnterpriseDraft(name=name, credit_code=CODE))
        except RegisterError as error:
            return error.code
        return "made"

    outcomes = sorted(together(*(partial(register, name) for name in ("甲", "乙"))))
    assert outcomes == ["credit_code_taken", "made"]
    assert Enterprise.objects.count() == EnterpriseCode.objects.count() == 1
