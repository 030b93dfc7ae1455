"""Who may sign in with a password: allauth's rule (by e-mail or user name), and never the system."""

from typing import Any
from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend as AllauthBackend

from accounts.models import User
from accounts.system import SYSTEM_USER_ID


class AuthenticationBackend(AllauthBackend):
    """Refuses the system's user whatever password somebody may have managed to give it."""

    def user_can_authenticate(self, user: Any) -> bool:
        return user.pk != SYSTEM_USER_ID and super().user_can_authenticate(user)

    def get_user(self, user_id: UUID | str) -> User | None:
        user: User | None = super().get_user(user_id)
        return user
