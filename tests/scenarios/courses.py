"""The usual course of a part of the procedure, so that a scenario shows only what is particular to it.

`listing: {nominated: …, submitted: …, verified: …, confirmed: …, published: …}` stands for those acts on those days by the
usual people; likewise `audit`, `assessment`, `acceptance`. What is left out does not happen. `then` belongs to the last act.
"""

from collections.abc import Mapping
from typing import Any

Step = dict[str, Any]
COURSES = ("listing", "audit", "assessment", "acceptance")

_LISTING = {
    "nominated": ("{local} officer", "nominate"),
    "submitted": ("{local} approver", "submit_nominations"),
    "verified": ("{verifier} officer 2", "verify"),
    "confirmed": ("{keeper} approver 3", "confirm"),
    "published": ("{keeper} approver 2", "publish"),
}
_AUDIT = {
    "notified": ("{local} officer 2", "notify"),
    "disclosed": ("preparer", "disclose"),
    "filed": ("preparer", "file_arrangement"),
    "started": ("preparer", "start_audit"),
    "options": ("preparer", "record_implementation"),
    "completed": ("certifier", "complete_audit"),
    "reported": ("certifier", "submit_report"),
    "received": ("{local} officer 3", "receive_report"),
    "results published": ("preparer", "publish_audit_result"),
}
_REVIEW = {
    "applied": ("certifier", "apply_{review}"),
    "panel": ("{reviewer} officer", "form_panel"),
    "met": ("{reviewer} officer", "hold_review"),
    "opinions": ("expert {number}", "submit_opinion"),
    "decided": ("{reviewer} approver", "decide_{review}"),
    "published": ("{keeper} approver 2", "publish_result"),
}
_LOW_COST = {"option": "F1", "cost_class": "low", "done": True}


def expanded(story: list[Mapping[str, Any]], names: Mapping[str, str]) -> list[Step]:
    """The story act by act. `names`: who is `local`, `verifier`, `keeper` and `reviewer` here; `drafter` on this route."""
    steps: list[Step] = []
    for one in story:
        course = next((name for name in COURSES if name in one), None)
        steps += [dict(one)] if course is None else _course(course, one, names)
    return steps


def _course(course: str, one: Mapping[str, Any], names: Mapping[str, str]) -> list[Step]:
    told = one[course]
    table = {"listing": _LISTING, "audit": _AUDIT}.get(course, _REVIEW)
    unknown = set(told) - set(table) - {"decision", "with", "score"}
    if unknown:
        raise ValueError(f"{course}: unknown words {sorted(unknown)}")
    shared = {key: one[key] for key in ("case", "plant", "list") if key in one}
    steps: list[Step] = []
    for word, (who, action) in table.items():
        if word not in told:
            continue
        for number in ("1", "2") if word == "opinions" else ("",):
            step: Step = {
                "on": told[word],
                "who": who.format(number=number, **names),
                "does": action.format(review=course),
                "with": _values(course, word, told),
                **shared,
            }
            if word in ("completed", "reported", "applied"):
                step["drafted by"] = names["drafter"]
            steps.append(step)
    if "then" in one:
        steps[-1]["then"] = one["then"]
    return steps


def _values(course: str, word: str, told: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = dict(told.get("with", {}).get(word, {}))
    if word == "options":
        values = {**_LOW_COST, **values}
    if course in ("assessment", "acceptance") and word in ("panel", "met", "opinions", "published"):
        values["review"] = course
    if word == "opinions" and "score" in told:
        values["score"] = told["score"]
    if word == "decided":
        values |= told.get("decision", {})
    return values
