"""Databases that hold a country: made once for a size and a seed, kept where the server is kept, used again.

What a database holds is written into its comment, stage by stage; one without it, or of another version of the plan, is
made anew.
"""

import json
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from benchmarks.scale import plan
from benchmarks.scale.processes import Process

PREFIX = "cpaudit_scale_"
WORKERS = 2
STAGES = ("notices", "facts", "counted")  # of making a country, after its cases


class World:
    """A country of so many cases in a database of its own."""

    def __init__(self, server: str, cases: int, seed: int) -> None:
        self._server, self.cases, self.seed = server, cases, seed
        self.name = f"{PREFIX}{cases}_{seed}"
        self.url = urlunsplit(urlsplit(server)._replace(path=f"/{self.name}"))
        self.about: dict[str, Any] = {}

    def ready(self, say: Any) -> None:
        """Make it, unless it is there. What was interrupted goes on after the last stage that was finished."""
        self.about = self._held()
        if self.about.get("version") == plan.VERSION:
            say(f"{self.name}: kept, filled in {self.about['fill_seconds']:.0f} s then")
            with_process(self.url, "migrate")
        else:
            self.drop()
            with psycopg.connect(self._server, autocommit=True) as connection:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.name)))
            self._fill(say)
            self._note()
        left = [stage for stage in STAGES if stage not in self.about]
        if left:
            worker = self._worker()
            for stage in left:
                say(f"{self.name}: {stage} …")
                start = time.perf_counter()
                told = worker.call(stage)
                self.about[stage] = {"seconds": round(time.perf_counter() - start, 1), **told}
                self._note()
            worker.stop()
        say(f"{self.name}: {json.dumps(self.about, ensure_ascii=False)}")

    def drop(self) -> None:
        """Remove it."""
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(self.name)))

    def process(self, maker: str, **arguments: Any) -> Process:
        """A process on this database, for a maker of the package `benchmarks.scale`."""
        return Process(self.url, f"benchmarks.scale.{maker}", arguments)

    def _note(self) -> None:
        with psycopg.connect(self._server, autocommit=True) as connection:
            comment = sql.Literal(json.dumps(self.about))
            connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(self.name), comment))

    def _held(self) -> dict[str, Any]:
        with psycopg.connect(self._server) as connection:
            row = connection.execute(
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [self.name]
            ).fetchone()
        return json.loads(row[0]) if row and row[0] else {}

    def _fill(self, say: Any) -> None:
        say(f"{self.name}: {self.cases:,} cases are made …")
        start = time.perf_counter()
        with_process(self.url, "nation")
        dealt = [units for units in plan.halves(plan.by_unit(self.cases, self.seed), WORKERS) if units]
        workers = [self._worker() for _ in dealt]
        for worker, units in zip(workers, dealt, strict=True):
            worker.begin("fill", units, self.cases, self.seed)
        parts = [worker.end() for worker in workers]
        memory = [worker.stop() for worker in workers]
        made = time.perf_counter() - start
        say(f"{self.name}: filled in {made:.0f} s")
        self.about = {
            "version": plan.VERSION,
            "cases": self.cases,
            "seed": self.seed,
            "fill_seconds": round(made, 1),
            "seconds_by_work": _summed(part["seconds"] for part in parts),
            "done": _summed(part["done"] for part in parts),
            "fill_peak_mb": max(one["peak"] for one in memory),
        }

    def _worker(self) -> Process:
        return Process(self.url, "benchmarks.scale.making:Maker", {}, durable=False)


def with_process(url: str, method: str) -> Any:
    """One call in a process of its own."""
    process = Process(url, "benchmarks.scale.making:Maker", {}, durable=False)
    answer = process.call(method)
    process.stop()
    return answer


def _summed(parts: Any) -> Mapping[str, float]:
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    return {name: round(value, 1) for name, value in total.items()}
