"""Refusals of a whole file or of a whole confirmation: a stable code, a text in both languages, nothing stored."""

from collections.abc import Mapping
from typing import Any

from audits.procedure.words import Text


class ImportRefused(Exception):
    """The file, or what was confirmed of it, cannot be taken. `code` is part of the API and never renamed."""

    def __init__(self, code: str, zh: str, en: str, **details: Any) -> None:
        super().__init__(f"{code}: {en}")
        self.code = code
        self.text = Text(zh, en)
        self.details: Mapping[str, Any] = details


class FileRefused(ImportRefused):
    """The file itself cannot be read as a list."""


class ConfirmationRefused(ImportRefused):
    """The confirmed set of rows, repairs and completions does not hold together; no row of it is taken."""
