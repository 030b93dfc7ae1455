"""The scenarios, through the API alone; and the same through `perform`, which must come out alike."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from audits.models import Event
from audits.workflow.events import read_body
from audits.workflow.state import apply, fold
from audits.workflow.way_back import resting_on, taken_back
from tests.factories import World
from tests.scenarios.clients import ApiClient, DirectClient
from tests.scenarios.runner import Runner

STORIES = sorted(Path(__file__).parent.joinpath("stories").glob("*.yaml"))


class PlainYaml(yaml.SafeLoader):
    """YAML in which `on` is a word and not a truth value: only true and false are."""


PlainYaml.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in pairs if tag != "tag:yaml.org,2002:bool"]
    for letter, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
PlainYaml.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


def story(path: Path) -> dict[str, Any]:
    """One scenario as written."""
    told: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=PlainYaml)  # noqa: S506
    return told


# The API adds no rule: some of the scenarios go straight through the door too, and come out alike.
DIRECT = ("a_excess_and_toxic_self", "b_energy_entrusted", "c_supplement_then_unqualified_redo")


@pytest.mark.django_db
@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_scenario_through_the_api_alone(path: Path) -> None:
    told = Runner(story(path), ApiClient())
    told.run()
    for case in told.cases:
        every_act_can_be_taken_back(case)


def every_act_can_be_taken_back(case: Any) -> None:
    """Right after each act of a case, undoing it gives the state before: whatever the act changed, now and in later tables."""
    bodies = [read_body(event) for event in Event.objects.filter(subject_id=case).order_by("seq")]
    for number, body in enumerate(bodies[1:], start=1):
        if body["action"] in ("reopen", "withdraw", "correct"):  # refused: a way back has none of its own
            continue
        told, seq = bodies[: number + 1], body["seq"]
        before, after = fold(bodies[:number]), fold(told)
        assert resting_on(told, seq, after) == []
        changes = {"undo": [body["action"]], **taken_back(told, seq, after)}
        undone = apply(after, {**body, "seq": seq + 1, "action": "reopen", "changes": changes, "deadlines": {}})
        undone["done"].pop("reopen")
        before["done"].pop("reopen", None)
        for name in undone:
            if name != "deadlines":
                assert undone[name] == before[name], f"{body['action']} #{seq}: {name}"


@pytest.mark.django_db
@pytest.mark.parametrize("path", [path for path in STORIES if path.stem in DIRECT], ids=lambda path: path.stem)
def test_scenario_through_perform(path: Path) -> None:
    world = World()
    Runner(story(path), DirectClient(world), world).run()
