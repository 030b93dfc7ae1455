"""Which column is what: title rows, any order, other words, two rows, merged regions, notes between the rows."""

import pytest

from audits.procedure.words import CaseKind
from enterprises.importing.columns import Column
from enterprises.importing.errors import FileRefused
from enterprises.importing.headers import column_of, find
from enterprises.importing.report import confirm, dry_run
from enterprises.importing.workbook import Sheet
from tests.enterprises.importing.making import HEADINGS, LOOKUP, YEAR, code, csv_bytes, report_of, row, rules, xlsx


def read(content: bytes, kind: CaseKind = CaseKind.VOLUNTARY):
    return dry_run(content, "list.xlsx", LOOKUP, list_kind=kind, year=YEAR)


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        (" 企 业 名 称 ", Column.NAME),
        ("＊单位名称：", Column.NAME),
        ("统一社会\n信用代码", Column.CODE),
        ("统一社会信用代码（18位）", Column.CODE),
        ("统一社会信用代码/组织机构代码", Column.CODE),
        ("组织机构代码（9位）", Column.ORGANIZATION_CODE),
        ("县（市、区）", Column.DIVISION_NAME),
        ("所属区县（必填）", Column.DIVISION_NAME),
        ("区划代码", Column.DIVISION_CODE),
        ("法定代表人", Column.LEGAL_REPRESENTATIVE),
        ("Enterprise Name", Column.NAME),
        ("咨询机构", None),
        ("", None),
    ],
)
def test_headings(heading, column):
    assert column_of(heading) is column


def test_title_rows_and_columns_in_any_order():
    report = read(
        xlsx(
            ["附件2"],
            [],
            ["2026年度自愿性清洁生产审核企业名单"],
            ["备注", "行政区划代码", "统一社会信用代码", "审核机构", "企业名称"],
            ["重点", "320509", code(1), "某公司", "苏州实例一号有限公司"],
        )
    )
    entry = report.entries[0]
    assert (entry.row, entry.name, entry.credit_code, entry.remark) == (5, "苏州实例一号有限公司", code(1), "重点")
    assert entry.source_row["审核机构"] == "某公司"
    assert [(one.row, one.rule, one.value) for one in report.warnings] == [(4, "unknown_column", "审核机构")]


def test_english_headings_in_csv():
    content = csv_bytes(["Enterprise name", "USCC", "Division code"], ["Example Dyeing Ltd", code(1), "320509"])
    report = dry_run(content, "list.csv", LOOKUP, list_kind=CaseKind.VOLUNTARY, year=YEAR)
    assert (report.accepted, report.entries[0].name) == (1, "Example Dyeing Ltd")


def test_header_in_two_rows_with_merged_headings():
    report = read(
        xlsx(
            ["名单"],
            ["序号", "咨询机构", "", "企业名称", "所在地", "", "统一社会信用代码"],
            ["", "名称", "地址", "", "区县", "代码", ""],
            [1, "某咨询公司", "某街", "苏州实例一号有限公司", "吴江区", "", code(1)],
            merges=[
                (1, 0, 2, 0, "序号"),
                (1, 1, 1, 2, "咨询机构"),
                (1, 3, 2, 3, "企业名称"),
                (1, 4, 1, 5, "所在地"),
                (1, 6, 2, 6, "统一社会信用代码"),
            ],
        )
    )
    assert (report.rows, report.accepted) == (1, 1)
    entry = report.entries[0]
    assert (entry.name, entry.division_code, entry.credit_code) == ("苏州实例一号有限公司", "320509", code(1))


def test_district_merged_over_rows_is_filled_in_by_repairs():
    rows = [row(number, district="", division="") for number in (1, 2, 3)]
    report = read(xlsx(HEADINGS, *rows, merges=[(1, 3, 3, 3, "吴江区"), (1, 4, 3, 4, "320509")]))
    assert report.accepted == 3
    assert [one.id for one in report.repairs] == [
        "3.division_name.merged_cell",
        "3.division_code.merged_cell",
        "4.division_name.merged_cell",
        "4.division_code.merged_cell",
    ]
    with pytest.raises(Exception, match="rows_rejected"):
        confirm(report, rows=[2, 3], repairs=[])
    assert [entry.scope_code for entry in confirm(report, rows=[2, 3], repairs="all")] == ["320509", "320509"]


def test_a_blank_cell_below_is_not_filled_without_a_merge():
    assert rules(report_of(row(1), row(2, district="", division="")).rejected) == [(3, "division_missing")]


def test_a_merge_that_claims_the_whole_sheet_does_no_harm():
    sheet = Sheet("", [list(HEADINGS), row(1)], merged=[((0, 0), (1_048_575, 16_383))])
    assert find(sheet) is not None


@pytest.mark.parametrize(
    ("headings", "missing"),
    [
        (("序号", "企业名称", "行政区划代码"), [["code", "organization_code"]]),
        (("企业名称", "统一社会信用代码"), [["division_code", "division_name"]]),
        (("企业名称", "备注"), [["code", "organization_code"], ["division_code", "division_name"]]),
    ],
)
def test_missing_columns_are_named(headings, missing):
    with pytest.raises(FileRefused) as refused:
        read(xlsx(["名单"], headings, ["甲"] * len(headings)))
    assert refused.value.code == "columns_missing"
    assert refused.value.details["missing"] == missing
    assert refused.value.details["row"] == 2


def test_no_header_and_no_rows():
    with pytest.raises(FileRefused) as refused:
        read(xlsx(["甲", "乙"], ["丙", "丁"]))
    assert refused.value.code == "header_missing"
    with pytest.raises(FileRefused) as refused:
        read(xlsx(HEADINGS))
    assert refused.value.code == "no_rows"
    with pytest.raises(FileRefused) as refused:
        read(xlsx(HEADINGS, ["合计：0家"]))
    assert refused.value.code == "no_rows"


def test_what_is_no_enterprise_is_left_out_and_told():
    report = report_of(
        ["一、吴江区（2家）"],
        row(1),
        HEADINGS,
        [],
        row(2),
        [3],
        ["合计", "2家"],
        ["注：本名单由实例市编制"],
    )
    assert (report.rows, report.accepted) == (2, 2)
    assert rules(report.warnings) == [(2, "note_row"), (4, "repeated_header"), (8, "note_row"), (9, "note_row")]


def test_a_row_with_nothing_but_a_name_is_not_lost():
    report = report_of(row(1), ["", "苏州实例有限公司"])
    assert report.rows == 2
    assert rules(report.rejected) == [(3, "missing_code"), (3, "division_missing")]


def test_a_second_sheet_that_looks_like_a_list_is_told():
    import io

    import openpyxl

    book = openpyxl.Workbook()
    for sheet in (book.active, book.create_sheet("第二批")):
        sheet.append(HEADINGS)
        sheet.append(row(1))
    target = io.BytesIO()
    book.save(target)
    report = read(target.getvalue())
    assert (report.rows, [(one.rule, one.row) for one in report.warnings]) == (1, [("other_sheet", 0)])


def test_title_of_another_year_or_kind_warns():
    content = xlsx(["2025年度强制性清洁生产审核名单"], HEADINGS, row(1))
    assert [one.rule for one in read(content).warnings] == ["year_differs", "kind_differs"]
