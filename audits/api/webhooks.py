"""Webhooks: where the programs of the caller's organization are told. For its administrators."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from audits.api.base import ApiView, Pages, one
from audits.api.channel_problems import channel_problems
from audits.api.schema import ACTS_AS, READING, WRITING, answers
from audits.api.shown import ShownSerializer
from audits.models import WebhookDelivery, WebhookEndpoint
from audits.reminders.webhooks import endpoints, messages

ABOUT = """Each message is a POST with a JSON body, signed after the Standard Webhooks specification:
`Webhook-Id`, `Webhook-Timestamp` and `Webhook-Signature: v1,<base64>`, an HMAC-SHA256 over `<id>.<timestamp>.<body>`
with the secret (base64 after `whsec_`). The id is the same in every attempt: a message seen before is a repeat.

Answer 2xx within ten seconds; anything else is tried again, 5 minutes later, then twice as long each time. After nine
failures in a row the webhook is parked and the administrators are told; what waits goes out when it is switched on
again. Redirects are not followed; addresses outside the public network are not reached."""


class EndpointSerializer(ShownSerializer[WebhookEndpoint]):
    parked = serializers.SerializerMethodField(help_text="Failed too often: nothing is sent until it is switched on.")

    class Meta:
        model = WebhookEndpoint
        fields = ["id", "url", "active", "parked", "parked_at", "failures", "last_success_at", "created_at"]

    def get_parked(self, endpoint: WebhookEndpoint) -> bool:
        return endpoint.parked_at is not None


class NewEndpointSerializer(serializers.Serializer[Any]):
    url = serializers.CharField(max_length=500)


class MadeEndpointSerializer(EndpointSerializer):
    secret = serializers.CharField(read_only=True, help_text="Shown this once.")

    class Meta(EndpointSerializer.Meta):
        fields = [*EndpointSerializer.Meta.fields, "secret"]


class SwitchSerializer(serializers.Serializer[Any]):
    active = serializers.BooleanField()


class DeliverySerializer(serializers.ModelSerializer[WebhookDelivery]):
    """One message and what came of it."""

    message_id = serializers.SerializerMethodField()
    case = serializers.UUIDField(source="case_id", read_only=True, allow_null=True)
    uncertain = serializers.BooleanField(read_only=True, help_text="It may have arrived twice.")

    class Meta:
        model = WebhookDelivery
        fields = [
            "id",
            "message_id",
            "kind",
            "case",
            "due_on",
            "rung",
            "climb",
            "state",
            "attempts",
            "try_at",
            "sent_at",
            "status",
            "milliseconds",
            "error",
            "answer",
            "uncertain",
            "created_at",
        ]
        read_only_fields = fields

    def get_message_id(self, delivery: WebhookDelivery) -> str:
        return messages.message_id(delivery)


class WebhooksView(ApiView):
    pagination_class = Pages

    @extend_schema(
        operation_id="list_webhooks",
        tags=["notices"],
        summary="Webhooks of my organization",
        description=ABOUT,
        parameters=[ACTS_AS],
        responses=answers({200: EndpointSerializer(many=True)}, *READING),
    )
    def get(self, request: Request) -> Response:
        return self.paged(endpoints.endpoints_of(self.membership), EndpointSerializer)

    @extend_schema(
        operation_id="create_webhook",
        tags=["notices"],
        summary="A new webhook; its secret is shown this once",
        parameters=[ACTS_AS],
        request=NewEndpointSerializer,
        responses=answers({201: MadeEndpointSerializer}, *WRITING),
    )
    def post(self, request: Request) -> Response:
        asked = self.body(NewEndpointSerializer)
        with channel_problems():
            made = endpoints.create(self.membership, asked["url"], timezone.now())
        shown = {**EndpointSerializer(made.endpoint).data, "secret": made.secret}
        return Response(shown, status=status.HTTP_201_CREATED)


class OneWebhookView(ApiView):
    @extend_schema(
        operation_id="read_webhook",
        tags=["notices"],
        summary="One webhook",
        parameters=[ACTS_AS],
        responses=answers({200: EndpointSerializer}, *READING),
    )
    def get(self, request: Request, webhook_id: UUID) -> Response:
        return self.shown(one(endpoints.endpoints_of(self.membership), webhook_id), EndpointSerializer)

    @extend_schema(
        operation_id="switch_webhook",
        tags=["notices"],
        summary="Switch a webhook off, or on again",
        description="Switching on ends its being parked: what waits goes out, failures count anew.",
        parameters=[ACTS_AS],
        request=SwitchSerializer,
        responses=answers({200: EndpointSerializer}, *WRITING),
    )
    def patch(self, request: Request, webhook_id: UUID) -> Response:
        one(endpoints.endpoints_of(self.membership), webhook_id)
        row = endpoints.switch(self.membership, webhook_id, self.body(SwitchSerializer)["active"], timezone.now())
        return self.shown(row, EndpointSerializer)

    @extend_schema(
        operation_id="remove_webhook",
        tags=["notices"],
        summary="Remove a webhook",
        parameters=[ACTS_AS],
        responses=answers({204: None}, *READING),
    )
    def delete(self, request: Request, webhook_id: UUID) -> Response:
        one(endpoints.endpoints_of(self.membership), webhook_id)
        endpoints.remove(self.membership, webhook_id, timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class WebhookTestView(ApiView):
    @extend_schema(
        operation_id="test_webhook",
        tags=["notices"],
        summary="Send a test message",
        description="It is sent by a worker; the deliveries tell what came of it.",
        parameters=[ACTS_AS],
        request=None,
        responses=answers({202: DeliverySerializer}, 400, 401, 403, 404, 409, 429),
    )
    def post(self, request: Request, webhook_id: UUID) -> Response:
        one(endpoints.endpoints_of(self.membership), webhook_id)
        with channel_problems():
            delivery = endpoints.send_test(self.membership, webhook_id, timezone.now())
        return Response(DeliverySerializer(delivery).data, status=status.HTTP_202_ACCEPTED)


class WebhookDeliveriesView(ApiView):
    pagination_class = Pages

    @extend_schema(
        operation_id="list_webhook_deliveries",
        tags=["notices"],
        summary="What was sent to a webhook and what came of it, newest first",
        parameters=[ACTS_AS],
        responses=answers({200: DeliverySerializer(many=True)}, *READING),
    )
    def get(self, request: Request, webhook_id: UUID) -> Response:
        endpoint = one(endpoints.endpoints_of(self.membership), webhook_id)
        return self.paged(endpoint.deliveries.defer("body"), DeliverySerializer)
