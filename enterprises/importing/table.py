"""The data rows of a list, between its title rows and its notes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from audits.procedure.words import CaseKind, Text
from enterprises.importing import headers
from enterprises.importing.cells import text_of
from enterprises.importing.columns import Column
from enterprises.importing.errors import FileRefused
from enterprises.importing.headers import Header
from enterprises.importing.workbook import Cell, Sheet

# Where a region merged over several rows is one value for all of them: everything but the number of the row.
FILLED = tuple(column for column in Column if column is not Column.SERIAL)

_NOTE = re.compile(
    r"\s*(?:注[:：释]|备注[:：]|说明[:：]|合\s*计|总\s*计|小\s*计|共\s*计|填表|制表|联系人|填报|审核人|附件?[:：\d])"
)
_SECTION = re.compile(r"\s*[(（]?[一二三四五六七八九十百]+[)）]?[、.．]")
_YEAR = re.compile(r"(?<!\d)(20\d\d)\s*年")
_KINDS = {CaseKind.VOLUNTARY: ("自愿",), CaseKind.MANDATORY: ("强制",), CaseKind.PILOT: ("试点",)}


@dataclass(frozen=True, slots=True)
class Remark:
    """Something noticed about the file, not about one enterprise. `row` is the sheet's number, 0 for the whole file."""

    row: int
    rule: str
    value: str
    text: Text


@dataclass(slots=True)
class Table:
    """`numbers` are the row numbers a spreadsheet shows, `cells` runs beside them, `filled` tells merged ones."""

    header: Header
    numbers: list[int]
    cells: list[Sequence[Cell]]
    filled: dict[tuple[int, Column], Cell] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)


def extract(sheets: Sequence[Sheet], *, list_kind: CaseKind, year: int) -> Table:
    """The list in a file: the first sheet with a header.

    Raises FileRefused `header_missing`, `columns_missing`, `no_rows`.
    """
    found = [(sheet, header) for sheet in sheets if (header := headers.find(sheet)) is not None]
    if not found:
        raise headers.missing_header()
    sheet, header = found[0]
    headers.require(header)
    table = _rows(sheet, header)
    if not table.numbers:
        raise FileRefused("no_rows", "表头以下没有企业。", "There is no enterprise below the header.")
    _fill_merged(table, sheet)
    _remark_on_file(table, sheet, [other.name for other, _ in found[1:]], list_kind, year)
    return table


def _rows(sheet: Sheet, header: Header) -> Table:
    name_column = header.columns[Column.NAME]
    serial = header.columns.get(Column.SERIAL)
    headings = {headers.heading_key(text) for text in header.headings}
    table = Table(header, [], [])
    for index in range(header.last_row + 1, len(sheet.rows)):
        row = sheet.rows[index]
        name = row[name_column] if name_column < len(row) else ""
        if type(name) is str and len(name) > 5 and not name.isspace() and name[0] not in _SUSPICIOUS:
            table.numbers.append(index + 1)  # the usual row, kept without a closer look
            table.cells.append(row)
            continue
        texts = [text for cell in row if (text := text_of(cell).strip())]
        number = text_of(row[serial]).strip() if serial is not None and serial < len(row) else ""
        if not texts or (len(texts) == 1 and number.isdigit()):
            continue  # blank, or numbered in advance and never filled in
        remark = _no_enterprise(index + 1, texts, str(name).strip(), headings)
        if remark is None:
            table.numbers.append(index + 1)
            table.cells.append(row)
        else:
            table.remarks.append(remark)
    return table


_SUSPICIOUS = frozenset("注备说合总小共填制联审附一二三四五六七八九十百(（ \u3000\t企单公")


def _no_enterprise(number: int, texts: list[str], name: str, headings: set[str]) -> Remark | None:
    """The remark on a row that is a repeated header, a section heading or a note, or None for an enterprise's row."""
    first = texts[0]
    if len(texts) > 1 and all(headers.heading_key(text) in headings for text in texts):
        return _skipped(number, first, "repeated_header", "重复的表头", "a repeated header")
    if (_NOTE.match(first) and len(texts) <= 3) or (len(texts) == 1 and first != name and not first[0].isdigit()):
        return _skipped(number, first, "note_row", "说明或合计", "a note or a total")
    if len(texts) == 1 and _SECTION.match(first):
        return _skipped(number, first, "section_row", "分组标题", "a section heading")
    return None


def _skipped(number: int, value: str, rule: str, zh: str, en: str) -> Remark:
    return Remark(
        number,
        rule,
        value[:100],
        Text(f"第 {number} 行是{zh}，未作为企业读取。", f"Row {number} is {en}, not an enterprise."),
    )


def _fill_merged(table: Table, sheet: Sheet) -> None:
    """Note the value of regions merged over several rows for each row below the first."""
    if not sheet.merged:
        return
    columns = {position: column for column, position in table.header.columns.items() if column in FILLED}
    positions = {number: place for place, number in enumerate(table.numbers)}
    for (top, left), (bottom, right) in sheet.merged:
        column = columns.get(left)
        if column is None or left != right or bottom <= top or top <= table.header.last_row or top >= len(sheet.rows):
            continue
        value = sheet.rows[top][left]
        if value in ("", None):
            continue
        for index in range(top + 1, min(bottom + 1, len(sheet.rows))):
            place = positions.get(index + 1)
            if place is not None:
                table.filled[place, column] = value


def _remark_on_file(table: Table, sheet: Sheet, others: list[str], list_kind: CaseKind, year: int) -> None:
    header, remarks = table.header, table.remarks
    row = header.first_row + 1
    if header.unknown:
        names = "、".join(header.headings[position] for position in header.unknown)
        remarks.append(
            Remark(
                row,
                "unknown_column",
                names,
                Text(
                    f"未识别的列：{names}。内容随原始行保存，不导入。",
                    f"Columns not understood: {names}. Kept with the row, not imported.",
                ),
            )
        )
    for name in others:
        text = Text(
            f"工作表“{name}”也像名单，但未读取。请单独上传。", f'Sheet "{name}" looks like a list too and was not read.'
        )
        remarks.append(Remark(0, "other_sheet", name, text))
    if sheet.formulas:
        text = Text(
            "文件含有公式，读取的是上次保存的计算结果，请核对。",
            "The file holds formulas; their last saved results were read. Check them.",
        )
        remarks.append(Remark(0, "formulas", "", text))
    for title in header.titles:
        years = {int(found) for found in _YEAR.findall(title)}
        if years and year not in years:
            text = Text(
                f"标题写的是 {'、'.join(map(str, sorted(years)))} 年，而本名单为 {year} 年。",
                f"The title names the year {', '.join(map(str, sorted(years)))}, but this list is of {year}.",
            )
            remarks.append(Remark(0, "year_differs", title[:100], text))
        kinds = {kind for kind, words in _KINDS.items() if any(word in title for word in words)}
        if kinds and list_kind not in kinds:
            text = Text("标题所写的名单种类与本名单不同。", "The title names another kind of list than this one.")
            remarks.append(Remark(0, "kind_differs", title[:100], text))
