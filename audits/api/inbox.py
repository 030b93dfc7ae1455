"""The inbox: what the caller was told in the app, whatever organization it concerns."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.acting import memberships_of
from accounts.api.base import caller
from audits.api.base import ApiView, Pages, language, one
from audits.api.schema import LANGUAGE, answers
from audits.models import Notice
from audits.models.notices import NoticeQuerySet
from audits.reminders import inbox
from audits.reminders.wording import entries_of, is_over


class InboxEntrySerializer(serializers.Serializer[Any]):
    """One notice in words of the caller's language, as things stand today."""

    id = serializers.UUIDField()
    kind = serializers.CharField(help_text="`reminder`, or the key of the act it tells of.")
    title = serializers.CharField()
    subject = serializers.CharField(help_text="Enterprise, site and case number; or unit and year.")
    status = serializers.CharField()
    details = serializers.ListField(child=serializers.CharField())
    doubts = serializers.ListField(child=serializers.CharField(), help_text="Why the date may still move.")
    basis = serializers.CharField(help_text="The date explained in one sentence; empty for acts.")
    case = serializers.UUIDField(allow_null=True)
    duty = serializers.UUIDField(allow_null=True)
    membership = serializers.UUIDField(help_text="As which of your memberships you were told.")
    due_on = serializers.DateField(allow_null=True)
    rung = serializers.IntegerField(allow_null=True, help_text="Days before (negative) or after the date.")
    climb = serializers.IntegerField(help_text="0: you owe it; more: it came up to your authority.")
    late = serializers.BooleanField()
    over = serializers.BooleanField(help_text="Done, void or moved since.")
    created_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)


class ReadSerializer(serializers.Serializer[Any]):
    unread = serializers.IntegerField(help_text="How many are left unread.")


class InboxFilterSerializer(serializers.Serializer[Any]):
    unread = serializers.ChoiceField(choices=["true"], required=False, help_text="Only those not read yet.")


class InboxPages(Pages):
    """Pages with the number of unread notices beside them."""

    unread: int = 0

    def get_paginated_response(self, data: Any) -> Response:
        response = super().get_paginated_response(data)
        response.data = {"unread": self.unread, **response.data}
        return response

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        described: dict[str, Any] = super().get_paginated_response_schema(schema)
        unread = {"type": "integer", "description": "Unread notices in the whole inbox."}
        described["properties"] = {"unread": unread, **described["properties"]}
        described["required"] = ["unread", *described.get("required", [])]
        return described


def _rows(request: Request) -> NoticeQuerySet:
    """The caller's own, under memberships active today."""
    return inbox.inbox_of(caller(request), memberships_of(request))


class InboxView(ApiView):
    pagination_class = InboxPages

    @extend_schema(
        operation_id="list_inbox",
        tags=["notices"],
        summary="What I was told, newest first",
        parameters=[LANGUAGE, InboxFilterSerializer],
        responses=answers({200: InboxEntrySerializer(many=True)}, 400, 401, 404, 429),
    )
    def get(self, request: Request) -> Response:
        wanted, rows = self.query(InboxFilterSerializer), _rows(request)
        pages = InboxPages()
        pages.unread = rows.unread().count()
        chosen = rows.unread() if "unread" in wanted else rows
        page = pages.paginate_queryset(inbox.with_words(chosen), request, view=self) or []
        return pages.get_paginated_response(shown(page))


class InboxReadView(ApiView):
    @extend_schema(
        operation_id="read_notice",
        tags=["notices"],
        summary="Mark one notice as read",
        request=None,
        responses=answers({200: ReadSerializer}, 401, 404, 429),
    )
    def post(self, request: Request, notice_id: UUID) -> Response:
        rows = _rows(request)
        one(rows, notice_id)
        inbox.mark_read(rows, timezone.now(), notice_id)
        return Response({"unread": rows.unread().count()})


class InboxReadAllView(ApiView):
    @extend_schema(
        operation_id="read_all_notices",
        tags=["notices"],
        summary="Mark all notices as read",
        request=None,
        responses=answers({200: ReadSerializer}, 401, 429),
    )
    def post(self, request: Request) -> Response:
        rows = _rows(request)
        inbox.mark_read(rows, timezone.now())
        return Response({"unread": rows.unread().count()})


def shown(page: list[Notice]) -> list[dict[str, Any]]:
    """Notices in words."""
    entries = entries_of(page, timezone.localdate(), language())
    return [
        {
            "id": notice.pk,
            "kind": notice.kind,
            "title": entry.title,
            "subject": entry.subject,
            "status": entry.status,
            "details": entry.details,
            "doubts": entry.doubts,
            "basis": entry.basis,
            "case": notice.case_id,
            "duty": notice.deadline.duty_id if notice.deadline is not None else None,
            "membership": notice.membership_id,
            "due_on": notice.due_on,
            "rung": notice.rung,
            "climb": notice.climb,
            "late": entry.late,
            "over": is_over(notice),
            "created_at": notice.created_at,
            "read_at": notice.read_at,
        }
        for notice, entry in zip(page, entries, strict=True)
    ]
