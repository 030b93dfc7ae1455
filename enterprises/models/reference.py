"""Which reference data stands in this database."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReferenceLoad(models.Model):
    """One loaded set of reference data and the digest of what it was read from; see `enterprises.reference`."""

    name = models.CharField(_("name"), max_length=40, primary_key=True)
    digest = models.CharField(_("digest"), max_length=64)
    rows = models.PositiveIntegerField(_("rows"))
    loaded_at = models.DateTimeField(_("loaded at"), auto_now=True)

    class Meta:
        verbose_name = _("loaded reference data")
        verbose_name_plural = _("loaded reference data")

    def __str__(self) -> str:
        return self.name
