"""Every repair of a cell: proposed with old and new, applied when agreed to, left alone when not."""

import csv
from pathlib import Path

import pytest

from audits.procedure.words import CaseKind
from enterprises.importing.cells import clean_cell, text_of
from enterprises.importing.columns import Column
from enterprises.importing.errors import ConfirmationRefused
from enterprises.importing.report import confirm, dry_run
from tests.enterprises.importing.making import HEADINGS, LOOKUP, YEAR, code, csv_bytes, report_of, row, rules

GOOD = "91640300MA75W0NY35"


@pytest.mark.parametrize(
    ("column", "old", "new", "steps"),
    [
        (Column.CODE, "９１６４０３００ＭＡ７５Ｗ０ＮＹ３５", GOOD, ["full_width"]),
        (Column.CODE, "91640300\u200bMA75W0NY35\ufeff", GOOD, ["invisible"]),
        (Column.CODE, " 91640300 MA75\u00a0W0NY35\n", GOOD, ["spaces"]),
        (Column.CODE, "91640300ma75w0ny35", GOOD, ["upper_case"]),
        (Column.CODE, "91640300MA75WONY35", GOOD, ["letter_for_digit"]),
        (Column.CODE, "9I640300MA75W0NY35", "91640300MA75W0NY35", ["letter_for_digit"]),
        (Column.CODE, "91640300МА75W0NY35", GOOD, ["look_alike"]),  # Cyrillic М and А
        (Column.CODE, '="91640300MA75W0NY35"', GOOD, ["text_guard"]),
        (Column.CODE, "'91640300MA75W0NY35", GOOD, ["text_guard"]),
        (Column.CODE, "９1640300 ma75wony35", GOOD, ["full_width", "spaces", "upper_case", "letter_for_digit"]),
        (Column.CODE, "91640300-MA75W0NY-35", GOOD, ["hyphen"]),
        (Column.CODE, "77158328-3", "771583283", ["hyphen"]),
        (Column.CODE, "916403OO", "916403OO", []),  # of no possible length: nothing to repair
        (Column.ORGANIZATION_CODE, "MA75WONYO", "MA75WONY0", ["letter_for_digit"]),  # O is right but at the end
        (Column.DIVISION_CODE, "32O5O9", "320509", ["letter_for_digit"]),
        (Column.DIVISION_CODE, "３２０５０９", "320509", ["full_width"]),
        (Column.DIVISION_CODE, "320509001000", "320509", ["long_division_code"]),
        (Column.DIVISION_CODE, "320509.0", "320509", ["decimal_point"]),
        (Column.DIVISION_CODE, "/", "", ["none_marker"]),
        (Column.DIVISION_NAME, "吴 江 区", "吴江区", ["spaces"]),
        (Column.DIVISION_NAME, "吴江\u200b区", "吴江区", ["invisible"]),
        (Column.NAME, "苏州ＡＢＣ　实例有限公司", "苏州ABC 实例有限公司", ["full_width"]),
        (Column.NAME, "苏州实例(吴江)有限公司", "苏州实例（吴江）有限公司", ["brackets"]),
        (Column.NAME, "苏州实例（吴江）有限公司", "苏州实例（吴江）有限公司", []),
        (Column.NAME, "Example (China) Ltd", "Example (China) Ltd", []),
        (Column.NAME, " 苏州实例\n有限公司 ", "苏州实例有限公司", ["spaces"]),
        (Column.REMARK, "无", "", ["none_marker"]),
        (Column.REMARK, "-", "", ["none_marker"]),
        (Column.REMARK, "0", "", ["none_marker"]),
        (Column.REMARK, "——", "", ["none_marker"]),
        (Column.ADDRESS, "/", "", ["none_marker"]),
        (Column.ADDRESS, "工业路１号", "工业路1号", ["full_width"]),
        (Column.INDUSTRY, "6", "06", ["leading_zero"]),
    ],
)
def test_steps(column, old, new, steps):
    text, repairs = clean_cell(old, column, 5)
    assert text == new
    assert [one.rule for one in repairs] == steps
    if repairs:
        assert (repairs[0].old, repairs[-1].new) == (old, new)
        assert all(one.text.zh and one.text.en for one in repairs)


