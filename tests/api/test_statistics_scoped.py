"""Scoped statistics: for any user each number equals a brute-force sum over the cases that user may see."""

import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership
from audits.models import AuditCase, Deadline, Event, ProvinceFact, ReviewAssignment
from audits.procedure.words import CaseKind, Category, CostClass, Line, Party, ReviewKind, Role
from audits.statistics import refresh
from audits.statistics.case_facts import CaseCount, facts_of_case
from audits.statistics.metrics import METRICS, Effect, as_stored
from audits.statistics.rates import not_yet_due
from audits.statistics.returns.drafting import facts_of
from audits.statistics.scoped import Answer, Dimension, Question, grains, table, trend
from audits.statistics.scoped.question import reach
from audits.workflow.errors import NotVisible
from enterprises.models import Contract, ReportingUnit
from tests.api.conftest import Caller, codes
from tests.factories import FIRST_DAY, World
from tests.factories_audits import make_case, make_deadline, make_enterprise, publish, record

pytestmark = pytest.mark.django_db
As = Callable[[Membership], Caller]
NOW = datetime(2012, 1, 1, 2, 30, tzinfo=UTC)
TODAY = date(2012, 1, 1)
# A province with its separately planned city, another province, a municipality, the Corps, and 320584, merged into 320509.
DIVISIONS = (
    "330102",
    "330106",
    "330203",
    "330212",
    "320509",
    "320584",
    "320102",
    "110105",
    "659001",
    "440304",
    "440106",
)
YEARS = (2009, 2010, 2011)
PLACES = ("", "33", "3301", "330102", "3302", "330203", "32", "3205", "320509", "11", "110105", "66", "44", "4403")


def populate(dice: random.Random, number: int = 16) -> list[AuditCase]:
    """Cases whose amounts are powers of two of their own: any case too many or too few shows in every sum."""
    cases = []
    for place in range(number):
        industry = dice.choice(["26", "33", "17"])
        case = make_case(make_enterprise(dice.choice(DIVISIONS), industry=industry), energy=dice.random() < 0.4)
        case.kind = dice.choice([CaseKind.MANDATORY, CaseKind.VOLUNTARY])
        case.line_environment = dice.random() < 0.7
        case.save()
        year = dice.choice(YEARS)
        publish(case, f"{year}-03-01", *dice.sample(list(Category), dice.randint(1, 3)))
        if dice.random() < 0.6:
            record(case, "start_audit", f"{year}-05-01")
            record(case, "complete_audit", f"{dice.choice(YEARS)}-11-01")
        effects = {
            f"{Effect.WATER_SAVED}@{dice.choice(YEARS)}": {"planned": 2**place, "verified": 2 ** (place + 20)},
            f"{dice.choice(list(Effect))}@{dice.choice(YEARS)}": {"verified": 10**9 + 2**place},
        }
        option = {
            "name": "x",
            "cost_class": dice.choice(list(CostClass)).value,
            "done_on": f"{year}-08-01",
            "investment_planned": 2 ** (place + 10),
            "investment_actual": 2 ** (place + 15),
            "effects": effects,
        }
        record(case, "record_implementation", f"{year}-09-01", options={"F1": option})
        for late in dice.sample(YEARS, dice.randint(0, 2)):
            make_deadline(case, date(late, 6, 30))
        cases.append(case)
    return cases


def readers(world: World, dice: random.Random, cases: list[AuditCase]) -> list[Membership]:
    """People of every party, at every level and on every line."""
    found = [
        world.person(world.authority(place, line), Role.OFFICER)
        for place in PLACES
        for line in (dice.choice(list(Line)),)
    ]
    found += [world.person(world.authority("", line), Role.OFFICER) for line in Line]
    found += [world.person(world.authority("33", line), Role.OFFICER) for line in Line]
    firm, expert = world.firm(), world.expert()
    for case in dice.sample(cases, 3):
        Contract.objects.create(
            consultancy=firm.consultancy, enterprise=case.enterprise, signed_on=FIRST_DAY, starts_on=FIRST_DAY
        )
        ReviewAssignment.objects.create(
            case=case, membership=expert, review_kind=ReviewKind.ASSESSMENT, started_on=FIRST_DAY
        )
    own = dice.choice(cases).enterprise
    return [*found, firm.manager, expert, world.person(own.organization, Role.PREPARER)]


