"""When somebody is reminded of a deadline, and when it climbs to the authority above. Rules of this product."""

from dataclasses import dataclass

from audits.procedure.words import Mark, Text


@dataclass(frozen=True, slots=True)
class Rungs:
    """Days relative to the due date.

    `before` counts days ahead of it (0 is the day itself), `after` days past it, then every `repeat` days (0: never).
    `climb` are the days past the due date on which it goes one authority higher, along unit and line.
    """

    key: str
    title: Text
    before: tuple[int, ...]
    after: tuple[int, ...] = (1, 7)
    repeat: int = 7
    climb: tuple[int, ...] = (1, 7, 30)
    mark: Mark = Mark.OWN


RUNGS: dict[str, Rungs] = {
    rungs.key: rungs
    for rungs in (
        Rungs("default", Text("通常", "usual"), (30, 14, 7, 3, 1, 0)),
        Rungs("order", Text("责令期限", "dates set by an order"), (14, 7, 3, 1, 0), climb=(1, 7)),
        Rungs("yearly", Text("年度任务", "yearly duties of authorities"), (60, 30, 14, 7, 3, 1, 0)),
        Rungs("next_round", Text("下一轮审核", "the next round"), (365, 180, 90, 30, 7, 0), repeat=30),
    )
}