@pytest.mark.parametrize(
    ("cell", "text"),
    [(320509.0, "320509"), (9.132050962846179e17, "9.132050962846179E+17"), (0.1, "0.1"), (None, ""), (True, "TRUE")],
)
def test_numbers_as_text(cell, text):
    assert text_of(cell) == text


def test_a_repair_not_agreed_to_is_left_out_and_the_following_steps_go_on():
    text, repairs = clean_cell(" 91640300ma75w0ny35", Column.CODE, 5, refused={"5.code.spaces"})
    assert text == " 91640300MA75W0NY35"
    assert [one.id for one in repairs] == ["5.code.spaces", "5.code.upper_case"]


def test_a_repair_the_code_needs_and_one_it_does_not():
    report = report_of(row(1, name="苏州实例(吴江)有限公司", code=code(1).lower(), remark="无"))
    assert [one.id for one in report.repairs] == ["2.name.brackets", "2.code.upper_case", "2.remark.none_marker"]
    assert report.accepted == 1
    entry = confirm(report, rows="accepted", repairs=["2.code.upper_case"])[0]
    assert (entry.name, entry.credit_code, entry.remark) == ("苏州实例(吴江)有限公司", code(1), "无")
    with pytest.raises(ConfirmationRefused) as refused:
        confirm(report, rows="accepted", repairs=["2.name.brackets"])
    assert rules(refused.value.details["findings"]) == [(2, "impossible_code")]


def test_clean_cells_get_no_repair():
    assert report_of(row(1), row(2)).repairs == ()


@pytest.mark.parametrize("marker", ["-", "0", "无", "/", "—", "", "N/A", "暂无", 0])
def test_a_marker_for_none_is_no_code(marker):
    report = report_of(row(1, code=marker))
    assert rules(report.rejected) == [(2, "missing_code")]
    assert report.rejected[0].value == str(marker)


def test_a_code_that_became_a_number_is_rejected_and_never_guessed():
    report = report_of(row(1, code=913205096284617855))
    assert rules(report.rejected) == [(2, "code_as_number")]
    assert report.rejected[0].value == "9.132050962846179E+17"
    content = csv_bytes(HEADINGS, row(1, code="9.1320509E+17"), row(2, code="9.13E+17"))
    from_csv = dry_run(content, "list.csv", LOOKUP, list_kind=CaseKind.VOLUNTARY, year=YEAR)
    assert rules(from_csv.rejected) == [(2, "code_as_number"), (3, "code_as_number")]


def test_an_organization_code_that_lost_its_zeros_is_rejected():
    report = report_of(row(1, code=12345678), row(2, code=771583283))
    assert rules(report.rejected) == [(2, "impossible_code")]
    assert "leading zeros" in report.rejected[0].text.en
    assert report.entries[0].organization_code == "771583283"


def test_a_division_code_as_number_loses_nothing():
    report = report_of(row(1, division=320509))
    assert (report.accepted, report.repairs) == (1, ())


# Codes as they were published, right and wrong ones; the sources stand in the file.
EXAMPLES = Path(__file__).parents[2] / "data" / "uscc_examples.csv"


PUBLISHED = list(csv.DictReader(EXAMPLES.read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("example", PUBLISHED, ids=lambda one: one["code"])
def test_published_codes(example):
    expected = {
        "valid": ([], []),
        "bad_check": ([], ["wrong_check_digit"]),
        "bad_length": (["impossible_code"], []),
        "bad_char": ([], []),  # repaired: letter O typed for zero
    }[example["check_computed"]]
    report = report_of(row(1, code=example["code"]))
    warned = [one.rule for one in report.warnings if one.rule != "registered_elsewhere"]
    assert ([one.rule for one in report.rejected], warned) == expected
    assert bool(report.repairs) == (example["check_computed"] == "bad_char")
