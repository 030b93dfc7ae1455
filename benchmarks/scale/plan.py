"""The country to be made, as plain values drawn from a seed: lists, their entries, and what becomes of each case.

The same seed and size give the same plan, whatever process works it out: every list draws from a generator of its own.
All lists appeared 2019 to 2026 in the 37 reporting units; nothing here touches a database.
"""

import datetime as dt
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from audits.procedure.words import Category
from benchmarks.workbooks import counties
from enterprises.divisions import all_divisions, reporting_unit_of, reporting_units

VERSION = 3  # of what is made: a kept database of another version is made anew
YEARS = range(2019, 2027)
SCAN_DAY = dt.date(2026, 11, 20)  # the day whose reminders are measured
AS_OF = SCAN_DAY - dt.timedelta(days=1)  # all acts happened until then; the ledger was written for this day
WAVE_ON = dt.date(2026, 10, 27)  # lists of this day: a month later publication is due, so SCAN_DAY is a week before
WAVE_SHARE = 0.08
OLD = dt.timedelta(days=500)  # lists older than that have mostly come to an end
HOME_UNIT, HOME = "320000", "320509"  # the county whose officer looks at his cases: as many in a country of any size
HOME_CASES = 120
CONCERN = 50  # works of one enterprise on a list; on the lists of the wave each enterprise has one
LEAST_ON_LIST = 120
LIST_DAYS = (75, 130, 200)  # of the year

# What becomes of a case: the story, and how often for old and for recent lists.
CLOSED, REPORTED, STARTED, CREDITED, LEFT, SILENT = "closed", "reported", "started", "credited", "left", "silent"
STORIES = (CLOSED, REPORTED, STARTED, CREDITED, LEFT, SILENT)
OLD_WEIGHTS = (52, 14, 4, 14, 12, 4)
RECENT_WEIGHTS = (0, 12, 72, 2, 3, 11)

LABELS: Mapping[str, tuple[Category, ...]] = {
    "超标": (Category.EXCEEDS_STANDARD,),
    "超总量": (Category.EXCEEDS_QUOTA,),
    "使用有毒有害": (Category.TOXIC_USE,),
    "排放有毒有害": (Category.TOXIC_DISCHARGE,),
    "超标、排放有毒有害": (Category.EXCEEDS_STANDARD, Category.TOXIC_DISCHARGE),
}
_LABEL_WEIGHTS = (40, 14, 14, 22, 10)
INDUSTRIES = ("13", "17", "22", "25", "26", "27", "28", "30", "31", "32", "33", "36", "38", "39")


@dataclass(frozen=True, slots=True)
class Place:
    """A county, or what stands for one: code, name, scope code."""

    code: str
    name: str
    scope: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a list and what becomes of its case. `firm` counts the enterprises of the list from 0."""

    place: Place
    label: str
    industry: str
    firm: int
    story: str
    scale: int  # of the effects of its option
    notified: bool
    received: bool
    ordered: bool
    filed: bool  # closed by the authority, once nothing is owed any more


@dataclass(frozen=True, slots=True)
class ListPlan:
    """A list of a unit. `number` counts the lists of the country from 0."""

    number: int
    unit: str
    year: int
    batch: int
    published_on: dt.date
    entries: tuple[Entry, ...]
    wave: bool = False

    def days(self, firm: int) -> Mapping[str, dt.date]:
        """When the enterprise does what: few different days on a list, none after AS_OF."""
        lane = firm % 3
        after = {"disclose": 20, "start": 46, "option": 210, "complete": 300, "report": 311, "result": 335}
        return {
            name: min(self.published_on + dt.timedelta(days=number + 4 * lane), AS_OF) for name, number in after.items()
        }


@lru_cache(maxsize=64)
def places(unit: str) -> tuple[Place, ...]:
    """Today's counties of a reporting unit; a separately planned city's are not its province's."""
    scopes = {code: row.scope_code for code, row in all_divisions().items()}
    found = [Place(code, name, scopes[code]) for code, name in counties(reporting_units()[unit].scope_code)]
    return tuple(place for place in found if reporting_unit_of(place.scope) == unit)


