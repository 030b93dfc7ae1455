"""The years of the authorities: everybody has sent the plan of the year, but one."""

from datetime import date

from audits.demo.world import World
from audits.models import DutyYear
from audits.workflow.duties import open_duties

LATE_UNIT = "230000"
PLAN_DUE = (3, 31)


def tell(world: World) -> None:
    """Last year's and this year's. One unit owes the plan that was due last."""
    last_due = world.today.year if world.today > date(world.today.year, *PLAN_DUE) else world.today.year - 1
    for year in (world.today.year - 1, world.today.year):
        open_duties(year, world.moment(date(year, 1, 2)))
        for number, duty in enumerate(DutyYear.objects.filter(year=year).order_by("reporting_unit__order")):
            on = min(date(year, 2, 10 + number % 15), world.today)
            if duty.reporting_unit_id == LATE_UNIT and year == last_due:
                continue
            if on < world.today:
                world.act(duty, "submit_annual_plan", on)
        _report(world, year)


def _report(world: World, year: int) -> None:
    """What units send of their own within the year and at its end, as far as the year has come."""
    if date(year, 6, 25) < world.today:
        for duty in DutyYear.objects.filter(year=year, reporting_unit="420000"):
            world.act(duty, "submit_progress_report", date(year, 6, 25), period="上半年")
    if date(year, 12, 10) < world.today:
        for duty in DutyYear.objects.filter(year=year, reporting_unit__in=("320000", "310000", "420000")):
            world.act(duty, "submit_annual_report", date(year, 12, 10))
