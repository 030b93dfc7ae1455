"""Random walks: everybody tries everything, allowed or not, well filled in or not, with the right version or a stale one.

However it goes: a done act is one event and one version more, a refused one changes nothing, no state is reached that the
law forbids, and what is stored equals a rebuild from the events.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.acting import acting_of
from accounts.models import Membership
from audits.api.bodies import described
from audits.models import AuditCase, Deadline, Document, Draft, Event, NoticeIntent, Option
from audits.procedure import registry
from audits.procedure.schema import Step
from audits.procedure.words import Party, Subject
from audits.workflow import contexts, verify
from audits.workflow.door import perform
from audits.workflow.drafts import save_draft
from audits.workflow.errors import WorkflowError
from audits.workflow.state import fold
from tests.scenarios.forms import filled
from tests.scenarios.runner import day
from tests.workflow.making import Made, made
from tests.workflow.test_matrix import _OPEN_AFTER_CLOSING as OPEN_AFTER_CLOSING
from tests.workflow.test_same_answers import tried

pytestmark = pytest.mark.django_db

COURSES = {
    "A": (2008, ("exceeds_standard", "toxic_use"), "self"),
    "B": (2013, ("exceeds_quota",), "entrusted"),
    "C": (2019, ("toxic_discharge", "exceeds_quota"), "self"),
    "D": (2026, ("toxic_use",), "entrusted"),
}
COURSE = """
published: {{listing: {{nominated: {0}-09-01, submitted: {0}-09-02, verified: {0}-09-03, confirmed: {0}-09-04, published: {0}-09-05}}}}
"""
PEOPLE = (
    *("county officer", "county approver", "city approver", "province officer", "province approver"),
    *("preparer", "certifier", "certifier 2", "org_admin", "expert 1", "expert 2", "stranger"),
)
# The order in which a case usually goes; a walk takes the next of these more often than chance would.
USUAL = (
    *(
        "notify",
        "disclose",
        "file_arrangement",
        "start_audit",
        "record_implementation",
        "complete_audit",
        "submit_report",
    ),
    *("receive_report", "publish_audit_result", "apply_assessment", "form_panel", "hold_review", "submit_opinion"),
    *(
        "decide_assessment",
        "submit_supplement",
        "review_supplement",
        "apply_acceptance",
        "form_panel",
        "submit_opinion",
    ),
    *("decide_acceptance", "publish_result", "close"),
)
ACTIONS = tuple(key for key in registry.ACTIONS if key not in ("recompute", "propose_next_round"))

tries = st.fixed_dictionaries(
    {
        "who": st.sampled_from(PEOPLE),
        "does": st.one_of(st.none(), st.none(), st.none(), st.sampled_from(ACTIONS)),  # None: the next usual act
        "by whom it should": st.sampled_from([True, True, True, False]),
        "days": st.integers(0, 60),
        "back": st.sampled_from([0, 0, 0, 1, 20, 40, -1]),
        "version": st.sampled_from([0, 0, 0, 0, -1, 1]),
        "same key": st.booleans(),
        "spoil": st.sampled_from(["", "", "", "", "less", "more", "wrong type", "future"]),
        "result": st.sampled_from(
            ["pass", "not_pass", "supplement", "qualified", "unqualified", "reopen_case", "next_list"]
        ),
        "score": st.sampled_from(["95", "90", "70", "69.99", "60", "59"]),
        "second person": st.sampled_from([True, True, True, False]),
    }
)


@dataclass
class Walk:
    """One case, and what was tried on it."""

    told: Made
    today: date
    last_key: str = ""
    done: int = 0

    @property
    def case(self) -> AuditCase:
        return AuditCase.objects.select_related("enterprise", "reporting_unit").get(pk=self.told.runner.cases[0])

    def rows(self, case: AuditCase) -> Mapping[str, Step]:
        return contexts.steps_of(Subject.CASE, case.state, self.today)

    def next_usual(self, case: AuditCase) -> str:
        rows, state = self.rows(case), case.state
        done = state["done"]
        if {"not_pass", "unqualified"} & set(state["results"].values()):
            return "order_redo"
        if "apply_acceptance" in done and "decide_acceptance" not in done:
            if not state["panel"].get("acceptance"):
                return "form_panel"
            if not state["values"].get(f"opinions.acceptance.{state['attempt']}"):
                return "submit_opinion"
        return next((key for key in USUAL if key in rows and key not in done), "close")

    def person(self, step: Step | None, told: Mapping[str, Any]) -> Membership:
        """Mostly somebody whom the row names, else whoever was drawn."""
        if step is None or not told["by whom it should"] or step.actor.party in (Party.SYSTEM, Party.OPERATOR):
            return self.told.person(told["who"])
        if step.actor.party == Party.EXPERT:
            return self.told.person("expert 1")
        role = step.actor.roles[-1].value
        if step.actor.party == Party.ENTERPRISE:
            return self.told.person(role)
        level = {"supervise": "county", "verify": "city"}.get(str(step.actor.function), "province")
        return self.told.person(f"{level} {role}")

    def form(self, step: Step, case: AuditCase, by: Membership, told: Mapping[str, Any]) -> dict[str, Any]:
        fields = [described(one) for one in step.fields]
        wanted: dict[str, Any] = {}
        keys = {one["key"]: one for one in fields}
        if "result" in keys and told["result"] in {choice["value"] for choice in keys["result"]["choices"]}:
            wanted["result"] = told["result"]
        if "score" in keys:
            wanted["score"] = told["score"]
        if "review" in keys:
            wanted["review"] = "acceptance" if "apply_acceptance" in case.state["done"] else "assessment"
        if "failed_criteria" in keys and wanted.get("result") == "not_pass":
            wanted["failed_criteria"] = ["report"]
        if step.key in ("withdraw", "reopen"):
            wanted["step"] = max(case.state["done"], key=lambda key: case.state["done"][key]["seq"])
        if step.key == "extend":
            wanted |= {"step": case.next_due_step or "start_audit", "until": (self.today + timedelta(400)).isoformat()}
        if step.key == "record_implementation":
            wanted |= {"cost_class": "low"}
        target = {"on": self.today - timedelta(max(0, told["back"])), "does": step.key}
        payload = filled(fields, wanted, self.told.runner._facts(target, by, self.told.plant))
        return self.spoiled(payload, told["spoil"])

    def spoiled(self, payload: dict[str, Any], how: str) -> dict[str, Any]:
        names = sorted(payload)
        if how == "less" and names:
            return {key: payload[key] for key in names[1:]}
        if how == "more":
            return {**payload, "nothing_like_it": "x"}
        if how == "wrong type" and names:
            return {**payload, names[0]: {"not": ["of", "this", "kind"]}}
        if how == "future":
            tomorrow = (self.today + timedelta(1)).isoformat()
            return {key: tomorrow if key.endswith("_on") else value for key, value in payload.items()}
        return payload

    def attempt(self, told: Mapping[str, Any]) -> None:
        """One act, and what must hold of it however it ends."""
        self.today += timedelta(told["days"])
        with day(self.today):
            case = self.case
            action = told["does"] or self.next_usual(case)
            step = self.rows(case).get(action)
            by = self.person(step, told)
            payload = self.form(step, case, by, told) if step else {}
            from_draft = bool(step and step.certified)
            if step and from_draft:
                author = self.told.person("preparer") if told["second person"] else by
                self.saved_draft(case, action, author, self.form(step, case, author, told))
                payload = {}
            held = Draft.objects.filter(subject_id=case.pk, action=action).first() if from_draft else None
            before = snapshot_of(case)
            key = self.last_key if told["same key"] and self.last_key else self.told.world.key()
            try:
                result = perform(
                    case,
                    action,
                    by=by,
                    payload=payload,
                    expected_version=case.version + told["version"],
                    idempotency_key=key,
                    on=self.today - timedelta(told["back"]) if told["back"] else None,
                    evidence=[self.told.world.staged(by)] if told["back"] > 30 else (),
                    from_draft=from_draft,
                    draft_revision=held.revision if held else None,
                )
            except WorkflowError:
                assert snapshot_of(self.case) == before, "a refused act changed something"
                return
            after = self.case
            if result.replayed:
                assert snapshot_of(after) == before, "a repeated act changed something"
                return
            self.last_key, self.done = key, self.done + 1
            assert result.version == after.version == case.version + 1
            assert Event.objects.filter(subject_id=case.pk).count() == after.version
            self.legal(case, after, action, step, by)

    def saved_draft(self, case: AuditCase, action: str, author: Membership, payload: dict[str, Any]) -> None:
        held = Draft.objects.of(case, action, acting_of(author)).first()
        try:
            save_draft(case, action, by=author, payload=payload, expected_revision=held.revision if held else 0)
        except WorkflowError:
            return

    def legal(self, before: AuditCase, after: AuditCase, action: str, step: Step | None, by: Membership) -> None:
        """What no act may bring about, said without the code that decides."""
        body = json.loads(Event.objects.get(subject_id=after.pk, seq=after.version).text)
        held = before.state
        assert step is not None, f"{action} is no step of this procedure"
        assert by.role in step.actor.roles
        assert by.organization.party == step.actor.party
        assert body["on"] <= self.today.isoformat()
        if held["closed"]:
            assert action in OPEN_AFTER_CLOSING
        if action in held["done"] and not step.repeatable:
            raise AssertionError(f"{action} was done already")
        if step.after_any:
            assert set(step.after_any) & set(held["done"])
        if step.certified:
            assert str(by.user_id) != str(self.told.person("preparer").user_id)
        state = after.state
        assert (
            state["attempt"]
            == 1
            + Event.objects.filter(
                subject_id=after.pk, action="order_redo", text__contains='"result":"reopen_case"'
            ).count()
        )
        if state["results"].get("decide_assessment"):
            assert state["values"].get(f"opinions.assessment.{state['attempt']}")
            assert {"apply_assessment", "submit_report"} & set(held["done"]) or action in (
                "withdraw",
                "reopen",
                "return_report",
            )
        if action == "decide_acceptance" and state["results"]["decide_acceptance"] == "qualified":
            assert state["results"]["decide_assessment"] == "pass" or state["results"]["review_supplement"] == "pass"
            assert "apply_acceptance" in held["done"]
        if action in ("complete_audit", "complete_stage", "record_implementation"):
            assert "start_audit" in held["done"]
        if action == "submit_report":
            assert "complete_audit" in held["done"]
        if action.startswith("apply_"):
            assert "submit_report" in held["done"]
        for key, deadline in state["deadlines"].items():
            if deadline["met_on"]:
                assert deadline["met_on"] <= self.today.isoformat()
            earlier = held["deadlines"].get(key)
            if earlier and deadline["nature"] == "statutory" and not deadline["void"]:
                assert deadline["due_on"] == earlier["due_on"], f"{key} moved by {action}"
        assert fold(json.loads(one.text) for one in Event.objects.filter(subject_id=after.pk).order_by("seq")) == state


def snapshot_of(case: AuditCase) -> tuple[Any, ...]:
    """Everything an act could change."""
    return (
        case.version,
        case.head_hash,
        json.dumps(case.state, sort_keys=True),
        case.phase,
        Event.objects.count(),
        sorted(Deadline.objects.filter(case=case).values_list("key", "due_on", "met_on", "void")),
        NoticeIntent.objects.count(),
        Option.objects.filter(case=case).count(),
        Document.objects.exclude(bound_at=None).count(),
        sorted(Draft.objects.values_list("action", "revision")),
    )


@pytest.mark.parametrize("regime", COURSES)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(acts=st.lists(tries, min_size=25, max_size=45))
def test_no_walk_leaves_the_law(regime: str, acts: list[dict[str, Any]]) -> None:
    year, categories, route = COURSES[regime]
    with tried():
        told = made("published", course=COURSE.format(year), categories=list(categories), route=route)
        walk = Walk(told, date(year, 9, 6))
        if route == "entrusted":
            with day(walk.today):
                told.world.contract(told.runner.firm, told.plant, signed_on=walk.today)  # type: ignore[arg-type]
        for act in acts:
            walk.attempt(act)
        with day(walk.today):
            assert [str(one) for one in verify.verify_all()] == []


def test_the_walks_get_somewhere() -> None:
    """The usual acts one after the other close a case: the walks are not all refusals."""
    told = made("published", course=COURSE.format(2008), categories=["exceeds_standard"], route="self")
    walk = Walk(told, date(2008, 9, 6))
    plain = {
        "who": "preparer",
        "does": None,
        "by whom it should": True,
        "days": 5,
        "back": 0,
        "version": 0,
        "same key": False,
        "spoil": "",
        "result": "pass",
        "score": "95",
        "second person": True,
    }
    for _ in range(24):
        walk.attempt(plain)
    assert walk.done >= 18
    assert walk.case.state["results"] == {"decide_assessment": "pass", "decide_acceptance": "qualified"}
    assert walk.case.closed_on is not None
