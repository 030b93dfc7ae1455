"""Acts through the door against the least a transaction can be that locks, updates, inserts and commits."""

import datetime as dt
import json
from typing import Any

from django.db import connection

from audits.models import AuditCase, Event
from audits.procedure.words import Role
from benchmarks.clients import clients, together
from benchmarks.measures import Measure
from benchmarks.world import COUNTY, World, moment

DISCLOSED = dt.date(2008, 8, 20)
ORDERED = dt.date(2008, 8, 25)
_POLLUTANT = {
    "name": "化学需氧量",
    "mode": "间接排放",
    "destination": "污水处理厂",
    "concentration": "100.5",
    "concentration_unit": "mg/L",
    "total": "12.3",
    "standard": "GB 4287",
}
DISCLOSURE: dict[str, Any] = {
    "name": "实例企业",
    "size": "中型",
    "legal_representative": "张实例",
    "registered_address": "实例路1号",
    "production_address": "实例路1号",
    "materials_and_fuel": "坯布、染料、助剂、蒸汽",
    "products_and_output": "染色布 3000 万米",
    "pollutants": [_POLLUTANT, {**_POLLUTANT, "name": "氨氮"}],
    "discharge_fee": "已缴纳",
    "medium": "苏州日报",
    "appeared_on": DISCLOSED.isoformat(),
}
ORDER = {
    "addressee": "enterprise",
    "duty": "disclose",
    "breach": "公布的内容缺少超标情况",
    "legal_basis": "law_2002_41",
    "correct_by": "2008-12-01",
}


def measure(world: World, *, rounds: int, acts: int) -> list[Measure]:
    """`acts` per client and round: half disclosures by enterprises, half orders by the county, on cases of their own."""
    acts += acts % 2
    crowds = (1, 2)
    cases = iter(_cases(world, (rounds * sum(crowds) + sum(crowds)) * acts // 2))
    _floor_tables()
    found = [
        Measure(f"perform, {number} client{'s' * (number > 1)}", "/s", 0.5, "SELECT FOR UPDATE, UPDATE, INSERT, COMMIT")
        for number in crowds
    ]
    with clients(max(crowds)) as processes:
        # Once unmeasured: every client is warm, and the sizes of the rows are known.
        warm = [_acts(world, cases, acts) for _ in range(sum(crowds))]
        together(processes, "perform", warm[:2])
        sizes = _sizes([act[0] for act in warm[0]])
        for _ in range(rounds):
            for number, one in zip(crowds, found, strict=True):
                raw = [[(*_new_row(state), text) for state, text in _some(sizes, acts)] for _ in range(number)]
                work = [_acts(world, cases, acts) for _ in range(number)]
                floor = together(processes[:number], "raw", raw)
                one.add(together(processes[:number], "perform", work), floor)
    for one in found:
        one.notes |= {
            "acts": acts,
            "state_bytes": round(sum(len(state.encode()) for state, _ in sizes) / len(sizes)),
            "event_bytes": round(sum(len(text.encode()) for _, text in sizes) / len(sizes)),
        }
    return found


def _cases(world: World, number: int) -> list[tuple[AuditCase, Any]]:
    """Published cases of one county, each with the person who acts for its enterprise."""
    target = world.confirmed_list(number, [place for place in world.city_places if place[0] == COUNTY], ["超标"])
    world.publish(target)
    rows = AuditCase.objects.filter(listing__list=target).select_related("enterprise__organization").order_by("number")
    return [(row, world.person(row.enterprise.organization, Role.PREPARER)) for row in rows]


def _acts(world: World, cases: Any, number: int) -> list[Any]:
    """Two acts on each case: it discloses, then it is ordered to correct what it disclosed."""
    acts = []
    for case, preparer in (next(cases) for _ in range(number // 2)):
        acts.append((case.pk, "disclose", preparer.pk, DISCLOSURE, 1, world.key(), moment(DISCLOSED)))
        acts.append((case.pk, "order_correction", world.county_approver.pk, ORDER, 2, world.key(), moment(ORDERED)))
    return acts


def _sizes(cases: list[Any]) -> list[tuple[str, str]]:
    """`(state, event text)` as the door stored them."""
    rows = {row.pk: row for row in AuditCase.objects.filter(pk__in=cases)}
    events = Event.objects.filter(subject_id__in=list(rows), seq__gt=1).order_by("subject_id", "seq")
    return [(json.dumps(rows[event.subject_id].state, ensure_ascii=False), event.text) for event in events]


def _some(sizes: list[tuple[str, str]], number: int) -> list[tuple[str, str]]:
    return [sizes[place % len(sizes)] for place in range(number)]


def _floor_tables() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE floor_case (id uuid PRIMARY KEY, version integer NOT NULL, state jsonb NOT NULL)")
        cursor.execute(
            "CREATE TABLE floor_event (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, case_id uuid NOT NULL, "
            "version integer NOT NULL, text text NOT NULL, UNIQUE (case_id, version))"
        )


def _new_row(state: str) -> tuple[Any, str]:
    """A row that waits to be locked and changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO floor_case (id, version, state) VALUES (gen_random_uuid(), 1, %s) RETURNING id", [state]
        )
        return cursor.fetchone()[0], state
