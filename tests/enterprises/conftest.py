"""People, authorities and enterprises for the tests of the registers. All enterprises are fictional."""

from collections.abc import Callable
from datetime import date
from itertools import count

import pytest
from stdnum.cn import uscc

from accounts.models import Membership, Organization, User
from audits.procedure.words import Level, Line, Party, Role
from enterprises.authority_register import create_authority
from enterprises.codes import organization_check_character
from enterprises.enterprise_register import EnterpriseDraft, SiteDraft, create_enterprise
from enterprises.models import Authority, Enterprise

JOINED = date(2020, 1, 1)
_ROLES = {
    Party.AUTHORITY: Role.OFFICER,
    Party.ENTERPRISE: Role.PREPARER,
    Party.CONSULTANCY: Role.AUDITOR,
    Party.EXPERT: Role.EXPERT,
    Party.OPERATOR: Role.OPERATOR,
}
_numbers = count(1)


def credit_code(number: int, division: str = "320509") -> str:
    """A valid, fictional credit code."""
    body = f"{number:08d}"
    start = f"91{division}{body}{organization_check_character(body)}"
    if start[-1] not in "0123456789ABCDEFGHJKLMNPQRTUWXY":
        raise ValueError(start)
    return start + uscc.calc_check_digit(start)


@pytest.fixture
def member() -> Callable[[Organization], Membership]:
    """Makes a membership of an organization, in a usual role of its party."""

    def make(organization: Organization) -> Membership:
        name = f"person{next(_numbers)}"
        user = User.objects.create(username=name, email=f"{name}@example.com")
        return Membership.objects.create(
            user=user, organization=organization, role=_ROLES[Party(organization.party)].value, starts_on=JOINED
        )

    return make


@pytest.fixture
def authority() -> Callable[..., Authority]:
    """Makes an authority: `authority("3205", Level.CITY)`."""

    def make(scope_code: str, level: Level, line: Line = Line.ENVIRONMENT) -> Authority:
        return create_authority(f"{scope_code} {line}", scope_code=scope_code, level=level, line=line)

    return make


@pytest.fixture
def enterprise() -> Callable[..., Enterprise]:
    """Makes an enterprise with one site: `enterprise("320509")`."""

    def make(division_code: str = "320509", name: str = "", **values: str) -> Enterprise:
        number = next(_numbers)
        return create_enterprise(
            EnterpriseDraft(
                name=name or f"实例化工{number}有限公司",
                credit_code=values.pop("credit_code", credit_code(10_000_000 + number)),
                sites=(SiteDraft(division_code=division_code),),
                known_from=date(2008, 1, 1),
                **values,
            )
        )

    return make