def lists(cases: int, seed: int) -> Iterator[ListPlan]:
    """Every list of a country of so many cases."""
    home = min(HOME_CASES, cases)
    wave = round((cases - home) * WAVE_SHARE)
    usual = cases - home - wave
    units = sorted(reporting_units(), key=lambda unit: (unit != HOME_UNIT, -len(places(unit)), unit))
    number = 0
    yield _list(number, HOME_UNIT, 2023, 9, _day(2023, 1), home, seed, (_home(),))
    pairs = [(unit, year) for year in YEARS for unit in units]
    random.Random(f"{seed}:pairs").shuffle(pairs)
    pairs = sorted(pairs[: max(1, min(len(pairs), usual // LEAST_ON_LIST))])
    for (unit, year), rows in _shared(usual, pairs):
        number += 1
        day = _day(year, random.Random(f"{seed}:{unit}:{year}").randrange(3))
        yield _list(number, unit, year, 1, day, rows, seed, _chosen(unit, cases, seed))
    waved = [(unit, WAVE_ON.year) for unit in units[: max(1, min(len(units), wave // LEAST_ON_LIST))]]
    for (unit, year), rows in _shared(wave, waved):
        number += 1
        yield _list(number, unit, year, 2, WAVE_ON, rows, seed, _chosen(unit, cases, seed), wave=True)


def by_unit(cases: int, seed: int) -> Mapping[str, list[ListPlan]]:
    """The lists of each unit that has any."""
    found: dict[str, list[ListPlan]] = {}
    for one in lists(cases, seed):
        if one.entries:
            found.setdefault(one.unit, []).append(one)
    return found


def halves(planned: Mapping[str, list[ListPlan]], parts: int) -> list[list[str]]:
    """The units dealt out so that each part has about as many cases."""
    loads = [(0, place) for place in range(parts)]
    dealt: list[list[str]] = [[] for _ in range(parts)]
    sizes = {unit: sum(len(one.entries) for one in found) for unit, found in planned.items()}
    for unit in sorted(sizes, key=lambda unit: (-sizes[unit], unit)):
        load, place = min(loads)
        loads[place] = (load + sizes[unit], place)
        dealt[place].append(unit)
    return dealt


def _home() -> Place:
    return next(place for place in places(HOME_UNIT) if place.code == HOME)


def _day(year: int, which: int) -> dt.date:
    return dt.date(year, 1, 1) + dt.timedelta(days=LIST_DAYS[which])


def _chosen(unit: str, cases: int, seed: int) -> tuple[Place, ...]:
    """The counties of a unit that have enterprises: few in a small country, never the home county."""
    found = [place for place in places(unit) if place.code != HOME]
    random.Random(f"{seed}:{unit}:places").shuffle(found)
    return tuple(found[: max(2, min(16, cases // 6000))])


def _shared(rows: int, pairs: Sequence[tuple[str, int]]) -> Iterator[tuple[tuple[str, int], int]]:
    """So many rows over the lists, by the number of counties of their units (at least a third of the usual)."""
    weights = [max(len(places(unit)), 30) for unit, _ in pairs]
    done, taken = 0, 0
    for pair, weight in zip(pairs, weights, strict=True):
        done += weight
        upto = rows * done // sum(weights)
        yield pair, upto - taken
        taken = upto


def _list(
    number: int,
    unit: str,
    year: int,
    batch: int,
    published_on: dt.date,
    rows: int,
    seed: int,
    chosen: Sequence[Place],
    *,
    wave: bool = False,
) -> ListPlan:
    chance = random.Random(f"{seed}:{unit}:{year}:{batch}")
    old = published_on + OLD < AS_OF
    labels = chance.choices(list(LABELS), _LABEL_WEIGHTS, k=rows)
    stories = [SILENT] * rows if wave else chance.choices(STORIES, OLD_WEIGHTS if old else RECENT_WEIGHTS, k=rows)
    entries = tuple(
        Entry(
            place=chance.choice(chosen),
            label=label,
            industry=chance.choice(INDUSTRIES),
            firm=place if wave else place // CONCERN,
            story=story,
            scale=chance.randrange(1, 40),
            notified=chance.random() < 0.1,
            received=chance.random() < 0.3,
            ordered=not wave and chance.random() < 0.3,
            filed=chance.random() < 0.4,
        )
        for place, (label, story) in enumerate(zip(labels, stories, strict=True))
    )
    return ListPlan(number, unit, year, batch, published_on, entries, wave)
