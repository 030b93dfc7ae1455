"""The mail channel: a digest as text and HTML in the reader's language, sent over Django's mail backend."""

import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.utils import translation

from accounts.mail import template_language
from accounts.models import User
from audits.models import Digest, Notice
from audits.reminders.wording import Entry, entries_of

# Answers of a server that took no message: nothing was sent.
REFUSED = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError)


@dataclass(frozen=True, slots=True)
class Mail:
    """A rendered digest."""

    subject: str
    text: str
    html: str


def render(reader: User, entries: list[Entry], on: date) -> Mail:
    """The digest of a day in the reader's language. Each language has its own templates, side by side."""
    name = f"audits/mail/digest.{template_language(reader.language)}"
    context = {
        "reader": reader.get_full_name(),
        "on": on,
        "entries": entries,
        "late": [entry for entry in entries if entry.late],
        "site_url": settings.SITE_URL,
    }
    with translation.override(reader.language):
        return Mail(
            subject=" ".join(render_to_string(f"{name}.subject.txt", context).split()),
            text=render_to_string(f"{name}.txt", context),
            html=render_to_string(f"{name}.html", context),
        )


def message_of(reader: User, notices: list[Notice], on: date, message_id: str) -> EmailMultiAlternatives:
    """The message for one recipient, with the Message-ID of the ledger."""
    mail = render(reader, entries_of(notices, on, reader.language), on)
    message = EmailMultiAlternatives(
        mail.subject,
        mail.text,
        settings.DEFAULT_FROM_EMAIL,
        [reader.email],
        headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated", "Content-Language": reader.language},
    )
    message.attach_alternative(mail.html, "text/html")
    return message


class MailCarrier:
    """The mail channel for one batch: one connection, a Message-ID from the ledger for each message."""

    failures: tuple[type[Exception], ...] = (smtplib.SMTPException, OSError)
    refused: tuple[type[Exception], ...] = REFUSED

    def __init__(self) -> None:
        self.connection = get_connection()

    def open(self) -> None:
        """Reach the mail server; raises one of `failures`."""
        self.connection.open()

    def prepare(self, digest: Digest, notices: Sequence[Notice], on: date) -> EmailMultiAlternatives:
        """Word the message; may fail for one digest alone."""
        return message_of(digest.recipient, list(notices), on, digest.message_id)

    def hand_over(self, message: EmailMultiAlternatives) -> None:
        """Give it to the server; raises one of `failures`, one of `refused` when it certainly took nothing."""
        message.connection = self.connection
        message.send()

    def close(self) -> None:
        """Leave; the next message opens the connection again."""
        self.connection.close()
