"""The reviews of a case, put together from its events as a reader may see them."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from accounts.acting import acting_of
from accounts.models import Membership
from audits.models import AuditCase, Event
from audits.procedure.words import ReviewKind, Subject
from audits.workflow.events import read_body
from audits.workflow.reading import readable

ACTIONS = frozenset(
    {
        *("review_results", "apply_assessment", "apply_acceptance", "form_panel", "hold_review", "submit_opinion"),
        *("decide_assessment", "decide_acceptance", "submit_supplement", "review_supplement", "order_redo"),
    }
)


def reviews_of(case: AuditCase, by: Membership) -> list[dict[str, Any]]:
    """One object per review and attempt, in the order they were begun. Keys: `review, attempt, applied_on, panel, met_on,
    opinions, decided_on, result, decision`."""
    reader = acting_of(by)
    rows = Event.objects.filter(subject_kind=Subject.CASE, subject_id=case.pk, action__in=ACTIONS).order_by("seq")
    bodies = [read_body(row) for row in rows]
    names = names_of_experts(
        {row["expert"] for body in bodies for row in body["payload"].get("members", ()) if "expert" in row}
    )
    found: dict[tuple[str, int], dict[str, Any]] = {}
    attempt = 1
    for body in bodies:
        _note(found, body, readable(body, reader), attempt, names)
        if "reset" in body["changes"]:
            attempt += 1
    return list(found.values())


def _note(
    found: dict[tuple[str, int], dict[str, Any]],
    body: Mapping[str, Any],
    seen: Mapping[str, Any],
    attempt: int,
    names: Mapping[str, str],
) -> None:
    action, payload = body["action"], body["payload"]
    review = str(payload.get("review") or _review_named(action))
    if not review:
        return
    entry = found.setdefault((review, attempt), _empty(review, attempt))
    if action.startswith("apply_"):
        entry["applied_on"] = body["on"]
    elif action == "form_panel":
        entry["panel"] = [
            {
                "membership": row["expert"],
                "name": names.get(row["expert"], ""),
                "expertise": row.get("expertise", ""),
                "leader": bool(row.get("leader")),
            }
            for row in payload.get("members", ())
        ]
    elif action == "hold_review":
        entry["met_on"].append(body["on"])
    elif action == "submit_opinion":
        entry["opinions"].append(
            {
                "date": body["on"],
                "name": seen["by"]["name"],
                "payload": seen["payload"],
                "redacted": seen["redacted"],
            }
        )
    elif "result" in payload:
        entry |= {"decided_on": body["on"], "result": payload["result"], "decision": dict(payload)}


def _review_named(action: str) -> str:
    """The review an action belongs to by its name; the supplement belongs to the assessment."""
    if action.endswith("_acceptance"):
        return ReviewKind.ACCEPTANCE.value
    return "" if action == "order_redo" else ReviewKind.ASSESSMENT.value


def _empty(review: str, attempt: int) -> dict[str, Any]:
    return {
        "review": review,
        "attempt": attempt,
        "applied_on": None,
        "panel": [],
        "met_on": [],
        "opinions": [],
        "decided_on": None,
        "result": "",
        "decision": {},
    }


def names_of_experts(memberships: Collection[str]) -> dict[str, str]:
    """The names of the experts on panels, by membership: whoever sees the review knows who sat on its panel."""
    people = Membership.objects.filter(pk__in=sorted(memberships)).select_related("user") if memberships else ()
    return {str(one.pk): one.user.get_full_name() or one.user.get_username() for one in people}


def panels_in(reviews: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The names `reviews_of` tells, by membership."""
    return {row["membership"]: row["name"] for one in reviews for row in one["panel"] if row["name"]}
