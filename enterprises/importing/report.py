"""`dry_run` judges a file; `confirm` gives the entries of the rows a person agreed to, all of them or none.

Neither writes anything. The caller keeps the file, runs `dry_run` again when the confirmation arrives and compares the
digest (`Report.require_digest`): a list, a register or a rule that changed in between is noticed.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from audits.procedure.words import CaseKind, Category
from enterprises.importing import places, rows, table, verdicts, workbook
from enterprises.importing.cells import Repair, clean_cell, clean_column, repair, text_of
from enterprises.importing.columns import Column
from enterprises.importing.entries import Entry, entry_of
from enterprises.importing.errors import ConfirmationRefused
from enterprises.importing.findings import Finding, Severity
from enterprises.importing.lookup import Lookup
from enterprises.importing.table import Table

Completions = Mapping[int, Mapping[str, str]]
MAX_COMPLETION = 1000


@dataclass(frozen=True, slots=True)
class Settings:
    """What is known of the list the file is for. `categories` hold for rows that name none."""

    list_kind: CaseKind
    year: int
    categories: frozenset[Category] = frozenset()


@dataclass(frozen=True, slots=True)
class Report:
    """What a dry run found. `rows` and `accepted` count rows; accepted ones are so with their repairs applied."""

    digest: str
    rows: int
    accepted: int
    rejected: tuple[Finding, ...]  # all reasons of all rejected rows
    warnings: tuple[Finding, ...]
    repairs: tuple[Repair, ...]
    entries: tuple[Entry, ...]  # of the accepted rows, all repairs applied
    table: Table = field(repr=False)
    lookup: Lookup = field(repr=False)
    settings: Settings = field(repr=False)

    @property
    def row_numbers(self) -> frozenset[int]:
        """All rows by the number a spreadsheet shows."""
        return frozenset(self.table.numbers)

    @property
    def accepted_rows(self) -> tuple[int, ...]:
        """The rows no rule rejects, in the order of the file."""
        return tuple(entry.row for entry in self.entries)

    def require_digest(self, digest: str) -> None:
        """Raises ConfirmationRefused `import_changed` where the dry run that was agreed to is no longer true."""
        if digest != self.digest:
            raise ConfirmationRefused(
                "import_changed",
                "文件、名单或登记库在预检之后有变化。请重新预检并确认。",
                "The file, the list or the registers changed after the dry run. Run it again and confirm anew.",
                digest=self.digest,
            )

    def as_json(self, language: str) -> dict[str, Any]:
        """The answer of the API, messages in the caller's language."""
        return {
            "digest": self.digest,
            "rows": self.rows,
            "accepted": self.accepted,
            "rejected": [finding.as_json(language) for finding in self.rejected],
            "warnings": [finding.as_json(language) for finding in self.warnings],
            "repairs": [
                {
                    "id": one.id,
                    "row": one.row,
                    "column": one.column.value,
                    "old": one.old,
                    "new": one.new,
                    "rule": one.rule,
                    "message": one.text.in_language(language),
                }
                for one in self.repairs
            ],
        }


@dataclass(frozen=True, slots=True)
class _Judged:
    rejected: list[Finding]
    warnings: list[Finding]
    repairs: list[Repair]
    entries: list[Entry]


def dry_run(
    content: bytes,
    filename: str,
    lookup: Lookup,
    *,
    list_kind: CaseKind,
    year: int,
    categories: Collection[Category] = (),
) -> Report:
    """Read and judge a file. Raises FileRefused where it cannot be read as a list; rows are reported.

    `categories` are those of the whole list, for rows without one.
    """
    settings = Settings(list_kind, year, frozenset(categories))
    found = table.extract(workbook.read(content, filename), list_kind=list_kind, year=year)
    judged = _judge(found, range(len(found.numbers)), lookup, settings)
    remarks = [
        Finding(remark.row, None, remark.value, remark.rule, Severity.WARN, remark.text) for remark in found.remarks
    ]
    warnings = remarks + judged.warnings
    return Report(
        digest=_digest(content, settings, judged, warnings),
        rows=len(found.numbers),
        accepted=len(judged.entries),
        rejected=tuple(judged.rejected),
        warnings=tuple(warnings),
        repairs=tuple(judged.repairs),
        entries=tuple(judged.entries),
        table=found,
        lookup=lookup,
        settings=settings,
    )


