"""What is stored for queries, written from the fold. Everything here can be rebuilt from events."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from audits.models import AuditCase, Deadline, DutyYear, Event, NoticeIntent, Option, OptionEffect, ReviewAssignment
from audits.procedure.registry import PROCEDURES
from audits.procedure.words import Category, Line, Party, RegimeKey, Subject
from audits.workflow import clock
from audits.workflow.state import State, day, phase_of, stands_still
from audits.workflow.statements import Writes

_OWNER_DEFAULT = Party.ENTERPRISE


def columns(row: Any, state: Mapping[str, Any], event: Event, basis: Mapping[str, str]) -> None:
    """Set the cached columns of a subject from its state, without saving."""
    row.state = dict(state)
    row.version = event.seq
    row.head_hash = event.hash
    row.next_due_on, row.next_due_step = clock.next_due(state)
    if basis.get("table"):
        row.basis_digest = clock.basis_digest(basis)
    closed = state.get("closed")
    row.closed_on = day(closed["on"]) if closed else None
    if row.subject_kind == Subject.CASE:
        row.kind = state["kind"]
        row.regime = state["regime"]
        row.published_on = day(state["published_on"])
        row.categories = sorted(state["categories"])
        lines = case_lines(state["categories"])
        row.line_environment, row.line_energy = Line.ENVIRONMENT in lines, Line.ENERGY in lines
        row.phase = phase_of(state).value
        row.route = state["route"]
        row.attempt = state["attempt"]
        if state["values"].get("scope_code"):  # after a transfer other authorities see it
            row.scope_code = state["values"]["scope_code"]
            row.reporting_unit_id = state["values"]["reporting_unit"]


def case_lines(categories: Iterable[str]) -> frozenset[Line]:
    """See `contexts.lines_of`; written here for rows."""
    names = set(categories)
    lines = set()
    if Category.ENERGY in names:
        lines.add(Line.ENERGY)
    if names - {Category.ENERGY.value} or not names:
        lines.add(Line.ENVIRONMENT)
    return frozenset(lines)


CASE_COLUMNS = (
    "state",
    "version",
    "head_hash",
    "next_due_on",
    "next_due_step",
    "basis_digest",
    "closed_on",
    "kind",
    "regime",
    "published_on",
    "categories",
    "line_environment",
    "line_energy",
    "phase",
    "route",
    "attempt",
    "scope_code",
    "reporting_unit",
    "changed_at",
)
DEADLINE_COLUMNS = (
    "step",
    "party",
    "due_on",
    "adjusted_due_on",
    "provisional",
    "calendar_unknown",
    "met_on",
    "void",
    "held",
    "detail",
)
DUTY_COLUMNS = ("state", "version", "head_hash", "next_due_on", "next_due_step", "basis_digest", "closed_on")


def write(row: Any, after: State, event: Event, body: Mapping[str, Any], intents: Sequence[NoticeIntent]) -> None:
    """Store one event with what it changed: the subject's columns, its deadlines, options and panel, and its intents."""
    columns(row, after, event, body["basis"])
    is_case = row.subject_kind == Subject.CASE
    writes = Writes(Event)
    writes.insert([event])
    writes.update(row, CASE_COLUMNS if is_case else DUTY_COLUMNS)
    unique = ("case" if is_case else "duty", "key")
    writes.upsert(deadline_rows(row, body["deadlines"]), unique, DEADLINE_COLUMNS)
    writes.insert(intents)
    writes.send()
    changes = body["changes"]
    codes = options_touched(changes)
    if codes:
        write_options(row, after, codes)
    if is_case and touches_panel(changes):
        write_panel(row, after, event.legal_date)


@lru_cache(maxsize=8)
def _owners(regime: str) -> dict[str, Party]:
    """Which party each step of a regime is for."""
    return {step.key: step.actor.party for step in PROCEDURES[RegimeKey(regime)].steps}


