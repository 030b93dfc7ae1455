"""Settings of the reader: language, how to be told, the calendar address, and where password and second factor are."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts import second_factor
from accounts.acting import memberships_of
from audits.api.errors import words
from audits.api.notification_settings import NotificationChangeSerializer, shown_settings
from audits.procedure.words import Text
from audits.reminders import preferences
from audits.reminders.calendars import feeds
from audits.reminders.errors import ChannelRefused
from audits.reminders.kinds import CHOOSABLE
from audits.reminders.preferences import Wanted
from audits.web.base import PageView

SAVED = Text("设置已保存。", "Settings saved.")
REVOKED = Text("日历地址已停用。", "The calendar address no longer works.")


class SettingsPage(PageView):
    """The one page of settings, whichever of its forms was sent."""

    template = "web/start/settings.html"

    def page_of_settings(self, *, status: int = 200, **context: Any) -> HttpResponse:
        """The page, with a fresh calendar address or with errors."""
        user = self.membership.user
        return self.shown(
            status=status,
            told=context.pop("told", None) or shown_settings(user),
            hours=range(*settings.SENDING_HOURS),
            feed=feeds.working_feed(self.membership),
            second_factor=second_factor.is_on(user),
            own=memberships_of(self.request),
            languages=settings.LANGUAGES,
            **context,
        )


class SettingsView(SettingsPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page_of_settings()

    def post(self, request: HttpRequest) -> HttpResponse:
        user, post = self.membership.user, request.POST
        told = shown_settings(user)
        given = {key: post[key] for key in ("language", "digest_hour", "phone") if key in post}
        kinds = [
            {"kind": kind, "email": kind in post.getlist("email")}
            | ({"sms": kind in post.getlist("sms")} if told["sms_available"] else {})
            for kind in CHOOSABLE
        ]
        bound = NotificationChangeSerializer(data={**given, "kinds": kinds})
        errors: dict[str, Any] = {} if bound.is_valid() else dict(bound.errors)
        if not errors:
            chosen = dict(bound.validated_data)
            one_by_one = chosen.pop("kinds")
            email = {one["kind"]: one["email"] for one in one_by_one}
            text = {one["kind"]: one["sms"] for one in one_by_one if "sms" in one}
            try:
                preferences.change(user, Wanted(**chosen, email=email, sms=text))
            except ChannelRefused as refused:
                errors = {refused.path or "kinds": [refused.text]}
        if errors:
            typed = {row["kind"]: row for row in kinds}
            again = [{**row, **typed[row["kind"]]} for row in told["kinds"]]
            return self.page_of_settings(told={**told, **given, "kinds": again}, errors=errors, status=422)
        answer = redirect("web-settings")
        answer.delete_cookie(settings.LANGUAGE_COOKIE_NAME)  # from now on the language of the account holds here too
        with_language = Text(SAVED.zh, SAVED.en).in_language(user.language)
        messages.success(request, with_language)
        return answer


class CalendarAddressView(SettingsPage):
    """A new secret address, shown this once, or none any more."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("web-settings")

    def post(self, request: HttpRequest) -> HttpResponse:
        if "revoke" in request.POST:
            if feeds.revoke(self.membership, timezone.now()):
                messages.success(request, words(REVOKED))
            return redirect("web-settings")
        _, address = feeds.renew(self.membership, timezone.now())
        answer = self.page_of_settings(calendar_address=address)
        answer["Cache-Control"] = "no-store"
        return answer
