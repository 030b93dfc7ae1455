"""One view, and so one documented operation, per action key of the tables.

The view reads headers and body and hands them to the door; every rule is there.
"""

from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiRequest, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audits.api.base import ApiView, one
from audits.api.bodies import body_schema, described, split
from audits.api.errors import words
from audits.api.parsing import body_object, idempotency_key, if_match
from audits.api.schema import ACTS_AS, IDEMPOTENCY_KEY, IF_MATCH, LANGUAGE, PERFORMING, READING, answers
from audits.models import AuditCase, DutyYear
from audits.procedure import registry
from audits.procedure.guards import GUARDS
from audits.procedure.schema import Step
from audits.procedure.words import Party, Subject, Text
from audits.workflow.actions import ActionStatus, actions_for
from audits.workflow.door import Result, perform
from audits.workflow.errors import UnknownAction
from enterprises.models import KeyEnterpriseList

MODELS: dict[Subject, Any] = {
    Subject.CASE: AuditCase,
    Subject.LIST: KeyEnterpriseList,
    Subject.DUTY: DutyYear,
}
CAUTIONS = {
    "before_publication": Text(
        "所登记的日期早于名单公布日。", "The date recorded is before the day the list was published."
    ),
}


# --- shapes -------------------------------------------------------------------------------------------------------


class SubjectSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(help_text="case, list or duty")
    id = serializers.UUIDField()


class CautionSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    text = serializers.CharField()


class ResultSerializer(serializers.Serializer[Any]):
    """What an action did."""

    action = serializers.CharField()
    subject = SubjectSerializer()
    version = serializers.IntegerField(help_text="Of the subject after this action; the next If-Match.")
    date = serializers.DateField(help_text="When it happened in law.")
    recorded_at = serializers.DateTimeField()
    hash = serializers.CharField(help_text="Of the event in the chain of its subject.")
    cautions = CautionSerializer(many=True)
    replayed = serializers.BooleanField(help_text="True when this repeats the answer to an earlier request.")


class ReasonSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    text = serializers.CharField()


class ChoiceSerializer(serializers.Serializer[Any]):
    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class ConditionSerializer(serializers.Serializer[Any]):
    field = serializers.CharField()
    values = serializers.ListField(child=serializers.CharField())