@cache
def counted(case: UUID, version: int) -> CaseCount:
    """What a case counts for, from its events alone; a version never changes."""
    texts = Event.objects.filter(subject_id=case).order_by("seq").values_list("text", flat=True)
    return facts_of_case([json.loads(text) for text in texts])


def brute(question: Question, by: Membership) -> tuple[dict[str, Counter[str]], Counter[str]]:
    """The same from events alone, case by case."""
    rows: dict[str, Counter[str]] = {}
    total: Counter[str] = Counter()
    first, last = question.years
    for case in AuditCase.objects.visible_to(by).select_related("site"):
        count = counted(case.pk, case.version)
        names = sorted(count.state["categories"])
        sees = {Line.ENVIRONMENT: case.line_environment, Line.ENERGY: case.line_energy}
        lines = "both" if all(sees.values()) else next((line.value for line, on in sees.items() if on), "none")
        industry = case.site.industry_id or case.enterprise.industry_id or ""
        wanted = (
            case.scope_code.startswith(question.place)
            and question.unit in ("", case.reporting_unit_id)
            and (not question.category or question.category in names)
            and question.industry in ("", industry)
            and question.kind in ("", count.state["kind"])
            and (not question.line or sees[Line(question.line)])
        )
        if not wanted:
            continue
        facts = Counter({key: value for key, value in count.facts.items() if first <= key[0] <= last})
        late = {
            one.due_on.year
            for one in Deadline.objects.open().filter(case=case, party=Party.ENTERPRISE, due_on__lt=TODAY)
            if first <= one.due_on.year <= last
        }
        for (_, metric), value in facts.items():
            total[metric] += value
        total["overdue"] += bool(late)
        for year in range(first, last + 1):
            for member in {
                Dimension.NATION: [],
                Dimension.UNIT: [case.reporting_unit_id],
                Dimension.CITY: [case.scope_code[:4]],
                Dimension.COUNTY: [case.scope_code],
                Dimension.YEAR: [str(year)],
                Dimension.CATEGORY: [name for name in names if question.category in ("", name)],
                Dimension.INDUSTRY: [industry],
                Dimension.KIND: [count.state["kind"]],
                Dimension.LINE: [lines],
            }[question.by]:
                row = rows.setdefault(member, Counter())
                for (of_year, metric), value in facts.items():
                    row[metric] += value if of_year == year else 0
                if question.by is Dimension.YEAR:
                    row["overdue"] += year in late
                elif late and year == max(late):
                    row["overdue"] += 1
    return {key: kept for key, row in rows.items() if (kept := known(row))}, known(total)


def known(figures: Counter[str]) -> Counter[str]:
    return Counter({key: value for key, value in figures.items() if value and key in METRICS})


def stored(metrics: Any) -> Counter[str]:
    return known(Counter({key: as_stored(key, text) for key, text in metrics.items()}))


def reported(answer: Answer) -> set[str]:
    """The units of the coverage that are not named missing."""
    units = ReportingUnit.objects.filter(scope_code__startswith=answer.place)
    due = {unit.code for unit in units if answer.question.unit in ("", unit.code)}
    assert len(due) == answer.due
    return due - {unit.code for unit in answer.missing}


def with_figures(answer: Answer, by: Membership) -> set[str]:
    """The units in which a case this user may see gave rise to a figure, of whatever category, industry or kind."""
    asked = answer.question
    to_date = asked.to_date or asked.by is Dimension.YEAR
    rows, _ = brute(
        Question(Dimension.UNIT, asked.year, to_date, place=asked.place, unit=asked.unit, line=asked.line), by
    )
    return {unit for unit, row in rows.items() if row}


def some_question(dice: random.Random) -> Question:
    return Question(
        dice.choice(list(Dimension)),
        dice.choice(YEARS),
        to_date=dice.random() < 0.4,
        place=dice.choice(["", "", "", *PLACES]),
        unit=dice.choice(["", "", "", "", "330000", "330200", "320000"]),
        category=dice.choice(["", "", "", *(one.value for one in Category)]),
        industry=dice.choice(["", "", "", "26", "33"]),
        kind=dice.choice(["", "", "", CaseKind.VOLUNTARY.value]),
        line=dice.choice(["", "", Line.ENERGY.value, Line.ENVIRONMENT.value]),
    )


