"""Each rule, with a real file: what it finds, what it leaves alone, whether it rejects or warns."""

import inspect
from pathlib import Path
from uuid import UUID

import pytest

from audits.procedure.words import CaseKind, Category
from enterprises.importing import rules as rules_package
from enterprises.importing.lookup import KnownEnterprise, KnownListing, StaticLookup
from enterprises.importing.rules import RULES
from enterprises.importing.rules.wrong_check_digit import surely_right
from tests.enterprises.importing.making import HEADINGS, LOOKUP, code, report_of, row, rules


def looked_up(**changes):
    fields = ("divisions", "successors", "retired_names", "industries", "sectors", "within", "known", "listed")
    return StaticLookup(**{name: getattr(LOOKUP, name) for name in fields} | changes)


def test_every_rule_has_a_file_of_its_name_and_is_registered():
    folder = Path(inspect.getfile(rules_package)).parent
    files = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert [rule.__name__ for rule in RULES] == [rule.__module__.rpartition(".")[2] for rule in RULES]
    assert {rule.__name__ for rule in RULES} == files


def test_name_missing():
    assert rules(report_of(row(1, name=""), row(2, name="无")).rejected) == [(2, "name_missing"), (3, "name_missing")]


def test_impossible_code_says_what_is_impossible():
    report = report_of(
        row(1, code="9132050000000001"),
        row(2, code="91320509Z000000013"),
        row(3, code="320500000012345"),
        row(4, code="9132OSO9000000001Y"),
    )
    assert rules(report.rejected) == [(number, "impossible_code") for number in (2, 3, 4, 5)]
    messages = [one.text.en for one in report.rejected]
    assert "this one has 16" in messages[0]
    assert "'Z' at position 9" in messages[1]
    assert "registration number" in messages[2]
    assert "It may be 91320509000000001Y" in messages[3]


def test_a_wrong_check_digit_only_warns():
    wrong = code(1)[:17] + ("0" if code(1)[17] != "0" else "1")
    report = report_of(row(1, code=wrong), row(2, code="771583284"))
    assert report.accepted == 2
    assert rules(report.warnings) == [(2, "wrong_check_digit"), (3, "wrong_check_digit")]
    assert repr(code(1)[17]) in report.warnings[0].text.en


def test_the_fast_check_agrees_with_the_standard():
    from enterprises.codes import Verdict, check_credit_code

    for number in range(200):
        right = code(number, "330212")
        for last in "0123456789ABCDEFGHJKLMNPQRTUWXY":
            candidate = right[:17] + last
            assert surely_right(candidate) == (check_credit_code(candidate).verdict is Verdict.OK)


def test_an_impossible_organization_code_beside_a_credit_code_only_warns_and_is_not_carried_on():
    headings = (*HEADINGS[:3], "组织机构代码", *HEADINGS[3:])
    one = row(1)
    report = report_of([*one[:3], "1234", *one[3:]], headings=headings)
    assert rules(report.warnings) == [(2, "impossible_code")]
    assert report.entries[0].organization_code == ""


def test_retired_division_whose_name_is_the_old_one_the_new_one_or_missing():
    report = report_of(
        row(1, division="320584", district="吴江市"),
        row(2, division="320584", district="吴江区"),
        row(3, division="320584", district=""),
        row(4, division="320503", district="沧浪区"),
        row(5, division="320584", district="某镇"),
    )
    assert [(one.row, one.rule, one.new) for one in report.repairs] == [
        (2, "retired_division", "320509"),
        (3, "retired_division", "320509"),
        (4, "retired_division", "320509"),
        (5, "retired_division", "320508"),
        (6, "retired_division", "320509"),
    ]
    assert "supports" in report.repairs[0].text.en
    assert "does not support" in report.repairs[4].text.en
    assert rules(report.warnings) == [(6, "division_name_mismatch")]


def test_retired_division_whose_name_means_another_county_is_left_to_a_person():
    report = report_of(row(1, division="320584", district="昆山市"))
    assert report.repairs == ()
    assert rules(report.rejected) == [(2, "retired_division")]
    assert "320583" in report.rejected[0].text.zh


@pytest.mark.parametrize("zone", ["工业园区", "苏州高新区", "张家港保税区", "吴江经济技术开发区"])
def test_zones_are_no_divisions(zone):
    report = report_of(row(1, division="320514", district=zone), row(2, division="", district=zone))
    assert rules(report.rejected) == [(2, "unknown_division"), (3, "unknown_division")]
    assert all("Parks and zones" in one.text.en for one in report.rejected)


