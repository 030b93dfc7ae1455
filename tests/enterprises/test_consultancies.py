"""What document 151 asks of consultancies, and who works where."""

from collections.abc import Callable
from datetime import date

import pytest

from accounts.models import Membership, Organization
from audits.procedure.words import Level
from enterprises.consultancy_register import (
    Staffing,
    change_status,
    consultancy_conditions,
    create_consultancy,
    employ,
    end_employment,
    staffing,
)
from enterprises.errors import RegisterError
from enterprises.models import Auditor, AuditorTitle, Authority, Consultancy, ConsultancyStatus, Enterprise

pytestmark = pytest.mark.django_db

ON = date(2008, 8, 1)
DECLARED = (
    "legal_person",
    "quality_system",
    "premises",
    "equipment",
    "archives",
    "competence",
    "no_serious_offence",
)


@pytest.fixture
def firm() -> Consultancy:
    """A consultancy that meets all five conditions with the least staff."""
    made = create_consultancy("实例咨询", status_since=date(2005, 1, 1), **dict.fromkeys(DECLARED, True))
    for title, number in ((AuditorTitle.SENIOR, 2), (AuditorTitle.INTERMEDIATE, 5)):
        for one in range(number):
            _hire(made.organization, title, f"{title}-{one}")
    return made


def _hire(
    organization: Organization, title: str, certificate: str, *, trained: bool = True, since: date = date(2004, 1, 1)
) -> Auditor:
    auditor = Auditor.objects.create(
        name=certificate,
        certificate_number=certificate,
        nationally_trained=trained,
        title=title,
        experience_since=since,
    )
    employ(auditor, organization, on=date(2006, 1, 1))
    return auditor


def test_all_five_conditions_met(firm: Consultancy) -> None:
    assert consultancy_conditions(firm, ON) == dict.fromkeys(
        ("legal_person", "premises", "staff", "competence", "record"), True
    )


@pytest.mark.parametrize(
    ("column", "condition"),
    [
        ("legal_person", "legal_person"),
        ("quality_system", "legal_person"),
        ("premises", "premises"),
        ("equipment", "premises"),
        ("archives", "premises"),
        ("competence", "competence"),
        ("no_serious_offence", "record"),
    ],
)
def test_each_declaration_carries_its_condition(firm: Consultancy, column: str, condition: str) -> None:
    setattr(firm, column, False)
    assert [name for name, met in consultancy_conditions(firm, ON).items() if not met] == [condition]


def test_one_auditor_less_is_too_few(firm: Consultancy) -> None:
    senior = Auditor.objects.filter(title=AuditorTitle.SENIOR).first()
    assert senior is not None
    end_employment(senior, last_day=ON)
    assert consultancy_conditions(firm, ON)["staff"] is True
    assert consultancy_conditions(firm, date(2008, 8, 2))["staff"] is False
    assert consultancy_conditions(firm, date(2008, 8, 2), senior=1)["staff"] is True


def test_a_province_may_ask_for_more(firm: Consultancy) -> None:
    assert consultancy_conditions(firm, ON, intermediate=6)["staff"] is False


def test_suspension_and_removal_count_from_their_day(
    firm: Consultancy, authority: Callable[..., Authority], member: Callable[[Organization], Membership]
) -> None:
    by = member(authority("32", Level.PROVINCE).organization)
    change_status(
        firm,
        ConsultancyStatus.SUSPENDED,
        on=date(2008, 7, 1),
        by=by,
        reason="poor reports",
        suspended_until=date(2008, 9, 30),
    )
    days = [date(2008, 6, 30), date(2008, 7, 1), date(2008, 9, 30), date(2008, 10, 1)]
    assert [consultancy_conditions(firm, day)["record"] for day in days] == [True, False, False, True]
    change_status(firm, ConsultancyStatus.REMOVED, on=date(2009, 1, 1), by=by, reason="false reports")
    assert consultancy_conditions(firm, date(2009, 1, 1))["record"] is False
    with pytest.raises(RegisterError) as caught:
        change_status(firm, ConsultancyStatus.LISTED, on=date(2010, 1, 1), by=by, reason="")
    assert caught.value.code == "reason_missing"


def test_staffing_counts_the_trained_by_title_and_years(enterprise: Callable[..., Enterprise]) -> None:
    own = enterprise().organization
    _hire(own, AuditorTitle.SENIOR, "s1", since=date(2003, 8, 1))
    _hire(own, AuditorTitle.SENIOR, "s2", since=date(2003, 8, 2))
    _hire(own, AuditorTitle.SENIOR, "untrained", trained=False, since=date(1990, 1, 1))
    _hire(own, AuditorTitle.INTERMEDIATE, "i1")
    _hire(own, AuditorTitle.OTHER, "o1")
    found = staffing(own, ON)
    assert (found.trained, found.senior, found.intermediate) == (4, 2, 1)
    assert (found.senior_with_years(5), found.senior_with_years(4)) == (1, 2)
    assert staffing(own, date(2005, 12, 31)) == Staffing(date(2005, 12, 31), 0, 0, 0)


def test_one_person_counts_for_one_firm_only(firm: Consultancy) -> None:
    other = create_consultancy("另一咨询", status_since=date(2005, 1, 1))
    auditor = Auditor.objects.get(certificate_number="senior-0")
    employ(auditor, other.organization, on=ON)
    assert (staffing(firm.organization, date(2008, 7, 31)).senior, staffing(other.organization, ON).senior) == (2, 1)
    assert staffing(firm.organization, ON).senior == 1
    with pytest.raises(RegisterError) as caught:
        employ(auditor, firm.organization, on=date(2008, 1, 1))
    assert caught.value.code == "employment_overlap"


def test_auditors_work_for_consultancies_and_enterprises_only(authority: Callable[..., Authority]) -> None:
    auditor = Auditor.objects.create(name="李四")
    with pytest.raises(RegisterError) as caught:
        employ(auditor, authority("32", Level.PROVINCE).organization, on=ON)
    assert caught.value.code == "employer_party"
