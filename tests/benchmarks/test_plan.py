"""The planned country: the same from the same seed, every case counted, nothing after its last day."""

import datetime as dt
from collections import Counter

import pytest

from benchmarks.scale import acts
from benchmarks.scale.plan import AS_OF, HOME, HOME_CASES, STORIES, by_unit, halves, lists
from enterprises.divisions import reporting_unit_of, reporting_units


@pytest.mark.parametrize("cases", [15, 150, 1_000, 20_000])
def test_every_case_is_planned_once_whatever_the_size(cases: int) -> None:
    planned = list(lists(cases, seed=7))
    assert sum(len(one.entries) for one in planned) == cases
    assert len({(one.unit, one.year, one.batch) for one in planned}) == len(planned)
    at_home = sum(entry.place.code == HOME for one in planned for entry in one.entries)
    assert at_home == min(cases, HOME_CASES)


def test_the_same_seed_gives_the_same_country_and_another_seed_another() -> None:
    assert list(lists(2_000, seed=7)) == list(lists(2_000, seed=7))
    assert list(lists(2_000, seed=7)) != list(lists(2_000, seed=8))


def test_a_large_country_has_all_units_years_and_stories() -> None:
    planned = [one for one in lists(60_000, seed=7) if one.entries]
    assert {one.unit for one in planned} == set(reporting_units())
    assert {one.year for one in planned} == set(range(2019, 2027))
    assert {entry.story for one in planned for entry in one.entries} == set(STORIES)
    assert all(reporting_unit_of(entry.place.scope) == one.unit for one in planned for entry in one.entries)


def test_nothing_happens_after_the_day_the_country_is_made_for() -> None:
    days: list[dt.date] = []
    for one in lists(3_000, seed=7):
        days.append(one.published_on)
        for entry in one.entries:
            for act in (acts.by_enterprise, acts.by_county, acts.by_province):
                days += [on for _, _, on in act(one, entry)]
    assert max(days) <= AS_OF


def test_the_work_is_dealt_out_evenly_and_completely() -> None:
    planned = by_unit(20_000, seed=7)
    dealt = halves(planned, 2)
    assert Counter(unit for part in dealt for unit in part) == Counter(list(planned))
    loads = [sum(len(one.entries) for unit in part for one in planned[unit]) for part in dealt]
    assert max(loads) - min(loads) < 1_000
