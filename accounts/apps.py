"""The Django application `accounts`."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People and organizations")

    def ready(self) -> None:
        from accounts import lookups  # noqa: F401  registers `among`
        from accounts.api import schema  # noqa: F401  registers the token scheme with drf-spectacular
        from accounts.system import create_after_migrate

        post_migrate.connect(create_after_migrate, sender=self, dispatch_uid="accounts.system")
