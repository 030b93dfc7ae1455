"""A corrected date is a day as the log writes it, and no day to come."""

from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pytest

from audits.workflow.effects import _date
from audits.workflow.errors import InvalidPayload

CTX = cast(Any, SimpleNamespace(today=date(2026, 11, 24)))


@pytest.mark.parametrize("value", ["20200102", "2020-W01-1", "2026-02-30", "2026-11-25", "2099-01-01"])
def test_what_is_no_past_day_is_refused(value: str) -> None:
    with pytest.raises(InvalidPayload):
        _date(value, CTX, future_allowed=False)


def test_a_past_day_and_a_decided_day_to_come_are_taken() -> None:
    _date("2026-11-24", CTX, future_allowed=False)
    _date("2027-01-31", CTX, future_allowed=True)
