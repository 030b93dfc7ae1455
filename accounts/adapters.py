"""What we change in allauth: no open sign-up, mails in our words and in the reader's language, secrets encrypted."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.urls import reverse

from accounts import mail
from accounts.sealing import seal, unseal


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come from activation codes, from administrators and from operators; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Only for its owner, signed in: whoever gets a link for the account of another must not prove it for them."""
        if request.user.pk != email_address.user_id:
            raise ImmediateHttpResponse(redirect_to_login(request.path, reverse("account_login")))
        return bool(super().confirm_email(request, email_address))

    def can_delete_email(self, email_address: EmailAddress) -> bool:
        """Not the account's own: another, proved or not, would take its place unasked."""
        is_own = email_address.email.lower() == email_address.user.email.lower()
        return not is_own and bool(super().can_delete_email(email_address))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send one of `mail.OF_ALLAUTH`. Any other would be an unread text in one language: `KeyError`.

        The settings switch off all that allauth could send besides (`tests/accounts/test_mail_templates.py`).
        """
        name, link = mail.OF_ALLAUTH[template_prefix]
        mail.send(name, context["user"], context[link], to=email)


class MFAAdapter(DefaultMFAAdapter):
    """Seeds of one-time and recovery codes are stored encrypted."""

    def encrypt(self, text: str) -> str:
        return seal(text, "mfa")

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text, "mfa")
