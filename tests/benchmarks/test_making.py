"""The country is made the same from the same seed, through the door."""

import pytest
from django.db import transaction

from audits.models import AuditCase, Event
from audits.statistics import rebuild
from benchmarks.scale import filling, making
from benchmarks.scale.plan import AS_OF, by_unit
from benchmarks.world import moment

CASES = 24


def _made(seed: int) -> tuple[str, int, int]:
    """A digest of its figures, its cases and its events; nothing of it stays."""
    with transaction.atomic():
        filling.fill_nation()
        filling.fill(sorted(by_unit(CASES, seed)), cases=CASES, seed=seed)
        rebuild(moment(AS_OF))
        made = making.figures(), AuditCase.objects.count(), Event.objects.filter(subject_kind="case").count()
        transaction.set_rollback(True)
    return made


@pytest.mark.django_db
def test_one_seed_makes_one_country() -> None:
    first, again, other = _made(5), _made(5), _made(6)
    assert first == again
    assert first[0] != other[0]
    assert (first[1], other[1]) == (CASES, CASES)
    assert first[2] > 2 * CASES
