"""Who may sign in with a password, and what operators may do in Django's admin."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend as AllauthBackend
from django.utils import timezone

from accounts.memberships import holds_role
from accounts.models import User
from accounts.system import SYSTEM_USER_ID
from audits.procedure.words import Role

# Registers and people are managed by operators. Cases are not: the admin shows them, only `perform` changes them.
MANAGED = frozenset({"accounts", "enterprises", "axes"})
SHOWN = frozenset({"audits"})


class AuthenticationBackend(AllauthBackend):
    """allauth's sign-in by e-mail or user name, never for the system; and the rights of the role `operator`."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Enabled people; not the system, whatever password somebody may have managed to give it."""
        return user.pk != SYSTEM_USER_ID and bool(super().user_can_authenticate(user))

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """Django's own permissions, and for the role `operator` all of `MANAGED` and the sight of `SHOWN`."""
        if super().has_perm(user_obj, perm, obj):
            return True
        app, _, codename = perm.partition(".")
        may = app in MANAGED or (app in SHOWN and codename.startswith("view_"))
        return may and _has_operator_role(user_obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        """Whether the admin lists the application at all."""
        if super().has_module_perms(user_obj, app_label):
            return True
        return app_label in MANAGED | SHOWN and _has_operator_role(user_obj)


def _has_operator_role(user: Any) -> bool:
    """Asked once per request's user object; a page of the admin asks dozens of times."""
    if not isinstance(user, User) or not user.is_active:
        return False
    held: bool | None = getattr(user, "_operator_role", None)
    if held is None:
        held = holds_role(user, [Role.OPERATOR], timezone.localdate())
        user._operator_role = held  # type: ignore[attr-defined]
    return held
