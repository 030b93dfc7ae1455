"""What accounts learns from the registers: the organization behind a code, and its supervisors."""

from datetime import date

import pytest

from accounts import activation
from audits.procedure.words import Level, Line
from enterprises.authority_register import create_authority
from enterprises.enterprise_register import EnterpriseDraft, SiteDraft, add_sites, create_enterprise

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
CODE = "91320509MA1XYT123X"


def test_code_leads_to_the_organization_and_its_supervisors() -> None:
    province = create_authority("省厅", scope_code="32", level=Level.PROVINCE)
    county = create_authority("区局", scope_code="320509", level=Level.COUNTY)
    energy = create_authority("省能源局", scope_code="32", level=Level.PROVINCE, line=Line.ENERGY)
    other = create_authority("邻省厅", scope_code="33", level=Level.PROVINCE)
    enterprise = create_enterprise(
        EnterpriseDraft(name="示例印染有限公司", credit_code=CODE, sites=(SiteDraft(division_code="320509"),))
    )
    nominated = SiteDraft(division_code="320506", from_candidate=True)
    claims = create_authority("邻区局", scope_code="320506", level=Level.COUNTY)
    add_sites([(enterprise, nominated)])
    found = activation.organization_of(CODE.lower())
    assert found == enterprise.organization
    assert activation.organization_of("91320509MA1AAAAAAA") is None
    from enterprises.access import supervisors

    assert supervisors([enterprise.organization_id], TODAY)[enterprise.organization_id] == {
        county.organization_id,
        energy.organization_id,
    }
    assert claims.organization_id not in supervisors([enterprise.organization_id], TODAY)[enterprise.organization_id]
    assert province.organization_id not in supervisors([enterprise.organization_id], TODAY)[enterprise.organization_id]
    assert other.organization_id not in supervisors([enterprise.organization_id], TODAY)[enterprise.organization_id]
