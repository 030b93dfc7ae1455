"""What every subject of the event log has."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Ledgered(models.Model):
    """Abstract: a subject whose truth is its chain of events.

    `version` is the number of events, `head_hash` the hash of the last, `state` what folding them gives: a cache that
    can be rebuilt. Only `audits.workflow` writes these columns.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)
    head_hash = models.CharField(_("hash of the last event"), max_length=64, blank=True, default="", editable=False)
    state = models.JSONField(_("state"), default=dict, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        abstract = True
