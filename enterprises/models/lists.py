"""Key-enterprise lists and what stands on them. Only `audits.workflow` changes them."""

import uuid
from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.acting import Acting
from accounts.choices import LINE_LABELS
from accounts.models import Membership, Organization
from audits.procedure.words import CaseKind, Line, Party, Subject
from enterprises.divisions import reporting_unit_of
from enterprises.models.divisions import ReportingUnit
from enterprises.models.enterprises import Enterprise
from enterprises.models.industries import Industry, Sector
from enterprises.models.ledgered import Ledgered
from enterprises.models.sites import Site
from enterprises.readers import reader_of, sees_everything
from enterprises.scopes import within


def _own_line(reader: Acting, field: str) -> Q:
    """Environment and energy see their own lists; the coordinating department lists jointly and sees both."""
    if reader.line in (None, Line.COORDINATING):
        return Q()
    return Q(**{field: reader.line.value})


def no_categories() -> list[str]:
    """Default of `Listing.categories` (inside that class the word `list` is a column)."""
    return []


class KeyEnterpriseListQuerySet(models.QuerySet[Any]):
    """Chainable questions about lists."""

    def visible_to(self, membership: Membership) -> Self:
        """Those the membership may see; `TypeError` without one.

        Authorities, within their line: lists of the units in their jurisdiction, of the unit they lie in, and those
        that name a site of theirs. Enterprises and consultancies: published lists with a listing they may see.
        """
        reader = reader_of(membership)
        if sees_everything(reader):
            return self
        mine = Listing.objects.filter(list_id=OuterRef("pk"))
        if reader.party is Party.AUTHORITY:
            prefix = reader.jurisdiction or ""
            place = within(prefix, "reporting_unit__scope_code") | Q(Exists(mine.filter(within(prefix))))
            if prefix:
                place |= Q(reporting_unit_id=reporting_unit_of(prefix))
            return self.filter(_own_line(reader, "line") & place)
        if reader.party in (Party.ENTERPRISE, Party.CONSULTANCY):
            return self.published().filter(Exists(mine.visible_to(membership)))
        return self.none()

    def published(self) -> Self:
        """Those the public may see."""
        return self.filter(published_on__isnull=False)


