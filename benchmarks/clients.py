"""Client processes: each has the service loaded and a connection of its own, waits for work, says when it did it."""

import gc
import multiprocessing
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any
from uuid import UUID

Span = tuple[float, float]  # CLOCK_MONOTONIC, the same for all processes of a machine


def rate(spans: Sequence[Span], done: int) -> float:
    """Acts per second from the first start to the last end."""
    return done / (max(end for _, end in spans) - min(start for start, _ in spans))


class Client:
    """One process. `begin` hands it work, `finish` waits for the end."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._here, there = context.Pipe()
        self._process = context.Process(target=_serve, args=(there,), daemon=True)
        self._process.start()
        there.close()

    def begin(self, kind: str, work: list[Any]) -> None:
        """Prepare the work, then do it at once."""
        self._here.send((kind, work))

    def ready(self) -> None:
        """Wait until the work is prepared, so that all clients start together."""
        if self._here.recv() != "ready":
            raise RuntimeError("A client failed.")

    def go(self) -> None:
        """Start."""
        self._here.send("go")

    def finish(self) -> Span:
        """From when to when it worked. Raises what went wrong there."""
        answer = self._here.recv()
        if isinstance(answer, str):
            raise RuntimeError(answer)
        start, end = answer
        return start, end

    def stop(self) -> None:
        """End the process."""
        self._here.send(None)
        self._process.join(10)


@contextmanager
def clients(number: int) -> Iterator[list[Client]]:
    """So many client processes."""
    made = [Client() for _ in range(number)]
    try:
        yield made
    finally:
        for one in made:
            one.stop()


def together(chosen: Sequence[Client], kind: str, work: Sequence[list[Any]]) -> float:
    """All clients do their part at once: acts per second of all together."""
    for client, part in zip(chosen, work, strict=True):
        client.begin(kind, part)
    for client in chosen:
        client.ready()
    for client in chosen:
        client.go()
    return rate([client.finish() for client in chosen], sum(len(part) for part in work))


def _serve(there: Connection) -> None:
    import django

    django.setup()
    while (order := there.recv()) is not None:
        kind, work = order
        try:
            run = _PREPARE[kind](work)
            gc.collect()
            there.send("ready")
            there.recv()
            start = time.monotonic()
            run()
            there.send((start, time.monotonic()))
        except Exception as error:  # told to the parent, which raises it
            there.send(f"{type(error).__name__}: {error}")


def _perform(work: list[tuple[UUID, str, UUID, dict[str, Any], int, str, Any]]) -> Any:
    """The door, for acts `(case, action, membership, payload, version, key, moment)`."""
    from accounts.models import Membership
    from audits.models import AuditCase
    from audits.workflow.door import perform

    people = {row.pk: row for row in Membership.objects.with_people().filter(pk__in={act[2] for act in work})}
    cases = AuditCase.objects.in_bulk([act[0] for act in work])

    def run() -> None:
        for case, action, by, payload, version, key, now in work:
            perform(
                cases[case],
                action,
                by=people[by],
                payload=payload,
                expected_version=version,
                idempotency_key=key,
                now=now,
            )

    return run


def _raw(work: list[tuple[UUID, str, str]]) -> Any:
    """The floor, for `(case, state, event text)`: lock, update, insert, commit, over psycopg alone."""
    import psycopg
    from django.db import connection

    connection.ensure_connection()
    raw = psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None, "context": None})

    def run() -> None:
        with raw.cursor() as cursor:
            for case, state, text in work:
                with raw.transaction():
                    cursor.execute("SELECT version, state FROM floor_case WHERE id = %s FOR UPDATE", (case,))
                    version, _ = cursor.fetchone()
                    cursor.execute(
                        "UPDATE floor_case SET version = %s, state = %s WHERE id = %s", (version + 1, state, case)
                    )
                    cursor.execute(
                        "INSERT INTO floor_event (case_id, version, text) VALUES (%s, %s, %s)",
                        (case, version + 1, text),
                    )
        raw.close()

    return run


_PREPARE = {"perform": _perform, "raw": _raw}
