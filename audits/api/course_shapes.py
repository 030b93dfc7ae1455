"""The course of a case as it is shown: its dates and its acts."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from rest_framework import serializers

from audits.api.change_shapes import ChangeSerializer, shown_changes
from audits.api.errors import body_path, words
from audits.models import Deadline
from audits.procedure import registry
from audits.procedure.words import Text
from audits.workflow import clock
from audits.workflow.changed import Change


def title_of(step: str) -> str:
    """The title of a step in the caller's language; its newest wording."""
    return words(registry.title_of(step))


def titles() -> dict[str, Text]:
    """Titles of all steps, for explanations."""
    return {key: registry.title_of(key) for key in registry.ACTIONS}


def next_open(deadlines: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The first of shown deadlines, which stand in order of their dates, that is neither met, void nor held up."""
    return next((one for one in deadlines if one["met_on"] is None and not one["void"] and not one["held"]), None)


class DeadlineSerializer(serializers.Serializer[Any]):
    """One deadline: the date that counts in law, and beside it an adjusted one."""

    key = serializers.CharField(help_text="Stays the same when the date moves.")
    action = serializers.CharField()
    title = serializers.CharField()
    owner = serializers.CharField(help_text="The party that owes it.")
    nature = serializers.CharField(help_text="statutory, local or decided.")
    raw_end = serializers.DateField(help_text="Before it was moved off rest days.")
    due_on = serializers.DateField(help_text="By this date lateness is counted.")
    adjusted_due_on = serializers.DateField(allow_null=True)
    met_on = serializers.DateField(allow_null=True)
    void = serializers.BooleanField(help_text="Its ground has gone.")
    late_days = serializers.IntegerField(help_text="As of today.")
    provisional = serializers.BooleanField()
    calendar_unknown = serializers.BooleanField()
    document = serializers.CharField()
    article = serializers.CharField()
    mark = serializers.CharField()
    explanation = serializers.CharField(help_text="In one sentence.")


def shown_deadline(row: Deadline, today: date, language: str, known: Mapping[str, Text]) -> dict[str, Any]:
    """A stored deadline, with its lateness on a day and its explanation."""
    detail = row.detail
    return {
        "key": row.key,
        "action": row.step,
        "title": title_of(row.step),
        "owner": row.party,
        "nature": detail["nature"],
        "raw_end": detail["raw_end"],
        "due_on": row.due_on,
        "adjusted_due_on": row.adjusted_due_on,
        "met_on": row.met_on,
        "void": row.void,
        "held": row.held,  # for our own pages; the contract of the interface has `late_days` and the explanation
        "late_days": 0 if row.void else clock.late_days(detail, today),
        "provisional": row.provisional,
        "calendar_unknown": row.calendar_unknown,
        "document": detail["document"],
        "article": detail["article"],
        "mark": detail["mark"],
        "explanation": clock.explain(detail, language, known),
    }


class ActorSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="Empty where the reader may not know.")
    organization = serializers.CharField()
    party = serializers.CharField()
    role = serializers.CharField()


class PreparerSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    organization = serializers.CharField()


class EventFileSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    sha256 = serializers.CharField()
    field = serializers.CharField()


class MovedSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    action = serializers.CharField()
    due_on = serializers.DateField()
    met_on = serializers.DateField(allow_null=True)
    void = serializers.BooleanField()


class EventSerializer(serializers.Serializer[Any]):
    """One act, as the reader may see it."""

    version = serializers.IntegerField()
    action = serializers.CharField()
    title = serializers.CharField()
    date = serializers.DateField(help_text="When it happened in law.")
    recorded_at = serializers.DateTimeField()
    by = ActorSerializer()
    prepared_by = PreparerSerializer(many=True, help_text="Who prepared the draft that was sent, where there was one.")
    payload = serializers.DictField()
    files = EventFileSerializer(many=True)
    reason = serializers.CharField()
    cautions = serializers.ListField(child=serializers.CharField())
    deadlines = MovedSerializer(many=True, help_text="Deadlines this act made, moved, met or voided.")
    changes = ChangeSerializer(
        many=True, help_text="Everything the act changed, old and new, as far as acts the reader may see tell it."
    )
    redacted = serializers.BooleanField(help_text="Something is not shown to this reader.")
    hash = serializers.CharField()
    previous_hash = serializers.CharField()


def shown_event(body: Mapping[str, Any], changes: Sequence[Change] = ()) -> dict[str, Any]:
    """A body of `reading.history` as the API tells it, with what it changed (`workflow.changed`)."""
    return {
        "version": body["seq"],
        "action": body["action"],
        "title": title_of(body["action"]),
        "date": body["on"],
        "recorded_at": body["at"],
        "by": {
            "name": body["by"]["name"],
            "organization": body["by"]["organization_name"],
            "party": body["by"]["party"],
            "role": body["by"]["role"],
        },
        "prepared_by": [
            {"name": one["name"], "organization": one["organization_name"]} for one in body.get("prepared_by", ())
        ],
        "payload": body["payload"],
        "files": [
            {"id": one["id"], "name": one["name"], "sha256": one["sha256"], "field": body_path(one["field"]) or ""}
            for one in body["files"]
        ],
        "reason": body["reason"],
        "cautions": body["cautions"],
        "deadlines": [
            {"key": key, "action": one["step"], **{name: one[name] for name in ("due_on", "met_on", "void")}}
            for key, one in sorted(body["deadlines"].items())
            if one is not None
        ],
        "changes": shown_changes(changes, body),
        "redacted": body["redacted"],
        "hash": body["hash"],
        "previous_hash": body["previous_hash"],
    }