class KeyEnterpriseList(Ledgered):
    """A batch of enterprises under duty to audit (or, kind `voluntary`, that volunteered), by unit, year and line."""

    subject_kind = Subject.LIST

    reporting_unit = models.ForeignKey(
        ReportingUnit, models.PROTECT, related_name="lists", verbose_name=_("reporting unit")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    batch = models.PositiveSmallIntegerField(_("batch"), default=1)
    title = models.CharField(_("title"), max_length=300)
    kind = models.CharField(
        _("kind"), max_length=20, choices=[(one.value, one.value) for one in CaseKind], default=CaseKind.MANDATORY.value
    )
    line = models.CharField(
        _("line"),
        max_length=20,
        choices=[(line.value, label) for line, label in LINE_LABELS.items()],
        default=Line.ENVIRONMENT.value,
    )
    authority = models.ForeignKey(
        Organization, models.PROTECT, related_name="lists", verbose_name=_("authority that keeps the list")
    )
    status = models.CharField(_("status"), max_length=20, blank=True, default="", editable=False)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    medium = models.CharField(_("medium"), max_length=200, blank=True, default="")
    medium_url = models.CharField(_("address of the publication"), max_length=500, blank=True, default="")
    document_number = models.CharField(_("document number"), max_length=100, blank=True, default="")

    objects = KeyEnterpriseListQuerySet.as_manager()

    class Meta:
        verbose_name = _("key-enterprise list")
        verbose_name_plural = _("key-enterprise lists")
        ordering = ["-year", "reporting_unit", "-batch", "id"]
        indexes = [
            models.Index(fields=["created_at", "id"], name="enterprises_list_created"),
            models.Index(fields=["published_on", "id"], name="enterprises_list_published"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["reporting_unit", "year", "batch", "kind", "line"], name="enterprises_list_once"
            )
        ]

    def __str__(self) -> str:
        return self.title


class ListingQuerySet(models.QuerySet[Any]):
    """Chainable questions about listings."""

    def visible_to(self, membership: Membership) -> Self:
        """Those the membership may see; `TypeError` without one.

        Authorities: those in their jurisdiction and line. Enterprises: their own, once published. Consultancies: their
        clients', once published and while the contract runs (for the site it names, if it names one).
        """
        from enterprises.models.contracts import Contract

        reader = reader_of(membership)
        if sees_everything(reader):
            return self
        if reader.party is Party.AUTHORITY:
            return self.filter(within(reader.jurisdiction or "") & _own_line(reader, "list__line"))
        if reader.party is Party.ENTERPRISE:
            own = Enterprise.objects.of_organization(reader.organization_id)
            return self.published().filter(enterprise__in=own)
        if reader.party is Party.CONSULTANCY:
            contracts = Contract.objects.running(timezone.localdate()).filter(
                Q(site__isnull=True) | Q(site_id=OuterRef("site_id")),
                consultancy__organization_id=reader.organization_id,
                enterprise_id=OuterRef("enterprise_id"),
            )
            return self.published().filter(Exists(contracts))
        return self.none()

    def published(self) -> Self:
        """Those the public may see."""
        return self.filter(published_on__isnull=False)


class Listing(models.Model):
    """One site on one list, with name and address as they stood when it was listed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    list = models.ForeignKey(
        KeyEnterpriseList, models.PROTECT, related_name="listings", verbose_name=_("key-enterprise list")
    )
    site = models.ForeignKey(Site, models.PROTECT, related_name="listings", verbose_name=_("site"))
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="listings", verbose_name=_("enterprise"))
    name_at_listing = models.CharField(_("name when listed"), max_length=200)
    address_at_listing = models.CharField(_("address when listed"), max_length=300, blank=True, default="")
    categories = models.JSONField(_("categories"), default=no_categories)
    sector = models.ForeignKey(
        Sector, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sector")
    )
    industry = models.ForeignKey(
        Industry, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("industry")
    )
    status = models.CharField(_("status"), max_length=20, blank=True, default="")
    scope_code = models.CharField(_("scope code"), max_length=6)
    reporting_unit = models.ForeignKey(
        ReportingUnit, models.PROTECT, related_name="listings", verbose_name=_("reporting unit")
    )
    nominated_by = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("nominated by")
    )
    published_on = models.DateField(_("published on"), null=True, blank=True)
    row_number = models.PositiveIntegerField(_("row number"), null=True, blank=True)
    source_row = models.JSONField(_("row as it came"), default=dict, blank=True)
    removed_on = models.DateField(_("removed on"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = ListingQuerySet.as_manager()

    class Meta:
        verbose_name = _("listing")
        verbose_name_plural = _("listings")
        ordering = ["list", "row_number", "id"]
        indexes = [
            models.Index(fields=["list", "status"], name="enterprises_listing_status"),
            models.Index(fields=["list", "row_number", "id"], name="enterprises_listing_row"),
            models.Index(fields=["scope_code", "published_on"], name="enterprises_listing_scope"),
            models.Index(fields=["reporting_unit", "published_on"], name="enterprises_listing_unit"),
            models.Index(fields=["created_at", "id"], name="enterprises_listing_created"),
        ]
        constraints = [
            # Removed rows do not count: a site may be put back on the same list.
            models.UniqueConstraint(
                fields=["list", "site"], condition=Q(removed_on__isnull=True), name="enterprises_listing_once"
            )
        ]

    def __str__(self) -> str:
        return self.name_at_listing


class ListImport(models.Model):
    """A file sent for a list: what was read from it, and what was made of it. The file stays attached.

    `decisions` holds what was ticked and typed page by page before the import is confirmed: repairs refused, rows left
    out, cells typed. Nothing of it is on the list until then.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    list = models.ForeignKey(
        KeyEnterpriseList, models.PROTECT, related_name="imports", verbose_name=_("key-enterprise list")
    )
    file_name = models.CharField(_("file name"), max_length=255)
    file_key = models.CharField(_("where the file is stored"), max_length=255)
    file_size = models.PositiveIntegerField(_("file size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    digest = models.CharField(_("digest of the dry run"), max_length=64)
    uploaded_by = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name=_("uploaded by"))
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    report = models.JSONField(_("report"), default=dict)
    decisions = models.JSONField(_("decisions before the confirmation"), default=dict, blank=True)
    applied_at = models.DateTimeField(_("applied at"), null=True, blank=True)
    applied_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("applied by")
    )
    event_id = models.UUIDField(_("event"), null=True, blank=True)

    class Meta:
        verbose_name = _("import of a list")
        verbose_name_plural = _("imports of lists")
        ordering = ["-created_at", "id"]
        indexes = [models.Index(fields=["list", "digest"], name="enterprises_import_digest")]

    def __str__(self) -> str:
        return self.file_name
