"""Sites: the works of an enterprise, the thing a listing and a case are about."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import Membership
from audits.procedure.words import Party
from enterprises.models.divisions import Division, ReportingUnit
from enterprises.models.enterprises import Enterprise
from enterprises.models.industries import Industry
from enterprises.readers import reader_of, sees_everything
from enterprises.scopes import within


class SiteQuerySet(models.QuerySet["Site"]):
    """Chainable questions about sites."""

    def visible_to(self, membership: Membership) -> Self:
        """Those in an authority's jurisdiction; for others those of enterprises they see. `TypeError` without one."""
        reader = reader_of(membership)
        if sees_everything(reader):
            return self
        if reader.party is Party.AUTHORITY:
            return self.filter(within(reader.jurisdiction or ""))
        return self.filter(enterprise__in=Enterprise.objects.visible_to(membership))

    def open(self) -> Self:
        """Those not closed."""
        return self.filter(closed_on__isnull=True)

    def established(self) -> Self:
        """Those that say where the enterprise is: entered in the register, or published on a list.

        A site that came with a candidate says so only in the words of who nominated it: nobody has verified it yet.
        """
        from enterprises.models.lists import Listing

        published = Listing.objects.published().filter(site_id=OuterRef("pk"))
        return self.filter(Q(from_candidate=False) | Exists(published))


class Site(models.Model):
    """One works at one place.

    `division_code_given` is the code as it came (perhaps retired), `zone_text` a park or zone that is no GB/T 2260
    division; `scope_code` and `reporting_unit` follow from `division` (`enterprises.divisions`). `from_candidate`: brought
    by the import of a list, which anybody who nominates may send; what follows from that, `established` says.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="sites", verbose_name=_("enterprise"))
    name = models.CharField(_("name"), max_length=200)
    address = models.CharField(_("address"), max_length=300, blank=True, default="")
    division = models.ForeignKey(
        Division, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("division")
    )
    division_code_given = models.CharField(_("division code as given"), max_length=12, blank=True, default="")
    zone_text = models.CharField(_("park or zone"), max_length=200, blank=True, default="")
    scope_code = models.CharField(_("scope code"), max_length=6, db_index=True)
    reporting_unit = models.ForeignKey(
        ReportingUnit, models.PROTECT, related_name="sites", verbose_name=_("reporting unit")
    )
    industry = models.ForeignKey(
        Industry, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("industry")
    )
    closed_on = models.DateField(_("shut on"), null=True, blank=True)
    from_candidate = models.BooleanField(_("came with a candidate"), default=False, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = SiteQuerySet.as_manager()
    history = HistoricalRecords(verbose_name=_("history of the site"))

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["scope_code", "enterprise"], name="enterprises_site_scope")]

    def __str__(self) -> str:
        return self.name
