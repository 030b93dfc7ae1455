"""What `accounts` asks of the registers: whose code this is, and who supervises an organization."""

from datetime import date
from uuid import UUID

from accounts import activation
from accounts.models import Organization
from audits.procedure.words import Function, Line
from enterprises.competence import competence_map
from enterprises.enterprise_search import match_codes
from enterprises.models import Site


def organization_by_code(code: str) -> Organization | None:
    """The organization of the enterprise that has, or had, this credit code or organization code."""
    enterprise = match_codes([code]).get(code)
    return enterprise.organization if enterprise is not None else None


def supervisors(organization: Organization, on: date) -> set[UUID]:
    """Ids of the organizations that supervise a site of this enterprise on a day, whatever their line."""
    scopes = set(Site.objects.open().filter(enterprise__organization=organization).values_list("scope_code", flat=True))
    found: set[UUID] = set()
    for line in Line:
        competent = competence_map(scopes, [Function.SUPERVISE], on, line=line)
        found.update(authority.organization_id for authority in competent.values() if authority is not None)
    return found


def register() -> None:
    """Tell `accounts`, which must not import the registers."""
    activation.register_resolver(organization_by_code)
    activation.register_supervisor(supervisors)
