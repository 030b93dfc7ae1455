"""Fill in the form of a step the way a person would: what matters stands in the scenario, the rest gets a plain value.

Works on the fields as the API describes them (`GET …/actions/`), so it knows no more than any client does.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

Described = Mapping[str, Any]  # one field: key, kind, required, choices, columns, only_if, only_categories, register, …


@dataclass
class Facts:
    """What a form may take from the scenario. `stage` uploads a file and gives its id; `references` the ids by register."""

    on: date
    categories: tuple[str, ...]
    sector: str
    route: str
    stage: Callable[[], str]
    references: Mapping[str, Callable[[], list[str]]]
    answers: dict[str, Any] = field(default_factory=dict)


def filled(fields: list[Described], wanted: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
    """A payload: the values of `wanted` (None leaves a field out), and plain values for what is required beside."""
    payload: dict[str, Any] = {}
    known = {one["key"] for one in fields}
    for one in sorted(fields, key=lambda one: one["only_if"] is not None):  # conditions first
        key = one["key"]
        if key in wanted:
            if wanted[key] is not None:
                payload[key] = _given(one, wanted[key], facts)
            continue
        if not _applies(one, payload, facts):
            continue
        if one["required"] or _usual(one, facts):
            payload[key] = _plain(one, facts)
    # A scenario may send what the form has not, to see it refused.
    payload |= {key: value for key, value in wanted.items() if key not in known}
    return payload


def _applies(one: Described, payload: Mapping[str, Any], facts: Facts) -> bool:
    if one["only_categories"] and not set(one["only_categories"]) & set(facts.categories):
        return False
    if one["only_if"] is None:
        return True
    other, values = one["only_if"]["field"], one["only_if"]["values"]
    told = payload.get(other, {"route": facts.route, "categories": list(facts.categories)}.get(other))
    told = told if isinstance(told, list) else [told]
    return any(str(item).lower() in values if isinstance(item, bool) else item in values for item in told)


def _usual(one: Described, facts: Facts) -> bool:
    """What is not required by the form but by the law: a candidate's categories and the evidence for each."""
    if one["key"] == "categories":
        return bool(facts.categories)
    if one["key"] == "sector":
        return bool(facts.sector)
    return one["kind"] == "files" and one["only_if"] is not None and one["only_if"]["field"] == "categories"


def _given(one: Described, value: Any, facts: Facts) -> Any:
    if one["kind"] == "rows":
        return [filled(one["columns"], row, facts) for row in value]
    if one["kind"] == "files":
        return [facts.stage() for _ in range(value)] if isinstance(value, int) else value
    if isinstance(value, date):
        return value.isoformat()
    return value


def _plain(one: Described, facts: Facts) -> Any:
    kind, key = one["kind"], one["key"]
    if key == "route":
        return facts.route
    if key == "categories":
        return list(facts.categories)
    if key == "sector":
        return facts.sector
    if kind == "files":
        return [facts.stage()]
    if kind == "date":
        return (facts.on + timedelta(days=180) if one["future_allowed"] else facts.on).isoformat()
    if kind == "boolean":
        return key != "overdue"
    if kind == "choice":
        return one["choices"][0]["value"]
    if kind == "choices":
        return [one["choices"][0]["value"]]
    if kind == "decimal":
        return "1"
    if kind == "integer":
        return max(1, int(one["minimum"] or 1))
    if kind == "rows":
        return _rows(one, facts)
    if kind == "reference":
        return facts.references[one["register"]]()[0]
    return f"{one['label']}：如附件"[: one["max_length"] or None]


def _rows(one: Described, facts: Facts) -> list[dict[str, Any]]:
    """One row, or one for each entry of the register that the rows are about."""
    for column in one["columns"]:
        if column["kind"] == "reference" and column["required"]:
            ids = facts.references[column["register"]]()
            return [filled(one["columns"], {column["key"]: ident}, facts) for ident in ids]
    return [filled(one["columns"], {}, facts)]
