"""Steps for which the law sets no period: how long they have been waited for. No deadline is made up.

A step is awaited when the law asks for it here, everything before it is done, it is not, and no deadline of it is open.
Its age runs from the latest of the steps it had to wait for.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import DateField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from audits.models import AuditCase, Event
from audits.procedure.registry import PROCEDURES
from audits.procedure.schema import Step
from audits.procedure.words import Party, Phase, Subject
from audits.workflow import contexts
from audits.workflow.decide import Context, applicability, progress
from audits.workflow.state import open_deadlines

# The acts that carry a case on: what may be left undone, and orders beside the course, do not make it younger.
CARRYING = frozenset(
    step.key
    for procedure in PROCEDURES.values()
    for step in procedure.steps
    if step.subject is Subject.CASE and not step.optional and step.phase is not Phase.ORDERS
)


@dataclass(frozen=True, slots=True)
class Awaited:
    """A step that is waited for since a day."""

    step: Step
    since: date

    def days(self, today: date) -> int:
        """Its age."""
        return (today - self.since).days


def by_age(cases: QuerySet[AuditCase], until: date) -> QuerySet[AuditCase]:
    """Open cases with `last_step_on`, the day of the last act that carried the case on, `until` at the latest; oldest first."""
    acts = Event.objects.filter(subject_id=OuterRef("pk"), action__in=CARRYING)
    last = Subquery(acts.order_by("-seq").values("legal_date")[:1], output_field=DateField())
    aged = cases.filter(closed_on=None).annotate(last_step_on=Coalesce(last, "opened_on"))
    return aged.filter(last_step_on__lte=until).order_by("last_step_on", "pk")


def awaited_in(case: AuditCase, today: date) -> list[Awaited]:
    """The steps without a period that a case waits for today, oldest first. Needs `enterprise` fetched."""
    found = list(awaited(contexts.context_of(case, on=today, today=today)))
    return sorted(found, key=lambda one: (one.since, one.step.key))


def awaited(ctx: Context) -> Iterator[Awaited]:
    """The same for a context."""
    done = ctx.state["done"]
    timed = {deadline["step"] for deadline in open_deadlines(ctx.state).values()}
    if ctx.state.get("closed"):
        return
    for step in ctx.steps.values():
        if (
            step.key in CARRYING
            and step.key not in done
            and step.key not in timed
            and step.actor.party is not Party.SYSTEM
            and step.due is None
            and applicability(step, ctx) is None
            and not progress(step, ctx)
        ):
            since = _since(step, done) or _begun(ctx.state)
            if since is not None:
                yield Awaited(step, since)


def _since(step: Step, done: dict[str, Any]) -> date | None:
    before: Iterable[str] = {*step.after, *step.after_any} & done.keys()
    return max((date.fromisoformat(done[key]["on"]) for key in before), default=None)


def _begun(state: Any) -> date | None:
    text = state.get("published_on") or state.get("opened_on")
    return date.fromisoformat(text) if text else None
