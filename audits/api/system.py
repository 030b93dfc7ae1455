"""How the service itself is doing. For operators."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.errors import OnlyOperators
from audits.api.base import ApiView
from audits.api.schema import ACTS_AS, LANGUAGE, answers
from audits.procedure.words import Role
from cpaudit_site import watchdog


class TaskSerializer(serializers.Serializer[Any]):
    name = serializers.SerializerMethodField()
    task = serializers.CharField(help_text="As the queue and the log call it.")
    state = serializers.ChoiceField(
        choices=["ok", "failing", "late"], help_text="late: no success in its window; failing: its last run failed."
    )
    window_minutes = serializers.SerializerMethodField(help_text="After a success the next must come within.")
    succeeded_at = serializers.DateTimeField(allow_null=True)
    failed_at = serializers.DateTimeField(allow_null=True)
    failures = serializers.IntegerField(help_text="In a row.")
    error = serializers.CharField(help_text="Of the last run, if it failed.")
    seconds = serializers.FloatField(allow_null=True, help_text="How long the last run took.")

    def get_name(self, state: watchdog.TaskState) -> str:
        return _(state.name)

    def get_window_minutes(self, state: watchdog.TaskState) -> int:
        return int(state.window.total_seconds() // 60)


class SystemTasksView(ApiView):
    @extend_schema(
        operation_id="list_system_tasks",
        tags=["system"],
        summary="Periodic tasks and when they last succeeded",
        parameters=[ACTS_AS, LANGUAGE],
        responses=answers({200: TaskSerializer(many=True)}, 400, 401, 403, 429),
    )
    def get(self, request: Request) -> Response:
        if Role(self.membership.role) is not Role.OPERATOR:
            raise OnlyOperators()
        return Response(TaskSerializer(watchdog.states(timezone.now()), many=True).data)
