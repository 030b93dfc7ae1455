"""Addresses below /api/v1/ about notices: the inbox, how one wants to be told, and whether the service tells."""

from audits.api import calendar, case_parts, inbox, notification_settings, system, waiting, webhooks
from audits.api.routing import route

urlpatterns = [
    route("inbox/", inbox.InboxView, "inbox"),
    route("inbox/read-all/", inbox.InboxReadAllView, "inbox-read-all"),
    route("inbox/<uuid:notice_id>/read/", inbox.InboxReadView, "inbox-read"),
    route("notification-settings/", notification_settings.NotificationSettingsView, "notification-settings"),
    route("calendar-feed/", calendar.CalendarFeedView, "calendar-feed"),
    route("webhooks/", webhooks.WebhooksView, "webhooks"),
    route("webhooks/<uuid:webhook_id>/", webhooks.OneWebhookView, "one-webhook"),
    route("webhooks/<uuid:webhook_id>/test/", webhooks.WebhookTestView, "webhook-test"),
    route("webhooks/<uuid:webhook_id>/deliveries/", webhooks.WebhookDeliveriesView, "webhook-deliveries"),
    route("cases/<uuid:subject_id>/deliveries/", case_parts.CaseDeliveriesView, "case-deliveries"),
    route("cases/waiting/", waiting.CasesWaitingView, "cases-waiting"),
    route("system/tasks/", system.SystemTasksView, "system-tasks"),
]
