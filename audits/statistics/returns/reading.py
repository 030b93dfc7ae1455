"""A filled form read back: every fault with its sheet and cell, and nothing taken while there is one.

The file is untrusted: `enterprises.importing.workbook` unpacks and checks it before anything parses it.
"""

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import PurePath
from typing import Any

from defusedxml.ElementTree import fromstring

from audits.procedure.words import Text
from audits.statistics.metrics import METRICS
from audits.statistics.returns import layout
from audits.statistics.returns.errors import CellError, FormRefused
from audits.statistics.returns.figures import FigureFault, clean_figure, not_a_number, unit_of
from audits.statistics.returns.layout import COVER, FIGURES, NOTES, Filled, Place, cell_name
from enterprises.importing import archive, workbook
from enterprises.importing.errors import FileRefused
from enterprises.importing.workbook import Sheet

MOST_ERRORS = 200
_SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def read(content: bytes, filename: str, *, unit: str, year: int) -> Filled:
    """What a form of that unit and year tells.

    Raises `FileRefused` for a file that is no xlsx workbook, and `FormRefused` with rules `missing_sheet,
    structure_changed, other_unit, other_year, other_version, wrong_unit, not_a_number, negative, too_many_decimals,
    not_whole, too_large, formula, too_long, remark_without_figure`.
    """
    if PurePath(filename).suffix.lower() != ".xlsx":
        raise FileRefused(
            "file_type", "只接受由本系统生成的 .xlsx 报表。", "Only the .xlsx form made by this system is accepted."
        )
    found = {sheet.name: sheet for sheet in workbook.read(content, filename)}
    errors = list(_sheets(found))
    if not errors:
        errors = list(_cover(found[COVER], unit, year))
    if errors:
        raise FormRefused(errors[:MOST_ERRORS])
    filled = _Filling()
    filled.read_figures(found[FIGURES])
    filled.read_notes(found[NOTES])
    filled.errors += _strange(found[COVER], layout.fixed_cover(), set(_COVER_CELLS))
    if any(sheet.formulas for sheet in found.values()):
        filled.errors += _formulas(content)
    if filled.errors:
        raise FormRefused(sorted(filled.errors, key=_order)[:MOST_ERRORS])
    return Filled(filled.figures, filled.remarks, filled.notes)


_COVER_CELLS = (layout.UNIT_CODE, layout.UNIT_NAME, layout.YEAR, layout.VERSION)
_ANOTHER = Text("请使用本系统为该单位该年度生成的表格。", "Use the form that this system made for this unit and year.")


def _order(error: CellError) -> tuple[int, int, str]:
    place = layout.SHEETS.index(error.sheet) if error.sheet in layout.SHEETS else len(layout.SHEETS)
    digits = "".join(letter for letter in error.cell if letter.isdigit())
    return place, int(digits or 0), error.cell


def _sheets(found: Mapping[str, Sheet]) -> Iterator[CellError]:
    for name in layout.SHEETS:
        if name not in found:
            yield CellError(
                name,
                "",
                "",
                "missing_sheet",
                Text(f"缺少工作表“{name}”。", f'The sheet "{name}" is missing.'),
            )
    for name in found:
        if name not in layout.SHEETS:
            yield _structure(name, "", name)


def _structure(sheet: str, cell: str, value: str) -> CellError:
    return CellError(
        sheet,
        cell,
        value[:200],
        "structure_changed",
        Text(
            "表格结构被改动（增删行列、改动固定单元格或工作表）。请重新下载表格填写。",
            "The form was changed (rows, columns, fixed cells or sheets). Download it again and fill it in.",
        ),
    )


def _cover(sheet: Sheet, unit: str, year: int) -> Iterator[CellError]:
    """Whether this is the form of this unit, year and version."""
    expected = (
        (layout.UNIT_CODE, unit, "other_unit", "这是另一填报单位的表格", "This is the form of another reporting unit"),
        (layout.YEAR, str(year), "other_year", "这是另一年度的表格", "This is the form of another year"),
        (
            layout.VERSION,
            layout.version(),
            "other_version",
            "这是另一版本的表格",
            "This is another version of the form",
        ),
    )
    for place, wanted, rule, zh, en in expected:
        given = _text(_at(sheet, place))
        if given != wanted:
            text = Text(f"{zh}（应为 {wanted}）。{_ANOTHER.zh}", f"{en} (it should be {wanted}). {_ANOTHER.en}")
            yield CellError(COVER, cell_name(place), given[:200], rule, text)


