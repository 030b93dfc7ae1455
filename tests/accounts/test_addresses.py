"""Nobody gets the role of another by an account that merely bears the other's e-mail."""

import datetime
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils.timezone import localdate
from rest_framework.test import APIClient

from accounts import activation, errors
from accounts.addresses import confirm_by_link, is_confirmed, may_be_named
from accounts.handover import decide_handover, request_handover
from accounts.memberships import name_member
from accounts.models import Membership, Organization, User
from accounts.people import create_user
from audits.procedure.words import Role
from tests.accounts.conftest import AUTH, PASSWORD, code, confirmed, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.urls")]

SignIn = Callable[[Membership | User], APIClient]
NEW = "green-harbour-31-kite"
CONFIRM, RESET = "/accounts/confirm-email/", "/accounts/password/reset/key/"


@pytest.fixture
def taken(db: None) -> User:
    """An account somebody made with the e-mail, and under the name, of the director of another firm."""
    return User.objects.create_user("mallory", "director@example.org", PASSWORD, full_name="Director")


def name_director(chief: Membership) -> Membership:
    return name_member(
        by=chief,
        email="director@example.org",
        username="director",
        full_name="Director",
        role=Role.CERTIFIER,
        on=datetime.date(2026, 3, 10),
    )


def address(message: Any, below: str) -> str:
    """The path of a mailed link."""
    return below + str(message.body).partition(below)[2].split()[0]


def browser(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="accounts.backends.AuthenticationBackend")
    return client


def test_an_account_with_an_unconfirmed_email_is_given_no_role(
    client_of: SignIn, chief: Membership, taken: User
) -> None:
    body = {"email": "Director@example.org", "username": "director", "name": "Director", "role": "certifier"}
    answer = client_of(chief).post(AUTH + "memberships/", body, format="json")
    assert (answer.status_code, code(answer)) == (409, "address_unconfirmed")
    assert not Membership.objects.of(taken).exists()
    confirmed(taken)
    assert name_director(chief).user == taken


def test_a_hand_over_gives_no_account_with_an_unconfirmed_email_the_enterprise(
    officer: Membership, chief: Membership, registers: None, taken: User, now: datetime.datetime
) -> None:
    asked = request_handover(
        chief.organization,
        requested_by=chief.user,
        new_username="director",
        new_email="director@example.org",
        new_full_name="Director",
        grounds="retires",
        now=now,
    )
    with pytest.raises(errors.AddressUnconfirmed):
        decide_handover(asked, by=officer, approve=True, reason="letter", now=now)
    active = Membership.objects.active(localdate(now)).in_organization(chief.organization)
    assert [row.pk for row in active] == [chief.pk]
    confirmed(taken)
    decided = decide_handover(asked, by=officer, approve=True, reason="letter", now=now)
    assert decided.new_membership is not None
    assert decided.new_membership.user == taken


def test_an_administrator_takes_a_further_role_whatever_the_address(chief: Membership) -> None:
    assert not is_confirmed(chief.user)
    own = name_member(
        by=chief,
        email=chief.user.email,
        username="chief",
        full_name="Chief",
        role=Role.PREPARER,
        on=datetime.date(2026, 3, 10),
    )
    assert own.user == chief.user


def test_who_was_invited_and_has_not_come_yet_is_named_again(chief: Membership) -> None:
    """Nobody can sign in to that account but by the link that goes to the mailbox."""
    invited = create_user(username="director", email="director@example.org", full_name="Director", password=None)
    assert name_director(chief).user == invited


def test_an_accepted_invitation_confirms_the_address(
    chief: Membership, anybody: APIClient, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        invited = name_director(chief).user
    assert (may_be_named(invited), is_confirmed(invited)) == (True, False)
    uid, _, key = address(mail.outbox[0], RESET).removeprefix(RESET).strip("/").partition("-")
    sent = {"uid": uid, "key": key, "new_password": NEW}
    assert anybody.post(AUTH + "password/reset/confirm/", sent, format="json").status_code == 204
    assert is_confirmed(invited)


def test_the_owner_of_the_mailbox_takes_the_account_and_is_named_then(
    chief: Membership, taken: User, client: Client
) -> None:
    """By the page of the forgotten password: who made the account is out, and the address is proved."""
    client.post("/accounts/password/reset/", {"email": "director@example.org"})
    page = client.get(address(mail.outbox[0], RESET), follow=True)
    client.post(page.request["PATH_INFO"], {"password1": NEW, "password2": NEW})
    taken.refresh_from_db()
    assert (taken.check_password(NEW), is_confirmed(taken)) == (True, True)
    assert name_director(chief).user == taken


def test_a_link_that_may_have_gone_to_a_second_address_proves_none(taken: User, client: Client) -> None:
    EmailAddress.objects.create(user=taken, email="mallory@example.org", verified=True)
    client.post("/accounts/password/reset/", {"email": "mallory@example.org"})
    assert [message.to for message in mail.outbox] == [["mallory@example.org"]]
    page = client.get(address(mail.outbox[0], RESET), follow=True)
    client.post(page.request["PATH_INFO"], {"password1": NEW, "password2": NEW})
    taken.refresh_from_db()
    assert (taken.check_password(NEW), is_confirmed(taken)) == (True, False)


def test_an_address_proved_by_another_account_is_not_proved_twice(taken: User) -> None:
    EmailAddress.objects.create(user=make_user("other"), email=taken.email, verified=True)
    assert (confirm_by_link(taken), is_confirmed(taken)) == (False, False)


def test_activation_asks_for_the_address_to_be_confirmed_by_its_owner(
    officer: Membership, plant: Organization, now: datetime.datetime, django_capture_on_commit_callbacks: Any
) -> None:
    """Who gets the mail and is not the owner of the account may click: that proves nothing for the other."""
    with django_capture_on_commit_callbacks(execute=True):
        opened = activation.redeem(
            activation.issue(plant, by=officer, now=now),
            plant,
            username="mallory",
            email="director@example.org",
            full_name="Director",
            password=PASSWORD,
            now=now,
        )
    taken = opened.user
    assert [message.to for message in mail.outbox] == [["director@example.org"]]
    link = address(mail.outbox[0], CONFIRM)
    for client in (Client(), browser(make_user("director2"))):
        answer = client.post(link)
        assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={quote(link)}")
        assert not is_confirmed(taken)
    assert browser(taken).post(link).status_code == 302
    assert is_confirmed(taken)


@pytest.mark.parametrize("act", ["action_primary", "action_remove"])
def test_an_unproved_address_does_not_become_the_accounts_own(act: str) -> None:
    mallory = make_user("mallory")
    client = browser(mallory)
    client.post("/accounts/email/", {"action_add": "", "email": "director@example.org"})
    assert EmailAddress.objects.filter(user=mallory, email="director@example.org", verified=False).exists()
    which = {"action_primary": "director@example.org", "action_remove": "mallory@example.org"}[act]
    client.post("/accounts/email/", {act: "", "email": which})
    mallory.refresh_from_db()
    assert mallory.email == "mallory@example.org"


def test_a_proved_address_becomes_the_accounts_own() -> None:
    mallory = make_user("mallory")
    client = browser(mallory)
    client.post("/accounts/email/", {"action_add": "", "email": "new@example.org"})
    client.post(address(mail.outbox[0], CONFIRM))
    client.post("/accounts/email/", {"action_primary": "", "email": "new@example.org"})
    mallory.refresh_from_db()
    assert (mallory.email, is_confirmed(mallory)) == ("new@example.org", True)
