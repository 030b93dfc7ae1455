"""What `accounts` asks of the registers: whose code this is, and who supervises an organization."""

from collections.abc import Collection
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


def supervisors(organizations: Collection[UUID], on: date) -> dict[UUID, set[UUID]]:
    """For each enterprise (ids of its organization) the organizations that supervise a site of it on a day, whatever
    their line. The queries do not grow with the enterprises.

    Sites that merely stand on a candidate's entry do not count: who may nominate could make itself the supervisor of any
    enterprise of the country, to let somebody of its own into the account.
    """
    sites = Site.objects.open().established().filter(enterprise__organization__in=organizations)
    places = set(sites.order_by().values_list("enterprise__organization", "scope_code"))
    found: dict[UUID, set[UUID]] = {pk: set() for pk in organizations}
    for line in Line:
        competent = competence_map({scope for _, scope in places}, [Function.SUPERVISE], on, line=line)
        for pk, scope in places:
            authority = competent[scope, Function.SUPERVISE]
            if authority is not None:
                found[pk].add(authority.organization_id)
    return found


def register() -> None:
    """Tell `accounts`, which must not import the registers."""
    activation.register_resolver(organization_by_code)
    activation.register_supervisor(supervisors)