@pytest.mark.parametrize("seed", range(5))
def test_each_number_is_the_sum_over_what_that_user_may_see(world: World, seed: int) -> None:
    dice = random.Random(seed)
    cases = populate(dice)
    refresh(NOW)
    told_something, covered, grains = 0, 0, set()
    for by in readers(world, dice, cases):
        for question in [some_question(dice) for _ in range(8)] + [Question(Dimension.UNIT, 2011, to_date=True)]:
            rows, total = brute(question, by)
            try:
                answer = table(question, by, TODAY)
            except NotVisible:
                assert not total, (by.organization, question)
                continue
            found = {row.key: kept for row in answer.rows if (kept := stored(row.metrics))}
            assert found == ({} if question.by is Dimension.NATION else rows), (by.organization, question)
            assert stored(answer.total.metrics) == total, (by.organization, question)
            if answer.due is not None:
                assert reported(answer) == with_figures(answer, by), (by.organization, question)
                covered += 1
            told_something += bool(total)
            grains.add(answer.grain)
            series = trend(question, Effect.WATER_SAVED, by)
            now = series.total.get(question.year, "0")
            alone = brute(replace(question, by=Dimension.NATION, to_date=False), by)[1]
            assert as_stored(Effect.WATER_SAVED, now) == alone[Effect.WATER_SAVED], (by.organization, question)
    assert told_something > 30
    assert covered > 30
    assert grains == {"units", "counties", "cases"}


@pytest.fixture
def land(world: World) -> World:
    """Hangzhou has one case, Ningbo (in Zhejiang, reporting by itself) two, Suzhou one that only the energy line sees."""
    for place, (division, energy) in enumerate(
        (("330102", False), ("330203", False), ("330212", True), ("320509", True))
    ):
        case = make_case(make_enterprise(division), published_on=date(2010, 3, 1), energy=energy)
        case.line_environment = division != "320509"
        case.save()
        publish(case, "2010-03-01", Category.TOXIC_USE, Category.EXCEEDS_STANDARD)
        effects = {"water_saved_t@2010": {"planned": 5_000, "verified": 10 ** (place + 3)}}
        option = {"name": "x", "cost_class": "high", "done_on": "2010-05-01", "effects": effects}
        record(case, "record_implementation", "2010-06-01", options={"F1": option})
    refresh(NOW)
    return world


def see(as_: As, reader: Membership, **query: Any) -> Any:
    answer = as_(reader).see("statistics/table/", **{"year": 2010, **query})
    assert answer.status_code == 200, answer.json()
    return answer.json()


def water(told: Any) -> dict[str, str]:
    return {row["key"]: row["metrics"]["water_saved_t"] for row in told["rows"]}


def test_a_separately_planned_city_is_summed_once(land: World, as_: As) -> None:
    province, nation = (land.person(land.authority(place), Role.OFFICER) for place in ("33", ""))
    told = see(as_, province)
    assert (water(told), told["total"]["metrics"]["water_saved_t"]) == ({"330000": "1", "330200": "110"}, "111")
    assert water(see(as_, province, by="city")) == {"3301": "1", "3302": "110"}
    assert (told["coverage"]["due"], told["coverage"]["reported"], told["grain"]) == (2, 2, "units")
    assert see(as_, nation)["total"]["metrics"]["water_saved_t"] == "111"
    # The province's return sums its cities; the separately planned one reports by itself.
    zhejiang, ningbo = (facts_of(unit, 2010, TODAY)["water_saved_t"] for unit in ("330000", "330200"))
    assert (zhejiang, ningbo) == ("1", "110")


def test_a_line_sees_its_own_cases_alone(land: World, as_: As) -> None:
    energy = land.person(land.authority("", Line.ENERGY), Role.OFFICER)
    both = land.person(land.authority("", Line.COORDINATING), Role.OFFICER)
    assert water(see(as_, energy)) == {"320000": "1000", "330200": "100"}
    assert see(as_, both)["total"]["metrics"]["water_saved_t"] == "1111"
    assert see(as_, both, line="energy")["total"]["metrics"]["water_saved_t"] == "1100"
    suzhou = land.person(land.authority("3205"), Role.OFFICER)
    assert see(as_, suzhou)["rows"] == []


