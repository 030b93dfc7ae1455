"""Scope in the query: every list, count, sum, file and search starts from `visible_to(membership)`."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Membership
from audits.procedure.words import Line, Party
from enterprises.models import Contract, Enterprise
from enterprises.readers import reader_of
from enterprises.scopes import within


class CaseScope(models.QuerySet):
    """Chainable scope of cases. A stranger's query is empty, so its counts are zero."""

    def visible_to(self, membership: Membership) -> Self:
        """Cases the acting `membership` may read (design section 1.4)."""
        return self.filter(case_condition(membership))

    def by_date(self) -> Self:
        """With `nearest`, the next date of an open case; cases without one come after all with one, closed ones last.

        The order of a list is then ("nearest", "id"), for which an index stands.
        """
        return self.annotate(nearest=nearest_date())


WITHOUT_DATE, CLOSED = date(9999, 12, 30), date(9999, 12, 31)


def nearest_date() -> Case:
    """The expression of `by_date`, which its index repeats."""
    return Case(
        When(closed_on__isnull=False, then=Value(CLOSED)),
        When(next_due_on__isnull=True, then=Value(WITHOUT_DATE)),
        default=F("next_due_on"),
        output_field=models.DateField(),
    )


def case_condition(membership: Membership, *, prefix: str = "") -> Q:
    """The condition on cases (or, with `prefix="case__"`, on rows that point at one) for an acting membership.

    Raises `TypeError` without a membership and `ValueError` for one that is not active today.
    """
    reader = reader_of(membership)
    if reader.party == Party.SYSTEM:
        return Q()
    if reader.party == Party.AUTHORITY:
        condition = within(reader.jurisdiction or "", f"{prefix}scope_code")
        if reader.line == Line.ENERGY:
            condition &= Q(**{f"{prefix}line_energy": True})
        elif reader.line == Line.ENVIRONMENT:
            condition &= Q(**{f"{prefix}line_environment": True})
        return condition
    if reader.party == Party.ENTERPRISE:
        own = Enterprise.objects.of_organization(reader.organization_id)
        return Q(**{f"{prefix}enterprise__in": own})
    if reader.party == Party.CONSULTANCY:
        contracts = Contract.objects.running(timezone.localdate()).filter(
            Q(site_id__isnull=True) | Q(site_id=OuterRef(f"{prefix}site_id")),
            consultancy__organization_id=reader.organization_id,
            # The contracts of an enterprise that was merged into another stand with that one.
            enterprise_id=Coalesce(OuterRef(f"{prefix}enterprise__merged_into_id"), OuterRef(f"{prefix}enterprise_id")),
        )
        return Q(Exists(contracts))
    if reader.party == Party.EXPERT:
        from audits.models.reviews import ReviewAssignment

        outer = f"{prefix}pk" if not prefix else f"{prefix}id"
        assigned = ReviewAssignment.objects.filter(
            membership_id=reader.membership_id, case_id=OuterRef(outer), ended_on=None
        )
        return Q(Exists(assigned))
    return Q(pk__in=[])
