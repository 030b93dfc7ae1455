"""The personal calendar: its secret address through the API, and the calendar itself for whoever knows the address."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import AllowAny
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import AnonRateThrottle
from rest_framework.views import APIView

from audits.api.base import ApiView
from audits.api.schema import ACTS_AS, READING, answers
from audits.api.shown import ShownSerializer
from audits.models import CalendarFeed
from audits.reminders.calendars import contents, feeds
from audits.workflow.errors import NotVisible


class CalendarFeedSerializer(ShownSerializer[CalendarFeed]):
    class Meta:
        model = CalendarFeed
        fields = ["id", "created_at"]


class NewCalendarFeedSerializer(CalendarFeedSerializer):
    address = serializers.URLField(read_only=True, help_text="Shown this once. Whoever knows it reads the calendar.")

    class Meta(CalendarFeedSerializer.Meta):
        fields = [*CalendarFeedSerializer.Meta.fields, "address"]


class CalendarFeedView(ApiView):
    @extend_schema(
        operation_id="read_calendar_feed",
        tags=["notices"],
        summary="Whether my calendar has an address",
        description="Of the acting membership. The address itself is shown once, when it is made. 404 without one.",
        parameters=[ACTS_AS],
        responses=answers({200: CalendarFeedSerializer}, *READING),
    )
    def get(self, request: Request) -> Response:
        feed = feeds.working_feed(self.membership)
        if feed is None:
            raise NotVisible()
        return self.shown(feed, CalendarFeedSerializer)

    @extend_schema(
        operation_id="renew_calendar_feed",
        tags=["notices"],
        summary="A new secret address for my calendar",
        description="An iCalendar feed (RFC 5545) of every deadline in the scope of the acting membership. The address "
        "before stops working.",
        parameters=[ACTS_AS],
        request=None,
        responses=answers({201: NewCalendarFeedSerializer}, *READING),
    )
    def post(self, request: Request) -> Response:
        feed, address = feeds.renew(self.membership, timezone.now())
        shown = {**CalendarFeedSerializer(feed).data, "address": address}
        return Response(shown, status=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="revoke_calendar_feed",
        tags=["notices"],
        summary="Revoke the address of my calendar",
        parameters=[ACTS_AS],
        responses=answers({204: None}, *READING),
    )
    def delete(self, request: Request) -> Response:
        if not feeds.revoke(self.membership, timezone.now()):
            raise NotVisible()
        return Response(status=status.HTTP_204_NO_CONTENT)


class CalendarRenderer(BaseRenderer):
    """Plain text for refusals; the calendar itself is sent as it is."""

    media_type = "text/plain"
    format = "txt"
    charset = "utf-8"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> str:
        return str(data.get("detail", "")) if isinstance(data, dict) else str(data or "")


class AnyAccept(BaseContentNegotiation):
    """Calendar programs ask for all sorts of types; there is one answer."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class CalendarView(APIView):
    """`/calendar/<token>.ics`: public by its secret. A token that does not work and one that never did look the same.

    `If-None-Match` is answered with 304. `Last-Modified` is told, but not compared: a scope can change without a change
    of any deadline in it.
    """

    public = True
    schema = None
    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_classes = [AnonRateThrottle]
    renderer_classes = [CalendarRenderer]
    content_negotiation_class = AnyAccept

    def get(self, request: Request, token: str) -> HttpResponseBase:
        today = timezone.localdate()
        owner = feeds.owner_of(token, today)
        if owner is None:
            return _private(HttpResponse("404", status=404, content_type="text/plain"))
        with translation.override(owner.user.language):
            found = contents.calendar_of(owner, today)
        response = HttpResponse(found.body, content_type="text/calendar; charset=utf-8")
        response["ETag"] = found.etag
        response["Content-Language"] = owner.user.language
        response["Content-Disposition"] = 'inline; filename="cpaudit.ics"'
        if found.changed_at is not None:
            response["Last-Modified"] = http_date(found.changed_at.timestamp())
        plain: HttpRequest = request._request
        answer = get_conditional_response(plain, etag=found.etag, response=response) or response
        return _private(answer)


def _private(response: HttpResponseBase) -> HttpResponseBase:
    """Kept by nobody on the way, listed by no search engine, named to no other site."""
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response