def confirm(
    report: Report,
    *,
    rows: Collection[int] | Literal["accepted"],
    repairs: Collection[str] | Literal["all"],
    completions: Completions | None = None,
) -> list[Entry]:
    """The entries of a set of rows, with these repairs and hand-typed values, judged again by the same rules.

    `rows`: row numbers, or "accepted" for the accepted ones and those completed. `repairs`: ids, or "all".
    `completions`: {row: {column: value}}; "" empties a cell.
    Raises ConfirmationRefused and gives nothing if any row of the set would be rejected (`rows_rejected`, why in
    `details["findings"]`), or for `unknown_row`, `unknown_repair`, `unknown_column`, `nothing_selected`.
    """
    completed = _checked(report, completions or {})
    chosen = _chosen_rows(report, rows, completed)
    refused = _refused(report, repairs)
    if not completed and not any(one.row in chosen for one in report.repairs if one.id in refused):
        entries = [entry for entry in report.entries if entry.row in chosen]
        if len(entries) == len(chosen):
            return entries  # just as the dry run judged them: accepted rows do not contradict one another
    places_ = [place for place, number in enumerate(report.table.numbers) if number in chosen]
    judged = _judge(report.table, places_, report.lookup, report.settings, refused, completed)
    if judged.rejected:
        bad = sorted({finding.row for finding in judged.rejected})
        shown = "、".join(map(str, bad[:20]))
        raise ConfirmationRefused(
            "rows_rejected",
            f"所选的行中有 {len(bad)} 行不能导入（第 {shown} 行），因此全部未导入。",
            f"{len(bad)} of the chosen rows cannot be taken (rows {shown.replace('、', ', ')}), so none was.",
            rows=bad,
            findings=tuple(judged.rejected),
        )
    return judged.entries


def _judge(
    found: Table,
    chosen: Sequence[int],
    lookup: Lookup,
    settings: Settings,
    refused: Collection[str] = (),
    completions: Mapping[int, Mapping[Column, str]] | None = None,
) -> _Judged:
    """Clean, look up and judge the rows at these places of the table, as one batch."""
    completions = completions or {}
    numbers = [found.numbers[place] for place in chosen]
    cells = [found.cells[place] for place in chosen]
    texts: dict[Column, list[str]] = {}
    repairs: list[Repair] = []
    for column in Column:
        position = found.header.columns.get(column)
        if column is Column.SERIAL or (position is None and not completions):
            continue
        values = [row[position] if position is not None and position < len(row) else "" for row in cells]
        if found.filled and position is not None:
            repairs += _fill(found, chosen, column, values, refused)
        texts[column], cleaned = clean_column(values, column, numbers, refused)
        repairs += cleaned
    for place, number in enumerate(numbers):
        for column, value in completions.get(number, {}).items():
            texts[column][place] = clean_cell(value, column, number)[0]
    if completions:
        repairs = [one for one in repairs if one.column not in completions.get(one.row, {})]
        refused = {one for one in refused if not _completed(one, completions)}
    batch = rows.Batch(rows.build(numbers, cells, texts), lookup, settings.list_kind, settings.year)
    for row in batch.rows if completions else ():
        row.completed = tuple(completions.get(row.number, {}))
    repairs += places.place(batch.rows, lookup, refused)
    rows.look_up(batch, settings.categories)
    findings = verdicts.judge(batch)
    rejected = [finding for finding in findings if finding.severity is Severity.REJECT]
    bad = {finding.row for finding in rejected}
    repairs.sort(key=lambda one: one.row)
    return _Judged(
        rejected=rejected,
        warnings=[finding for finding in findings if finding.severity is Severity.WARN],
        repairs=repairs,
        entries=[entry_of(row, found.header.headings) for row in batch.rows if row.number not in bad],
    )


