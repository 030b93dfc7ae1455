"""A confirmed import against reading the file and COPY of the rows it ends in."""

import io
from typing import Any

import python_calamine

from benchmarks import database, floors, workbooks
from benchmarks.measures import Measure, seconds
from benchmarks.world import World

TABLES = (
    "accounts_organization",
    "accounts_historicalorganization",
    "enterprises_enterprise",
    "enterprises_historicalenterprise",
    "enterprises_enterprisename",
    "enterprises_enterprisecode",
    "enterprises_site",
    "enterprises_historicalsite",
    "enterprises_listing",
    "enterprises_listimport",
    "audits_document",
    "audits_event",
)
KNOWN = 0.1  # of the enterprises are on record before


def measure(world: World, *, rounds: int, rows: int) -> list[Measure]:
    """Each round imports a new file into a new list, check and apply, then reads the file and copies the rows again."""
    floors.make_copies(TABLES)
    found = Measure(f"import {rows:,} rows", "s", 3.0, "calamine reads the file, COPY of the same rows")
    _import(world, max(rows // 20, 5))
    for _ in range(rounds):
        found.add(*_round(world, rows, found.notes))
    return [found]


def _round(world: World, rows: int, notes: dict[str, Any]) -> tuple[float, float]:
    content = _file(world, rows)
    target = world.new_list()
    database.checkpoint()
    before = floors.transaction_number()
    took = seconds(lambda: world.import_list(target, content))
    parts = floors.written_since(before, TABLES)
    store = floors.copy_in(parts)
    database.checkpoint()

    def floor() -> None:
        python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()
        store()

    notes["rows"] = {part.table: len(part.rows) for part in parts}
    notes["file_bytes"] = len(content)
    return took, seconds(floor)


def _file(world: World, rows: int) -> bytes:
    lines = workbooks.lines(rows, world.places, world.chance)
    world.register(world.chance.sample(lines, round(rows * KNOWN)))
    return workbooks.workbook(lines, world.chance)


def _import(world: World, rows: int) -> None:
    """Once, small: so that no measure pays for what a running server has warm."""
    world.import_list(world.new_list(), _file(world, rows))