@pytest.mark.parametrize("division", ["999999", "3205", "苏州", "32050", "320514"])
def test_an_unknown_code_is_never_guessed_from_the_name(division):
    report = report_of(row(1, division=division, district="吴江区"))
    assert (report.accepted, report.repairs) == (0, ())
    assert rules(report.rejected) == [(2, "unknown_division")]
    assert "320509" in report.rejected[0].text.zh  # but told


@pytest.mark.parametrize("name", ["吴江区", "苏州市吴江区", "江苏省苏州市吴江区", "吴江"])
def test_a_missing_code_is_proposed_where_the_name_is_clear(name):
    report = report_of(row(1, division="", district=name))
    assert [(one.rule, one.old, one.new) for one in report.repairs] == [("division_from_name", "", "320509")]
    assert report.entries[0].scope_code == "320509"


def test_a_name_that_two_counties_bear():
    rejected = report_of(row(1, division="", district="鼓楼区")).rejected
    assert rules(rejected) == [(2, "unknown_division")]
    assert "320106" in rejected[0].text.zh
    assert "320302" in rejected[0].text.zh
    inside = report_of(row(1, division="", district="鼓楼区"), lookup=looked_up(within="3201"))
    assert inside.entries[0].division_code == "320106"
    by_city = report_of(row(1, division="", district="徐州市鼓楼区"))
    assert by_city.entries[0].division_code == "320302"


def test_name_and_code_of_two_places():
    report = report_of(row(1, division="320509", district="昆山市"), row(2, division="320505", district="高新区虎丘区"))
    assert rules(report.warnings) == [(2, "division_name_mismatch")]
    assert [(entry.division_code, entry.zone_text) for entry in report.entries] == [("320509", ""), ("320505", "")]


def test_division_above_county():
    report = report_of(
        row(1, division="320500", district="苏州市"),
        row(2, division="320000", district="江苏省"),
    )
    assert rules(report.warnings) == [(2, "division_above_county")]
    assert rules(report.rejected) == [(3, "division_above_county")]


def test_outside_jurisdiction():
    report = report_of(
        row(1), row(2, division="441900", district="东莞市", code=code(2, "441900")), lookup=looked_up(within="32")
    )
    assert rules(report.rejected) == [(3, "outside_jurisdiction")]


def test_registered_elsewhere_is_a_note_and_only_for_another_city():
    report = report_of(
        row(1, code=code(1, "320581")), row(2, code=code(2, "441900")), row(3, code=code(3, "320000")), row(4)
    )
    assert report.accepted == 4
    assert rules(report.warnings) == [(3, "registered_elsewhere")]


def test_duplicate_rows_the_first_counts():
    report = report_of(row(1), row(1), row(1, name=" 苏州实例1号 印染有限公司", remark="重复"), row(2))
    assert report.accepted_rows == (2, 5)
    assert rules(report.rejected) == [(3, "duplicate_row"), (4, "duplicate_row")]
    assert "row 2" in report.rejected[0].text.en


def test_sites_under_the_old_and_the_new_code_belong_to_one_enterprise():
    new = "91110105771583283D"
    report = report_of(
        [*row(1, code=new), "", "北厂路1号"], [*row(1, code="771583283"), "", "南厂路2号"], headings=ADDRESSED
    )
    assert [entry.legal_person for entry in report.entries] == ["771583283", "771583283"]
    assert (3, "two_plants_one_code") in rules(report.warnings)


ADDRESSED = (*HEADINGS, "注册地址", "生产地址")


def test_two_plants_under_one_code():
    report = report_of(
        [*row(1), "工业路1号", "北厂路1号"],
        [*row(1), "工业路1号", "南厂路2号"],
        [*row(1, name="苏州实例二厂"), "工业路1号", "北厂路1号"],
        [*row(1, district="昆山市", division="320583"), "工业路1号", "北厂路1号"],
        [*row(1), "工业路1号", "南厂路 ２号"],
        headings=ADDRESSED,
    )
    assert report.accepted_rows == (2, 3, 4, 5)
    assert rules(report.rejected) == [(6, "duplicate_row")]
    assert [one.row for one in report.warnings if one.rule == "two_plants_one_code"] == [3, 4, 5]


def test_an_address_left_out_does_not_make_another_plant():
    report = report_of([*row(1), "工业路1号", ""], [*row(1), "", ""], headings=ADDRESSED)
    assert rules(report.rejected) == [(3, "duplicate_row")]


def test_old_and_new_code_of_one_enterprise_are_seen_as_one():
    report = report_of(row(1, code="911101057715832833"[:8] + "771583283" + "D"), row(1, code="77158328-3"))
    assert rules(report.rejected) == [(3, "duplicate_row")]


