"""Books as files. Text is never a formula (`spreadsheets`), csv opens in Excel (UTF-8 with its mark), JSON is exact text."""

import csv
import io
from collections.abc import Callable, Mapping
from typing import IO, Any

import xlsxwriter

from audits.procedure.words import Text
from audits.statistics.exports.books import Block, Book, Column
from audits.statistics.spreadsheets import begins_like_formula, csv_text, number, workbook_options

XLSX, CSV, JSON = "xlsx", "csv", "json"
CONTENT_TYPES: Mapping[str, str] = {
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    CSV: "text/csv; charset=utf-8",
    JSON: "application/json",
}


def write(book: Book, form: str, target: IO[bytes]) -> None:
    """Write a book in one of `CONTENT_TYPES`."""
    _WRITERS[form](book, target)


def _write_json(book: Book, target: IO[bytes]) -> None:
    for piece in book.data():
        target.write(piece.encode())


def _write_csv(book: Book, target: IO[bytes]) -> None:
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
    sheet = csv.writer(text)
    for place, block in enumerate(book.sheets[0].blocks):
        if place:
            sheet.writerow([])
        if block.title is not None:
            sheet.writerow([_line(block.title)])
        sheet.writerow([_line(column.title) for column in block.columns])
        for row in block.rows:
            sheet.writerow([_csv_cell(cell, column) for cell, column in zip(row, block.columns, strict=True)])
    text.flush()
    text.detach()


def _csv_cell(cell: str | None, column: Column) -> str:
    if cell is None:
        return ""
    return cell if column.number else csv_text(cell)


def _line(text: Text) -> str:
    return f"{text.zh} {text.en}"


def _write_xlsx(book: Book, target: IO[bytes]) -> None:
    """Row by row: memory does not grow with the sheet."""
    file = xlsxwriter.Workbook(target, {**workbook_options(), "in_memory": False, "constant_memory": True})
    formats = {
        "heading": file.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
        "title": file.add_format({"bold": True, "font_size": 13}),
        "text": file.add_format({"valign": "top"}),
        "quoted": file.add_format({"valign": "top", "quote_prefix": True}),
        "number": file.add_format({"valign": "top", "num_format": "#,##0.###"}),
    }
    for sheet in book.sheets:
        page = file.add_worksheet(sheet.name)
        for column in range(max(len(block.columns) for block in sheet.blocks)):
            page.set_column(column, column, max(_width(block, column) for block in sheet.blocks))
        line = 0
        for place, block in enumerate(sheet.blocks):
            line = _write_block(page, block, line + bool(place), formats)
    file.close()


def _width(block: Block, column: int) -> int:
    return block.columns[column].width if column < len(block.columns) else 0


def _write_block(page: Any, block: Block, line: int, formats: Mapping[str, Any]) -> int:
    """Write a block from a line on; returns the line after it."""
    if block.title is not None:
        page.write_string(line, 0, _line(block.title), formats["title"])
        line += 1
    for place, column in enumerate(block.columns):
        page.write_string(line, place, f"{column.title.zh}\n{column.title.en}", formats["heading"])
    line += 1
    for row in block.rows:
        for place, (cell, column) in enumerate(zip(row, block.columns, strict=True)):
            if cell is not None:
                _write_cell(page, line, place, cell, column, formats)
        line += 1
    return line


def _write_cell(page: Any, line: int, place: int, cell: str, column: Column, formats: Mapping[str, Any]) -> None:
    if column.number:
        try:
            page.write_number(line, place, number(cell), formats["number"])
        except ValueError:  # more digits than a number of a spreadsheet has: exact as text, rather than rounded
            page.write_string(line, place, cell, formats["text"])
        return
    page.write_string(line, place, cell, formats["quoted" if begins_like_formula(cell) else "text"])


_WRITERS: Mapping[str, Callable[[Book, IO[bytes]], None]] = {XLSX: _write_xlsx, CSV: _write_csv, JSON: _write_json}
