"""The channel of text messages: an interface for whoever carries them, and one that writes them to a file.

`SMS_SENDER` names a class by its dotted path; empty means that the service sends none. A class for a real carrier has
one method, `send(message)`: it returns when the carrier has taken the message, raises `Refused` when the carrier
certainly did not take it, and `OSError` when that is not known. The id of a message is the same in every attempt.
"""

import fcntl
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from audits.models import Digest, Notice, NotificationSettings
from audits.procedure.words import Text


class Refused(Exception):
    """The carrier did not take the message; nothing was sent."""


@dataclass(frozen=True, slots=True)
class TextMessage:
    """One message to one phone."""

    id: str
    phone: str
    text: str


class Sender(Protocol):
    """Whoever carries text messages."""

    def send(self, message: TextMessage) -> None:
        """Hand over one message; see the module for what it raises."""


class FileSender:
    """Writes each message as a line of JSON to `SMS_FILE`, for trials and for carriers that read files."""

    def send(self, message: TextMessage) -> None:
        """Append one line; several processes may do so at once."""
        path = Path(settings.SMS_FILE)
        path.parent.mkdir(parents=True, exist_ok=True)
        line = json.dumps({**asdict(message), "at": timezone.now().isoformat()}, ensure_ascii=False)
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(line + "\n")


def is_on() -> bool:
    """Whether the service sends text messages at all."""
    return bool(settings.SMS_SENDER)


def text_of(notices: Sequence[Notice], on: date, language: str) -> str:
    """One short message for everything of a day: no names and no case numbers, since phones show them to anybody."""
    late = sum(1 for notice in notices if notice.due_on is not None and notice.due_on < on)
    number = len(notices)
    zh = f"【清洁生产审核】您有 {number} 项事项" + (f"，其中 {late} 项已逾期" if late else "") + "。请登录查看："
    en = f"[Cleaner production audits] {number} item{'s' * (number > 1)}" + (f", {late} overdue" if late else "")
    return Text(zh, f"{en}. Sign in: ").in_language(language) + str(settings.SITE_URL)


class SmsCarrier:
    """The channel for one batch of digests."""

    failures: tuple[type[Exception], ...] = (Refused, OSError)
    refused: tuple[type[Exception], ...] = (Refused,)

    def __init__(self) -> None:
        self.sender: Sender | None = None

    def open(self) -> None:
        """Find the sender; raises `Refused` when the service sends none any more."""
        if not is_on():
            raise Refused("SMS_SENDER is empty")
        self.sender = import_string(settings.SMS_SENDER)()

    def prepare(self, digest: Digest, notices: Sequence[Notice], on: date) -> TextMessage:
        """Word the message. `DoesNotExist` when its reader has taken the phone number away."""
        chosen = NotificationSettings.objects.exclude(phone="").get(user=digest.recipient_id)
        return TextMessage(str(digest.pk), chosen.phone, text_of(notices, on, digest.recipient.language))

    def hand_over(self, message: TextMessage) -> None:
        """Give it to the carrier."""
        if self.sender is not None:
            self.sender.send(message)

    def close(self) -> None:
        """Nothing is held open."""