def _fill(
    found: Table, chosen: Sequence[int], column: Column, values: list[Any], refused: Collection[str]
) -> list[Repair]:
    """Put the value of a merged region into its lower rows; one repair for each."""
    repairs = []
    for index, place in enumerate(chosen):
        value = found.filled.get((place, column))
        if value is not None and values[index] in ("", None):
            proposed = repair(found.numbers[place], column, "merged_cell", "", text_of(value))
            repairs.append(proposed)
            if proposed.id not in refused:
                values[index] = value
    return repairs


def _completed(repair_id: str, completions: Mapping[int, Mapping[Column, str]]) -> bool:
    number, column, _rule = repair_id.split(".")
    return column in completions.get(int(number), {})


def _checked(report: Report, completions: Completions) -> dict[int, dict[Column, str]]:
    checked: dict[int, dict[Column, str]] = {}
    for number, values in completions.items():
        if number not in report.row_numbers:
            raise _unknown_rows([number])
        for name, value in values.items():
            if (
                name not in set(Column)
                or name == Column.SERIAL
                or not isinstance(value, str)
                or len(value) > MAX_COMPLETION
            ):
                raise ConfirmationRefused(
                    "unknown_column",
                    f"第 {number} 行补填的列“{name}”不存在或内容无效。",
                    f'Row {number}: there is no column "{name}" to complete, or its value cannot be used.',
                    row=number,
                    column=str(name),
                )
            checked.setdefault(number, {})[Column(name)] = value
    return checked


def _chosen_rows(
    report: Report, chosen: Collection[int] | Literal["accepted"], completions: Mapping[int, Any]
) -> frozenset[int]:
    numbers = frozenset((*report.accepted_rows, *completions)) if isinstance(chosen, str) else frozenset(chosen)
    unknown = sorted(numbers - report.row_numbers)
    if unknown:
        raise _unknown_rows(unknown)
    surplus = sorted(set(completions) - numbers)
    if surplus:  # typed for nothing: most likely a slip in the row's number
        raise _unknown_rows(surplus)
    if not numbers:
        raise ConfirmationRefused("nothing_selected", "没有选择任何一行。", "No row was chosen.")
    return numbers


def _unknown_rows(numbers: list[int]) -> ConfirmationRefused:
    return ConfirmationRefused(
        "unknown_row",
        f"文件中没有这些行，或未选中：{'、'.join(map(str, numbers[:20]))}。",
        f"The file has no such rows, or they were not chosen: {', '.join(map(str, numbers[:20]))}.",
        rows=numbers,
    )


def _refused(report: Report, repairs: Collection[str] | Literal["all"]) -> frozenset[str]:
    """The proposed repairs a person did not agree to."""
    if isinstance(repairs, str):
        return frozenset()
    proposed = {one.id for one in report.repairs}
    agreed = frozenset(repairs)
    unknown = sorted(agreed - proposed)
    if unknown:
        raise ConfirmationRefused(
            "unknown_repair",
            f"没有这些修正建议：{'、'.join(unknown[:20])}。",
            f"No such repairs were proposed: {', '.join(unknown[:20])}.",
            repairs=unknown,
        )
    return frozenset(proposed - agreed)


def _digest(content: bytes, settings: Settings, judged: _Judged, warnings: Sequence[Finding]) -> str:
    """SHA-256 over the file, the rules' version, the list's settings and everything that was found."""
    hashed = hashlib.sha256()
    hashed.update(hashlib.sha256(content).digest())
    categories = ",".join(sorted(settings.categories))
    parts = [verdicts.VERSION, settings.list_kind.value, str(settings.year), categories]
    for finding in (*judged.rejected, *warnings):
        parts += ("f", str(finding.row), finding.column or "", finding.value, finding.rule, finding.severity.value)
    for one in judged.repairs:
        parts += ("r", one.id, one.old, one.new)
    for entry in judged.entries:
        parts += ("e", str(entry.row), entry.code, entry.scope_code, entry.industry_code, entry.sector)
        parts.append(str(entry.enterprise_id or ""))
    hashed.update("\x1f".join(parts).encode())
    return hashed.hexdigest()
