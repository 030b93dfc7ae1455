"""Cases brought to a state by the acts that lead there, told like scenarios and done straight through `perform`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import yaml

from accounts.models import Membership
from audits.models import AuditCase
from audits.workflow.door import Result, perform
from enterprises.models import KeyEnterpriseList
from tests.factories import Place, Plant, World
from tests.scenarios.clients import DirectClient
from tests.scenarios.runner import Runner

# The course of a case of regime A, act by act; a state is reached by the acts up to it.
COURSE_A = """
published:  {listing: {nominated: 2008-07-01, submitted: 2008-07-02, verified: 2008-07-10, confirmed: 2008-07-20, published: 2008-08-01}}
notified:   {audit: {notified: 2008-08-05}}
disclosed:  {audit: {disclosed: 2008-08-20}}
started:    {audit: {started: 2008-09-20, filed: 2008-10-08}}
staged:     {audit: {options: 2009-01-10}}
completed:  {audit: {completed: 2009-06-30}}
reported:   {audit: {reported: 2009-07-10, received: 2009-07-11}}
applied:    {assessment: {applied: 2009-08-10}}
paneled:    {assessment: {panel: 2009-09-01, met: 2009-09-15}}
opined:     {assessment: {opinions: 2009-09-16}}
assessed:   {assessment: {decided: 2009-09-20, decision: {result: pass, acceptance_due_on: 2011-06-30}}}
accepting:  {acceptance: {applied: 2011-03-10, panel: 2011-03-20, opinions: 2011-04-02}}
accepted:   {acceptance: {decided: 2011-04-20, decision: {result: qualified}, published: 2011-05-05}}
closed:     {acceptance: {}}
"""
CLOSED = {"on": date(2011, 5, 10), "who": "province approver", "does": "close"}
STATES_A = tuple(yaml.safe_load(COURSE_A))


@dataclass
class Made:
    """What came of a story: the world, its places and plants, the list and the cases, read anew each time."""

    runner: Runner

    @property
    def world(self) -> World:
        return self.runner.world

    @property
    def place(self) -> Place:
        return self.runner.places[""]

    @property
    def plant(self) -> Plant:
        return self.runner.plants[0]

    @property
    def case(self) -> AuditCase:
        return AuditCase.objects.get(pk=self.runner.cases[0])

    @property
    def cases(self) -> list[AuditCase]:
        return [AuditCase.objects.get(pk=one) for one in self.runner.cases]

    @property
    def list(self) -> KeyEnterpriseList:
        return KeyEnterpriseList.objects.get(pk=self.runner.lists["1"])

    def person(self, words: str) -> Membership:
        return self.runner.person(words)


def story_to(state: str, course: str = COURSE_A) -> list[dict[str, Any]]:
    """The acts that lead to a state of the course."""
    steps: list[dict[str, Any]] = []
    for name, told in yaml.safe_load(course).items():
        steps += [CLOSED] if name == "closed" else [told]
        if name == state:
            return steps
    raise KeyError(state)


def made(state: str = "published", *, course: str = COURSE_A, **setting: Any) -> Made:
    """A world with a case in a state of the course. `setting` as in a scenario: categories, route, place, plants, unit, …"""
    told = {"place": "320509", "categories": ["exceeds_standard", "toxic_use"], "route": "self", "people": 0, **setting}
    world = World()
    runner = Runner({**told, "story": story_to(state, course)}, DirectClient(world), world)
    for number, step in enumerate(runner.story, start=1):
        runner.take(number, step)
    return Made(runner)


def at(on: date, hour: int = 10) -> datetime:
    """An instant on a Shanghai day."""
    return datetime(on.year, on.month, on.day, hour - 8, tzinfo=UTC)


def act(
    made: Made, subject: Any, action: str, by: Membership, on: date, payload: Mapping[str, Any], **more: Any
) -> Result:
    """One act straight through the door, on the version stored now."""
    version = more.pop("version", type(subject)._default_manager.get(pk=subject.pk).version)
    key = more.pop("key", None) or made.world.key()
    return perform(
        subject, action, by=by, payload=payload, expected_version=version, idempotency_key=key, now=at(on), **more
    )
