"""Drafts of actions: saved while somebody types, submitted later, often by somebody else."""

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiRequest, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from audits.api.actions import subject_rows
from audits.api.base import ApiView, one
from audits.api.errors import body_path, words
from audits.api.parsing import body_object, if_match
from audits.api.schema import ACTS_AS, IF_MATCH, LANGUAGE, PERFORMING, READING, answers
from audits.procedure.words import Subject
from audits.workflow import drafts
from audits.workflow.drafts import Saved


class AuthorSerializer(serializers.Serializer[Any]):
    membership = serializers.UUIDField()
    name = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    attr = serializers.CharField(allow_null=True)
    code = serializers.CharField()
    detail = serializers.CharField()


class RefusalSerializer(serializers.Serializer[Any]):
    """Why a draft was sent back."""

    membership = serializers.UUIDField()
    name = serializers.CharField()
    reason = serializers.CharField()
    at = serializers.DateTimeField()
    answered = serializers.BooleanField(help_text="Whether it was changed since: only then can it be certified.")


class RefuseSerializer(serializers.Serializer[Any]):
    """What the certifier says when sending a draft back."""

    reason = serializers.CharField(max_length=drafts.LONGEST_REASON)


class DraftSerializer(serializers.Serializer[Any]):
    """A draft as it stands."""

    action = serializers.CharField()
    revision = serializers.IntegerField(help_text="The next If-Match.")
    payload = serializers.DictField()
    authors = AuthorSerializer(many=True, help_text="Everybody who saved: none of them can certify.")
    updated_at = serializers.DateTimeField()
    refusal = RefusalSerializer(allow_null=True, help_text="The last time it was sent back.")
    problems = ProblemSerializer(many=True, help_text="What would still be refused, field by field.")


_ACTION = OpenApiParameter(
    "action", OpenApiTypes.STR, OpenApiParameter.PATH, description="Action key whose payload is prepared."
)
_REVISION = "If-Match is the revision of the draft, not the version of its subject."
_SUBJECT_ID = OpenApiParameter("subject_id", OpenApiTypes.UUID, OpenApiParameter.PATH)
_BODY = OpenApiRequest({"type": "object", "additionalProperties": True, "description": "Fields of the action."})


class DraftView(ApiView):
    subject: ClassVar[Subject]

    def row(self, subject_id: UUID) -> Any:
        """The subject, if the caller may see it."""
        return one(subject_rows(self.subject).visible_to(self.membership), subject_id)

    def answer(self, saved: Saved) -> Response:
        """The draft with its revision as ETag."""
        people = User.objects.in_bulk([author["user"] for author in saved.authors])
        names = {str(pk): str(user) for pk, user in people.items()}
        shown = {
            "action": saved.action,
            "revision": saved.revision,
            "payload": saved.payload,
            "authors": [
                {"membership": one_["membership"], "name": names.get(one_["user"], "")} for one_ in saved.authors
            ],
            "updated_at": saved.updated_at.isoformat(),
            "refusal": {key: saved.refusal[key] for key in ("membership", "name", "reason", "at")}
            | {"answered": not saved.sent_back}
            if saved.refusal
            else None,
            "problems": [
                {"attr": body_path(fault.path), "code": fault.code, "detail": words(fault.text)}
                for fault in saved.problems
            ],
        }
        return Response(shown, headers={"ETag": f'"{saved.revision}"'})


def draft_view(subject: Subject) -> type[DraftView]:
    """The view of drafts for one kind of subject."""
    tag = {Subject.CASE: "cases", Subject.LIST: "lists", Subject.DUTY: "duties"}[subject]
    shared = [ACTS_AS, LANGUAGE, _SUBJECT_ID, _ACTION]

    class View(DraftView):
        @extend_schema(
            operation_id=f"read_{subject.value}_draft",
            tags=[tag],
            summary="The draft of an action",
            parameters=shared,
            responses=answers({200: DraftSerializer}, *READING),
        )
        def get(self, request: Request, subject_id: UUID, action: str) -> Response:
            return self.answer(drafts.read_draft(self.row(subject_id), action, by=self.membership))

        @extend_schema(
            operation_id=f"save_{subject.value}_draft",
            tags=[tag],
            summary="Save the draft of an action",
            description=f'The whole payload. {_REVISION} `"0"` for the first.',
            parameters=[*shared, IF_MATCH],
            request=_BODY,
            responses=answers({200: DraftSerializer}, *PERFORMING),
        )
        def put(self, request: Request, subject_id: UUID, action: str) -> Response:
            saved = drafts.save_draft(
                self.row(subject_id),
                action,
                by=self.membership,
                payload=body_object(request),
                expected_revision=if_match(request),
            )
            return self.answer(saved)

        @extend_schema(
            operation_id=f"discard_{subject.value}_draft",
            tags=[tag],
            summary="Throw the draft of an action away",
            description=_REVISION,
            parameters=[*shared, IF_MATCH],
            request=None,
            responses=answers({204: None}, *PERFORMING),
        )
        def delete(self, request: Request, subject_id: UUID, action: str) -> Response:
            drafts.discard_draft(self.row(subject_id), action, by=self.membership, expected_revision=if_match(request))
            return Response(status=status.HTTP_204_NO_CONTENT)

    View.subject = subject
    View.__name__ = View.__qualname__ = f"{subject.value.title()}DraftView"
    return View


def refusal_view(subject: Subject) -> type[DraftView]:
    """The view by which a draft is sent back, for one kind of subject."""
    tag = {Subject.CASE: "cases", Subject.LIST: "lists", Subject.DUTY: "duties"}[subject]

    class View(DraftView):
        @extend_schema(
            operation_id=f"refuse_{subject.value}_draft",
            tags=[tag],
            summary="Send the draft of an action back to who prepared it",
            description=f"For those who would certify it. It can be certified once it was changed. {_REVISION}",
            parameters=[ACTS_AS, LANGUAGE, _SUBJECT_ID, _ACTION, IF_MATCH],
            request=RefuseSerializer,
            responses=answers({200: DraftSerializer}, *PERFORMING),
        )
        def post(self, request: Request, subject_id: UUID, action: str) -> Response:
            saved = drafts.refuse_draft(
                self.row(subject_id),
                action,
                by=self.membership,
                expected_revision=if_match(request),
                **self.body(RefuseSerializer),
            )
            return self.answer(saved)

    View.subject = subject
    View.__name__ = View.__qualname__ = f"{subject.value.title()}DraftRefusalView"
    return View


__all__ = ["DraftView", "draft_view", "refusal_view"]
