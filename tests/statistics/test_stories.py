"""The scenarios of the law, run through `perform`, as they count and as people are told of them."""

from collections import Counter

import pytest
from django.utils import timezone

from audits.models import AuditCase, Notice
from audits.reminders import run
from audits.statistics import provinces, reconcile, refresh
from tests.factories import World
from tests.scenarios.clients import DirectClient
from tests.scenarios.runner import Runner
from tests.scenarios.test_scenarios import STORIES, story

TOLD = ("a_quota_entrusted_rectified", "c_funds_score_bands", "a_designated_redo_reopened")


@pytest.mark.django_db
@pytest.mark.parametrize("path", [path for path in STORIES if path.stem in TOLD], ids=lambda path: path.stem)
def test_a_story_counts_as_its_events_say(path):
    world = World()
    Runner(story(path), DirectClient(world), world).run()
    refresh(timezone.now())
    outcome = reconcile()
    assert (outcome.differences, outcome.behind) == ([], 0)
    listed = Counter(
        (unit, on.year)
        for unit, on in AuditCase.objects.exclude(published_on=None).values_list("reporting_unit_id", "published_on")
    )
    assert listed
    for (unit, year), cases in listed.items():
        [row] = [row for row in provinces(year, timezone.localdate()).rows if row.unit.code == unit]
        assert row.metrics["listed"] == str(cases)
        assert int(row.metrics["started"]) <= cases
    report = run(timezone.localdate())
    assert report.intents > 0
    assert (report.failed, report.retried) == (0, 0)
    assert Notice.objects.filter(state=Notice.State.SENT).exists()
