"""The form of a return: what is written comes back to the digit, and every fault is told with sheet, cell and rule."""

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.models import UnitReturn
from audits.procedure.words import Role
from audits.statistics.metrics import METRICS
from audits.statistics.returns import drafting, form, importing, layout, reading
from audits.statistics.returns.drafting import Figure
from audits.statistics.returns.errors import FormRefused
from audits.statistics.returns.layout import COVER, FIGURES, NOTES, Filled, cell_name
from audits.statistics.spreadsheets import begins_like_formula, csv_text
from audits.workflow.errors import Forbidden, InvalidPayload, Refused
from enterprises.importing.errors import FileRefused
from enterprises.models import ReportingUnit
from tests.statistics.returns.conftest import NOW, YEAR, Unit

Change = Callable[[Any], None]
JIANGSU = ReportingUnit(code="320000", name_zh="江苏省", name_en="Jiangsu")
AMOUNTS = [key for key, metric in METRICS.items() if metric.is_amount]
COUNTS = [key for key, metric in METRICS.items() if not metric.is_amount]
ROWS = layout.rows_of_metrics()


def changed(content: bytes, change: Change) -> bytes:
    """The form after somebody worked on it in a spreadsheet program."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def read(content: bytes, year: int = YEAR, unit: str = "320000") -> Filled:
    return reading.read(content, "form.xlsx", unit=unit, year=year)


def faults(content: bytes, **where: Any) -> list[tuple[str, str, str, str]]:
    """`(sheet, cell, value, rule)` of a form that is refused; each message is there in both languages."""
    with pytest.raises(FormRefused) as error:
        read(content, **where)
    assert all(one.text.zh and one.text.en for one in error.value.cells)
    return [(one.sheet, one.cell, one.value, one.rule) for one in error.value.cells]


def value_cell(metric: str) -> str:
    return cell_name((ROWS[metric], layout.VALUE))


# --- there and back -----------------------------------------------------------------------------------------------

amounts = st.integers(0, 10**15 - 1).map(lambda stored: format(Decimal(stored) / 1000, "f"))
counts = st.integers(0, 10**12 - 1).map(str)


@given(amount=st.lists(amounts, min_size=len(AMOUNTS), max_size=len(AMOUNTS)), count=counts)
def test_every_figure_that_can_be_told_comes_back_exactly(amount: list[str], count: str) -> None:
    told = {**dict(zip(AMOUNTS, amount, strict=True)), COUNTS[0]: count}
    back = read(form.form(JIANGSU, YEAR, Filled(told, {}, "")))
    assert {key: Decimal(value) for key, value in back.figures.items()} == {k: Decimal(v) for k, v in told.items()}


def test_remarks_and_notes_come_back_and_text_is_never_a_formula() -> None:
    filled = Filled(
        {"water_saved_t": "0.001", "listed": "0"}, {"listed": '=HYPERLINK("http://x")'}, "+1 家未报\n第二行"
    )
    content = form.form(JIANGSU, YEAR, filled)
    assert read(content) == filled
    sheet = openpyxl.load_workbook(io.BytesIO(content))[FIGURES]
    remark = sheet.cell(ROWS["listed"] + 1, layout.REMARK + 1)
    assert (remark.data_type, remark.quotePrefix) == ("s", True)


def test_a_form_that_a_spreadsheet_program_saved_again_is_the_same() -> None:
    filled = Filled({"water_saved_t": "60462646700.123"}, {"water_saved_t": "按原文"}, "")
    assert read(changed(form.form(JIANGSU, YEAR, filled), lambda book: None)) == filled


def test_the_form_speaks_chinese_with_english_below_and_names_unit_year_and_version() -> None:
    book = openpyxl.load_workbook(io.BytesIO(form.form(JIANGSU, YEAR)))
    assert book.sheetnames == [COVER, FIGURES, NOTES]
    cover, figures = book[COVER], book[FIGURES]
    assert cover["A1"].value.split("\n") == [
        "重点企业清洁生产审核年度报表",
        "Annual return of cleaner production audits of key enterprises",
    ]
    assert [cover[f"B{row}"].value for row in (4, 5, 6, 7)] == ["320000", "江苏省\nJiangsu", "2011", layout.version()]
    assert [cell.value for cell in figures[1]] == [
        "代码\nCode",
        "指标\nIndicator",
        "计量单位\nUnit",
        "数值\nFigure",
        "备注\nRemark",
    ]
    row = ROWS["electricity_saved_kwh"] + 1
    assert [figures.cell(row, column).value for column in (1, 3, 4)] == ["electricity_saved_kwh", "kWh", None]
    assert figures.max_row == len(METRICS) + 1


# --- bad input ----------------------------------------------------------------------------------------------------


def put(sheet: str, cell: str, value: Any) -> Change:
    def change(book: Any) -> None:
        book[sheet][cell].value = value

    return change


WATER, LISTED = value_cell("water_saved_t"), value_cell("listed")
WATER_UNIT = cell_name((ROWS["water_saved_t"], layout.UNIT))
COAL_REMARK = cell_name((ROWS["coal_saved_t"], layout.REMARK))
WATER_REMARK = cell_name((ROWS["water_saved_t"], layout.REMARK))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (put(FIGURES, WATER, "约一百"), (FIGURES, WATER, "约一百", "not_a_number")),
        (put(FIGURES, WATER, "12.5"), (FIGURES, WATER, "12.5", "not_a_number")),  # text that looks like a number
        (put(FIGURES, WATER, "380万"), (FIGURES, WATER, "380万", "not_a_number")),
        (put(FIGURES, WATER, True), (FIGURES, WATER, "True", "not_a_number")),
        (put(FIGURES, WATER, -0.5), (FIGURES, WATER, "-0.5", "negative")),
        (put(FIGURES, WATER, 1.2345), (FIGURES, WATER, "1.2345", "too_many_decimals")),
        (put(FIGURES, WATER, 0.00001), (FIGURES, WATER, "1e-05", "too_many_decimals")),
        (put(FIGURES, WATER, 10**12), (FIGURES, WATER, "1000000000000", "too_large")),
        (put(FIGURES, WATER, 1e300), (FIGURES, WATER, str(int(1e300))[:200], "too_large")),
        (put(FIGURES, WATER, "=1+1"), (FIGURES, WATER, "=1+1", "formula")),
        (put(FIGURES, LISTED, 1.5), (FIGURES, LISTED, "1.5", "not_whole")),
        (put(FIGURES, WATER_UNIT, "万t"), (FIGURES, WATER_UNIT, "万t", "wrong_unit")),
        (put(FIGURES, WATER_UNIT, None), (FIGURES, WATER_UNIT, "", "wrong_unit")),
        (put(FIGURES, WATER_REMARK, "x" * 501), (FIGURES, WATER_REMARK, "x" * 200, "too_long")),
        (put(FIGURES, COAL_REMARK, "?"), (FIGURES, COAL_REMARK, "?", "remark_without_figure")),
        (put(FIGURES, "B1", "指标"), (FIGURES, "B1", "指标", "structure_changed")),
        (put(FIGURES, "A5", "x"), (FIGURES, "A5", "x", "structure_changed")),
        (put(FIGURES, "F3", "批注"), (FIGURES, "F3", "批注", "structure_changed")),
        (put(FIGURES, "A200", "合计"), (FIGURES, "A200", "合计", "structure_changed")),
        (put(COVER, "B4", "330000"), (COVER, "B4", "330000", "other_unit")),
        (put(COVER, "B6", "2012"), (COVER, "B6", "2012", "other_year")),
        (put(COVER, "B7", "0-00000000"), (COVER, "B7", "0-00000000", "other_version")),
        (put(COVER, "A1", "报表"), (COVER, "A1", "报表", "structure_changed")),
        (put(NOTES, "A1", "x"), (NOTES, "A1", "x", "structure_changed")),
        (put(NOTES, "A6", "x" * 10_001), (NOTES, "A6", "x" * 200, "too_long")),
    ],
)
def test_one_fault_is_told_with_its_sheet_cell_value_and_rule(
    change: Change, expected: tuple[str, str, str, str]
) -> None:
    filled = Filled({"water_saved_t": "1", "listed": "2"}, {}, "")
    assert faults(changed(form.form(JIANGSU, YEAR, filled), change)) == [expected]


@pytest.mark.parametrize("name", [COVER, FIGURES, NOTES])
def test_a_missing_sheet_is_named(name: str) -> None:
    assert faults(changed(form.form(JIANGSU, YEAR), lambda book: book.remove(book[name]))) == [
        (name, "", "", "missing_sheet")
    ]


def test_a_hidden_sheet_is_missing_and_an_added_one_is_strange() -> None:
    def hide(book: Any) -> None:
        book[FIGURES].sheet_state = "hidden"

    def add(book: Any) -> None:
        book.create_sheet("附表")["A1"] = 1

    assert faults(changed(form.form(JIANGSU, YEAR), hide)) == [(FIGURES, "", "", "missing_sheet")]
    assert faults(changed(form.form(JIANGSU, YEAR), add)) == [("附表", "", "附表", "structure_changed")]


def test_the_form_of_another_year_and_unit_is_told_on_its_cover() -> None:
    content = form.form(JIANGSU, YEAR)
    assert faults(content, year=2010, unit="330000") == [
        (COVER, "B4", "320000", "other_unit"),
        (COVER, "B6", "2011", "other_year"),
    ]


def test_a_row_taken_out_or_put_in_changes_the_structure() -> None:
    filled = Filled(dict.fromkeys(METRICS, "1"), {}, "")
    content = form.form(JIANGSU, YEAR, filled)
    out = faults(changed(content, lambda book: book[FIGURES].delete_rows(5)))
    assert (FIGURES, "A5", "completed", "structure_changed") in out
    put_in = faults(changed(content, lambda book: book[FIGURES].insert_rows(5)))
    assert put_in[0] == (FIGURES, "A5", "", "structure_changed")


def test_all_faults_are_told_at_once_in_reading_order() -> None:
    def change(book: Any) -> None:
        sheet = book[FIGURES]
        sheet[WATER], sheet[LISTED], sheet[WATER_UNIT] = -1, "zwei", "kg"
        book[NOTES]["A1"] = "x"

    assert [(cell, rule) for _, cell, _, rule in faults(changed(form.form(JIANGSU, YEAR), change))] == [
        (LISTED, "not_a_number"),
        (WATER_UNIT, "wrong_unit"),
        (WATER, "negative"),
        ("A1", "structure_changed"),
    ]


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [(b"", "f.xlsx", "file_empty"), (b"PK\x03\x04broken", "f.xlsx", "file_broken"), (b"a,b", "f.csv", "file_type")],
)
def test_what_is_no_workbook_is_refused(content: bytes, name: str, code: str) -> None:
    with pytest.raises(FileRefused) as error:
        reading.read(content, name, unit="320000", year=YEAR)
    assert error.value.code == code


# --- storing ------------------------------------------------------------------------------------------------------


def import_new(unit: Unit, content: bytes, **more: Any) -> UnitReturn:
    said = {"content": content, "filename": "f.xlsx", "by": unit.officer, "now": NOW, **more}
    return importing.import_form(unit.unit, YEAR, **said)


def import_into(unit: Unit, row: UnitReturn, content: bytes, **more: Any) -> UnitReturn:
    said = {"content": content, "filename": "f.xlsx", "by": unit.officer, "reason": "", "now": NOW, **more}
    return importing.import_into(row.pk, expected_version=row.version, **said)


def test_a_form_becomes_a_draft_to_the_digit(jiangsu: Unit) -> None:
    filled = Filled(
        {"water_saved_t": "60462646700.123", "listed": "17", "trained_local": "0"}, {"listed": "含补报"}, "手工统计"
    )
    row = import_new(jiangsu, form.form(jiangsu.unit, YEAR, filled))
    row = UnitReturn.objects.get(pk=row.pk)
    assert row.metrics == {
        "listed": {"value": "17", "unit": "", "remark": "含补报"},
        "water_saved_t": {"value": "60462646700.123", "unit": "t", "remark": ""},
        "trained_local": {"value": "0", "unit": "", "remark": ""},
    }
    assert (row.notes, row.source, row.version, row.corrections) == ("手工统计", "form", 1, [])
    assert form.filled_with(row) == filled


def test_the_form_of_a_draft_read_back_changes_nothing(jiangsu: Unit) -> None:
    row = jiangsu.ready()
    before = UnitReturn.objects.filter(pk=row.pk).values().get()
    import_into(jiangsu, row, form.form(jiangsu.unit, YEAR, form.filled_with(row)))
    assert UnitReturn.objects.filter(pk=row.pk).values().get() == before


def test_figures_changed_in_the_form_need_a_reason_and_are_noted(jiangsu: Unit) -> None:
    row = jiangsu.ready()

    def change(book: Any) -> None:
        book[FIGURES][WATER] = 9.5
        book[FIGURES][LISTED] = None

    content = changed(form.form(jiangsu.unit, YEAR, form.filled_with(row)), change)
    with pytest.raises(InvalidPayload):
        import_into(jiangsu, row, content)
    assert UnitReturn.objects.get(pk=row.pk).metrics == row.metrics
    row = import_into(jiangsu, row, content, reason="线下核对")
    assert [(c["metric"], c["old"], c["new"], c["reason"]) for c in row.corrections] == [
        ("listed", "2", None, "线下核对"),
        ("water_saved_t", "8.25", "9.5", "线下核对"),
    ]
    assert "listed" not in row.metrics
    assert row.metrics["water_saved_t"]["drafted"] == "8.25"


def test_nothing_is_stored_of_a_form_with_one_fault(jiangsu: Unit) -> None:
    bad = changed(form.form(jiangsu.unit, YEAR, Filled({"listed": "3"}, {}, "")), put(FIGURES, WATER, "viel"))
    with pytest.raises(FormRefused):
        import_new(jiangsu, bad)
    assert not UnitReturn.objects.filter(reporting_unit=jiangsu.unit).exists()
    row = jiangsu.draft()
    before = UnitReturn.objects.filter(pk=row.pk).values().get()
    with pytest.raises(FormRefused):
        import_into(jiangsu, row, bad, reason="x")
    assert UnitReturn.objects.filter(pk=row.pk).values().get() == before


def test_a_frozen_return_takes_no_form_and_no_other_house_sends_one(jiangsu: Unit) -> None:
    content = form.form(jiangsu.unit, YEAR, Filled({"listed": "3"}, {}, ""))
    with pytest.raises(Forbidden):
        import_new(jiangsu, content, by=jiangsu.world.person(jiangsu.world.authority("61"), Role.OFFICER))
    row = jiangsu.submit(jiangsu.ready()).row
    with pytest.raises(Refused, match="frozen"):
        import_into(jiangsu, row, content, reason="x")
    with pytest.raises(Refused, match="There is a return"):
        import_new(jiangsu, content)


def test_a_return_of_a_year_before_the_system_needs_no_capacity(jiangsu: Unit) -> None:
    content = form.form(jiangsu.unit, 2008, Filled({"listed": "3"}, {}, ""))
    row = importing.import_form(jiangsu.unit, 2008, content=content, filename="f.xlsx", by=jiangsu.officer, now=NOW)
    done = jiangsu.submit(row, by=jiangsu.approver)
    assert (done.result, done.row.frozen_at) == (None, NOW)


def test_a_typed_figure_needs_no_reason_the_first_time(jiangsu: Unit) -> None:
    row = jiangsu.ready()
    assert row.corrections == []
    figure = Figure("auditors", "21")
    with pytest.raises(InvalidPayload):
        drafting.correct(row.pk, figure, by=jiangsu.officer, reason="", expected_version=row.version, now=NOW)


@pytest.mark.parametrize(
    ("text", "safe"),
    [("=1", "'=1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("\t=1", "'\t=1"), (" =1", "' =1"), ("1-2", "1-2")],
)
def test_text_that_begins_like_a_formula_is_quoted(text: str, safe: str) -> None:
    assert csv_text(text) == safe
    assert begins_like_formula(text) == (text != safe)
