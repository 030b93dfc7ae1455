"""A dry run as a page shows it: every row with its verdict, its repairs to agree to, its cells to complete."""

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from audits.procedure.words import Text
from audits.web.list_decisions import Decisions
from enterprises.importing.cells import Repair, text_of
from enterprises.importing.columns import LABELS, Column
from enterprises.importing.entries import Entry
from enterprises.importing.findings import Finding
from enterprises.importing.report import Report

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\xa0\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\u3000\ufeff]")
SAME_SITE = ("already_listed", "duplicate_row")  # another plant is told by its address
ROWS = 50  # of a page: a browser may not send more than 1,000 values in a form


class Verdict(StrEnum):
    """What becomes of a row."""

    REJECTED = "rejected"
    REPAIRED = "repaired"
    WARNED = "warned"
    ACCEPTED = "accepted"


@dataclass(slots=True)
class Cell:
    """One cell a person can complete, with what is wrong in it."""

    name: str
    column: Column
    label: Text
    given: str
    typed: str
    messages: list[Text] = field(default_factory=list)


@dataclass(slots=True)
class Fix:
    """A proposed repair, and whether it is agreed to."""

    repair: Repair
    label: Text
    agreed: bool

    @property
    def old(self) -> str:
        """The former text, signs nobody sees made visible."""
        return _UNSEEN.sub(lambda found: f"[U+{ord(found.group()):04X}]", self.repair.old).replace(" ", "␣") or "∅"


@dataclass(slots=True)
class Row:
    """One row of the file."""

    number: int
    verdict: Verdict
    name: str
    code: str
    entry: Entry | None = None
    whole: list[Finding] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    fixes: list[Fix] = field(default_factory=list)
    left_out: bool = False


@dataclass(slots=True)
class Preview:
    """One page of the verdicts. `counts` are rows by verdict, `starts` the page on which each verdict begins."""

    rows: list[Row]
    remarks: list[Finding]
    counts: dict[str, int]
    starts: dict[str, int]
    number: int
    pages: int
    refused: int  # repairs not agreed to, on all pages
    left_out: int  # rows not to be taken
    completed: int  # rows completed by hand

    @property
    def first(self) -> int:
        """The place of the first row of the page among all."""
        return (self.number - 1) * ROWS + 1

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1


def preview(report: Report, decisions: Decisions, number: int = 1, wrong: tuple[Finding, ...] = ()) -> Preview:
    """A page of the rows, those that need a look first. `wrong`: what the confirmation said against what was decided; these
    rows come before all others."""
    rows = {number: Row(number, Verdict.ACCEPTED, *_said(report, number)) for number in report.table.numbers}
    for entry in report.entries:
        row = rows[entry.row]
        row.entry, row.name, row.code = entry, entry.name, entry.code
    for repair in report.repairs:
        rows[repair.row].fixes.append(Fix(repair, LABELS[repair.column], repair.id not in decisions.refused))
        rows[repair.row].verdict = Verdict.REPAIRED
    remarks = []
    for warning in report.warnings:
        if warning.row in rows:
            rows[warning.row].warnings.append(warning)
            rows[warning.row].verdict = Verdict.WARNED if not rows[warning.row].fixes else Verdict.REPAIRED
        else:
            remarks.append(warning)
    for finding in report.rejected:
        rows[finding.row].verdict = Verdict.REJECTED
        _reject(rows[finding.row], finding, report, decisions)
    for finding in wrong:  # about what was typed: says more than what the file had
        for cell in rows[finding.row].cells:
            if cell.column is finding.column:
                cell.messages = []
        rows[finding.row].verdict = Verdict.REJECTED
        _reject(rows[finding.row], finding, report, decisions)
    for left in decisions.left_out & set(rows):
        rows[left].left_out = True
    first = {finding.row for finding in wrong}
    return _paged(
        sorted(rows.values(), key=lambda row: (row.number not in first, *_rank(row))),
        report,
        decisions,
        number,
        remarks,
    )


def _said(report: Report, number: int) -> tuple[str, str]:
    """Name and code as the file has them."""
    return _given(report, number, Column.NAME), _given(report, number, Column.CODE)


def _given(report: Report, number: int, column: Column) -> str:
    position = report.table.header.columns.get(column)
    cells = report.table.cells[bisect_left(report.table.numbers, number)]  # numbers rise
    return text_of(cells[position]).strip() if position is not None and position < len(cells) else ""


def _reject(row: Row, finding: Finding, report: Report, decisions: Decisions) -> None:
    if finding.column is None or finding.column is Column.SERIAL:
        if finding.text not in [one.text for one in row.whole]:
            row.whole.append(finding)
        return
    for cell in row.cells:
        if cell.column is finding.column:
            if finding.text not in cell.messages:
                cell.messages.append(finding.text)
            return
    row.cells.append(_cell(row, finding.column, report, decisions))
    row.cells[-1].messages.append(finding.text)
    if finding.rule in SAME_SITE and Column.PRODUCTION_ADDRESS not in [cell.column for cell in row.cells]:
        row.cells.append(_cell(row, Column.PRODUCTION_ADDRESS, report, decisions))


def _cell(row: Row, column: Column, report: Report, decisions: Decisions) -> Cell:
    given = _given(report, row.number, column)
    typed = decisions.typed.get(row.number, {}).get(column.value, given)
    return Cell(f"fix.{row.number}.{column.value}", column, LABELS[column], given, typed)


_ORDER = [Verdict.REJECTED, Verdict.REPAIRED, Verdict.WARNED, Verdict.ACCEPTED]


def _rank(row: Row) -> tuple[int, int]:
    return _ORDER.index(row.verdict), row.number


def _paged(rows: list[Row], report: Report, decisions: Decisions, number: int, remarks: list[Finding]) -> Preview:
    pages = max(1, -(-len(rows) // ROWS))
    number = min(max(number, 1), pages)
    counts = Counter(row.verdict.value for row in rows)
    starts: dict[str, int] = {}
    for place, row in enumerate(rows):
        starts.setdefault(row.verdict.value, place // ROWS + 1)
    return Preview(
        rows[(number - 1) * ROWS : number * ROWS],
        remarks,
        {one.value: counts[one.value] for one in Verdict},
        starts,
        number,
        pages,
        refused=len(decisions.refused & {one.id for one in report.repairs}),
        left_out=sum(row.left_out for row in rows),
        completed=len(_completions(report, decisions)),
    )


def confirmed(report: Report, decisions: Decisions) -> dict[str, Any]:
    """What was decided, as `workflow.imports.apply_import` takes it."""
    agreed = [one.id for one in report.repairs if one.id not in decisions.refused]
    repairs: Any = agreed if len(agreed) < len(report.repairs) else "all"
    completions = _completions(report, decisions)
    left = decisions.left_out & report.row_numbers
    rows: Any = "accepted"
    if left:
        rows = sorted(({*report.accepted_rows} | set(completions)) - left)
        completions = {number: values for number, values in completions.items() if number not in left}
    return {"rows": rows, "repairs": repairs, "completions": completions}


def _completions(report: Report, decisions: Decisions) -> dict[int, dict[str, str]]:
    """Cells whose text differs from what the file says."""
    found: dict[int, dict[str, str]] = {}
    for number in decisions.typed.keys() & report.row_numbers:
        for column, text in decisions.typed[number].items():
            if text != _given(report, number, Column(column)):
                found.setdefault(number, {})[column] = text
    return found


__all__ = ["Preview", "Verdict", "confirmed", "preview"]
