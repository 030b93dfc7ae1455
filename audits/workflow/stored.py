"""What is stored for queries, compared with a rebuild from the events. Reads many subjects at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from audits.models import Deadline, Document, Option, ReviewAssignment
from audits.procedure.canonical import canonical_json
from audits.procedure.words import Subject
from audits.workflow import listfold, projection
from audits.workflow.state import State, day, fold
from enterprises.models import KeyEnterpriseList, Listing

Body = dict[str, Any]
_PARTS = ("deadlines", "options", "assignments", "documents", "entries")


class Held:
    """The rows that belong to some subjects, by subject, in one query per table."""

    def __init__(self, ids: Sequence[UUID]) -> None:
        self._rows: dict[str, dict[Any, list[Any]]] = {name: defaultdict(list) for name in _PARTS}
        for deadline in Deadline.objects.filter(case_id__in=ids):
            self._rows["deadlines"][deadline.case_id].append(deadline)
        for deadline in Deadline.objects.filter(duty_id__in=ids):
            self._rows["deadlines"][deadline.duty_id].append(deadline)
        for option in Option.objects.filter(case_id__in=ids).prefetch_related("effects"):
            self._rows["options"][option.case_id].append(option)
        for assignment in ReviewAssignment.objects.filter(case_id__in=ids):
            self._rows["assignments"][assignment.case_id].append(assignment)
        for name in ("case_id", "list_id", "duty_id"):
            for document in Document.objects.filter(**{f"{name}__in": ids}):
                self._rows["documents"][getattr(document, name)].append(document)
        for pk, owner, status in Listing.objects.filter(list_id__in=ids).values_list("pk", "list_id", "status"):
            self._rows["entries"][owner].append((str(pk), status))

    def of(self, part: str, subject_id: UUID) -> list[Any]:
        """The rows of one table that belong to one subject."""
        return self._rows[part].get(subject_id, [])


def differences(row: Any, bodies: list[Body], held: Held) -> list[str]:
    """How a stored subject differs from what its events say, each difference in words; empty when it does not."""
    wrong = _document_differences(bodies, held.of("documents", row.pk))
    if row.subject_kind == Subject.LIST:
        return wrong + _list_differences(row, bodies, held)
    state = fold(bodies)
    wrong += _state_differences(row.state, state)
    fresh = _rebuilt(row, state, bodies)
    wrong += _column_differences(row, fresh)
    wrong += _deadline_differences(fresh, state, held.of("deadlines", row.pk))
    if row.subject_kind == Subject.CASE:
        wrong += _option_differences(state, held.of("options", row.pk))
        wrong += _panel_differences(state, held.of("assignments", row.pk))
    return wrong


def _state_differences(stored: Mapping[str, Any], state: State) -> list[str]:
    return [
        f"state.{name}"
        for name in sorted({*stored, *state})
        if canonical_json(stored.get(name)) != canonical_json(state.get(name))
    ]


def _rebuilt(row: Any, state: State, bodies: list[Body]) -> Any:
    """The row as the projection would write it now. Version and head are compared with the chain elsewhere."""
    fresh = copy(row)
    basis: Mapping[str, str] = next((body["basis"] for body in reversed(bodies) if body["basis"].get("table")), {})
    projection.columns(fresh, state, SimpleNamespace(seq=row.version, hash=row.head_hash), basis)  # type: ignore[arg-type]
    return fresh


def _column_differences(row: Any, fresh: Any) -> list[str]:
    names = projection.CASE_COLUMNS if row.subject_kind == Subject.CASE else projection.DUTY_COLUMNS
    compared = [name for name in names if name not in ("state", "changed_at")]
    return [
        f"{name}: stored {getattr(row, name)}, rebuilt {getattr(fresh, name)}"
        for name in ("reporting_unit_id" if name == "reporting_unit" else name for name in compared)
        if getattr(row, name) != getattr(fresh, name)
    ]


def _deadline_differences(fresh: Any, state: State, held: Iterable[Deadline]) -> list[str]:
    def values(deadline: Deadline) -> tuple[Any, ...]:
        return (
            *(getattr(deadline, name) for name in projection.DEADLINE_COLUMNS if name != "detail"),
            canonical_json(deadline.detail),
        )

    stored = {one.key: values(one) for one in held}
    told = {one.key: values(one) for one in projection.deadline_rows(fresh, state["deadlines"])}
    names = sorted(key for key in {*stored, *told} if stored.get(key) != told.get(key))
    return [f"deadlines: {', '.join(names)}"] if names else []


def _option_differences(state: State, held: Iterable[Option]) -> list[str]:
    stored = {
        one.code: (
            one.name,
            one.cost_class,
            one.done_on,
            one.investment_planned,
            one.investment_actual,
            {(e.metric, e.year): (e.planned, e.verified) for e in one.effects.all()},
        )
        for one in held
    }
    told = {
        code: (
            said["name"],
            said["cost_class"],
            day(said.get("done_on")),
            said.get("investment_planned"),
            said.get("investment_actual"),
            {
                (key.split("@")[0], int(key.split("@")[1])): (value.get("planned"), value.get("verified"))
                for key, value in said["effects"].items()
            },
        )
        for code, said in state["options"].items()
    }
    names = sorted(code for code in {*stored, *told} if stored.get(code) != told.get(code))
    return [f"options: {', '.join(names)}"] if names else []


def _panel_differences(state: State, held: Iterable[ReviewAssignment]) -> list[str]:
    stored = {(one.review_kind, str(one.membership_id), one.attempt) for one in held if one.ended_on is None}
    told = {(*key, state["attempt"]) for key, runs in projection.panel_of(state).items() if runs}
    return ["panel: who may see the case differs"] if stored != told else []


def _document_differences(bodies: Iterable[Body], held: Iterable[Document]) -> list[str]:
    """Every file an event names is bound to it, with the content's hash the event holds."""
    stored = {str(one.pk): (one.sha256, one.event_seq, one.action) for one in held}
    told = {item["id"]: (item["sha256"], body["seq"], body["action"]) for body in bodies for item in body["files"]}
    names = sorted(one for one in {*stored, *told} if stored.get(one) != told.get(one))
    return [f"documents: {', '.join(names)}"] if names else []


def _list_differences(row: KeyEnterpriseList, bodies: list[Body], held: Held) -> list[str]:
    rebuilt = listfold.fold_list(bodies)
    wrong = ["state"] if canonical_json(row.state) != canonical_json(rebuilt.state) else []
    if row.status != listfold.status_of(rebuilt.state).value:
        wrong.append(f"status: stored {row.status}, rebuilt {listfold.status_of(rebuilt.state).value}")
    published = next((body for body in bodies if body["action"] == "publish"), None)
    if row.published_on != (day(published["on"]) if published else None):
        wrong.append(f"published_on: stored {row.published_on}")
    entries = dict(held.of("entries", row.pk))
    if entries != rebuilt.entries:
        names = sorted(k for k in {*entries, *rebuilt.entries} if entries.get(k) != rebuilt.entries.get(k))
        wrong.append(f"entries: {len(names)} differ, first {names[0]}")
    return wrong
