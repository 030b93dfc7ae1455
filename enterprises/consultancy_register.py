"""The register of consultancies and auditors: what document 151 asks of them, and who works where."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import transaction

from accounts.models import Organization
from audits.procedure.parameters import RULES
from audits.procedure.words import Party
from enterprises.changes import By, require_reason, save_change
from enterprises.errors import RegisterError
from enterprises.models import Auditor, AuditorTitle, Consultancy, ConsultancyStatus, EmploymentPeriod


@dataclass(frozen=True, slots=True)
class Staffing:
    """Nationally trained auditors on a day, by title. `senior_experience` has one day per senior: experienced since."""

    on: date
    trained: int
    senior: int
    intermediate: int
    senior_experience: tuple[date, ...] = ()

    def senior_with_years(self, years: int) -> int:
        """How many of the senior ones had audited for at least so many full years."""
        return sum(1 for since in self.senior_experience if since + relativedelta(years=years) <= self.on)


def staffing_of(auditors: Iterable[Auditor], on: date) -> Staffing:
    """Count trained auditors: those without the national certificate count nowhere; a senior is not an intermediate."""
    trained = [auditor for auditor in auditors if auditor.nationally_trained]
    senior = [auditor for auditor in trained if auditor.title == AuditorTitle.SENIOR]
    return Staffing(
        on=on,
        trained=len(trained),
        senior=len(senior),
        intermediate=sum(1 for auditor in trained if auditor.title == AuditorTitle.INTERMEDIATE),
        senior_experience=tuple(auditor.experience_since for auditor in senior if auditor.experience_since),
    )


def staffing(organization: Organization, on: date) -> Staffing:
    """The trained auditors an organization (consultancy or enterprise) employs on a day. One query."""
    return staffing_of(Auditor.objects.employed_by(organization.pk, on), on)


def barred(consultancy: Consultancy, on: date) -> bool:
    """Whether the consultancy is removed, or suspended on that day (a suspension counts from `status_since`)."""
    if consultancy.status == ConsultancyStatus.LISTED or on < consultancy.status_since:
        return False
    if consultancy.status == ConsultancyStatus.REMOVED:
        return True
    return consultancy.suspended_until is None or consultancy.suspended_until >= on


def consultancy_conditions(
    consultancy: Consultancy, on: date, *, senior: int | None = None, intermediate: int | None = None
) -> dict[str, bool]:
    """The five conditions of document 151 (law text section 2.1) on a day, by name.

    `legal_person`, `premises`, `staff`, `competence`, `record`. The head-count defaults to the national one; pass the
    unit's parameters `firm_senior` and `firm_intermediate`.
    """
    staff = staffing(consultancy.organization, on)
    least_senior = RULES["firm_senior"].default if senior is None else senior
    least_intermediate = RULES["firm_intermediate"].default if intermediate is None else intermediate
    return {
        "legal_person": consultancy.legal_person and consultancy.quality_system,
        "premises": consultancy.premises and consultancy.equipment and consultancy.archives,
        "staff": staff.senior >= least_senior and staff.intermediate >= least_intermediate,
        "competence": consultancy.competence,
        "record": consultancy.no_serious_offence and not barred(consultancy, on),
    }


def create_consultancy(
    name: str, *, status_since: date, by: By = None, reason: str = "", **declared: Any
) -> Consultancy:
    """A consultancy with its organization; `declared` are columns of `Consultancy` (conditions, evidence, codes)."""
    with transaction.atomic():
        organization = Organization(party=Party.CONSULTANCY.value, name=name)
        save_change(organization, by, reason)
        consultancy = Consultancy(organization=organization, status_since=status_since, **declared)
        save_change(consultancy, by, reason)
    return consultancy


def change_status(
    consultancy: Consultancy,
    status: ConsultancyStatus,
    *,
    on: date,
    by: By,
    reason: str,
    suspended_until: date | None = None,
) -> Consultancy:
    """List again, suspend (to a last day, or openly) or remove a consultancy from a day on, with a reason."""
    require_reason(reason)
    if suspended_until is not None and (status != ConsultancyStatus.SUSPENDED or suspended_until < on):
        raise RegisterError("suspension_dates", "暂停期限不符。", "The last day of suspension does not fit.")
    consultancy.status = status
    consultancy.status_since = on
    consultancy.suspended_until = suspended_until
    consultancy.status_reason = reason
    save_change(consultancy, by, reason)
    return consultancy


def employ(
    auditor: Auditor, organization: Organization, *, on: date, by: By = None, reason: str = ""
) -> EmploymentPeriod:
    """The auditor works for the organization from that day on; an open employment elsewhere ends the day before.

    One person counts for one organization at a time. `RegisterError`: `employer_party`, `employment_overlap`.
    """
    if organization.party not in (Party.CONSULTANCY, Party.ENTERPRISE):
        raise RegisterError(
            "employer_party", "审核师只能受聘于咨询机构或企业。", "Auditors work for consultancies or enterprises."
        )
    with transaction.atomic():
        Auditor.objects.select_for_update().get(pk=auditor.pk)
        for period in auditor.employments.all():
            if period.ends_on is None and period.starts_on < on:
                period.ends_on = on - timedelta(days=1)
                save_change(period, by, reason)
            elif period.ends_on is None or period.ends_on >= on:
                raise RegisterError(
                    "employment_overlap", "与已登记的任职期间重叠。", "It overlaps an employment on record."
                )
        created = EmploymentPeriod(auditor=auditor, organization=organization, starts_on=on)
        save_change(created, by, reason)
    return created


def end_employment(auditor: Auditor, *, last_day: date, by: By = None, reason: str = "") -> EmploymentPeriod | None:
    """The present employment ends; None if there is none."""
    period: EmploymentPeriod | None = auditor.employments.filter(ends_on__isnull=True).first()
    if period is not None:
        if last_day < period.starts_on:
            raise RegisterError("employment_dates", "离职日期早于任职日期。", "The last day is before the first.")
        period.ends_on = last_day
        save_change(period, by, reason)
    return period
