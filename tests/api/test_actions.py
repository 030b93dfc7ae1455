"""Actions through the API: headers, order of checks, errors, and what comes back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Membership
from audits.api.actions import action_steps
from audits.models import Event
from audits.procedure.words import Subject
from tests.api.conftest import V1, Caller, Scene, codes

As = Callable[[Membership], Caller]


def objection(scene: Scene) -> str:
    return f"cases/{scene.case.pk}/actions/object/"


def preparer(scene: Scene, as_: As) -> Caller:
    return as_(scene.plant.preparer)


def test_an_action_answers_with_the_result_and_the_new_version(scene: Scene, as_: As) -> None:
    answer = preparer(scene, as_).act(objection(scene), {"against": "名单", "grounds": "误列"}, 1)

    assert answer.status_code == 200, answer.json()
    assert answer.headers["ETag"] == '"2"'
    told = answer.json()
    event = Event.objects.get(subject_id=scene.case.pk, seq=2)
    assert told == {
        "action": "object",
        "subject": {"kind": "case", "id": str(scene.case.pk)},
        "version": 2,
        "date": timezone.localdate().isoformat(),
        "recorded_at": event.recorded_at.isoformat(),
        "hash": event.hash,
        "cautions": [],
        "replayed": False,
    }


def test_without_if_match_the_answer_is_428(scene: Scene, as_: As) -> None:
    answer = preparer(scene, as_).post(V1 + objection(scene), {}, format="json", headers={"Idempotency-Key": "one"})

    assert (answer.status_code, codes(answer)) == (428, ["version_required"])


@pytest.mark.parametrize("given", ["1", '"1', 'W/"1"', "*", '""', '"-1"', '"01"', '"1", "2"'])
def test_an_if_match_that_is_no_version_is_400(scene: Scene, as_: As, given: str) -> None:
    answer = preparer(scene, as_).post(
        V1 + objection(scene), {}, format="json", headers={"Idempotency-Key": "one", "If-Match": given}
    )

    assert (answer.status_code, codes(answer)) == (400, ["if_match_malformed"])


@pytest.mark.parametrize("key", [None, "", " ", "x" * 129, "钥匙"])
def test_a_missing_or_unusable_key_is_400(scene: Scene, as_: As, key: str | None) -> None:
    headers = {"If-Match": '"1"'} | ({"Idempotency-Key": key} if key is not None else {})
    answer = preparer(scene, as_).post(V1 + objection(scene), {}, format="json", headers=headers)

    assert (answer.status_code, codes(answer)) == (400, ["idempotency_key_required"])


def test_a_stale_version_is_412_and_tells_the_present_one(scene: Scene, as_: As) -> None:
    caller = preparer(scene, as_)
    caller.act(objection(scene), {"against": "名单", "grounds": "误列"}, 1)

    answer = caller.act(objection(scene), {"against": "名单", "grounds": "又误列"}, 1)

    assert (answer.status_code, codes(answer)) == (412, ["stale_version"])
    assert answer.headers["ETag"] == '"2"'


def test_the_same_key_returns_the_first_result_and_other_content_is_409(scene: Scene, as_: As) -> None:
    caller, body = preparer(scene, as_), {"against": "名单", "grounds": "误列"}
    first = caller.act(objection(scene), body, 1, "key-1")
    again = caller.act(objection(scene), body, 1, "key-1")
    other = caller.act(objection(scene), {**body, "grounds": "别的"}, 1, "key-1")

    assert again.status_code == 200
    assert again.json() == {**first.json(), "replayed": True}
    assert (other.status_code, codes(other)) == (409, ["idempotency_key_reused"])
    assert Event.objects.filter(subject_id=scene.case.pk, action="object").count() == 1


def test_the_right_is_asked_before_key_and_version(scene: Scene, as_: As) -> None:
    answer = as_(scene.people["officer"]).act(objection(scene), {}, 99)

    assert (answer.status_code, codes(answer)) == (403, ["wrong_party"])


def test_every_fault_of_a_payload_is_named_with_its_key(scene: Scene, as_: As) -> None:
    answer = preparer(scene, as_).act(objection(scene), {"against": 7, "color": "red"}, 1)

    assert answer.status_code == 400
    assert answer.json()["type"] == "validation_error"
    assert [(error["attr"], error["code"]) for error in answer.json()["errors"]] == [
        ("against", "invalid_type"),
        ("grounds", "required"),
        ("color", "surplus"),
    ]


def test_reserved_values_of_the_wrong_kind_are_named(scene: Scene, as_: As) -> None:
    body = {"against": "名单", "grounds": "误列", "date": "yesterday", "from_draft": "yes"}
    answer = preparer(scene, as_).act(objection(scene), body, 1)

    assert answer.status_code == 400
    assert [(error["attr"], error["code"]) for error in answer.json()["errors"]] == [
        ("date", "invalid_type"),
        ("from_draft", "invalid_type"),
    ]


def test_a_fact_in_the_future_is_refused(scene: Scene, as_: As) -> None:
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    answer = preparer(scene, as_).act(objection(scene), {"against": "名单", "grounds": "误", "date": tomorrow}, 1)

    assert (answer.status_code, codes(answer)) == (400, ["future_date"])


def test_wrong_state_is_409_with_a_reason(scene: Scene, as_: As) -> None:
    caller = as_(scene.people["officer"])
    answer = caller.act(f"cases/{scene.case.pk}/actions/receive_report/", {"receipt_number": "1"}, 1)

    assert (answer.status_code, codes(answer)) == (409, ["not_yet"])
    assert answer.json()["type"] == "client_error"
    assert "report" in answer.json()["errors"][0]["detail"]


def test_an_unknown_action_is_404_with_its_own_code(scene: Scene, as_: As) -> None:
    answer = preparer(scene, as_).act(f"cases/{scene.case.pk}/actions/abolish/", {}, 1)
    not_here = preparer(scene, as_).act(f"cases/{scene.case.pk}/actions/register/", {}, 1)

    assert (answer.status_code, codes(answer)) == (404, ["unknown_action"])
    assert (not_here.status_code, codes(not_here)) == (404, ["unknown_action"])


def test_a_step_of_another_regime_is_unknown_here(scene: Scene, as_: As) -> None:
    answer = preparer(scene, as_).act(f"cases/{scene.case.pk}/actions/publish_audit_result/", {}, 1)

    assert (answer.status_code, codes(answer)) == (404, ["unknown_action"])


@pytest.mark.parametrize("body", ["[]", "7", '"text"', "null", "{", "[" * 5000, '{"a": "\\u0000"}', '{"a": "\\ud800"}'])
def test_a_body_that_is_no_object_is_400(scene: Scene, as_: As, body: str) -> None:
    answer = preparer(scene, as_).post(
        V1 + objection(scene),
        body,
        content_type="application/json",
        headers={"If-Match": '"1"', "Idempotency-Key": "k"},
    )

    assert answer.status_code == 400, answer.content
    assert answer.json()["type"] in ("client_error", "validation_error")
    assert scene.case.version == 1


def test_a_number_that_loses_digits_is_400(scene: Scene, as_: As) -> None:
    answer = preparer(scene, as_).act(objection(scene), {"against": "名单", "grounds": 1.5}, 1)

    assert answer.status_code == 400
    assert scene.case.version == 1


def test_messages_come_in_the_language_of_the_caller(scene: Scene, as_: As) -> None:
    caller = preparer(scene, as_)
    english = caller.act(objection(scene), {"grounds": "x"}, 1)
    caller.credentials(HTTP_AUTHORIZATION=caller.defaults["HTTP_AUTHORIZATION"])
    caller.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-CN"
    chinese = caller.act(objection(scene), {"grounds": "x"}, 1)

    assert english.json()["errors"][0]["detail"].isascii()
    assert not chinese.json()["errors"][0]["detail"].isascii()
    assert codes(english) == codes(chinese)


def test_what_i_may_do_tells_reasons_and_forms(scene: Scene, as_: As) -> None:
    told = {one["action"]: one for one in preparer(scene, as_).see(f"cases/{scene.case.pk}/actions/").json()}

    assert told["object"]["allowed"] is True
    assert [field["key"] for field in told["object"]["fields"]] == ["against", "grounds", "evidence"]
    assert told["submit_report"]["allowed"] is False
    assert told["submit_report"]["drafting"] is True
    assert [reason["code"] for reason in told["receive_report"]["reasons"]] == ["wrong_party"]
    assert "recompute" not in told
    assert "register" not in told


def test_every_action_key_has_one_documented_operation(anybody: Caller) -> None:
    from drf_spectacular.generators import SchemaGenerator

    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    documented = {
        operation["operationId"]
        for path, item in paths.items()
        if "/actions/" in path or path == "/api/v1/cases/"
        for method, operation in item.items()
        if method == "post"
    }
    wanted = {f"{subject.value}_{key}" for subject in Subject for key in action_steps(subject)} | {"case_register"}
    assert documented == wanted


def test_fields_named_like_reserved_keys_belong_to_the_payload() -> None:
    """These few steps have a field of their own under a reserved key; a new one must be added here knowingly."""
    reserved = {"date", "reason", "evidence", "from_draft", "draft_revision"}
    found = {
        (key, field.key)
        for subject in Subject
        for key, steps in action_steps(subject).items()
        for step in steps
        for field in step.fields
        if field.key in reserved
    }
    assert found == {
        ("object", "evidence"),
        ("reopen", "evidence"),
        ("correct", "evidence"),
        ("exit_listing", "reason"),
        ("request_exclusion", "reason"),
    }
