"""What the registers refuse: one error with a stable code and a reason in both languages."""

from typing import Any

from audits.procedure.words import Text


class RegisterError(ValueError):
    """A change to a register that cannot be made. `code` is part of the API; `details` holds plain values."""

    def __init__(self, code: str, zh: str, en: str, **details: Any) -> None:
        super().__init__(en)
        self.code = code
        self.text = Text(zh, en)
        self.details = details
