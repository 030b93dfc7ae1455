"""The command line; see the package."""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from benchmarks.database import ServerMissing, about_server, fresh_database, server_url
from benchmarks.measures import Measure, table, write_json
from benchmarks.scale.measuring import MEASURES
from benchmarks.scale.measuring import run as run_scale

RESULTS = Path(__file__).parent / "results"
KINDS = ("perform", "import", "publish", "scale")
FULL = {"acts": 200, "rows": 10_000, "listings": 5_000, "cases": 100_000}
SMALL = {"acts": 6, "rows": 40, "listings": 20, "cases": 300}


def run(kinds: list[str], rounds: int, sizes: dict[str, int]) -> tuple[list[Measure], dict[str, Any]]:
    """Acts, import and publication, in one world of their own."""
    from benchmarks import importing, performing, publishing
    from benchmarks.world import SEED, World

    world = World()
    found: list[Measure] = []
    if "perform" in kinds:
        found += performing.measure(world, rounds=rounds, acts=sizes["acts"])
    if "import" in kinds:
        found += importing.measure(world, rounds=rounds, rows=sizes["rows"])
    if "publish" in kinds:
        found += publishing.measure(world, rounds=rounds, listings=sizes["listings"])
    return found, {"seed": SEED}


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; the exit status is 0 whether the aims are met or not, 1 when nothing could be measured."""
    options = _options(arguments)
    kinds = options.kinds or list(KINDS)
    sizes = SMALL if options.small else FULL
    found: list[Measure] = []
    try:
        server = server_url()
        conditions: dict[str, Any] = {"rounds": options.rounds, **about_server(server)}
        if "scale" in kinds:  # first: its processes are to start from a small one
            measures, told = run_scale(
                server,
                cases=options.cases or sizes["cases"],
                seed=options.seed,
                rounds=options.rounds,
                only=options.only or list(MEASURES),
                keep=options.keep,
                check=options.check,
                say=lambda line: print(line, flush=True),
            )
            found += measures
            conditions |= told
        if set(kinds) - {"scale"}:
            with fresh_database():
                measures, told = run(kinds, options.rounds, sizes)
                found = [*measures, *found]
                conditions |= told
    except ServerMissing as missing:
        print(missing, file=sys.stderr)
        return 1
    told_server = conditions["postgresql"]
    print(f"PostgreSQL {told_server['server_version']}, fsync {told_server['fsync']}, {conditions['cores']} cores")
    print(table(found))
    for one in found:
        print(f"{one.name}: floor is {one.floor_name}; {one.notes}")
    write_json(options.json, found, conditions)
    print(f"written: {options.json}")
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measures beside their floors.")
    parser.add_argument("kinds", nargs="*", metavar="|".join(KINDS), help="default: all")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, default=RESULTS / "latest.json", metavar="FILE")
    parser.add_argument("--small", action="store_true", help="a few rows only: to see that it works")
    scale = parser.add_argument_group("scale")
    scale.add_argument("--cases", type=int, help=f"default: {FULL['cases']}")
    scale.add_argument("--seed", type=int, default=2026)
    scale.add_argument("--only", type=lambda text: text.split(","), metavar=",".join(MEASURES), help="default: all")
    scale.add_argument("--keep", action="store_true", help="keep the databases made, and use those kept before")
    scale.add_argument("--check", action="store_true", help="verify the log and reconcile the figures first")
    options = parser.parse_args(arguments)
    unknown = {*options.kinds} - {*KINDS} | {*(options.only or ())} - {*MEASURES}
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    if options.only and not options.kinds:
        options.kinds = ["scale"]
    return options


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    sys.exit(main())
