"""Event bodies, their canonical text and the hash chain of a subject.

A body (version 1) is a JSON object::

    {"v": 1, "subject": [kind, id], "seq": n, "action": key, "on": legal date, "at": recording time (UTC, ISO),
     "by": {"membership", "user", "organization", "party", "role", "name", "organization_name"},
     "payload": {…}, "files": [{"id", "sha256", "name", "field"}], "reason": "", "request": {"key", "digest"},
     "prepared_by": [as "by", without party and role], only where a draft was sent,
     "cautions": [codes], "basis": {"table", "params", "calendar"}, "changes": {…}, "deadlines": {key: {…} | null}}
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from accounts.models import Membership
from audits.models import Event
from audits.procedure.canonical import canonical_json, chain_hash, digest
from audits.procedure.words import Subject

BODY_VERSION = 1


@dataclass(frozen=True, slots=True)
class Act:
    """What one event is about, before it gets its place in a chain."""

    action: str
    on: date
    at: datetime
    by: Membership
    payload: Mapping[str, Any]
    request_key: str
    request_digest: str
    reason: str = ""
    files: Sequence[Mapping[str, str]] = ()
    cautions: Sequence[str] = ()
    basis: Mapping[str, str] = field(default_factory=dict)
    changes: Mapping[str, Any] = field(default_factory=dict)
    deadlines: Mapping[str, Any] = field(default_factory=dict)
    prepared_by: Sequence[Mapping[str, str]] = ()


def actor_of(by: Membership) -> dict[str, str]:
    """The acting person as stored: ids and the names at that moment, so that a later rename does not rewrite history."""
    return {
        "membership": str(by.pk),
        "user": str(by.user_id),
        "organization": str(by.organization_id),
        "party": by.organization.party,
        "role": by.role,
        "name": by.user.get_full_name() or by.user.get_username(),
        "organization_name": by.organization.name,
    }


def preparer_of(by: Membership) -> dict[str, str]:
    """Somebody who had a hand in the draft that was sent, with the names at that moment."""
    named = actor_of(by)
    return {key: named[key] for key in ("membership", "user", "organization", "name", "organization_name")}


def body_of(
    kind: Subject, subject_id: UUID, seq: int, act: Act, actor: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The JSON object of an event."""
    drafted = {"prepared_by": list(act.prepared_by)} if act.prepared_by else {}
    return {
        "v": BODY_VERSION,
        "subject": [kind.value, str(subject_id)],
        "seq": seq,
        "action": act.action,
        "on": act.on.isoformat(),
        "at": act.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "by": actor or actor_of(act.by),
        "payload": act.payload,
        "files": list(act.files),
        "reason": act.reason,
        "request": {"key": act.request_key, "digest": act.request_digest},
        "cautions": list(act.cautions),
        "basis": dict(act.basis),
        "changes": act.changes,
        "deadlines": act.deadlines,
        **drafted,
    }


def link(kind: Subject, subject_id: UUID, seq: int, act: Act, body: Mapping[str, Any], previous: str) -> Event:
    """An unsaved event row: the canonical text of `body`, chained to the head `previous`."""
    return linked(kind, subject_id, seq, act, canonical_json(body), previous)


def linked(kind: Subject, subject_id: UUID, seq: int, act: Act, text: str, previous: str) -> Event:
    """As `link`, for a canonical text that is already there."""
    return Event(
        subject_kind=kind.value,
        subject_id=subject_id,
        seq=seq,
        action=act.action,
        legal_date=act.on,
        recorded_at=act.at,
        membership_id=act.by.pk,
        request_key=act.request_key,
        request_digest=act.request_digest,
        text=text,
        previous_hash=previous,
        hash=chain_hash(previous, text),
    )


class Form:
    """The canonical text of many bodies that are equal but for a few ids: written once, then only filled in.

    `body` holds `Form.mark(n)` where the n-th id goes; the text is what `canonical_json` gives for the body with the
    ids themselves (a test compares them).
    """

    _SIGNS = re.compile(r"[0-9A-Za-z:-]+")  # what ids are made of: no sign of these is written otherwise in JSON
    _MARK = f"mark-{uuid4().hex}-"
    _MARKS = re.compile(_MARK + r"(\d+)-")

    def __init__(self, body: Mapping[str, Any]) -> None:
        self._parts = self._MARKS.split(canonical_json(body))

    @classmethod
    def mark(cls, number: int) -> str:
        """What stands in the body for the id of that number, counted from 0."""
        return f"{cls._MARK}{number}-"

    def text(self, *ids: str) -> str:
        """The canonical text with these ids. `ValueError` for anything but letters, digits, hyphens and colons."""
        for one in ids:
            if not self._SIGNS.fullmatch(one):
                raise ValueError(f"{one!r} is no id.")
        return "".join(ids[int(part)] if place % 2 else part for place, part in enumerate(self._parts))


def request_digest(kind: Subject, subject_id: UUID, action: str, content: Mapping[str, Any]) -> str:
    """What makes two requests the same: subject, action and everything the caller sent."""
    return digest(canonical_json([kind.value, str(subject_id), action, content]))


def read_body(event: Event) -> dict[str, Any]:
    """The stored object."""
    body: dict[str, Any] = json.loads(event.text)
    return body
