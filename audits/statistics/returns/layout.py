"""The form of a return as cells: three sheets of which every cell but a few is fixed. Writing and reading share this.

The version tells forms apart: its second half is a digest of all fixed cells, so a form made before a metric was added
is recognized as another version instead of being misread.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from audits.procedure.canonical import canonical_json, digest
from audits.procedure.words import Text
from audits.statistics.metrics import METRICS
from audits.statistics.returns.figures import unit_of

FORM = "1"
COVER, FIGURES, NOTES = "封面 Cover", "指标 Figures", "说明 Notes"
SHEETS = (COVER, FIGURES, NOTES)
CODE, TITLE, UNIT, VALUE, REMARK = range(5)  # columns of the sheet of figures
FIRST_FIGURE = 1  # row of the first metric, counted from 0
MAX_REMARK, MAX_NOTES = 500, 10_000

Place = tuple[int, int]  # row and column, counted from 0


def both(text: Text) -> str:
    """Chinese with English below."""
    return f"{text.zh}\n{text.en}"


COVER_TITLE = (Text("重点企业清洁生产审核年度报表", "Annual return of cleaner production audits of key enterprises"),)
UNIT_CODE, UNIT_NAME, YEAR, VERSION = (3, 1), (4, 1), (5, 1), (6, 1)
_COVER: Mapping[Place, str] = {
    (0, 0): both(COVER_TITLE[0]),
    (3, 0): both(Text("填报单位代码", "Code of the reporting unit")),
    (4, 0): both(Text("填报单位", "Reporting unit")),
    (5, 0): both(Text("年度", "Year")),
    (6, 0): both(Text("表格版本", "Version of the form")),
}
_HEADINGS = (
    Text("代码", "Code"),
    Text("指标", "Indicator"),
    Text("计量单位", "Unit"),
    Text("数值", "Figure"),
    Text("备注", "Remark"),
)
_INSTRUCTIONS = (
    Text(
        "只填写“数值”“备注”两列和本页最后一格；其他单元格、工作表名称和行列次序不得改动。",
        "Fill in only the columns “Figure” and “Remark” and the last cell of this sheet. Change no other cell, no name of "
        "a sheet, no order of rows or columns.",
    ),
    Text(
        "数值须按所列计量单位填写（千瓦时、吨、吨标准煤、元），为不小于零的数字，小数最多三位；件数、人数为整数。",
        "Tell figures in the unit of the row (kWh, t, tce, CNY): numbers, not below nought, at most three decimals; "
        "counts are whole.",
    ),
    Text(
        "没有数据的留空；确实为零的填 0。不要填写文字、公式或“万”等单位。",
        "Leave blank what is not known; write 0 where it is nought. No text, no formulas, no units in the cell.",
    ),
)
NOTES_LABEL = Text("其他说明（可留空）", "Further notes (may stay empty)")
NOTES_CELL: Place = (len(_INSTRUCTIONS) + 2, 0)


def fixed_figures() -> dict[Place, str]:
    """The fixed cells of the sheet of figures: headings, codes, titles and units."""
    cells = {(0, column): both(heading) for column, heading in enumerate(_HEADINGS)}
    for row, metric in enumerate(METRICS.values(), start=FIRST_FIGURE):
        cells[row, CODE] = str(metric.key)
        cells[row, TITLE] = both(metric.title)
        cells[row, UNIT] = unit_of(metric)
    return cells


def fixed_notes() -> dict[Place, str]:
    """The fixed cells of the sheet of notes."""
    cells = {(row, 0): both(text) for row, text in enumerate(_INSTRUCTIONS)}
    cells[NOTES_CELL[0] - 1, 0] = both(NOTES_LABEL)
    return cells


def fixed_cover() -> dict[Place, str]:
    """The fixed cells of the cover: title and labels."""
    return dict(_COVER)


def rows_of_metrics() -> dict[str, int]:
    """The row of each metric on the sheet of figures, counted from 0."""
    return {metric: row for row, metric in enumerate(METRICS, start=FIRST_FIGURE)}


def version() -> str:
    """The version of the form as the cover tells it."""
    cells = [
        [sheet, row, column, text]
        for sheet, fixed in ((COVER, fixed_cover()), (FIGURES, fixed_figures()), (NOTES, fixed_notes()))
        for (row, column), text in sorted(fixed.items())
    ]
    return f"{FORM}-{digest(canonical_json(cells))[:8]}"


@dataclass(frozen=True, slots=True)
class Filled:
    """What people wrote into a form: exact figure, remark by metric; notes."""

    figures: Mapping[str, str]
    remarks: Mapping[str, str]
    notes: str


def cell_name(place: Place) -> str:
    """`D7` for (6, 3). Forms are far narrower than 26 columns; beyond, two letters."""
    row, column = place
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"
