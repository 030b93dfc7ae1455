"""A dry run as a page shows it: every row with its verdict, its repairs to agree to, its cells to complete."""

import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.http import QueryDict

from audits.procedure.words import Text
from audits.web.typed import row_number
from enterprises.importing.cells import Repair, text_of
from enterprises.importing.columns import LABELS, Column
from enterprises.importing.entries import Entry
from enterprises.importing.findings import Finding
from enterprises.importing.report import Report

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\xa0\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\u3000\ufeff]")
SAME_SITE = ("already_listed", "duplicate_row")  # another plant is told by its address
MOST_REPAIRS = 400  # a browser may not send more than 1,000 values in a form
MOST_CELLS = 300
MOST_ACCEPTED = 200


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
    """The page of a dry run. `unshown` repairs are applied as a whole; `more_*` count what does not fit."""

    rows: list[Row]
    remarks: list[Finding]
    counts: dict[str, int]
    more_repairs: int
    more_accepted: int
    more_rejected: int


def preview(report: Report, post: QueryDict | None = None, wrong: tuple[Finding, ...] = ()) -> Preview:
    """The rows that need a look first, then the others. `post`: what was ticked and typed before; `wrong`: what the
    confirmation said against it."""
    rows = {number: Row(number, Verdict.ACCEPTED, *_said(report, number)) for number in report.table.numbers}
    for entry in report.entries:
        row = rows[entry.row]
        row.entry, row.name, row.code = entry, entry.name, entry.code
    for repair in report.repairs[:MOST_REPAIRS]:
        agreed = post is None or repair.id in post.getlist("repair")
        rows[repair.row].fixes.append(Fix(repair, LABELS[repair.column], agreed))
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
        _reject(rows[finding.row], finding, report, post)
    for finding in wrong:  # about what was typed: says more than what the file had
        for cell in rows[finding.row].cells:
            if cell.column is finding.column:
                cell.messages = []
        _reject(rows[finding.row], finding, report, post)
    for number in _left_out(post) & set(rows) if post is not None else ():
        rows[number].left_out = True
    return _arranged(rows, report, remarks)


def _said(report: Report, number: int) -> tuple[str, str]:
    """Name and code as the file has them."""
    return _given(report, number, Column.NAME), _given(report, number, Column.CODE)


def _given(report: Report, number: int, column: Column) -> str:
    position = report.table.header.columns.get(column)
    cells = report.table.cells[bisect_left(report.table.numbers, number)]  # numbers rise
    return text_of(cells[position]).strip() if position is not None and position < len(cells) else ""


def _reject(row: Row, finding: Finding, report: Report, post: QueryDict | None) -> None:
    if finding.column is None or finding.column is Column.SERIAL:
        if finding.text not in [one.text for one in row.whole]:
            row.whole.append(finding)
        return
    for cell in row.cells:
        if cell.column is finding.column:
            if finding.text not in cell.messages:
                cell.messages.append(finding.text)
            return
    row.cells.append(_cell(row, finding.column, report, post))
    row.cells[-1].messages.append(finding.text)
    if finding.rule in SAME_SITE and Column.PRODUCTION_ADDRESS not in [cell.column for cell in row.cells]:
        row.cells.append(_cell(row, Column.PRODUCTION_ADDRESS, report, post))


def _cell(row: Row, column: Column, report: Report, post: QueryDict | None) -> Cell:
    name, given = f"fix.{row.number}.{column.value}", _given(report, row.number, column)
    return Cell(name, column, LABELS[column], given, str(post.get(name, given)) if post is not None else given)


def _arranged(rows: Mapping[int, Row], report: Report, remarks: list[Finding]) -> Preview:
    counts = {one.value: 0 for one in Verdict}
    for row in rows.values():
        counts[row.verdict.value] += 1
    order = [Verdict.REJECTED, Verdict.REPAIRED, Verdict.WARNED, Verdict.ACCEPTED]
    arranged = sorted(rows.values(), key=lambda row: (order.index(row.verdict), row.number))
    shown: list[Row] = []
    cells = accepted = more_rejected = more_accepted = 0
    for row in arranged:
        if row.verdict is Verdict.REJECTED:
            cells += len(row.cells)
            if cells > MOST_CELLS:
                more_rejected += 1
                continue
        elif row.verdict in (Verdict.ACCEPTED, Verdict.WARNED):
            accepted += 1
            if accepted > MOST_ACCEPTED:
                more_accepted += 1
                continue
        shown.append(row)
    more = max(0, len(report.repairs) - MOST_REPAIRS)
    return Preview(shown, remarks, counts, more, more_accepted, more_rejected)


def confirmed(report: Report, post: QueryDict) -> dict[str, Any]:
    """What was ticked and typed, as `workflow.imports.apply_import` takes it."""
    shown = [one.id for one in report.repairs[:MOST_REPAIRS]]
    ticked = set(post.getlist("repair"))
    refused = {one for one in shown if one not in ticked}
    repairs: Any = [one.id for one in report.repairs if one.id not in refused] if refused else "all"
    completions = _completions(report, post)
    left = _left_out(post)
    rows: Any = "accepted"
    if left:
        rows = sorted(({*report.accepted_rows} | set(completions)) - left)
        completions = {number: values for number, values in completions.items() if number not in left}
    return {"rows": rows, "repairs": repairs, "completions": completions}


def _left_out(post: QueryDict) -> set[int]:
    """Rows that were ticked to be left out."""
    return {number for number in map(row_number, post.getlist("leave")) if number is not None}


def _completions(report: Report, post: QueryDict) -> dict[int, dict[str, str]]:
    """Cells whose text differs from what the file says."""
    found: dict[int, dict[str, str]] = {}
    numbers = set(report.table.numbers)
    for name, typed in post.items():
        parts = name.split(".")
        number = row_number(parts[1]) if len(parts) == 3 and parts[0] == "fix" else None
        if number is None or number not in numbers or parts[2] not in set(Column):
            continue
        column = Column(parts[2])
        if str(typed).strip() != _given(report, number, column):
            found.setdefault(number, {})[column.value] = str(typed).strip()
    return found


__all__ = ["Preview", "Verdict", "confirmed", "preview"]
