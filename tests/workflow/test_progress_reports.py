"""Progress reports on the dates a province sets: one deadline a date, each answered by its own report."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from audits.models import DutyYear
from audits.procedure.deadlines import DeadlineError, month_days
from audits.procedure.words import Mark, Role
from audits.workflow.door import perform
from audits.workflow.duties import open_duties
from audits.workflow.recompute import recompute_changed
from audits.workflow.verify import verify_all
from enterprises.errors import RegisterError
from enterprises.parameters import set_parameter
from tests.factories import World

pytestmark = pytest.mark.django_db
STEP = "submit_progress_report"


@pytest.fixture
def world() -> World:
    return World()


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T02:00:00").replace(tzinfo=UTC)


def configure(value: Any, since: date = date(2020, 1, 1)) -> None:
    set_parameter(
        "local_due", {STEP: value}, scope_code="42", valid_from=since, source="试例", mark=Mark.OWN, reason="x"
    )


def opened() -> DutyYear:
    open_duties(2020, moment("2020-01-02"))
    return DutyYear.objects.get(reporting_unit="420000", year=2020)


def report(world: World, duty: DutyYear, on: str) -> None:
    duty.refresh_from_db()
    perform(
        duty,
        STEP,
        by=world.person(world.authority("42"), Role.APPROVER),
        payload={"period": "上半年", "progress": "进展。"},
        expected_version=duty.version,
        idempotency_key=world.key(),
        now=moment(on),
    )


def dates(duty: DutyYear) -> dict[str, tuple[str, str | None]]:
    """Key to the date due and the date it was met."""
    rows = duty.deadlines.filter(step=STEP, void=False).order_by("due_on")
    return {row.key: (row.due_on.isoformat(), row.met_on.isoformat() if row.met_on else None) for row in rows}


FIRST, SECOND = f"{STEP}:local", f"{STEP}:local:2"


def test_each_date_is_a_deadline_of_its_own_and_other_units_have_none(world: World) -> None:
    configure(["12-15", "06-30"])
    duty = opened()
    assert dates(duty) == {FIRST: ("2020-06-30", None), SECOND: ("2020-12-15", None)}
    assert (duty.next_due_on, duty.next_due_step) == (date(2020, 3, 31), "submit_annual_plan")
    assert dates(DutyYear.objects.get(reporting_unit="430000", year=2020)) == {}


def test_each_report_answers_one_date_and_a_second_one_for_it_none(world: World) -> None:
    configure(["06-30", "12-15"])
    duty = opened()
    report(world, duty, "2020-06-20")
    report(world, duty, "2020-06-25")
    assert dates(duty) == {FIRST: ("2020-06-30", "2020-06-20"), SECOND: ("2020-12-15", None)}
    report(world, duty, "2020-12-10")
    assert dates(duty) == {FIRST: ("2020-06-30", "2020-06-20"), SECOND: ("2020-12-15", "2020-12-10")}
    assert list(verify_all()) == []


def test_a_late_report_answers_the_date_it_missed_not_the_next(world: World) -> None:
    configure(["06-30", "12-15"])
    duty = opened()
    report(world, duty, "2020-07-10")
    assert dates(duty) == {FIRST: ("2020-06-30", "2020-07-10"), SECOND: ("2020-12-15", None)}
    report(world, duty, "2020-07-11")
    assert dates(duty)[SECOND] == ("2020-12-15", "2020-07-11")  # its time has begun


def test_a_second_date_set_later_is_open_and_a_moved_one_keeps_its_identity(world: World) -> None:
    configure("06-30")
    duty = opened()
    report(world, duty, "2020-06-20")
    assert dates(duty) == {FIRST: ("2020-06-30", "2020-06-20")}
    row = duty.deadlines.get(key=FIRST)
    set_parameter(
        "local_due",
        {STEP: ["06-30", "12-15"]},
        reporting_unit="420000",
        valid_from=date(2020, 1, 1),
        source="试例",
        mark=Mark.OWN,
        reason="x",
    )
    assert recompute_changed(moment("2020-07-01")) == 1
    assert dates(duty) == {FIRST: ("2020-06-30", "2020-06-20"), SECOND: ("2020-12-15", None)}
    assert duty.deadlines.get(key=FIRST).pk == row.pk
    report(world, duty, "2020-12-01")
    assert dates(duty)[SECOND] == ("2020-12-15", "2020-12-01")


def test_a_date_that_is_none_is_refused_when_it_is_set() -> None:
    for value in (["06-31x"], "13-01", [], ["06-30", 7], {"a": "b"}):
        with pytest.raises(RegisterError) as error:
            configure(value)
        assert error.value.code == "parameter_type"


def test_dates_are_read_once_each_and_in_order() -> None:
    assert month_days(["12-15", "06-30", "06-30"]) == [(6, 30), (12, 15)]
    assert month_days("year_end") == [(12, 31)]
    with pytest.raises(DeadlineError):
        month_days(["soon"])
