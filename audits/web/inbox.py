"""The inbox: what the reader was told in the app, in words as things stand today."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.acting import choose_membership, memberships_of
from accounts.errors import MembershipNotYours
from audits.api.inbox import shown
from audits.models.notices import NoticeQuerySet
from audits.reminders import inbox
from audits.web.base import PageView


class InboxPage(PageView):
    """A page about the reader's own notices."""

    @property
    def rows(self) -> NoticeQuerySet:
        """The reader's own, whatever organization they concern."""
        return inbox.inbox_of(self.membership.user, memberships_of(self.request))


class InboxView(InboxPage):
    """Newest first; all, or those not read yet."""

    template = "web/start/inbox.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        only_unread = request.GET.get("unread") == "true"
        rows = inbox.with_words(self.rows.unread() if only_unread else self.rows)
        page = self.page(rows, "-created_at", "id", size=25)
        as_whom = {one.pk: one for one in memberships_of(request)}
        entries = [{**one, "as_whom": as_whom[one["membership"]]} for one in shown(page.rows)]
        return self.shown(page=page, entries=entries, only_unread=only_unread, several=len(as_whom) > 1)


class InboxReadView(InboxPage):
    """One notice is read; with `open` the reader goes on to what it is about, acting as who was told."""

    def post(self, request: HttpRequest, notice_id: UUID) -> HttpResponse:
        notice = self.one(self.rows.select_related("deadline"), notice_id)
        inbox.mark_read(self.rows, timezone.now(), notice_id)
        if "open" not in request.POST:
            return redirect("web-inbox")
        try:
            choose_membership(request, notice.membership_id)
        except MembershipNotYours:
            raise Http404 from None
        duty_id = notice.deadline.duty_id if notice.deadline is not None else None
        if notice.case_id:
            return redirect("web-case", notice.case_id)
        return redirect("web-duty", duty_id) if duty_id else redirect("web-inbox")


class InboxReadAllView(InboxPage):
    """Everything is read."""

    def post(self, request: HttpRequest) -> HttpResponse:
        inbox.mark_read(self.rows, timezone.now())
        return redirect("web-inbox")