def deadline_rows(row: Any, changed: Mapping[str, Any]) -> list[Deadline]:
    """Unsaved deadline rows for the changed keys."""
    owners = _owners(row.state["regime"] or row.regime)
    subject = {"case_id": row.pk} if row.subject_kind == Subject.CASE else {"duty_id": row.pk}
    return [
        Deadline(
            **subject,
            key=key,
            step=value["step"],
            party=owners.get(value["step"], _OWNER_DEFAULT).value,
            due_on=date.fromisoformat(value["due_on"]),
            adjusted_due_on=day(value["adjusted_due_on"]),
            provisional=value["provisional"],
            calendar_unknown=value["calendar_unknown"],
            met_on=day(value["met_on"]),
            void=value["void"],
            held=stands_still(value),
            detail=value,
        )
        for key, value in changed.items()
    ]


def write_deadlines(rows: list[Deadline]) -> None:
    """Insert or update deadlines by their identity, in batches."""
    for owner in ("case", "duty"):
        batch = [row for row in rows if getattr(row, f"{owner}_id") is not None]
        if batch:
            Deadline.objects.bulk_create(
                batch,
                update_conflicts=True,
                unique_fields=[owner, "key"],
                update_fields=DEADLINE_COLUMNS,
                batch_size=2000,
            )


def options_touched(changes: Mapping[str, Any]) -> list[str]:
    """The codes of the options an event recorded, put back or took away."""
    return [
        *changes.get("options", {}),
        *changes.get("restore", {}).get("options", {}),
        *changes.get("forget", {}).get("options", ()),
    ]


def write_options(case: AuditCase, state: Mapping[str, Any], changed: Iterable[str]) -> None:
    """Store the options an event named, with their effects; one that was recorded by mistake goes."""
    for code in changed:
        if code not in state["options"]:
            OptionEffect.objects.filter(option__case=case, option__code=code).delete()
            Option.objects.filter(case=case, code=code).delete()
            continue
        said = state["options"][code]
        option, _ = Option.objects.update_or_create(
            case=case,
            code=code,
            defaults={
                "name": said["name"],
                "cost_class": said["cost_class"],
                "done_on": day(said.get("done_on")),
                "investment_planned": said.get("investment_planned"),
                "investment_actual": said.get("investment_actual"),
            },
        )
        OptionEffect.objects.filter(option=option).delete()
        OptionEffect.objects.bulk_create(
            OptionEffect(option=option, metric=metric, year=int(year), **amounts)
            for (metric, year), amounts in ((key.split("@"), value) for key, value in said["effects"].items())
        )


def touches_panel(changes: Mapping[str, Any]) -> bool:
    """Whether an event may change who is on a panel or how long."""
    kinds = {"panel", "result", "reset", "undo", "restore", "forget"}
    return bool(kinds & set(changes)) or "closed" in changes.get("set", {})


def panel_of(state: Mapping[str, Any]) -> dict[tuple[str, str], bool]:
    """`(review, membership)` to whether the assignment still runs: until the review is decided or the case closed."""
    decided = {
        kind: bool(state["closed"])
        or (f"decide_{kind}" in state["results"] and state["results"][f"decide_{kind}"] != "supplement")
        for kind in state["panel"]
    }
    return {(kind, member): not decided[kind] for kind, members in state["panel"].items() for member in members}


def write_panel(case: AuditCase, state: Mapping[str, Any], on: date) -> None:
    """Store who is on the panel now; assignments that ended keep their row."""
    wanted = panel_of(state)
    running = {key for key, runs in wanted.items() if runs}
    held = {(a.review_kind, str(a.membership_id), a.attempt): a for a in ReviewAssignment.objects.filter(case=case)}
    for (kind, member, attempt), assignment in held.items():
        runs = (kind, member) in running and attempt == state["attempt"]
        if runs == (assignment.ended_on is None):
            continue
        assignment.ended_on = None if runs else on
        assignment.save(update_fields=["ended_on"])
    for kind, member in running:
        if (kind, member, state["attempt"]) not in held:
            ReviewAssignment.objects.create(
                case=case, membership_id=member, review_kind=kind, attempt=state["attempt"], started_on=on
            )


__all__ = ["DutyYear", "columns", "deadline_rows", "write", "write_deadlines"]