def test_planned_stands_apart_and_categories_do_not_add_up(land: World, as_: As) -> None:
    told = see(as_, land.person(land.authority("33"), Role.OFFICER), by="category")
    assert water(told) == {"exceeds_standard": "111", "toxic_use": "111"}
    total = told["total"]["metrics"]
    assert (total["listed"], total["water_saved_t"], total["planned_water_saved_t"]) == ("3", "111", "15")
    assert told["additive"] is False
    assert {one["metric"]: one["group"] for one in told["columns"]}["planned_water_saved_t"] == "planned_effect"
    rates = {one["rate"]: one["value"] for one in told["total"]["rates"]}
    assert rates["medium_high_implemented"] == "1.0000"
    assert rates["passed_first_time"] is None  # unknown, not nought


def test_a_place_outside_is_not_found_and_an_operator_sees_none(land: World, as_: As) -> None:
    hangzhou = as_(land.person(land.authority("3301"), Role.OFFICER))
    for address in ("table", "trend", "doubts"):
        more = {"metric": "listed"} if address == "trend" else {}
        assert hangzhou.see(f"statistics/{address}/", place="32", year=2010, **more).status_code == 404
        assert Caller().see(f"statistics/{address}/", year=2010, **more).status_code == 401
    stranger = as_(land.person(land.authority("61"), Role.OFFICER))
    told = stranger.see("statistics/table/", year=2010, unit="330000").json()
    assert (told["rows"], {*told["total"]["metrics"].values()}, told["coverage"]) == ([], {"0"}, None)


def test_bad_questions_are_refused(land: World, as_: As) -> None:
    nation = as_(land.person(land.authority(""), Role.OFFICER))
    for query, code in (
        ({"by": "county"}, "place_required"),
        ({"by": "river"}, "invalid_choice"),
        ({"year": "1999"}, "min_value"),
        ({"place": "3"}, "invalid"),
        ({"colour": "green"}, "unknown_parameter"),
    ):
        answer = nation.see("statistics/table/", **query)
        assert (answer.status_code, codes(answer)) == (400, [code]), query
    assert nation.see("statistics/table/", by="county", place="33", year=2010).status_code == 200