class _Filling:
    """What is collected while the sheets are read."""

    def __init__(self) -> None:
        self.figures: dict[str, str] = {}
        self.remarks: dict[str, str] = {}
        self.notes = ""
        self.errors: list[CellError] = []

    def read_figures(self, sheet: Sheet) -> None:
        """Figures and remarks; everything else on the sheet must be as it was made."""
        fixed = layout.fixed_figures()
        rows = layout.rows_of_metrics()
        units = {(row, layout.UNIT) for row in rows.values()}
        free = {(row, column) for row in rows.values() for column in (layout.VALUE, layout.REMARK)}
        self.errors += _strange(
            sheet, {place: text for place, text in fixed.items() if place not in units}, free | units
        )
        for metric, row in rows.items():
            place = (row, layout.UNIT)
            given, wanted = _text(_at(sheet, place)), unit_of(METRICS[metric])
            if given != wanted:
                text = Text(
                    f"计量单位应为“{wanted}”；请按此单位换算数值，不要改动单位。",
                    f'The unit must be "{wanted}": convert the figure, do not change the unit.',
                )
                self.errors.append(CellError(FIGURES, cell_name(place), given[:200], "wrong_unit", text))
            self._figure(metric, (row, layout.VALUE), _at(sheet, (row, layout.VALUE)))
            remark = self._free(FIGURES, (row, layout.REMARK), _at(sheet, (row, layout.REMARK)), layout.MAX_REMARK)
            if remark and metric not in self.figures and _text(_at(sheet, (row, layout.VALUE))) == "":
                text = Text(
                    "没有数值的指标不能单有备注；请写入“说明”页。",
                    "A remark needs a figure; write it on the sheet of notes.",
                )
                self.errors.append(
                    CellError(FIGURES, cell_name((row, layout.REMARK)), remark[:200], "remark_without_figure", text)
                )
            elif remark:
                self.remarks[metric] = remark

    def read_notes(self, sheet: Sheet) -> None:
        """The one free cell of the last sheet."""
        self.errors += _strange(sheet, layout.fixed_notes(), {layout.NOTES_CELL})
        self.notes = self._free(NOTES, layout.NOTES_CELL, _at(sheet, layout.NOTES_CELL), layout.MAX_NOTES)

    def _figure(self, metric: str, place: Place, cell: Any) -> None:
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            return
        try:
            if isinstance(cell, bool) or not isinstance(cell, int | float):
                raise not_a_number()
            self.figures[metric] = clean_figure(metric, format(Decimal(repr(cell)), "f"))
        except FigureFault as fault:
            self.errors.append(CellError(FIGURES, cell_name(place), _text(cell)[:200], fault.rule, fault.words))

    def _free(self, sheet: str, place: Place, cell: Any, limit: int) -> str:
        text = _text(cell)
        if len(text) > limit:
            said = Text(f"不得超过 {limit} 字。", f"At most {limit} characters.")
            self.errors.append(CellError(sheet, cell_name(place), text[:200], "too_long", said))
        return text


def _strange(sheet: Sheet, fixed: Mapping[Place, str], free: set[Place]) -> list[CellError]:
    """Cells that should read otherwise, and cells that should be empty."""
    wrong = {place: _text(_at(sheet, place)) for place, text in fixed.items() if _text(_at(sheet, place)) != text}
    for row, cells in enumerate(sheet.rows):
        for column, cell in enumerate(cells):
            place = (row, column)
            if place not in fixed and place not in free and _text(cell):
                wrong[place] = _text(cell)
    return [_structure(sheet.name, cell_name(place), text) for place, text in sorted(wrong.items())]


def _at(sheet: Sheet, place: Place) -> Any:
    row, column = place
    if row >= len(sheet.rows) or column >= len(sheet.rows[row]):
        return None
    return sheet.rows[row][column]


def _text(cell: Any) -> str:
    """A cell as text; whole numbers without a decimal point, line breaks as we write them."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).replace("\r\n", "\n").replace("\r", "\n").strip()


def _formulas(content: bytes) -> list[CellError]:
    """The cells that hold formulas: their stored results may be old or missing, so none is taken."""
    text = Text("此处为公式；请填入计算结果的数值。", "This is a formula. Enter the resulting number.")
    packed, _ = archive.repack(content)
    found = [
        CellError(sheet, cell, f"={formula}"[:200], "formula", text) for sheet, cell, formula in _formula_cells(packed)
    ]
    return found or [CellError("", "", "", "formula", text)]


def _formula_cells(packed: bytes) -> Iterator[Sequence[str]]:
    """`(sheet, cell, formula)`, from parts that `archive.repack` has checked."""
    with zipfile.ZipFile(io.BytesIO(packed)) as parts:
        names = set(parts.namelist())
        relations = {
            one.get("Id"): one.get("Target", "")
            for one in fromstring(parts.read("xl/_rels/workbook.xml.rels"), forbid_dtd=True)
        }
        for sheet in fromstring(parts.read("xl/workbook.xml"), forbid_dtd=True).iter(f"{_SPREADSHEET}sheet"):
            target = relations.get(sheet.get(_RELATION), "")
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if path not in names:
                continue
            for cell in fromstring(parts.read(path), forbid_dtd=True).iter(f"{_SPREADSHEET}c"):
                formula = cell.find(f"{_SPREADSHEET}f")
                if formula is not None:
                    yield sheet.get("name", ""), cell.get("r", ""), formula.text or ""
