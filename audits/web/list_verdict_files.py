"""The verdicts of a dry run as a sheet: one line for each reason, warning and repair, and one for each row without any."""

from collections.abc import Iterator
from pathlib import PurePath

from audits.procedure.words import Text
from audits.statistics.exports.books import Block, Book, Column, Row, Sheet
from enterprises.importing.columns import LABELS
from enterprises.importing.columns import Column as ListColumn
from enterprises.importing.report import Report

REJECTED = Text("不能导入", "rejected")
WARNED = Text("请留意", "look at it")
REPAIR = Text("建议修正", "proposed repair")
TAKEN = Text("可导入", "taken")
COLUMNS = (
    Column(Text("行", "Row"), width=8),
    Column(Text("结论", "Verdict"), width=14),
    Column(Text("列", "Column"), width=22),
    Column(Text("内容", "Value"), width=34),
    Column(Text("修正为", "Repaired to"), width=34),
    Column(Text("规则", "Rule"), width=22),
    Column(Text("说明", "Message"), width=70),
)


def verdicts_book(report: Report, file_name: str, language: str) -> Book:
    """The sheet, in the order of the file. `file_name` is that of the list that was judged."""
    lines = sorted(_lines(report, language), key=lambda line: line[0])
    block = Block(COLUMNS, [cells for _, cells in lines])
    return Book(f"{PurePath(file_name).stem}-verdicts", (Sheet("verdicts", (block,)),))


def _lines(report: Report, language: str) -> Iterator[tuple[int, Row]]:
    told = set()
    for verdict, findings in ((REJECTED, report.rejected), (WARNED, report.warnings)):
        for one in findings:
            told.add(one.row)
            cells = (_label(one.column, language), one.value, None, one.rule, one.text.in_language(language))
            yield one.row, (str(one.row), verdict.in_language(language), *cells)
    for repair in report.repairs:
        told.add(repair.row)
        change = (
            _label(repair.column, language),
            repair.old,
            repair.new,
            repair.rule,
            repair.text.in_language(language),
        )
        yield repair.row, (str(repair.row), REPAIR.in_language(language), *change)
    for entry in report.entries:
        if entry.row not in told:
            name = (_label(ListColumn.NAME, language), entry.name)
            yield entry.row, (str(entry.row), TAKEN.in_language(language), *name, None, None, None)


def _label(column: ListColumn | None, language: str) -> str | None:
    return LABELS[column].in_language(language) if column is not None else None
