"""Cases that wait for a step for which the law sets no period, the longest waiting first: what no deadline reminds of."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from audits.api.waiting import OWNERS, PHASES, WaitingFilterSerializer, aged, waiting_of
from audits.models import AuditCase
from audits.procedure.words import Party, Text
from audits.web.base import PageView
from audits.web.places import groups


@dataclass(frozen=True, slots=True)
class AwaitedStep:
    """A step that a case waits for: whose it is, since when, and for how many days."""

    title: Text
    owner: str
    since: date
    days: int


@dataclass(frozen=True, slots=True)
class WaitingCase:
    """A case with the steps it waits for, the oldest first."""

    case: AuditCase
    steps: list[AwaitedStep]


class WaitingView(PageView):
    """Cases in the reader's scope by the age of what they wait for. Nothing here is overdue: there is no date to miss."""

    template = "web/start/waiting.html"
    parties = frozenset({Party.AUTHORITY})

    def get(self, request: HttpRequest) -> HttpResponse:
        given, wanted, errors = self.filters(WaitingFilterSerializer)
        today = timezone.localdate()
        page = self.page(aged(wanted, self.membership, today), "last_step_on", "id")
        rows = [
            WaitingCase(
                case,
                [AwaitedStep(one.step.title, one.step.actor.party.value, one.since, one.days(today)) for one in steps],
            )
            for case, steps in waiting_of(page, wanted, today)
        ]
        return self.shown(
            page=page,
            rows=rows,
            given=given,
            errors=errors,
            narrowed=bool(given),
            owners=OWNERS,
            phases=PHASES,
            places=groups(self.membership, wanted.get("place", "")),
        )