def test_the_number_of_queries_does_not_grow(land: World, as_: As) -> None:
    people = [land.person(land.authority(place, Line.COORDINATING), Role.OFFICER) for place in ("", "33")]
    plant = make_enterprise("330102")
    people.append(land.person(plant.organization, Role.PREPARER))
    publish(make_case(plant, published_on=date(2010, 3, 1)), "2010-03-01")
    refresh(NOW)
    clients = [as_(by) for by in people]

    def cost(client: Caller, by: str, place: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.see("statistics/table/", year=2010, by=by, place=place).status_code == 200
        return len(captured)

    kinds = [(client, by, "33") for client in clients for by in ("unit", "city", "county", "category", "industry")]
    see(as_, people[0])  # the 37 units are read once in a process
    before = [cost(*kind) for kind in kinds]
    for division in ("330102", "330106", "330203", "330212", "330302"):
        publish(make_case(make_enterprise(division), published_on=date(2010, 3, 1)), "2010-03-01", *Category)
    publish(make_case(plant, published_on=date(2010, 3, 1)), "2010-03-01")
    refresh(NOW)
    assert [cost(*kind) for kind in kinds] == before
    assert max(before) <= 14


def test_a_province_answers_from_a_few_hundred_rows_of_the_coarse_grain(land: World) -> None:
    by = land.person(land.authority("33"), Role.OFFICER)
    with CaptureQueriesContext(connection) as captured:
        assert table(Question(Dimension.UNIT, 2010), by, TODAY).grain == "units"
    assert not any("countyfact" in query["sql"] for query in captured)
    assert (
        ProvinceFact.objects.filter(dimension="lines", year=2010, reporting_unit_id__in=["330000", "330200"]).count()
        < 300
    )


def test_a_trend_tells_each_year_and_doubts_say_what_to_check(land: World, as_: As) -> None:
    nation = as_(land.person(land.authority("", Line.COORDINATING), Role.OFFICER))
    case = AuditCase.objects.get(scope_code="320509")
    effects = {"water_saved_t@2011": {"verified": 10_000_000_000}}
    record(
        case,
        "record_implementation",
        "2011-06-01",
        options={"F2": {"name": "y", "cost_class": "low", "effects": effects}},
    )
    refresh(NOW)
    told = nation.see("statistics/trend/", metric="water_saved_t", year=2011, by="unit").json()
    assert {row["key"]: row["values"] for row in told["rows"]} == {
        "320000": {"2010": "1000", "2011": "10000000"},
        "330000": {"2010": "1"},
        "330200": {"2010": "110"},
    }
    assert told["total"] == {"2010": "1111", "2011": "10000000"}
    doubted = nation.see("statistics/doubts/", year=2011).json()
    [slip] = [one for one in doubted["doubts"] if one["rule"] == "unit_slip"]
    assert (slip["key"], slip["metric"], slip["value"]) == ("320000", "water_saved_t", "10000000")
    assert "Check the unit" in slip["message"]
    assert len(doubted["rules"]) == 9
    assert {one["mark"] for one in doubted["thresholds"]} == {"own"}


def test_units_that_have_not_reported_are_named(land: World, as_: As) -> None:
    reported, missing = {}, {}
    for line in (Line.ENVIRONMENT, Line.ENERGY, Line.COORDINATING):
        told = see(as_, land.person(land.authority("", line), Role.OFFICER))["coverage"]
        assert told["due"] == 37
        reported[line] = told["reported"]
        missing[line] = [unit for unit in ("Beijing", "Jiangsu", "Zhejiang", "Ningbo") if unit in told["missing"]]
    # Which units have cases of the other line is not told.
    assert reported == {Line.ENVIRONMENT: 2, Line.ENERGY: 2, Line.COORDINATING: 3}
    assert missing == {
        Line.ENVIRONMENT: ["Beijing", "Jiangsu"],
        Line.ENERGY: ["Beijing", "Zhejiang"],
        Line.COORDINATING: ["Beijing"],
    }
    # That a period of the law ended in a year is no figure.
    ProvinceFact.objects.create(reporting_unit_id="110000", year=2010, metric="start_due", value=1)
    assert see(as_, land.person(land.authority("11", Line.COORDINATING), Role.OFFICER))["coverage"]["reported"] == 0
    assert ReportingUnit.objects.count() == 37


def test_exclusions_and_medians_are_of_what_the_reader_sees(land: World, as_: As) -> None:
    nation, suzhou = (land.person(land.authority(place, Line.COORDINATING), Role.OFFICER) for place in ("", "3205"))
    hangzhou, case = (AuditCase.objects.get(scope_code=code) for code in ("330102", "320509"))
    record(case, "start_audit", "2010-03-11")
    record(case, "complete_audit", "2010-03-31")
    why = {"reason": "duplicate", "grounds": "twice", "on": "2011-01-01"}
    record(hangzhou, "decide_exclusion", "2011-01-01", values={"exclusion": why})
    refresh(NOW)
    told, below = see(as_, nation), see(as_, suzhou)
    assert (told["excluded"], below["excluded"]) == (
        {"cases": 1, "reasons": {"duplicate": 1}},
        {"cases": 0, "reasons": {}},
    )
    assert told["total"]["metrics"]["listed"] == "3"
    assert {one["span"]: (one["cases"], one["days"]) for one in below["medians"]} == {
        "listed_started": (1, "10"),
        "started_completed": (1, "20"),
    }
    rows = {row["key"]: row["medians"] for row in told["rows"]}
    assert rows == {
        "320000": [
            {"span": "listed_started", "cases": 1, "days": "10"},
            {"span": "started_completed", "cases": 1, "days": "20"},
        ],
        "330200": [],
    }


def test_who_still_has_time_is_told_by_unit_as_for_the_whole_country(land: World) -> None:
    for case in AuditCase.objects.all():
        make_deadline(case, date(2012, 6, 30))
        make_deadline(case, date(2012, 9, 30), step="complete_audit")
    nation, question = land.person(land.authority("", Line.COORDINATING), Role.OFFICER), Question(Dimension.UNIT, 2012)
    told = grains.not_yet_due(question, reach(question, nation), nation, TODAY)
    assert told.pop(grains.IN_ALL) == {"start_due": 4, "completion_due": 4}
    assert told == not_yet_due(TODAY, Q(), 2012, 2012)
    assert told["330200"] == {"start_due": 2, "completion_due": 2}
