"""Measures, their rounds, and how they are shown."""

import gc
import json
import platform
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

Timed = Callable[[], Any]


@dataclass
class Measure:
    """One thing measured against its floor. `values` and `floors` are pairs, one pair a round.

    `unit` is "s" (less is better: the ratio may be `aim` at most) or "/s" (more is better: at least `aim`). Without an
    aim it is only told. `limit` bounds the median itself (of both, where the floor is the same at another size).
    `peak_mb` is the peak memory of the process that did it, where it did nothing else.
    """

    name: str
    unit: str
    aim: float | None
    floor_name: str
    values: list[float] = field(default_factory=list)
    floors: list[float] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)
    limit: float | None = None
    peak_mb: float | None = None

    @property
    def ratios(self) -> list[float]:
        """Measure by floor, round by round."""
        return [value / floor for value, floor in zip(self.values, self.floors, strict=True)]

    @property
    def ratio(self) -> float:
        """The median of the rounds' ratios."""
        return median(self.ratios)

    @property
    def met(self) -> bool | None:
        """Whether aim and limit are reached; None where there is neither."""
        if self.aim is None and self.limit is None:
            return None
        within = self.limit is None or max(median(self.values), median(self.floors)) <= self.limit
        if self.aim is None:
            return within
        return within and (self.ratio >= self.aim if self.unit == "/s" else self.ratio <= self.aim)

    def add(self, value: float, floor: float) -> None:
        """One more round."""
        self.values.append(value)
        self.floors.append(floor)

    def as_json(self) -> dict[str, Any]:
        """Everything, rounds included."""
        return {
            "measure": self.name,
            "unit": self.unit,
            "median": median(self.values),
            "values": self.values,
            "floor": self.floor_name,
            "floor_median": median(self.floors),
            "floor_values": self.floors,
            "ratio": self.ratio,
            "ratios": self.ratios,
            "aim": self.aim,
            "limit": self.limit,
            "met": self.met,
            "peak_mb": self.peak_mb,
            "notes": self.notes,
        }


def seconds(work: Timed) -> float:
    """How long `work` takes, with the garbage of earlier work out of the way."""
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def table(measures: Iterable[Measure]) -> str:
    """The measures as a text table."""
    heads = ("measure", "rounds", "median", "min", "max", "floor", "ratio", "aim", "met", "peak")
    lines = [heads]
    for one in measures:
        met = {True: "yes", False: "NO", None: "-"}[one.met]
        lines.append(
            (
                one.name,
                str(len(one.values)),
                _number(median(one.values), one.unit),
                _number(min(one.values), one.unit),
                _number(max(one.values), one.unit),
                _number(median(one.floors), one.unit),
                f"{one.ratio:.2f}",
                _aim(one),
                met,
                "-" if one.peak_mb is None else f"{one.peak_mb:.0f} MB",
            )
        )
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    shown = [
        "  ".join(
            cell.ljust(width) if not column else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    ]
    return "\n".join([shown[0], "-" * len(shown[0]), *shown[1:]])


def _number(value: float, unit: str) -> str:
    if unit == "/s":
        return f"{value:,.0f} {unit}"
    return f"{value:.3f} s" if value >= 0.1 else f"{value * 1000:.2f} ms"


def _aim(one: Measure) -> str:
    sign = ">=" if one.unit == "/s" else "<="
    told = [] if one.aim is None else [f"{sign} {one.aim:g}"]
    if one.limit is not None:
        told.append(f"<= {_number(one.limit, one.unit)}")
    return ", ".join(told) or "-"


def write_json(path: Path, measures: Iterable[Measure], about: dict[str, Any]) -> None:
    """All figures with what they were measured on."""
    content = {
        "about": {"python": sys.version.split()[0], "machine": platform.machine(), **about},
        "measures": [one.as_json() for one in measures],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
