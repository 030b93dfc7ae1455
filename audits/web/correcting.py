"""Correcting what was recorded wrongly: the act is chosen from those of the case, then its field by name, with what it says now.

What is sent is what the step asks for: the number of the event, the key of the field, the value.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from audits.api.bodies import RESERVED
from audits.api.course_shapes import shown_event
from audits.api.readable import shown as readable
from audits.procedure.schema import Field, FieldKind, Step
from audits.procedure.words import Text
from audits.web.acting import ActView, Form
from audits.web.boxes import Box, boxes
from audits.web.history import named, names_in
from audits.web.registers import Options
from audits.web.typed import row_number
from audits.workflow import contexts

NOT_A_VALUE = frozenset({FieldKind.FILES, FieldKind.ROWS, FieldKind.CHOICES})  # one text cannot say them
ASKED = frozenset({"event", "field", "value"})
CORRECTED = Text("更正后：{label}", "Corrected: {label}")


@dataclass(frozen=True, slots=True)
class Line:
    """A field of the chosen act, and what it says now (None: nothing)."""

    field: Field
    now: Any


class CorrectView(ActView):
    """The acts that stand, the fields of one of them, and the form for one field: each a step of the way."""

    template = "web/cases/correct.html"

    def get(self, request: HttpRequest, kind: str, subject_id: UUID, action: str) -> HttpResponse:
        self.find(kind, subject_id, action)
        saved = self.draft() if self.status.allowed or self.status.drafting else None
        payload = dict(saved.payload) if saved and "event" not in request.GET else {}
        payload |= {key: request.GET[key] for key in ("event", "field") if key in request.GET}
        return self._form(payload, {"date": timezone.localdate().isoformat()}, saved)

    def shown(self, template: str = "", *, status: int = 200, **context: Any) -> HttpResponse:
        form: Form | None = context.get("form")
        if form is not None and (form.status.allowed or form.status.drafting):
            asked = {box.field.key: box for box in form.boxes if box.field.key in ASKED}
            form.boxes = [box for box in form.boxes if box.field.key not in ASKED]
            context |= self._way(asked)
        return super().shown(template, status=status, **context)

    def _way(self, asked: Mapping[str, Box]) -> dict[str, Any]:
        """The acts to choose from, the chosen one with its fields, and the box of the chosen field."""
        bodies, seq = self._course[0], row_number(str(asked["event"].value or ""))
        standing = {entry["seq"] for entry in self.subject.state.get("done", {}).values()}
        acts = [body for body in bodies if body["seq"] in standing][::-1]
        act = next((body for body in acts if body["seq"] == seq), None)
        steps = contexts.context_of(self.subject, on=timezone.localdate(), today=timezone.localdate()).steps
        if act is None:
            return {"acts": [shown_event(body) for body in acts]}
        lines = self._lines(act, steps.get(act["action"]), bodies)
        line = next((one for one in lines if one.field.key == asked["field"].value), None)
        errors = [*asked["event"].errors, *asked["field"].errors, *asked["value"].errors]
        return {
            "act": shown_event(act),
            "lines": lines,
            "line": line,
            "value": self._box(line.field, asked["value"].value, errors) if line is not None else None,
        }

    def _lines(self, act: Mapping[str, Any], row: Step | None, bodies: Sequence[Mapping[str, Any]]) -> list[Line]:
        """The fields of the act. What was done on the list, and stands on the case too, has its date only."""
        fields = [one for one in row.fields if one.kind not in NOT_A_VALUE] if row is not None else []
        payload = dict(act["payload"])
        if row is None or not any(one.key == row.date_field for one in fields):  # else the date is a field of the step
            fields.insert(0, next(one for one in RESERVED if one.key == "date"))
            payload["date"] = act["on"]
        for body in bodies:  # what was corrected before counts as corrected
            told = body["payload"]
            if body["action"] == "correct" and told.get("event") == act["seq"] and "field" in told:
                payload[told["field"]] = told.get("value")
        names = names_in([{"action": act["action"], "payload": payload}], self.membership)
        return [
            Line(one, named(readable(one, payload[one.key]), names) if payload.get(one.key) not in (None, "") else None)
            for one in fields
        ]

    def _box(self, one: Field, value: Any, errors: Sequence[Text]) -> Box:
        """The input of a field of that kind, under the name the step asks it by."""
        label = Text(CORRECTED.zh.format(label=one.label.zh), CORRECTED.en.format(label=one.label.en))
        asked = dataclasses.replace(
            one, key="value", label=label, required=True, only_if=None, only_categories=frozenset()
        )
        if one.kind is FieldKind.BOOLEAN:
            value = {"true": True, "false": False}.get(str(value), value)
        options = Options(self.membership, self.subject, typed=self.request.POST)
        [box] = boxes([asked], {"value": value}, options=options)
        box.errors = list(errors)
        return box
