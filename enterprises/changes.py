"""Saving a register row so that its history says who and why."""

from collections.abc import Sequence
from typing import Any

from accounts.memberships import person
from accounts.models import Membership, User
from enterprises import snapshot
from enterprises.errors import RegisterError

By = User | Membership | None  # who changes a register: a person, a membership, or None for the program itself


def save_change(row: Any, by: By, reason: str, fields: Sequence[str] | None = None) -> None:
    """Save the row (only these columns, if given) with person and reason in its history."""
    row._history_user = person(by)
    row._change_reason = reason or None
    row.save(update_fields=list(fields) if fields is not None else None)
    snapshot.forget()


def require_reason(reason: str) -> str:
    """The reason without surrounding space. `RegisterError` `reason_missing` when there is none."""
    if not reason.strip():
        raise RegisterError("reason_missing", "须说明理由。", "A reason is needed.")
    return reason.strip()
