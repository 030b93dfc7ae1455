"""Publishing a list against COPY of the rows that publishing makes."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks import database, floors
from benchmarks.measures import Measure, seconds
from benchmarks.world import World

TABLES = (
    "audits_auditcase",
    "audits_event",
    "audits_deadline",
    "audits_noticeintent",
    "accounts_activationcode",
)


def measure(world: World, *, rounds: int, listings: int) -> list[Measure]:
    """Each round publishes a new list of `listings` entries, then copies its rows once more."""
    floors.make_copies(TABLES)
    found = Measure(
        f"publish {listings:,} listings", "s", 3.0, "COPY of the same cases, events, deadlines, intents, codes"
    )
    few = world.confirmed_list(max(listings // 10, 1), world.city_places)
    with CaptureQueriesContext(connection) as queries_few:  # also warms what a server that runs has warm
        world.publish(few)
    for _ in range(rounds):
        found.add(*_round(world, listings, found.notes))
    many = world.confirmed_list(listings, world.city_places)
    with CaptureQueriesContext(connection) as queries_many:
        world.publish(many)
    found.notes["queries"] = {max(listings // 10, 1): len(queries_few), listings: len(queries_many)}
    return [found]


def _round(world: World, listings: int, notes: dict[str, Any]) -> tuple[float, float]:
    target = world.confirmed_list(listings, world.city_places)
    database.checkpoint()
    before = floors.transaction_number()
    took = seconds(lambda: world.publish(target))
    rows = floors.written_since(before, TABLES)
    database.checkpoint()
    notes["rows"] = {part.table: len(part.rows) for part in rows}
    return took, seconds(floors.copy_in(rows))
