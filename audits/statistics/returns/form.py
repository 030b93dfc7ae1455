"""The form as an xlsx file, blank or filled with the figures of a return."""

import io
from collections.abc import Mapping

import xlsxwriter

from audits.models import UnitReturn
from audits.statistics.metrics import METRICS
from audits.statistics.returns import layout
from audits.statistics.returns.layout import COVER, FIGURES, NOTES, Filled
from audits.statistics.spreadsheets import number, workbook_options
from enterprises.models import ReportingUnit

BLANK = Filled({}, {}, "")
_WIDTHS = {layout.CODE: 30, layout.TITLE: 42, layout.UNIT: 12, layout.VALUE: 22, layout.REMARK: 50}


def filled_with(row: UnitReturn) -> Filled:
    """What a return tells, as a form would."""
    known = {key: told for key, told in row.metrics.items() if key in METRICS}
    return Filled(
        {key: told["value"] for key, told in known.items()},
        {key: told["remark"] for key, told in known.items() if told.get("remark")},
        row.notes,
    )


def form(unit: ReportingUnit, year: int, filled: Filled = BLANK) -> bytes:
    """The xlsx form of a unit and year."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, workbook_options())
    wrapped = {"text_wrap": True, "valign": "top"}
    plain = book.add_format(wrapped)
    bold = book.add_format({**wrapped, "bold": True})
    # Text stays text when a cell is edited and entered again.
    free = book.add_format({**wrapped, "num_format": "@", "quote_prefix": True, "bg_color": "#FFF8DC"})
    value = book.add_format({"valign": "top", "num_format": "#,##0.###", "bg_color": "#FFF8DC"})

    def write_fixed(sheet: xlsxwriter.worksheet.Worksheet, cells: Mapping[layout.Place, str], titles: bool) -> None:
        for (row, column), text in cells.items():
            sheet.write_string(row, column, text, bold if titles and row == 0 else plain)

    cover = book.add_worksheet(COVER)
    cover.set_column(0, 1, 60)
    write_fixed(cover, layout.fixed_cover(), titles=True)
    told = {
        layout.UNIT_CODE: unit.pk,
        layout.UNIT_NAME: f"{unit.name_zh}\n{unit.name_en}",
        layout.YEAR: str(year),
        layout.VERSION: layout.version(),
    }
    for (row, column), text in told.items():
        cover.write_string(row, column, text, plain)

    figures = book.add_worksheet(FIGURES)
    figures.freeze_panes(1, 0)
    for column, width in _WIDTHS.items():
        figures.set_column(column, column, width)
    write_fixed(figures, layout.fixed_figures(), titles=True)
    for metric, row in layout.rows_of_metrics().items():
        if metric in filled.figures:
            figures.write_number(row, layout.VALUE, number(filled.figures[metric]), value)
        else:
            figures.write_blank(row, layout.VALUE, None, value)
        if filled.remarks.get(metric):
            figures.write_string(row, layout.REMARK, filled.remarks[metric], free)
        else:
            figures.write_blank(row, layout.REMARK, None, free)

    notes = book.add_worksheet(NOTES)
    notes.set_column(0, 0, 100)
    write_fixed(notes, layout.fixed_notes(), titles=False)
    if filled.notes:
        notes.write_string(*layout.NOTES_CELL, filled.notes, free)
    else:
        notes.write_blank(*layout.NOTES_CELL, None, free)
    book.close()
    return target.getvalue()
