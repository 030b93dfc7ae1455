"""Finding the header row below the title rows, and which column of the sheet holds what."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from enterprises.importing.columns import HEADINGS, LABELS, Column
from enterprises.importing.errors import FileRefused
from enterprises.importing.workbook import Area, Cell, Sheet

SEARCH_ROWS = 30

_NOISE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff*:：★]+")
_BRACKETS = re.compile(r"[(〔\[【].*?[)〕\]】]")
_GENERIC = frozenset({"名称", "地址", "负责人", "类型", "类别", "说明", "name", "address", "code"})
_OF_THE_ENTERPRISE = re.compile("企业|单位|公司|基本|enterprise|company", re.IGNORECASE)
_TAIL = re.compile(r"[(〔\[【].*$")


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header stands. Rows and columns count from 0; `titles` are the texts above it."""

    first_row: int
    last_row: int
    columns: dict[Column, int]
    headings: tuple[str, ...]  # as written, one per column of the sheet, made unique
    unknown: tuple[int, ...]  # columns with a heading that is not understood; kept with each row
    titles: tuple[str, ...]


@lru_cache(maxsize=1024)
def heading_key(text: str) -> str:
    """A heading without what does not tell headings apart: width, spaces, asterisks, colons, case."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).lower()


@lru_cache(maxsize=1024)
def column_of(text: str) -> Column | None:
    """The column a heading announces, or None."""
    key = heading_key(text)
    if not key or len(key) > 40:
        return None
    for candidate in (key, _BRACKETS.sub("", key), _TAIL.sub("", key)):
        if candidate in HEADINGS:
            return HEADINGS[candidate]
    if "信用代码" in key:
        return Column.CODE
    if "机构代码" in key:
        return Column.ORGANIZATION_CODE
    return None


def find(sheet: Sheet) -> Header | None:
    """The header of a sheet, or None where no row of the first ones looks like one."""
    best: tuple[int, int] | None = None
    for index, row in enumerate(sheet.rows[:SEARCH_ROWS]):
        found = _recognized(row)
        if Column.NAME in found and len(found) >= 2 and (best is None or len(found) > best[0]):
            best = (len(found), index)
    if best is None:
        return None
    return _header(sheet, best[1])


def require(header: Header) -> None:
    """Raises FileRefused `columns_missing`, naming what no list can do without."""
    missing: list[tuple[Column, ...]] = []
    for alternatives in (
        (Column.NAME,),
        (Column.CODE, Column.ORGANIZATION_CODE),
        (Column.DIVISION_CODE, Column.DIVISION_NAME),
    ):
        if not any(column in header.columns for column in alternatives):
            missing.append(alternatives)
    if missing:
        zh = "、".join("或".join(f"“{LABELS[column].zh}”" for column in group) for group in missing)
        en = ", ".join(" or ".join(f'"{LABELS[column].en}"' for column in group) for group in missing)
        raise FileRefused(
            "columns_missing",
            f"表头（第 {header.first_row + 1} 行）缺少必需的列：{zh}。",
            f"The header (row {header.first_row + 1}) lacks required columns: {en}.",
            missing=[[column.value for column in group] for group in missing],
            row=header.first_row + 1,
        )


def missing_header() -> FileRefused:
    """The refusal of a file in which no header is found."""
    return FileRefused(
        "header_missing",
        f"前 {SEARCH_ROWS} 行中没有找到表头（至少应有“企业名称”和另一列）。若显示为乱码，请另存为 UTF-8 编码或 .xlsx。",
        f'No header was found in the first {SEARCH_ROWS} rows (at least "enterprise name" and one more column). '
        "If the text looks garbled, save the file in UTF-8 or as .xlsx.",
    )


def _text(cell: Cell) -> str:
    return cell.strip() if type(cell) is str else ("" if cell is None else str(cell))


def _recognized(row: Sequence[Cell]) -> dict[Column, int]:
    found: dict[Column, int] = {}
    for index, cell in enumerate(row):
        if type(cell) is str and cell:
            column = column_of(cell)
            if column is not None:
                found.setdefault(column, index)
    return found


def _header(sheet: Sheet, index: int) -> Header:
    first, last = index, index
    upper = [_text(cell) for cell in sheet.rows[index]]
    headings = [(text, text) for text in upper]
    if _continues_below(sheet, index):
        last = index + 1
        headings = _joined(_spread(upper, index, sheet.merged), sheet.rows[index + 1])
    elif _continues_above(sheet, index):
        first = index - 1
        headings = _joined(_spread([_text(cell) for cell in sheet.rows[first]], first, sheet.merged), sheet.rows[index])
    columns: dict[Column, int] = {}
    unknown: list[int] = []
    unique: list[str] = []
    for position, (text, own) in enumerate(headings):
        column = column_of(text) or _under(own, text.removesuffix(own))
        if column is not None and column not in columns:
            columns[column] = position
        elif text:
            unknown.append(position)
        label = own or text or f"#{position + 1}"
        unique.append(label if label not in unique else f"{label} #{position + 1}")
    titles = tuple(text for row in sheet.rows[:first] for cell in row if (text := _text(cell)))
    return Header(first, last, columns, tuple(unique), tuple(unknown), titles)


def _under(own: str, parent: str) -> Column | None:
    """The column of a heading below another one: "name" below "consultancy" is not the enterprise's name."""
    if heading_key(own) in _GENERIC and parent and not _OF_THE_ENTERPRISE.search(parent):
        return None
    return column_of(own)


def _joined(upper: list[str], lower: Sequence[Cell]) -> list[tuple[str, str]]:
    """Pairs of a two-row header: both texts together, and the lower one where there is one."""
    pairs = []
    for above, cell in zip(upper, lower, strict=False):
        below = _text(cell)
        pairs.append((above + below, below) if above and below else (above or below, above or below))
    return pairs


def _continues_below(sheet: Sheet, index: int) -> bool:
    """Whether the next row holds the finer headings: nothing below the name, and headings not yet seen elsewhere."""
    if index + 1 >= len(sheet.rows):
        return False
    upper, lower = _recognized(sheet.rows[index]), _recognized(sheet.rows[index + 1])
    name = _text(sheet.rows[index + 1][upper[Column.NAME]]) if upper[Column.NAME] < len(sheet.rows[index + 1]) else ""
    return bool(lower) and (not name or column_of(name) is Column.NAME) and set(lower) != {Column.NAME}


def _continues_above(sheet: Sheet, index: int) -> bool:
    """Whether the row above holds headings too: known columns that are blank in this row."""
    if index == 0:
        return False
    row, above = sheet.rows[index], _recognized(sheet.rows[index - 1])
    return len(above) >= 1 and all(position < len(row) and not _text(row[position]) for position in above.values())


def _spread(texts: list[str], row: int, merged: Sequence[Area]) -> list[str]:
    """Headings merged over several columns repeated over each of them."""
    spread = list(texts)
    for (top, left), (_bottom, right) in merged:
        if top == row and left < len(spread) and spread[left]:
            for position in range(left + 1, min(right + 1, len(spread))):
                spread[position] = spread[position] or spread[left]
    return spread
