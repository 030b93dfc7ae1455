"""The world the stories are told in, and the clerk who does every act through the one door, at the time it happened."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Membership
from audits.demo.enterprises import Adviser, Works, make_advisers, make_enterprises
from audits.demo.forms import Facts, filled
from audits.demo.papers import paper
from audits.demo.people import People, make_experts, make_operator
from audits.demo.places import make_authorities, set_local_rules
from audits.models import AuditCase
from audits.procedure.schema import Step
from audits.procedure.words import Function, Party, Role
from audits.workflow import contexts, documents, drafts
from audits.workflow.actions import context_for
from audits.workflow.door import Result, perform
from enterprises.models import Authority

OFFICE_HOURS = time(9, 0)


@dataclass
class World:
    """Everybody and everything the stories need. `today` is the Shanghai date the demo is made on."""

    today: date
    people: People = field(default_factory=People)
    authorities: dict[str, Authority] = field(default_factory=dict)
    works: dict[str, Works] = field(default_factory=dict)
    advisers: dict[str, Adviser] = field(default_factory=dict)
    experts: list[Membership] = field(default_factory=list)
    _ticks: dict[date, int] = field(default_factory=dict)
    _keys: Any = field(default_factory=lambda: count(1))

    def ago(self, days: int) -> date:
        """So many days before today."""
        return self.today - timedelta(days=days)

    def ahead(self, days: int) -> date:
        """So many days after today."""
        return self.today + timedelta(days=days)

    def moment(self, on: date) -> datetime:
        """When an act of that day is recorded: in office hours, each a minute after the one before; today: now."""
        if on >= self.today:
            return timezone.now()
        tick = self._ticks.get(on, 0)
        self._ticks[on] = tick + 1
        return timezone.make_aware(datetime.combine(on, OFFICE_HOURS)) + timedelta(minutes=tick)

    def key(self, action: str) -> str:
        """An Idempotency-Key."""
        return f"demo-{action}-{next(self._keys)}"

    def stage(self, title: str, about: str, by: Membership, at: datetime) -> str:
        """Stage a small PDF; returns its id."""
        upload = SimpleUploadedFile(f"{title}.pdf", paper(title, about), content_type="application/pdf")
        return str(documents.stage(upload, by=by, now=at).pk)

    def act(
        self,
        subject: Any,
        action: str,
        on: date,
        *,
        by: Membership | None = None,
        drafted_by: Membership | None = None,
        **given: Any,
    ) -> Result:
        """Do one act on a case, a year's duties or (with `by`) a list. Fields that are not given are filled with something plausible.

        `by` defaults to whom the law wants: the competent authority or the enterprise. What must be certified is drafted
        first, by `drafted_by` or the enterprise's preparer.
        """
        row = contexts_row(subject)
        at = self.moment(on)
        ctx = contexts.context_of(row, on=on, today=on) if by is None else context_for(row, by, on, on)
        step = contexts.step_of(ctx, action)
        by = by or self._actor(step, ctx, row)
        writer = by
        if step.certified:
            writer = drafted_by or self.works_of(row).preparer
        facts = facts_of(row, ctx, on)
        payload = filled(step, facts, given, lambda title: self.stage(title, facts.about, writer, at))
        revision = None
        if step.certified:
            saved = drafts.save_draft(row, action, by=writer, payload=payload, expected_revision=0, now=at)
            payload, revision = {}, saved.revision
        return perform(
            row,
            action,
            by=by,
            payload=payload,
            expected_version=row.version,
            idempotency_key=self.key(action),
            on=None if step.date_field else on,
            from_draft=step.certified,
            draft_revision=revision,
            now=at,
        )

    def _actor(self, step: Step, ctx: contexts.Context, row: Any) -> Membership:
        if step.actor.party is Party.ENTERPRISE:
            works = self.works_of(row)
            return works.certifier if step.certified else works.preparer
        # What is corrected in these stories was recorded by the authority of the place or by the enterprise it supervises.
        competent = sorted(ctx.competent(step.actor.function or Function.SUPERVISE), key=str)
        only_approvers = step.actor.roles == (Role.APPROVER,)
        return self.people.approver(competent[0]) if only_approvers else self.people.officer(competent[0])

    def works_of(self, row: Any) -> Works:
        """The enterprise of a case; after a merger the one that stands."""
        owner = row.enterprise.merged_into_id or row.enterprise_id
        return next(works for works in self.works.values() if works.enterprise.pk == owner)


def make_world() -> World:
    """People, places, enterprises and consultancies; no list and no case yet."""
    world = World(today=timezone.localdate())
    world.authorities = make_authorities(world.people)
    set_local_rules(world.authorities)
    world.works = make_enterprises(world.people)
    world.advisers = make_advisers(world.people)
    world.experts = make_experts(world.people)
    make_operator(world.people)
    return world


def contexts_row(subject: Any) -> Any:
    """The subject as it stands now, with what a context reads."""
    related = (
        ("enterprise__organization", "site", "reporting_unit")
        if isinstance(subject, AuditCase)
        else ("reporting_unit",)
    )
    return type(subject)._default_manager.select_related(*related).get(pk=subject.pk)


def facts_of(row: Any, ctx: contexts.Context, on: date) -> Facts:
    """What the forms are filled with."""
    values: Mapping[str, str] = {}
    about = str(row)
    if isinstance(row, AuditCase):
        about = f"{row.enterprise.name} {row.number}"
        values = {
            "name": row.enterprise.name,
            "address": row.site.address,
            "registered_address": row.enterprise.registered_address,
            "production_address": row.site.address,
        }
    return Facts(on=on, about=about, route=ctx.state["route"], categories=ctx.view.categories, values=values)
