"""What a rule says of a row."""

from dataclasses import dataclass
from enum import StrEnum

from audits.procedure.words import Text
from enterprises.importing.columns import Column


class Severity(StrEnum):
    REJECT = "reject"  # the row cannot be taken until it is completed by hand
    WARN = "warn"  # the row is taken; a person should look


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason or warning. `column` is None where the whole row or file is meant; `text` says what to do."""

    row: int
    column: Column | None
    value: str
    rule: str
    severity: Severity
    text: Text

    def as_json(self, language: str) -> dict[str, object]:
        """The shape of the API: row, column, value, rule, message."""
        return {
            "row": self.row,
            "column": self.column.value if self.column else "",
            "value": self.value,
            "rule": self.rule,
            "message": self.text.in_language(language),
        }


def reject(row: int, column: Column | None, value: str, rule: str, zh: str, en: str) -> Finding:
    """A reason why a row is not taken."""
    return Finding(row, column, value[:200], rule, Severity.REJECT, Text(zh, en))


def warn(row: int, column: Column | None, value: str, rule: str, zh: str, en: str) -> Finding:
    """A warning about a row that is taken."""
    return Finding(row, column, value[:200], rule, Severity.WARN, Text(zh, en))
