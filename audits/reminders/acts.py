"""What a notice says of an act: one sentence and the fields that matter to its reader, in both languages."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from audits.models import Event, Notice, NoticeIntent
from audits.procedure.schema import Field, FieldKind
from audits.procedure.words import Party, Text
from audits.reminders import steps
from audits.reminders.kinds import KINDS
from audits.workflow.events import read_body

Key = tuple[UUID | None, int]
MOST_CHANGES = 5  # dates named one by one; the case shows the rest
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Act:
    """An event as far as a notice repeats it."""

    on: date
    payload: Mapping[str, Any]
    deadlines: Mapping[str, Any]


def key_of(intent: NoticeIntent) -> Key:
    """Subject and version of the event an intent tells of."""
    return intent.case_id or intent.duty_id or intent.list_id, intent.event_seq


def acts_of(notices: Sequence[Notice]) -> dict[Key, Act]:
    """The events that the intents of these notices tell of, in one query. Needs `intent` fetched."""
    wanted = {key_of(notice.intent) for notice in notices if notice.intent is not None}
    if not wanted:
        return {}
    found: dict[Key, Act] = {}
    rows = Event.objects.filter(subject_id__in={subject for subject, _ in wanted}, seq__in={seq for _, seq in wanted})
    for row in rows:
        if (row.subject_id, row.seq) in wanted:
            body = read_body(row)
            found[(row.subject_id, row.seq)] = Act(row.legal_date, body["payload"], body["deadlines"])
    return found


def said(kind: str, act: Act | None) -> Text:
    """The sentence of a kind."""
    words = KINDS[kind].said if kind in KINDS else Text("已于 {on} 办理。", "Done on {on}.")
    if act is None:
        return Text("已办理。", "Done.") if "{on}" in words.en else words
    return Text(words.zh.format(on=act.on), words.en.format(on=act.on))


def details(kind: str, act: Act | None, regime: str) -> list[Text]:
    """The fields of an act that its notice repeats, one line each. Fields that are not filled are left out."""
    if act is None or kind not in KINDS:
        return []
    step = steps.row_of(kind, regime)
    fields = {field.key: field for field in step.fields} if step is not None else {}
    lines: list[Text] = []
    for name in KINDS[kind].fields:
        value = act.payload.get(name)
        if value in (None, "", []) or name not in fields:
            continue
        lines += _changes(act, value, regime) if name == "changes" else [_line(fields[name], value, regime)]
    return lines


def _line(field: Field, value: Any, regime: str) -> Text:
    shown = _value(field, value, regime)
    return Text(f"{field.label.zh}:{shown.zh}", f"{field.label.en}: {shown.en}")


def _value(field: Field, value: Any, regime: str) -> Text:
    """A value of a payload for people: names of choices and steps instead of their keys."""
    named = dict(field.choices)
    if field.kind is FieldKind.CHOICES:
        labels = [named.get(one, Text(str(one), str(one))) for one in value]
        return Text("、".join(label.zh for label in labels), ", ".join(label.en for label in labels))
    if field.kind is FieldKind.REFERENCE and field.register == "step":
        return steps.title_of(str(value), regime, Party.ENTERPRISE)
    text = str(value)
    short = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    return named.get(value, Text(short, short))


def _changes(act: Act, changes: Sequence[Mapping[str, Any]], regime: str) -> list[Text]:
    """Dates that moved: old and new."""
    lines = list(_moved(act, changes[:MOST_CHANGES], regime))
    left = len(changes) - MOST_CHANGES
    if left > 0:
        lines.append(Text(f"另有 {left} 项。", f"And {left} more."))
    return lines


def _moved(act: Act, changes: Sequence[Mapping[str, Any]], regime: str) -> Iterator[Text]:
    for change in changes:
        held = act.deadlines.get(change["deadline"]) or {}
        step = held.get("step", change["deadline"])
        title = steps.title_of(step, regime, Party.ENTERPRISE)
        old, new = change.get("old_due_on"), change.get("new_due_on")
        yield Text(
            f"{title.zh}:{old or '无'} → {new or '不再适用'}",
            f"{title.en}: {old or 'none'} → {new or 'no longer applies'}",
        )
