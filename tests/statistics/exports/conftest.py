"""Cases of two provinces with options and effects, one of a name that looks like a formula."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest

from accounts.models import Membership
from audits.models import AuditCase, Option, OptionEffect
from audits.procedure.words import Category, Role
from tests.factories import World
from tests.factories_audits import make_case, make_enterprise

NOW = datetime(2012, 1, 10, 2, 0, tzinfo=UTC)


@dataclass
class Cases:
    world: World
    wujiang: AuditCase
    nanjing: AuditCase
    xian: AuditCase
    people: dict[str, Membership] = field(default_factory=dict)


def add_option(case: AuditCase, code: str, cost_class: str, **more: Any) -> Option:
    effects = more.pop("effects", ())
    option = Option.objects.create(case=case, code=code, cost_class=cost_class, **{"name": f"方案{code}", **more})
    for metric, year, planned, verified in effects:
        OptionEffect.objects.create(option=option, metric=metric, year=year, planned=planned, verified=verified)
    return option


@pytest.fixture
def cases(db: None) -> Cases:
    world = World()
    made = []
    for division in ("320509", "320102", "610113"):
        enterprise = make_enterprise(division)
        made.append(make_case(enterprise, published_on=date(2011, 3, 1), categories=(Category.TOXIC_USE,)))
    wujiang, nanjing, xian = made
    wujiang.enterprise.name = "=HYPERLINK(1)有限公司"
    wujiang.enterprise.save()
    add_option(
        wujiang,
        "F1",
        "medium",
        name="-2+3 改造",
        done_on=date(2011, 9, 1),
        investment_planned=1_500_000_500,
        investment_actual=1_750_000_000,
        effects=[
            ("water_saved_t", 2011, 5_000, 4_125),
            ("water_saved_t", 2012, 2_000, None),
            ("benefit_saving_cny", 2011, 900_000, 800_001),
            ("benefit_reduction_cny", 2011, 100_000, None),
        ],
    )
    add_option(wujiang, "F2", "low", investment_planned=10_000, effects=[("water_saved_t", 2011, 500, 375)])
    add_option(nanjing, "F1", "high", done_on=date(2011, 5, 1), effects=[("cod_cut_t", 2011, 7_000, 7_000)])
    add_option(xian, "F1", "none", name="秘密", effects=[("so2_cut_t", 2011, 99_000, 99_000)])
    people = {
        "jiangsu": world.person(world.authority("32"), Role.OFFICER),
        "suzhou": world.person(world.authority("3205"), Role.OFFICER),
        "shaanxi": world.person(world.authority("61"), Role.OFFICER),
        "nation": world.person(world.authority(""), Role.OFFICER),
        "expert": world.expert(),
    }
    return Cases(world, wujiang, nanjing, xian, people)