class ColumnSerializer(serializers.Serializer[Any]):
    """A field of a payload, to draw a form of."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    kind = serializers.CharField()
    required = serializers.BooleanField()  # type: ignore[assignment]
    choices = ChoiceSerializer(many=True)
    minimum = serializers.CharField(allow_null=True)
    maximum = serializers.CharField(allow_null=True)
    max_length = serializers.IntegerField(allow_null=True)
    unit = serializers.CharField()
    help = serializers.CharField()
    register = serializers.CharField()
    only_if = ConditionSerializer(allow_null=True)
    only_categories = serializers.ListField(child=serializers.CharField())
    future_allowed = serializers.BooleanField()


class FieldSerializer(ColumnSerializer):
    columns = ColumnSerializer(many=True)


class ActionStatusSerializer(serializers.Serializer[Any]):
    """One step of the procedure for the caller: allowed, or why not."""

    action = serializers.CharField()
    title = serializers.CharField()
    allowed = serializers.BooleanField()
    drafting = serializers.BooleanField(help_text="The caller may prepare the draft that another submits.")
    certified = serializers.BooleanField(help_text="Prepared as a draft by one person, submitted by another.")
    reasons = ReasonSerializer(many=True)
    fields = FieldSerializer(many=True)  # type: ignore[assignment]


# --- answers ------------------------------------------------------------------------------------------------------


def caution_text(code: str) -> str:
    """What a caution says, by its code."""
    guard = GUARDS.get(code)
    text = guard.warns if guard is not None and guard.warns else CAUTIONS.get(code)
    return words(text) if text else code


def shown_result(result: Result) -> dict[str, Any]:
    """A result of the door as the API tells it."""
    return {
        "action": result.action,
        "subject": {"kind": result.subject_kind, "id": str(result.subject_id)},
        "version": result.version,
        "date": result.on.isoformat(),
        "recorded_at": result.recorded_at.isoformat(),
        "hash": result.hash,
        "cautions": [{"code": code, "text": caution_text(code)} for code in result.cautions],
        "replayed": result.replayed,
    }


def result_response(result: Result, status: int = 200) -> Response:
    """The answer to an action, with the new version as ETag."""
    return Response(shown_result(result), status=status, headers={"ETag": f'"{result.version}"'})


def shown_status(status: ActionStatus, party: Party) -> dict[str, Any]:
    """One step for one reader."""
    title = status.step.title_enterprise if party in (Party.ENTERPRISE, Party.CONSULTANCY) else None
    return {
        "action": status.action,
        "title": words(title or status.title),
        "allowed": status.allowed,
        "drafting": status.drafting,
        "certified": status.step.certified,
        "reasons": [{"code": reason.code, "text": words(reason.text)} for reason in status.reasons],
        "fields": [described(field) for field in status.fields],
    }


# --- views --------------------------------------------------------------------------------------------------------


class ActionView(ApiView):
    """Base of the generated views. `steps` are the rows of the action in every regime."""

    subject: ClassVar[Subject]
    action: ClassVar[str]
    steps: ClassVar[tuple[Step, ...]]

    def post(self, request: Request, subject_id: UUID) -> Response:
        row = one(MODELS[self.subject].objects.visible_to(self.membership), subject_id)
        version, key = if_match(request), idempotency_key(request)
        payload, reserved = split(body_object(request), self.steps, timezone.localdate())
        result = perform(
            row,
            self.action,
            by=self.membership,
            payload=payload,
            expected_version=version,
            idempotency_key=key,
            **reserved,
        )
        return result_response(result)


class UnknownActionView(ApiView):
    """An address below `actions/` that names no step of any regime."""

    schema = None  # type: ignore[assignment]
    subject: ClassVar[Subject]

    def post(self, request: Request, subject_id: UUID, action: str) -> Response:
        one(MODELS[self.subject].objects.visible_to(self.membership), subject_id)
        raise UnknownAction()


class ActionsView(ApiView):
    """What the caller may do with a subject now."""

    subject: ClassVar[Subject]

    def get(self, request: Request, subject_id: UUID) -> Response:
        row = one(subject_rows(self.subject).visible_to(self.membership), subject_id)
        party = Party(self.membership.organization.party)
        shown = [shown_status(status, party) for status in actions_for(row, self.membership)]
        return Response(shown, headers={"ETag": f'"{row.version}"'})


def subject_rows(subject: Subject) -> Any:
    """Rows of a subject with what decisions read."""
    rows = MODELS[subject].objects.select_related("reporting_unit")
    return rows.select_related("enterprise") if subject is Subject.CASE else rows


def _description(steps: tuple[Step, ...]) -> str:
    """Who acts, by which article in which regime."""
    lines = []
    for step in steps:
        roles = ", ".join(role.value for role in step.actor.roles)
        law = f"{step.basis.document} {step.basis.article}".strip()
        regime = step.regime.value if step.regime else ""
        lines.append(f"- Regime {regime}: {step.actor.party.value} ({roles}); {law}, {step.basis.mark.value}.")
    certified = (
        " Prepared as a draft by one, submitted by another (`from_draft`, `draft_revision`)."
        if steps[-1].certified
        else ""
    )
    return f"{steps[-1].title.zh}.{certified}\n\n" + "\n".join(dict.fromkeys(lines))


def action_view(subject: Subject, action: str, steps: tuple[Step, ...]) -> type[ActionView]:
    """The view of one action key, documented from its rows."""
    name = "".join(part.title() for part in (subject.value, *action.split("_")))
    made = type(f"{name}View", (ActionView,), {"subject": subject, "action": action, "steps": steps, "post": None})

    def post(self: ActionView, request: Request, subject_id: UUID) -> Response:
        return ActionView.post(self, request, subject_id)

    made.post = extend_schema(  # type: ignore[attr-defined]
        operation_id=f"{subject.value}_{action}",
        tags=[f"{subject.value} actions"],
        summary=steps[-1].title.en,
        description=_description(steps),
        parameters=[ACTS_AS, LANGUAGE, IF_MATCH, IDEMPOTENCY_KEY, _subject_id(subject)],
        request=OpenApiRequest(body_schema(steps)),
        responses=answers({200: ResultSerializer}, *PERFORMING),
    )(post)
    return made


def actions_view(subject: Subject) -> type[ActionsView]:
    """The view that tells what may be done with a subject of one kind."""
    made = type(f"{subject.value.title()}ActionsView", (ActionsView,), {"subject": subject})

    def get(self: ActionsView, request: Request, subject_id: UUID) -> Response:
        return ActionsView.get(self, request, subject_id)

    made.get = extend_schema(  # type: ignore[attr-defined]
        operation_id=f"{subject.value}_actions",
        tags=[f"{subject.value}s"],
        summary="What I may do here, and why not",
        parameters=[ACTS_AS, LANGUAGE, _subject_id(subject)],
        responses=answers({200: ActionStatusSerializer(many=True)}, *READING),
    )(get)
    return made


def unknown_action_view(subject: Subject) -> type[UnknownActionView]:
    """The view that says `unknown_action`."""
    return type(f"{subject.value.title()}UnknownActionView", (UnknownActionView,), {"subject": subject})


def _subject_id(subject: Subject) -> OpenApiParameter:
    from drf_spectacular.types import OpenApiTypes

    return OpenApiParameter(
        "subject_id", OpenApiTypes.UUID, OpenApiParameter.PATH, description=f"Id of the {subject.value}."
    )


def action_steps(subject: Subject) -> dict[str, tuple[Step, ...]]:
    """Every action key of a subject and its rows over all regimes, oldest first. `register`: see `cases`."""
    found: dict[str, tuple[Step, ...]] = {}
    for key in registry.ACTIONS:
        rows = tuple(step for step in registry.find(key) if step.subject is subject)
        if rows and key != "register":
            found[key] = rows
    return found
