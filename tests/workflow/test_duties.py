"""The year's duties: one subject per unit, opened once, with its dates."""

from datetime import UTC, date, datetime

import pytest

from audits.models import Deadline, DutyYear, Event
from audits.workflow import verify
from audits.workflow.duties import open_duties

NOW = datetime(2024, 1, 2, 1, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_every_unit_gets_its_year_once_and_the_log_says_so():
    assert open_duties(2024, NOW) == 37
    assert open_duties(2024, NOW) == 0
    assert DutyYear.objects.filter(year=2024).count() == 37
    assert Event.objects.count() == 37
    assert list(verify.verify_all()) == []


@pytest.mark.django_db
def test_the_plan_is_due_at_the_end_of_march_and_nothing_counts_as_done():
    open_duties(2024, NOW)
    duty = DutyYear.objects.get(reporting_unit="320000")
    assert (duty.next_due_on, duty.next_due_step) == (date(2024, 3, 31), "submit_annual_plan")
    assert duty.state["done"] == {}
    assert Deadline.objects.open().filter(duty=duty, step="submit_annual_plan").count() == 1


@pytest.mark.django_db
def test_years_follow_the_law_of_their_day():
    open_duties(2011, datetime(2011, 1, 2, 1, 0, tzinfo=UTC))
    duty = DutyYear.objects.get(reporting_unit="320000", year=2011)
    assert duty.regime == "A"
    dates = dict(Deadline.objects.filter(duty=duty).values_list("step", "due_on"))
    assert dates == {"submit_annual_plan": date(2011, 3, 31), "submit_annual_report": date(2011, 12, 31)}