def test_already_listed():
    lookup = looked_up(
        listed={
            code(1): [KnownListing("苏州实例1号印染有限公司", "", "320509")],
            code(2): [KnownListing("苏州实例2号印染有限公司", "北厂路1号", "320583")],
        }
    )
    report = report_of(row(1), row(2), row(3), lookup=lookup)
    assert rules(report.rejected) == [(2, "already_listed")]
    assert rules(report.warnings) == [(3, "already_listed")]
    assert report.accepted_rows == (3, 4)


def test_known_enterprise_is_named_and_another_name_warned_about():
    one, two = UUID(int=1), UUID(int=2)
    lookup = looked_up(
        known={
            code(1): KnownEnterprise(one, ("苏州新名有限公司", "苏州实例1号印染有限公司")),
            code(2): KnownEnterprise(two, ("苏州别家有限公司",)),
        }
    )
    report = report_of(row(1), row(2), row(3), lookup=lookup)
    assert [entry.enterprise_id for entry in report.entries] == [one, two, None]
    assert rules(report.warnings) == [(3, "known_under_other_name")]


CATEGORIZED = (*HEADINGS, "类别")


@pytest.mark.parametrize(
    ("text", "categories"),
    [
        ("超标", {Category.EXCEEDS_STANDARD}),
        ("超标、超总量", {Category.EXCEEDS_STANDARD, Category.EXCEEDS_QUOTA}),
        ("使用有毒有害原料；排放有毒有害物质", {Category.TOXIC_USE, Category.TOXIC_DISCHARGE}),
        ("高耗能企业", {Category.ENERGY}),
        ("toxic_use, energy", {Category.TOXIC_USE, Category.ENERGY}),
        ("其他", {Category.STATE_OTHER}),
    ],
)
def test_categories(text, categories):
    report = report_of([*row(1), text], headings=CATEGORIZED, kind=CaseKind.MANDATORY)
    assert set(report.entries[0].categories) == categories
    assert report.warnings == ()


def test_broad_categories_are_told_once_per_wording():
    rows = [[*row(1), "双超"], [*row(2), "双有"], [*row(3), "双有"]]
    report = report_of(*rows, headings=CATEGORIZED, kind=CaseKind.MANDATORY)
    assert report.accepted == 3
    assert rules(report.warnings) == [(2, "broad_category"), (3, "broad_category")]
    assert set(report.entries[2].categories) == {Category.TOXIC_USE, Category.TOXIC_DISCHARGE}
    assert "2 rows" in report.warnings[1].text.en


def test_a_mandatory_list_needs_categories_of_the_row_or_of_the_list():
    rows = [[*row(1), ""], [*row(2), "超载"], [*row(3), "自愿性"]]
    report = report_of(*rows, headings=CATEGORIZED, kind=CaseKind.MANDATORY)
    assert rules(report.rejected) == [(2, "category_missing"), (3, "unknown_category"), (4, "unknown_category")]
    whole = report_of(*rows[:1], headings=CATEGORIZED, kind=CaseKind.MANDATORY, categories=[Category.ENERGY])
    assert whole.entries[0].categories == (Category.ENERGY,)
    voluntary = report_of(*rows, headings=CATEGORIZED)
    assert voluntary.accepted == 3
    assert rules(voluntary.warnings) == [(3, "unknown_category")]


@pytest.mark.parametrize(
    ("industry", "found"),
    [("纺织业", "17"), ("C17", "17"), ("1713", "17"), (17, "17"), (6, "06"), ("C1713 棉印染精加工", "17"), ("C", "C")],
)
def test_industries(industry, found):
    report = report_of(row(1, industry=industry))
    assert (report.entries[0].industry_code, report.warnings) == (found, ())


def test_unknown_industry_and_sector_warn():
    report = report_of([*row(1, industry="印染"), "皮革"], [*row(2), "养殖"], headings=(*HEADINGS, "重点行业"))
    assert rules(report.warnings) == [(2, "unknown_industry"), (3, "unknown_sector")]
    assert [(entry.industry_code, entry.sector) for entry in report.entries] == [("", "leather"), ("", "")]


def test_too_long():
    assert rules(report_of(row(1, name="甲" * 201)).rejected) == [(2, "too_long")]
    assert report_of(row(1, name="甲" * 200)).accepted == 1


def test_a_row_carries_all_its_reasons():
    report = report_of(row(1, name="", code="无", division="320514", district="工业园区"))
    assert rules(report.rejected) == [(2, "name_missing"), (2, "missing_code"), (2, "unknown_division")]
