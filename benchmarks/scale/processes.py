"""Processes that do one thing each in a database of their own choice, and tell how much memory they took.

A process loads the service on the database it is given, makes the named object of a module, and then calls its methods
when asked. Calls of two processes may run at once (`begin`, then `end`).
"""

import gc
import multiprocessing
import os
import resource
import tempfile
import traceback
from collections.abc import Mapping
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any


class ProcessFailed(RuntimeError):
    """What went wrong in a process, with its traceback."""


class Process:
    """One process. `maker` is "module:function", called with `arguments`; its result answers the calls."""

    def __init__(self, url: str, maker: str, arguments: Mapping[str, Any], *, durable: bool = True) -> None:
        context = multiprocessing.get_context("spawn")
        self._here, there = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(there, url, maker, dict(arguments), durable), name=maker, daemon=True
        )
        self._process.start()
        there.close()
        self._answer()

    def begin(self, method: str, *arguments: Any) -> None:
        """Let it start on a call."""
        self._here.send((method, arguments))

    def end(self) -> Any:
        """The result of the call begun. Raises `ProcessFailed`."""
        return self._answer()

    def call(self, method: str, *arguments: Any) -> Any:
        """Begin and end."""
        self.begin(method, *arguments)
        return self.end()

    def stop(self) -> dict[str, float]:
        """End it. Peak memory in MB: `peak` of its whole life, `loaded` before it did anything for us."""
        self._here.send(None)
        memory: dict[str, float] = self._answer()
        self._process.join(20)
        return memory

    def _answer(self) -> Any:
        try:
            kind, value = self._here.recv()
        except EOFError:
            self._process.join(5)
            raise ProcessFailed(f"{self._process.name} ended with {self._process.exitcode}") from None
        if kind == "failed":
            raise ProcessFailed(value)
        return value


def peak_mb() -> float:
    """Peak resident memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _serve(there: Connection, url: str, maker: str, arguments: dict[str, Any], durable: bool) -> None:
    with tempfile.TemporaryDirectory(prefix="cpaudit-bench-") as folder:
        try:
            if not durable:  # while the country is made; measures flush as production does
                os.environ["PGOPTIONS"] = "-c synchronous_commit=off"
            os.environ |= {"THROTTLE_ANONYMOUS": "", "THROTTLE_USER": ""}
            from benchmarks.database import use

            use(url, folder)
            module, function = maker.split(":")
            make = getattr(import_module(module), function)
            loaded = peak_mb()
            target = make(**arguments)
            there.send(("done", None))
            while (order := there.recv()) is not None:
                method, given = order
                gc.collect()
                there.send(("done", getattr(target, method)(*given)))
            there.send(("done", {"loaded": loaded, "peak": peak_mb()}))
        except Exception:  # told to the parent, which raises it
            there.send(("failed", traceback.format_exc()))
