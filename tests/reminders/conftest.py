"""A mailbox behind a real SMTP server, and a county with its authorities and one enterprise."""

import email
import email.policy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.utils import timezone

from accounts import tokens
from accounts.models import Membership
from audits.models import AuditCase
from audits.procedure.words import Level, Role
from cpaudit_site.processes import any_free_port
from enterprises.models import Authority, Enterprise
from tests.api.conftest import Caller
from tests.factories_audits import make_authority, make_case, make_enterprise, make_member


@dataclass
class Mailbox:
    """What the server took: parsed messages, in order. `refuse` names addresses it answers with 550."""

    messages: list[EmailMessage] = field(default_factory=list)
    refuse: set[str] = field(default_factory=set)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.refuse:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.messages.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 taken"

    def addressed_to(self, membership: Membership) -> list[EmailMessage]:
        return [message for message in self.messages if message["To"] == membership.user.email]


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    """Mail goes over a real SMTP server into this list."""
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=any_free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.SITE_URL = "https://cp.example.org"
    yield box
    controller.stop()


@dataclass
class County:
    """Authorities from county to nation with an officer each, and an enterprise with a preparer."""

    authorities: dict[Level, Authority]
    officers: dict[Level, Membership]
    enterprise: Enterprise
    preparer: Membership
    case: AuditCase


@pytest.fixture
def county(db: None) -> County:
    places = {Level.COUNTY: "320509", Level.CITY: "3205", Level.PROVINCE: "32", Level.NATION: ""}
    made = {level: make_authority(scope, level) for level, scope in places.items()}
    enterprise = make_enterprise("320509")
    return County(
        {level: authority for level, (authority, _) in made.items()},
        {level: officer for level, (_, officer) in made.items()},
        enterprise,
        make_member(enterprise.organization, Role.PREPARER),
        make_case(enterprise),
    )


def morning(text: str) -> datetime:
    """Five past eight in Shanghai on that day."""
    return datetime.fromisoformat(f"{text}T08:05:00+08:00")


def body_of(message: EmailMessage, kind: str = "plain") -> str:
    """The text (or html) of a message."""
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


@pytest.fixture
def as_() -> Callable[[Membership], Caller]:
    """A client of the API that acts with a membership, in the language of its person."""

    def caller(by: Membership) -> Caller:
        token = tokens.issue(by.user, with_second_factor=False, now=timezone.now())[1]
        return Caller(headers={"authorization": f"Token {token}", "x-membership": str(by.pk)})

    return caller
