"""The Django application `enterprises`."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class EnterprisesConfig(AppConfig):
    name = "enterprises"
    verbose_name = _("Registers")

    def ready(self) -> None:
        from enterprises import access
        from enterprises.reference import load_after_migrate

        access.register()
        post_migrate.connect(load_after_migrate, sender=self, dispatch_uid="enterprises.reference")
