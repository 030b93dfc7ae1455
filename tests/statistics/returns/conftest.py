"""Jiangsu's year 2011: two cases with effects, the people who report on it, and the duty that is open."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest

from accounts.models import Membership
from audits.models import DutyYear, UnitReturn
from audits.procedure.words import Level, Role
from audits.statistics import refresh
from audits.statistics.metrics import Capacity
from audits.statistics.returns import checking, drafting, submitting
from audits.statistics.returns.drafting import Figure
from audits.workflow.duties import open_duties
from enterprises.models import ReportingUnit
from tests.factories import World
from tests.factories_audits import make_case, make_enterprise, publish, record

NOW = datetime(2012, 1, 10, 2, 0, tzinfo=UTC)
LATER = datetime(2012, 1, 20, 2, 0, tzinfo=UTC)
YEAR = 2011
OPTION = {
    "name": "x",
    "cost_class": "medium",
    "done_on": "2011-06-01",
    "investment_planned": 1_500_000,
    "investment_actual": 1_750_500,
    "effects": {"water_saved_t@2011": {"planned": 5_000, "verified": 4_125}},
}
REPORT = {"audits_of_the_year": "见报表。", "next_year": "印染。"}


@dataclass
class Unit:
    """A reporting unit with its people."""

    world: World
    unit: ReportingUnit
    officer: Membership
    approver: Membership
    second: Membership
    nation: Membership

    def draft(self, **more: Any) -> UnitReturn:
        return drafting.draft(self.unit, YEAR, by=self.officer, now=NOW, **more)

    def tell_capacity(self, row: UnitReturn) -> UnitReturn:
        for number, metric in enumerate(Capacity):
            figure = Figure(metric, str(10 * number))
            row = drafting.correct(row.pk, figure, by=self.officer, reason="", expected_version=row.version, now=NOW)
        return row

    def ready(self) -> UnitReturn:
        """A draft that can be submitted."""
        return self.tell_capacity(self.draft())

    def submit(self, row: UnitReturn, **more: Any) -> submitting.Submitted:
        said: dict[str, Any] = {
            "by": self.approver,
            "payload": REPORT,
            "expected_version": row.version,
            "idempotency_key": self.world.key(),
            "now": NOW,
            **more,
        }
        return submitting.submit(row.pk, **said)

    def acknowledge_all(self, row: UnitReturn, now: datetime = NOW) -> UnitReturn:
        row, found = checking.check(row.pk, by=self.officer, acknowledged={}, expected_version=row.version, now=now)
        answers = {one.key: "已核对。" for one in found}
        return checking.check(row.pk, by=self.officer, acknowledged=answers, expected_version=row.version, now=now)[0]


@pytest.fixture
def world(db: None) -> World:
    return World()


def make_unit(world: World, code: str) -> Unit:
    unit = ReportingUnit.objects.get(pk=code)
    level = Level.CITY if len(unit.scope_code) == 4 else Level.PROVINCE
    authority = world.authority(unit.scope_code, level=level)
    nation = world.authority("")
    return Unit(
        world,
        unit,
        world.person(authority, Role.OFFICER),
        world.person(authority, Role.APPROVER),
        world.person(authority, Role.APPROVER, "2"),
        world.person(nation, Role.OFFICER),
    )


@pytest.fixture
def unit_of(world: World) -> Callable[[str], Unit]:
    """A reporting unit by its code."""
    return lambda code: make_unit(world, code)


@pytest.fixture
def jiangsu(world: World) -> Unit:
    """Two cases of 2011 with effects, counted; the duty of 2011 open."""
    unit = make_unit(world, "320000")
    for division in ("320509", "320102"):
        case = make_case(make_enterprise(division), published_on=date(2011, 3, 1))
        publish(case, "2011-03-01")
        record(case, "start_audit", "2011-04-01")
        record(case, "record_implementation", "2011-07-01", options={"F1": OPTION})
    refresh(NOW)
    open_duties(YEAR, datetime(2011, 1, 2, 2, 0, tzinfo=UTC))
    return unit


@pytest.fixture
def duty(jiangsu: Unit) -> DutyYear:
    return DutyYear.objects.get(reporting_unit=jiangsu.unit, year=YEAR)
