"""Runs the measures of a country in rounds, the small country and the large one taking turns."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from benchmarks.measures import Measure
from benchmarks.scale import plan
from benchmarks.scale.worlds import World, with_process

SMALL_CASES = 1_000
Say = Callable[[str], None]
SAME = 1.3  # how much dearer a thing may be with a hundred times the cases
SCAN_LIMIT = 0.020  # seconds of a scan that finds nothing


def run(
    server: str, *, cases: int, seed: int, rounds: int, only: Iterable[str], keep: bool, check: bool, say: Say
) -> tuple[list[Measure], dict[str, Any]]:
    """Make the countries (or find them kept), measure, and drop them unless they are kept."""
    small, large = World(server, min(SMALL_CASES, max(cases // 10, 1)), seed), World(server, cases, seed)
    found: list[Measure] = []
    told: dict[str, Any] = {}
    try:
        for world in (small, large):
            world.ready(say)
            told[world.name] = world.about
            if check:
                told[world.name]["check"] = with_process(world.url, "check")
                say(f"{world.name}: {told[world.name]['check']}")
        for name in only:
            say(f"measuring: {name}")
            found += MEASURES[name](small, large, rounds)
    finally:
        if not keep:
            small.drop()
            large.drop()
    return found, {"scale_seed": seed, "worlds": told}


def _against(small: World, large: World, name: str, **more: Any) -> Measure:
    return Measure(f"{name}, {large.cases:,} cases", "s", SAME, f"the same with {small.cases:,} cases", **more)


def _memory(measures: Sequence[Measure], large: dict[str, float], small: dict[str, float] | None = None) -> None:
    for one in measures:
        one.peak_mb = large["peak"]
        one.notes["memory_mb"] = {"large": large, "small": small}


def scan(small: World, large: World, rounds: int) -> list[Measure]:
    """The reminder scan, with nothing due and with a day's worth."""
    idle = _against(small, large, "scan, nothing due", limit=SCAN_LIMIT)
    whole = _against(small, large, "reminder run, nothing due")
    few, many = small.process("scanning:make"), large.process("scanning:make")
    for _ in range(rounds):
        idle.add(many.call("idle"), few.call("idle"))
        whole.add(many.call("idle_run"), few.call("idle_run"))
    _memory([idle, whole], many.stop(), few.stop())
    many = large.process("scanning:make")  # its memory is that of the due scan alone
    due = Measure("", "s", 3.0, "one INSERT … SELECT of the same rows")
    for _ in range(rounds):
        took, floor = many.call("due"), many.call("floor")
        due.add(took["seconds"], floor["seconds"])
        due.name = f"scan to ledger, {took['due']:,} due"
        due.notes |= {"due": took["due"], "rows": took["rows"], "floor_rows": floor["rows"]}
        if took["rows"] != floor["rows"]:
            raise RuntimeError(f"scan and floor do not write the same: {due.notes}")
    _memory([due], many.stop())
    return [due, idle, whole]


def facts(small: World, large: World, rounds: int) -> list[Measure]:
    """Facts after one changed case."""
    one = _against(small, large, "facts after one change")
    few, many = small.process("figures:make"), large.process("figures:make")
    for _ in range(rounds * 3):  # each takes milliseconds
        took, floor = many.call("one_change"), few.call("one_change")
        one.add(took["seconds"], floor["seconds"])
        one.notes |= {"large": took, "small": floor}
    _memory([one], many.stop(), few.stop())
    return [one]


def tables(small: World, large: World, rounds: int) -> list[Measure]:
    """The provincial table through the API."""
    many = large.process("tables:make")
    wrong = many.call("differences")
    if wrong:
        raise RuntimeError(f"{wrong} figures of the base tables differ from the facts")
    found = []
    for which, name in (("one", f"table of {plan.YEARS[-3]}"), ("all", f"tables of {len(plan.YEARS)} years")):
        base = Measure(f"{name}, API, by count", "s", None, "GROUP BY on the base tables")
        bare = Measure(f"{name}, API, by rows", "s", None, "bare SELECT of the rows it answers from")
        for _ in range(rounds):
            took = many.call("api", which)
            base.add(took, many.call("base", which))
            bare.add(took, many.call("bare", which))
        found += [base, bare]
    many.stop()
    many = large.process("tables:make")  # the API alone, without the floors
    many.call("api", "all")
    _memory(found, many.stop())
    return found


def cases(small: World, large: World, rounds: int) -> list[Measure]:
    """The case list of a county officer, who has as many cases in both countries."""
    few, many = small.process("caselists:make"), large.process("caselists:make")
    found = []
    for name, title in (("all", "case list of a county"), ("overdue", "its overdue cases")):
        one = _against(small, large, title)
        for _ in range(rounds):
            took, floor = many.call("page", name), few.call("page", name)
            one.add(took["seconds"], floor["seconds"])
            one.notes["rows"] = [took["rows"], floor["rows"]]
        found.append(one)
    bare = Measure("case list of a county, by rows", "s", None, "bare SELECT of its rows")
    for _ in range(rounds):
        bare.add(many.call("page", "all")["seconds"], many.call("floor"))
    _memory([*found, bare], many.stop(), few.stop())
    return [*found, bare]


MEASURES: dict[str, Callable[[World, World, int], list[Measure]]] = {
    "scan": scan,
    "facts": facts,
    "tables": tables,
    "cases": cases,
}
