"""What "what may I do" says is what the door does: asked of everybody along whole stories of each regime.

After every act of a story each person is asked for each step. Every allowed cell (step x person) is then really done, and
one cell for each distinct refusal of each step is really refused, with the same code, through `perform` and the API; each
try is rolled back, and the story goes on.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction

from accounts.models import Membership
from audits.models import AuditCase, Event
from audits.procedure.words import Party, Subject
from audits.workflow.actions import ActionStatus, actions_for
from enterprises.models import KeyEnterpriseList, Listing
from enterprises.snapshot import snapshot
from tests.factories import World
from tests.scenarios.clients import Answer, ApiClient, Client, DirectClient, Target
from tests.scenarios.runner import Runner, day
from tests.scenarios.test_scenarios import STORIES, story

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]  # rules and rights, which no database changes: once

TOLD = {
    "A": ("a_quota_entrusted_rectified", "a_designated_redo_reopened"),
    "B": ("b_excess_not_disclosed_fined",),
    "C": ("c_supplement_then_unqualified_redo",),
    "D": ("d_toxic_2026",),
}
CAST = (
    *("county officer", "county approver", "county org_admin", "city officer", "city approver"),
    *("province officer", "province approver 9", "nation approver", "energy province approver"),
    *("preparer 9", "certifier 9", "org_admin", "expert 1", "expert 4", "stranger"),
)
ENTRUSTED = ("manager", "auditor")
# What a plainly filled-in form may still meet: content and entries are judged with the payload, and stories test that.
BY_CONTENT = {
    "extend": {"extension_of_open_deadline"},
    "withdraw": {"only_recording_errors", "published_items_stay"},
    "reopen": {"only_recording_errors", "published_items_stay", "act_of_own_authority"},
    "correct": {"only_recording_errors", "invalid_choice", "act_of_own_authority"},
    "complete_stage": {"stage_order_free"},
    "submit_opinion": {"panel_of_this_review", "opinion_from_panel_member"},
    "hold_review": {"panel_of_this_review"},
    "order_redo": {"redo_mode_of_unit"},
    "file_arrangement": {"contract_running"},
    "nominate": {"wrong_jurisdiction", "already_listed"},
    "submit_nominations": {"nothing_to_do"},
    "verify": {"nothing_to_do", "two_persons"},
    "drop": {"not_open"},
    "return_nominations": {"nothing_to_do"},
    "confirm": {"verified_entries_only", "two_persons"},
}


class Undo(Exception):
    """Ends a try."""


@contextmanager
def tried() -> Iterator[None]:
    """Whatever happens inside is undone."""
    try:
        with transaction.atomic():
            yield
            raise Undo
    except Undo:
        pass


class Probing:
    """One story, with everybody asked after each act."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner
        self.clients: tuple[Client, Client] = (DirectClient(runner.world), ApiClient())
        self.allowed: set[tuple[str, str]] = set()
        self.refused: set[tuple[str, tuple[str, ...]]] = set()
        self.through_api: set[tuple[str, tuple[str, ...]]] = set()
        self.wrong: list[str] = []
        cast = CAST + (ENTRUSTED if runner.told.get("route") == "entrusted" else ())
        with day(runner.story[0]["on"]):
            self.cast = {words: runner.person(words) for words in cast}
            self.author = runner.person("preparer 8")
            # Who and what would else first be made inside a try, and vanish with it.
            for words in ("expert 1", "expert 2", "expert 3", "preparer", "certifier"):
                runner.person(words)
            for plant in runner.plants:
                plant.staff  # noqa: B018

    def ask(self) -> None:
        """Everybody about every step of the newest case, or of the list while there is none and when it appears."""
        cases = self.runner.cases[-1:]
        rows: list[Any] = [AuditCase.objects.get(pk=pk) for pk in cases]
        if not cases or AuditCase.objects.get(pk=cases[0]).version == 1:
            rows += [KeyEnterpriseList.objects.get(pk=pk) for pk in list(self.runner.lists.values())[-1:]]
        for row in rows:
            for words, by, statuses in self._answers(row):
                self._check(row, words, by, statuses)

    def _answers(self, row: Any) -> list[tuple[str, Membership, list[ActionStatus] | None]]:
        """What each person is told; None to whom the subject does not exist."""
        found = []
        with snapshot():
            for words, by in self.cast.items():
                rows = type(row).objects.visible_to(by).select_related("reporting_unit")
                seen = rows.filter(pk=row.pk).first()
                found.append((words, by, actions_for(seen, by) if seen is not None else None))
        return found

    def _check(self, row: Any, words: str, by: Membership, statuses: list[ActionStatus] | None) -> None:
        target = Target(Subject(row.subject_kind), str(row.pk))
        if statuses is None:
            if (target.kind, ("not_found",)) not in self.refused:
                self.refused.add((target.kind, ("not_found",)))
                self._try(target, None, words, by, ("not_found",))
            return
        for status in statuses:
            codes = tuple(sorted({one.code for one in status.reasons}))
            if not codes and (status.action, words) not in self.allowed:
                self.allowed.add((status.action, words))
                self._try(target, status, words, by, ())
            elif codes and (status.action, codes) not in self.refused:
                self.refused.add((status.action, codes))
                self._try(target, status, words, by, codes)

    def _try(
        self, target: Target, status: ActionStatus | None, words: str, by: Membership, codes: tuple[str, ...]
    ) -> None:
        action = status.action if status else "rename" if target.kind == Subject.CASE else "confirm"
        direct, api = self.clients
        clients = [direct]
        cell = ("", codes) if codes else (action, codes)  # each refusal once, each act once
        if cell not in self.through_api:
            self.through_api.add(cell)
            clients.append(api)
        for client in clients:
            before = Event.objects.count()
            with tried():
                if isinstance(client, ApiClient):
                    client._tokens.clear()  # those of the try before were undone with it
                answer = self._act(client, target, status, action, by)
                fault = self._fault(answer, status, action, codes, before)
                if fault:
                    self.wrong.append(f"{type(client).__name__} {target.kind} {action} by {words}: {fault}")

    def _fault(
        self, answer: Answer, status: ActionStatus | None, action: str, codes: tuple[str, ...], before: int
    ) -> str:
        if answer.done:
            return "" if not codes else f"was said to be refused by {codes}, but was done"
        if Event.objects.count() != before:
            return f"refused by {answer.codes}, and yet there is an event"
        if not codes:
            return "" if set(answer.codes) <= BY_CONTENT.get(action, set()) else f"was said to be open, came {answer}"
        if answer.codes != codes:
            return f"was said to be refused by {codes}, came {answer}"
        right = status is None or status.reasons[0].right
        wanted = 404 if status is None else 403 if right else 409
        return "" if answer.status == wanted else f"status {answer.status}, not {wanted}"

    def _act(self, client: Client, target: Target, status: ActionStatus | None, action: str, by: Membership) -> Answer:
        form = client.form(target, action, by)
        fields = form["fields"] if form else []
        wanted = self._content(target, action, fields)
        step: dict[str, Any] = {"on": self.today, "does": action, "with": wanted}
        if status is not None and status.reasons and status.reasons[0].right:
            step["refused"] = ""  # nobody need prepare what is refused for who asks
        elif status is not None and status.step.certified:
            step["drafted by"] = "preparer 8"
        if target.kind == Subject.LIST:
            step |= {"list": len(self.runner.lists), "plant": 2 if action == "nominate" else 1}
        self.runner.client = client
        return self.runner._send(step, form, fields, by, self.runner.plants[step.get("plant", 1) - 1], target)[0]

    def _content(self, target: Target, action: str, fields: list[Mapping[str, Any]]) -> dict[str, Any]:
        """What a form needs beside the plain values."""
        keys = {one["key"] for one in fields}
        content: dict[str, Any] = {}
        if target.kind == Subject.CASE:
            case = AuditCase.objects.get(pk=target.id)
            done = case.state["done"]
            if "review" in keys:
                content["review"] = "acceptance" if "apply_acceptance" in done else "assessment"
            if action == "complete_stage":
                held = done.get("complete_stage", {}).get("items", [])
                content["stage"] = next((str(n) for n in range(1, 8) if str(n) not in held), "7")
            if not case.route and "route" not in keys:
                content |= {one["key"]: None for one in fields if one["only_if"] and one["only_if"]["field"] == "route"}
            if "division" in keys:
                content["division"] = "330106"
            if action == "extend":
                content |= {"step": case.next_due_step or "start_audit", "until": "2099-12-31"}
        if action == "amend_list":
            content |= {"kind": "correct_details", "address": "实例路更正号"}
        if "score" in keys and action.startswith("decide"):
            content["score"] = "95"
        return content

    def take(self, number: int, step: Mapping[str, Any]) -> None:
        self.today = step.get("recorded", step["on"])
        self.runner.client = self.clients[0]
        self.runner.take(number, step)
        with day(self.today, hour=11):
            self.ask()


@pytest.mark.parametrize("name", [name for names in TOLD.values() for name in names])
def test_what_everybody_is_told_is_what_happens(name: str) -> None:
    world = World()
    told = {**story(next(path for path in STORIES if path.stem == name)), "plants": 2, "people": 0}
    told["story"] = [{**one, "plant": 1} for one in told["story"]]
    runner = Runner(told, DirectClient(world), world)
    probing = Probing(runner)
    for number, step in enumerate(runner.story, start=1):
        if "refused" not in step:
            probing.take(number, step)
    assert "\n".join(probing.wrong) == ""
    # The story met what there is to meet: nobody's answers were skipped.
    assert len(probing.allowed) > 60
    assert len({codes for _, codes in probing.refused}) >= 9
    assert Listing.objects.filter(list=runner.lists["1"]).count() == 1
    assert Party.AUTHORITY in {one.organization.party for one in probing.cast.values()}
