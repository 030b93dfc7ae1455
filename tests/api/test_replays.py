"""Right, then key, then version: a repeated request gets the first answer for ever, whatever version it names."""

from datetime import date

import pytest

from audits.models import Event
from tests.api.conftest import Scene, codes
from tests.api.test_drafts import As
from tests.workflow.making import act, made

pytestmark = pytest.mark.django_db


def test_an_act_with_a_file_is_answered_again_with_a_fresh_version(scene: Scene, as_: As) -> None:
    preparer = as_(scene.plant.preparer)
    body = {"against": "名单", "grounds": "误列", "evidence": [preparer.upload().json()["id"]]}
    where = f"cases/{scene.case.pk}/actions/object/"
    first = preparer.act(where, body, 1, key="once")
    assert first.status_code == 200, first.json()

    again = preparer.act(where, body, first.json()["version"], key="once")
    assert (again.status_code, again.json()) == (200, {**first.json(), "replayed": True})
    other = preparer.act(where, {**body, "grounds": "其他"}, first.json()["version"], key="once")
    assert (other.status_code, codes(other)) == (409, ["idempotency_key_reused"])
    assert Event.objects.filter(subject_id=scene.case.pk, action="object").count() == 1


def test_an_act_on_a_list_is_answered_again_with_a_fresh_version() -> None:
    """The nominations are submitted by then, so that nothing would be left to do."""
    told = made("nominated", course="nominated: {listing: {nominated: 2008-07-01}}")
    by, on, key = told.person("county officer"), date(2008, 7, 2), told.world.key()
    first = act(told, told.list, "submit_nominations", by, on, {}, key=key)
    again = act(told, told.list, "submit_nominations", by, on, {}, key=key)
    assert (first.replayed, again.replayed, again.hash) == (False, True, first.hash)
    assert told.list.version == first.version
