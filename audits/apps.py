"""The audits application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditsConfig(AppConfig):
    name = "audits"
    verbose_name = _("Audits")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from audits.models import checks, triggers
        from audits.statistics import returns

        checks.register_checks()
        triggers.install_after_migrate(self)
        returns.load_after_migrate(self)
