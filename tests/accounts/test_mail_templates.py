"""Every mail about accounts in both languages, as it reads; and nothing is mailed that is worded elsewhere.

To renew the snapshots after a wanted change: delete the folder `snapshots` and run this file; then read them.
"""

import ast
import re
from pathlib import Path

import allauth
import pytest
from allauth.account import app_settings
from django.core import mail as outbox
from django.utils import translation
from rest_framework.test import APIClient

from accounts import mail
from accounts.models import Membership, User
from accounts.people import send_invitation
from tests.accounts.conftest import AUTH
from tests.snapshots import assert_reads_as_kept

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "accounts" / "templates" / "accounts" / "mail"
SNAPSHOTS = Path(__file__).parent / "snapshots"
NAMES = sorted(path.name for path in TEMPLATES.iterdir())
READERS = {
    "zh": User(username="wang", full_name="王示例", language="zh-hans"),
    "en": User(username="lee", full_name="Lee <Example>", language="en"),
}
LINK = "https://cp.example.org/accounts/password/reset/key/1-abc/"

# The two modules that word mail: each has its templates in one folder, and every file there a snapshot.
WRITERS = {"accounts/mail.py", "audits/reminders/mail.py"}
SENDERS = {"send_mail", "send_mass_mail", "mail_admins", "mail_managers", "email_user", "EmailMessage"}
SENDERS |= {"EmailMultiAlternatives"}

# What allauth could mail besides, and the setting that keeps it from it.
SWITCHED_OFF = {
    "account/email/account_already_exists": "nobody signs up",
    "account/email/email_confirmation_signup": "nobody signs up",
    "account/email/unknown_account": "EMAIL_UNKNOWN_ACCOUNTS",
    "account/email/login_code": "LOGIN_BY_CODE_ENABLED",
    "account/email/password_reset_code": "PASSWORD_RESET_BY_CODE_ENABLED",
}


MORE = {
    mail.INVITATION: {"organization": "虚构化工<一>有限公司"},
    mail.HANDOVER_ASKED: {"organization": "虚构化工<一>有限公司", "heir": "李示例"},
    mail.HANDOVER_APPROVED: {
        "organization": "虚构化工<一>有限公司",
        "heir": "李示例",
        "authority": "实例区生态环境局",
    },
    mail.SECOND_FACTOR_DROPPED: {"operator": "运维示例"},
}


def rendered(language: str) -> dict[str, str]:
    files = {}
    for name in mail.MAILS:
        subject, text = mail.render(name, READERS[language], LINK, **MORE.get(name, {}))
        files |= {f"{name}.{language}.subject.txt": subject + "\n", f"{name}.{language}.txt": text}
    return files


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = "https://cp.example.org"


def test_every_mail_has_its_templates_in_both_languages_and_every_template_is_rendered_here():
    assert sorted([*rendered("zh"), *rendered("en")]) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_template_reads_as_its_snapshot(name):
    assert_reads_as_kept(SNAPSHOTS / name, rendered(name.split(".")[1])[name])


def test_no_snapshot_is_left_of_a_template_that_is_gone():
    assert sorted(path.name for path in SNAPSHOTS.iterdir()) == NAMES


def test_mail_is_sent_only_where_it_is_worded_from_templates_with_snapshots():
    found = set()
    for room in ("accounts", "audits", "cpaudit_site", "enterprises"):
        for path in sorted((ROOT / room).rglob("*.py")):
            names = {
                name
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                for name in (getattr(node, "attr", None), getattr(node, "id", None), getattr(node, "name", None))
                if not isinstance(node, ast.FunctionDef)
            }
            if names & SENDERS:
                found.add(path.relative_to(ROOT).as_posix())
    assert found == WRITERS


def test_what_allauth_could_mail_is_worded_here_or_switched_off():
    source = Path(allauth.__file__).parent
    text = "".join(path.read_text(encoding="utf-8") for path in source.rglob("*.py") if "tests" not in path.parts)
    sent = set(re.findall(r'"(\w+/email/\w+)"', text))
    notified = set(re.findall(r'send_notification_mail\(\s*"(\w+/email/\w+)"', text))
    assert "account/email/password_changed" in notified
    assert sent - notified == set(mail.OF_ALLAUTH) | set(SWITCHED_OFF)
    assert (
        app_settings.EMAIL_NOTIFICATIONS,
        app_settings.EMAIL_UNKNOWN_ACCOUNTS,
        app_settings.LOGIN_BY_CODE_ENABLED,
        app_settings.PASSWORD_RESET_BY_CODE_ENABLED,
    ) == (False, False, False, False)


@pytest.mark.django_db
@pytest.mark.urls("tests.accounts.urls")
@pytest.mark.parametrize(("language", "subject"), [("zh-hans", "重设密码"), ("en", "Set a new password")])
def test_a_reset_is_mailed_in_the_language_of_its_reader(
    anybody: APIClient, chief: Membership, language: str, subject: str
) -> None:
    User.objects.filter(pk=chief.user_id).update(language=language)
    anybody.post(AUTH + "password/reset/", {"email": chief.user.email}, format="json")
    assert [(message.to, message.subject) for message in outbox.outbox] == [([chief.user.email], subject)]
    assert "/accounts/password/reset/key/" in outbox.outbox[0].body


@pytest.mark.django_db
@pytest.mark.urls("tests.accounts.urls")
def test_an_invitation_is_mailed_in_the_language_of_its_reader(
    chief: Membership, django_capture_on_commit_callbacks
) -> None:
    chief.user.language = "en"
    with translation.override("zh-hans"), django_capture_on_commit_callbacks(execute=True):
        send_invitation(chief.user, chief.organization)
    assert [message.subject for message in outbox.outbox] == ["Your access to Clear Water Dyeing"]


@pytest.mark.django_db
def test_another_address_is_confirmed_at_that_address(client, chief: Membership) -> None:
    client.force_login(chief.user)
    client.post("/accounts/email/", {"action_add": "", "email": "second@example.org"})
    assert [(message.to, message.subject) for message in outbox.outbox] == [
        (["second@example.org"], "请确认您的电子邮箱地址")
    ]
    assert "/accounts/confirm-email/" in outbox.outbox[0].body


@pytest.mark.parametrize("name", mail.MAILS)
def test_what_somebody_typed_adds_no_line_to_a_mail(name: str) -> None:
    """An invitation goes to any address an administrator types: its name must not become a letter of its own."""
    reader = User(username="lee", full_name="Lee,\r\n\r\nBcc: x@example.org\npay here", language="en")
    plain = User(username="lee", full_name="Lee, Bcc: x@example.org pay here", language="en")
    told = mail.render(name, reader, "https://example.org/k", organization="A\nB")
    assert told == mail.render(name, plain, "https://example.org/k", organization="A B")
