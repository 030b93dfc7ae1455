"""The list as it came from the city: imported unaltered."""

import pytest
from openpyxl import load_workbook

from audits.procedure.words import CaseKind
from enterprises.importing.columns import Column
from enterprises.importing.errors import ConfirmationRefused
from enterprises.importing.report import confirm, dry_run
from tests.enterprises.importing.making import GIVEN, LOOKUP, YEAR, code, rules

LAST = 60  # the sheet's row of 久保田农业机械（苏州）有限公司


def given():
    return dry_run(GIVEN.read_bytes(), GIVEN.name, LOOKUP, list_kind=CaseKind.VOLUNTARY, year=YEAR)


def retired_rows():
    sheet = load_workbook(GIVEN).active
    return [number for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1) if cells[4] == "320584"]


def test_58_rows_57_accepted_one_rejected_with_both_reasons():
    report = given()
    assert (report.rows, report.accepted) == (58, 57)
    assert [(one.row, one.column, one.value, one.rule) for one in report.rejected] == [
        (LAST, Column.CODE, "无", "missing_code"),
        (LAST, Column.DIVISION_CODE, "320514", "unknown_division"),
    ]
    assert "工业园区" in report.rejected[1].text.zh
    assert "GB/T 2260" in report.rejected[1].text.en


def test_each_row_of_the_merged_district_gets_one_repair_and_no_other_row_any():
    report = given()
    rows = retired_rows()
    assert len(rows) == 17
    assert [(one.row, one.rule, one.old, one.new) for one in report.repairs] == [
        (row, "retired_division", "320584", "320509") for row in rows
    ]
    entries = {entry.row: entry for entry in report.entries}
    assert {entries[row].scope_code for row in rows} == {"320509"}
    assert {entries[row].given_division_code for row in rows} == {"320584"}


def test_no_warning_is_invented():
    assert given().warnings == ()


def test_without_the_repair_a_row_of_the_merged_district_is_refused_and_with_it_nothing():
    report = given()
    first = retired_rows()[0]
    with pytest.raises(ConfirmationRefused) as refused:
        confirm(report, rows="accepted", repairs=[one.id for one in report.repairs if one.row != first])
    assert refused.value.code == "rows_rejected"
    assert rules(refused.value.details["findings"]) == [(first, "retired_division")]


def test_the_rejected_row_is_completed_by_hand():
    report = given()
    completions = {LAST: {"code": code(7, "320506"), "division_code": "320506"}}
    entries = confirm(report, rows="accepted", repairs="all", completions=completions)
    assert len(entries) == 58
    last = entries[-1]
    assert (last.row, last.credit_code, last.scope_code) == (LAST, code(7, "320506"), "320506")
    assert last.zone_text == "工业园区"
    assert last.completed == (Column.CODE, Column.DIVISION_CODE)
    assert last.source_row == {
        "序号": "58",
        "企业名称": "久保田农业机械（苏州）有限公司",
        "统一社会信用代码": "无",
        "所在地(区县)": "工业园区",
        "行政区划代码": "320514",
    }


def test_half_completed_it_is_still_refused_for_the_other_reason():
    report = given()
    with pytest.raises(ConfirmationRefused) as refused:
        confirm(report, rows="accepted", repairs="all", completions={LAST: {"code": code(7)}})
    assert rules(refused.value.details["findings"]) == [(LAST, "unknown_division")]
