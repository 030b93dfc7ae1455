"""Whose mailbox an e-mail address is: an account may bear any address, so only a proved one brings its holder a role.

Proved means: the owner of the account, signed in, followed the link mailed to the address; or set the password by a link
that can only have gone there. allauth keeps the record (`EmailAddress.verified`).
"""

from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.conf import settings
from django.db import transaction
from django.urls import NoReverseMatch, reverse

from accounts import mail
from accounts.models import User


def is_confirmed(user: User) -> bool:
    """Whether the account's own address is proved."""
    return EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists()


def may_be_named(user: User) -> bool:
    """Whether who names this person by e-mail reaches the owner of the mailbox.

    So it is with a proved address, and with an account nobody can sign in to yet: its invitation goes to the mailbox.
    """
    return not user.has_usable_password() or is_confirmed(user)


@transaction.atomic
def confirm_by_link(user: User) -> bool:
    """Note that a mailed link opened the account; whether that proved its address.

    It did not where the account has a second address, which may be where the link went. A link is dead once the addresses
    of its account change, so those of now are those of when it was mailed.
    """
    if EmailAddress.objects.filter(user=user).exclude(email=user.email).exists():
        return False
    address, _ = EmailAddress.objects.get_or_create(user=user, email=user.email)
    if not address.set_verified(commit=False):  # another account has proved it before
        return False
    address.primary = True
    address.save(update_fields=["verified", "primary"])
    return True


def send_confirmation(user: User) -> None:
    """Mail the link that proves the address, after the transaction commits; a failing mail server is logged only."""
    transaction.on_commit(lambda: _mail_confirmation(user), robust=True)


def _mail_confirmation(user: User) -> None:
    address, _ = EmailAddress.objects.get_or_create(user=user, email=user.email)
    key = EmailConfirmationHMAC.create(address).key
    try:
        path = reverse("account_confirm_email", args=[key])
    except NoReverseMatch:  # a service without pages: the program that shows the link knows where to send the key
        path = f"/accounts/confirm-email/{key}/"
    mail.send(mail.CONFIRMATION, user, settings.SITE_URL + path)
