"""The mails about accounts: for each a subject and a text in Chinese and in English, in `templates/accounts/mail`.

Every mail of this room, also those that allauth sends, is worded by `render`, so that each has templates in both
languages, and its snapshots (`tests/accounts/snapshots`). The templates take `name`, `username`, `link`, `site_url`,
and some what is given besides: `organization`, the `heir` and the deciding `authority` of a hand-over, the `operator`.
"""

from collections.abc import Mapping

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string

from accounts.models import User

INVITATION = "invitation"
CONFIRMATION = "email_confirmation"
HANDOVER_ASKED, HANDOVER_APPROVED = "handover_asked", "handover_approved"
SECOND_FACTOR_DROPPED = "second_factor_dropped"
# The mails of allauth that this service sends: allauth's name, our name, and the key of the link in its context.
OF_ALLAUTH: Mapping[str, tuple[str, str]] = {
    "account/email/password_reset_key": ("password_reset", "password_reset_url"),
    "account/email/email_confirmation": (CONFIRMATION, "activate_url"),
}
MAILS = (
    INVITATION,
    HANDOVER_ASKED,
    HANDOVER_APPROVED,
    SECOND_FACTOR_DROPPED,
    *(name for name, _ in OF_ALLAUTH.values()),
)


def template_language(language: str) -> str:
    """Which of the two sets of templates a language code reads: `zh` unless English is asked for."""
    return "en" if language.lower().startswith("en") else "zh"


def render(name: str, reader: User, link: str, **more: str) -> tuple[str, str]:
    """Subject (one line) and text of a mail of `MAILS`, in the language of its reader."""
    context = {
        "name": _one_line(reader.get_full_name() or reader.username),
        "username": _one_line(reader.username),
        "link": link,
        "site_url": settings.SITE_URL,
        **{key: _one_line(value) for key, value in more.items()},
    }
    template = f"accounts/mail/{name}.{template_language(reader.language)}"
    subject = _one_line(render_to_string(f"{template}.subject.txt", context))
    return subject, render_to_string(f"{template}.txt", context)


def _one_line(text: str) -> str:
    """What somebody else typed stays the word it is: it cannot add lines of its own to a mail of ours."""
    return " ".join(text.split())


def send(name: str, reader: User, link: str, *, to: str = "", **more: str) -> None:
    """Send a mail of `MAILS` to its reader, or to another address `to` of theirs. Raises what the mail server raises."""
    subject, text = render(name, reader, link, **more)
    headers = {"Auto-Submitted": "auto-generated", "Content-Language": reader.language}
    EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, [to or reader.email], headers=headers).send()


def tell(name: str, reader: User, **more: str) -> None:
    """Tell somebody what happened, after the transaction commits; a failing mail server is logged only."""
    transaction.on_commit(lambda: send(name, reader, settings.SITE_URL, **more), robust=True)
