"""A procedure in words is complete JSON in both languages."""

import json

import pytest

from audits.procedure.describe import describe_procedure, describe_procedures
from audits.procedure.parameters import RULES
from audits.procedure.registry import PROCEDURES
from audits.procedure.words import RegimeKey


@pytest.mark.parametrize("key", list(RegimeKey))
def test_every_step_is_described(key):
    described = describe_procedure(key)
    assert json.loads(json.dumps(described)) == described
    assert [step["key"] for step in described["steps"]] == [step.key for step in PROCEDURES[key].steps]
    assert described["version"] == PROCEDURES[key].version


def test_a_deadline_reads_as_a_sentence():
    steps = {step["key"]: step for step in describe_procedure("A")["steps"]}
    assert steps["start_audit"]["deadlines"][0]["text"] == {
        "zh": "名单公布之日起2个月内",
        "en": "within 2 months of the publication of the list",
    }
    assert steps["file_arrangement"]["deadlines"][0]["text"]["zh"] == "名单公布之日起45个工作日内"
    assert steps["apply_acceptance"]["not_before"]["en"].startswith("not before 3 months after")
    assert steps["start_audit"]["basis"]["mark"] == "recalled"


def test_a_period_no_text_sets_is_told_so():
    steps = {step["key"]: step for step in describe_procedure("C")["steps"]}
    assert steps["file_arrangement"]["deadlines"][0]["text"]["zh"] == "国家未定期限，地方可定"


def test_overview_and_unknown_key():
    assert [one["key"] for one in describe_procedures()] == ["A", "B", "C", "D"]
    with pytest.raises(ValueError, match="E"):
        describe_procedure("E")


def test_defaults_of_parameters_are_json():
    assert json.loads(json.dumps({key: rule.default for key, rule in RULES.items()}))["start_months"] == 2
    wrong = [
        rule.key
        for rule in RULES.values()
        if rule.choices and isinstance(rule.default, str) and rule.default not in rule.choices
    ]
    assert wrong == []
