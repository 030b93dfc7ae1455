"""How the caller wants to be told."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import caller
from accounts.models import User
from audits.api.base import ApiView
from audits.api.channel_problems import channel_problems
from audits.api.errors import words
from audits.api.schema import LANGUAGE, answers
from audits.models.channels import phone_validator
from audits.reminders import preferences, sms
from audits.reminders.kinds import CHOOSABLE, KINDS
from audits.reminders.preferences import Wanted


class KindChoiceSerializer(serializers.Serializer[Any]):
    """The channels of one kind of notice. In the app one is always told."""

    kind = serializers.CharField(max_length=40)
    email = serializers.BooleanField(required=False)
    sms = serializers.BooleanField(required=False)


class KindSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField()
    title = serializers.CharField()
    in_app = serializers.BooleanField(help_text="Always true.")
    email = serializers.BooleanField()
    sms = serializers.BooleanField()


class NotificationSettingsSerializer(serializers.Serializer[Any]):
    language = serializers.ChoiceField(choices=settings.LANGUAGES)
    digest_hour = serializers.IntegerField(help_text="From this hour of Shanghai the message of a day goes out.")
    phone = serializers.CharField(allow_blank=True)
    sms_available = serializers.BooleanField(help_text="Whether this service sends text messages at all.")
    sending_hours = serializers.ListField(
        child=serializers.IntegerField(), help_text="First hour and the hour after the last."
    )
    kinds = KindSerializer(many=True)


class NotificationChangeSerializer(serializers.Serializer[Any]):
    """What is left out stays as it is."""

    language = serializers.ChoiceField(choices=settings.LANGUAGES, required=False)
    digest_hour = serializers.IntegerField(required=False)
    phone = serializers.CharField(required=False, allow_blank=True, max_length=16, validators=[phone_validator])
    kinds = KindChoiceSerializer(many=True, required=False)

    def get_fields(self) -> dict[str, Any]:
        """The hours between which messages go out are those of the service."""
        fields: dict[str, Any] = super().get_fields()
        first, end = settings.SENDING_HOURS
        fields["digest_hour"] = serializers.IntegerField(required=False, min_value=first, max_value=end - 1)
        return fields


class NotificationSettingsView(ApiView):
    @extend_schema(
        operation_id="read_notification_settings",
        tags=["notices"],
        summary="How I want to be told",
        parameters=[LANGUAGE],
        responses=answers({200: NotificationSettingsSerializer}, 401, 429),
    )
    def get(self, request: Request) -> Response:
        return Response(shown_settings(caller(request)))

    @extend_schema(
        operation_id="change_notification_settings",
        tags=["notices"],
        summary="Change how I want to be told",
        description="What waits on a channel that is switched off is not sent any more.",
        parameters=[LANGUAGE],
        request=NotificationChangeSerializer,
        responses=answers({200: NotificationSettingsSerializer}, 400, 401, 413, 415, 429),
    )
    def patch(self, request: Request) -> Response:
        given, user = self.body(NotificationChangeSerializer), caller(request)
        kinds = given.pop("kinds", [])
        email = {one["kind"]: one["email"] for one in kinds if "email" in one}
        text = {one["kind"]: one["sms"] for one in kinds if "sms" in one}
        with channel_problems():
            preferences.change(user, Wanted(**given, email=email, sms=text))
        return Response(shown_settings(user))


def shown_settings(user: User) -> dict[str, Any]:
    """How a person wants to be told, in the language of the request."""
    held = preferences.preferences_of(user)
    return {
        "language": user.language,
        "digest_hour": held.digest_hour,
        "phone": held.phone,
        "sms_available": sms.is_on(),
        "sending_hours": list(settings.SENDING_HOURS),
        "kinds": [
            {
                "kind": kind,
                "title": words(KINDS[kind].title),
                "in_app": True,
                "email": kind not in held.email_off,
                "sms": kind in held.sms_on,
            }
            for kind in CHOOSABLE
        ],
    }
