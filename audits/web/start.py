"""The start page: the next step of each open case, by when, and what happens if it is missed."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from accounts.acting import memberships_of
from accounts.models import Membership
from audits.procedure.words import Party, Subject
from audits.web.addresses import page_address
from audits.web.base import PageView
from audits.web.nextsteps import counts, just_listed, next_steps, open_deadlines


class HomeView(PageView):
    """What to do next; for somebody who is not signed in, what this is."""

    template = "web/start/home.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return render(request, "web/start/landing.html")
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        steps = next_steps(self.membership, self.language)
        listed = just_listed(self.membership, self.language)
        offered = {act.address for one in steps for act in one.acts}
        for one in listed:
            one.mine = bool(one.duties) and one.duties[0].address in offered
        told = {page_address(Subject.CASE, one.case.pk) for one in listed}
        return self.shown(
            mine=[one for one in steps if one.acts],
            waiting=[one for one in steps if not one.acts and one.address not in told],
            others=self._others() if listed else [],
            counts=counts(open_deadlines(self.membership)) if self.party is not Party.EXPERT else None,
            listed=listed,
        )

    def _others(self) -> list[Membership]:
        """The reader's further roles in the same enterprise, to act with where this one may not."""
        own = memberships_of(self.request)
        return [
            one
            for one in own
            if one.organization_id == self.membership.organization_id and one.pk != self.membership.pk
        ]
