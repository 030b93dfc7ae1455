"""Who can see a case: the same rule as the queries (`models.scope`), told from the other side."""

from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.models import Organization
from audits.models import AuditCase
from audits.models.reviews import ReviewAssignment
from audits.procedure.words import Line, Party
from enterprises.models import Contract


def readers_of(case: AuditCase) -> list[tuple[Party, list[Any]]]:
    """Organizations that see the case today, by party; the highest authority first."""
    code = case.scope_code
    above = Q(jurisdiction__in=["", *(code[:length] for length in range(2, len(code) + 1, 2))])
    lines = [Line.COORDINATING]
    if case.line_environment:
        lines.append(Line.ENVIRONMENT)
    if case.line_energy:
        lines.append(Line.ENERGY)
    rows = Organization.objects.filter(closed_on=None)
    authorities = rows.filter(above, party=Party.AUTHORITY, line__in=lines).order_by("jurisdiction", "name")
    standing = case.enterprise.merged_into or case.enterprise
    running = Contract.objects.running(timezone.localdate()).filter(
        Q(site_id__isnull=True) | Q(site_id=case.site_id), enterprise=standing
    )
    consultancies = rows.filter(consultancy__in=running.values("consultancy")).distinct().order_by("name")
    experts = ReviewAssignment.objects.filter(case=case, ended_on=None).select_related("membership__user")
    found: list[tuple[Party, list[Any]]] = [
        (Party.ENTERPRISE, [standing.organization]),
        (Party.CONSULTANCY, list(consultancies)),
        (Party.AUTHORITY, list(authorities)),
        (Party.EXPERT, [one.membership.user for one in experts]),
    ]
    return [(party, those) for party, those in found if those]
