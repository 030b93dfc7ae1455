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

    `unit` is "s" (less is better: the ratio may be `aim` at most) or "/s" (more is better: at least `aim`).
    """

    name: str
    unit: str
    aim: float
    floor_name: str
    values: list[float] = field(default_factory=list)
    floors: list[float] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def ratios(self) -> list[float]:
        """Measure by floor, round by round."""
        return [value / floor for value, floor in zip(self.values, self.floors, strict=True)]

    @property
    def ratio(self) -> float:
        """The median of the rounds' ratios."""
        return median(self.ratios)

    @property
    def met(self) -> bool:
        """Whether the aim is reached."""
        return self.ratio >= self.aim if self.unit == "/s" else self.ratio <= self.aim

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
            "met": self.met,
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
    heads = ("measure", "rounds", "median", "min", "max", "floor", "ratio", "aim", "met")
    lines = [heads]
    for one in measures:
        sign = ">=" if one.unit == "/s" else "<="
        lines.append(
            (
                one.name,
                str(len(one.values)),
                _number(median(one.values), one.unit),
                _number(min(one.values), one.unit),
                _number(max(one.values), one.unit),
                _number(median(one.floors), one.unit),
                f"{one.ratio:.2f}",
                f"{sign} {one.aim:g}",
                "yes" if one.met else "NO",
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
    return f"{value:,.0f} {unit}" if unit == "/s" else f"{value:.3f} {unit}"


def write_json(path: Path, measures: Iterable[Measure], about: dict[str, Any]) -> None:
    """All figures with what they were measured on."""
    content = {
        "about": {"python": sys.version.split()[0], "machine": platform.machine(), **about},
        "measures": [one.as_json() for one in measures],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
