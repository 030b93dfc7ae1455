"""The command line; see the package."""

import argparse
import sys
from pathlib import Path
from typing import Any

from benchmarks.database import ServerMissing, about, fresh_database
from benchmarks.measures import Measure, table, write_json

RESULTS = Path(__file__).parent / "results"
KINDS = ("perform", "import", "publish")
FULL = {"acts": 200, "rows": 10_000, "listings": 5_000}
SMALL = {"acts": 6, "rows": 40, "listings": 20}


def run(kinds: list[str], rounds: int, sizes: dict[str, int]) -> tuple[list[Measure], dict[str, Any]]:
    """All measures asked for, in one world."""
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
    return found, {"seed": SEED, "rounds": rounds, **about()}


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; the exit status is 0 whether the aims are met or not, 1 when nothing could be measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measures beside their floors.")
    parser.add_argument("kinds", nargs="*", metavar="|".join(KINDS), help="default: all")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, default=RESULTS / "latest.json", metavar="FILE")
    parser.add_argument("--small", action="store_true", help="a few rows only: to see that it works")
    options = parser.parse_args(arguments)
    unknown = set(options.kinds) - set(KINDS)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    try:
        with fresh_database():
            found, conditions = run(options.kinds or list(KINDS), options.rounds, SMALL if options.small else FULL)
    except ServerMissing as missing:
        print(missing, file=sys.stderr)
        return 1
    server = conditions["postgresql"]
    print(f"PostgreSQL {server['server_version']}, fsync {server['fsync']}, {conditions['cores']} cores")
    print(table(found))
    for one in found:
        print(f"{one.name}: floor is {one.floor_name}; {one.notes}")
    write_json(options.json, found, conditions)
    print(f"written: {options.json}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
