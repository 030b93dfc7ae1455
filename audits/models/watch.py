"""When each periodic task last began, succeeded and failed: what the watchdog reads."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TaskRecord(models.Model):
    """One periodic task, by the name the queue knows it by. Written after each run; a task that never ran has no row."""

    task = models.CharField(_("task"), max_length=100, primary_key=True)
    succeeded_at = models.DateTimeField(_("last succeeded at"), null=True, blank=True)
    failed_at = models.DateTimeField(_("last failed at"), null=True, blank=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    error = models.TextField(_("last error"), blank=True)
    seconds = models.FloatField(_("duration in seconds"), null=True, blank=True)

    class Meta:
        verbose_name = _("periodic task")
        verbose_name_plural = _("periodic tasks")

    def __str__(self) -> str:
        return self.task
