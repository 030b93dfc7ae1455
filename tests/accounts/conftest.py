"""A county's authority, one enterprise, and a stranger."""

import datetime
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import activation
from accounts.memberships import grant
from accounts.models import Membership, Organization, User
from audits.procedure.words import Level, Line, Party, Role

PASSWORD = "bright-river-77-lamp"
CREDIT_CODE = "91320509TEST000001"
AUTH = "/api/v1/auth/"
LONG_AGO = datetime.date(2020, 1, 1)


def make_user(name: str, **fields: Any) -> User:
    return User.objects.create_user(name, f"{name}@example.org", PASSWORD, full_name=name.title(), **fields)


def confirmed(user: User) -> User:
    """The person, after the owner of the mailbox confirmed the address."""
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def now() -> datetime.datetime:
    return timezone.now()


@pytest.fixture
def county(db: None) -> Organization:
    return Organization.objects.create(
        party=Party.AUTHORITY.value,
        name="Wujiang ecology bureau",
        level=Level.COUNTY.value,
        line=Line.ENVIRONMENT.value,
        jurisdiction="320509",
    )


@pytest.fixture
def plant(db: None) -> Organization:
    return Organization.objects.create(party=Party.ENTERPRISE.value, name="Clear Water Dyeing")


@pytest.fixture
def officer(county: Organization) -> Membership:
    return grant(county, make_user("officer"), Role.OFFICER, by=None, starts_on=LONG_AGO)


@pytest.fixture
def chief(plant: Organization) -> Membership:
    """The administrator of the enterprise."""
    return grant(plant, make_user("chief"), Role.ORG_ADMIN, by=None, starts_on=LONG_AGO)


@pytest.fixture
def stranger(db: None) -> Membership:
    """The administrator of another enterprise."""
    other = Organization.objects.create(party=Party.ENTERPRISE.value, name="Far Away Paper")
    return grant(other, make_user("stranger"), Role.ORG_ADMIN, by=None, starts_on=LONG_AGO)


@pytest.fixture
def registers(plant: Organization, county: Organization) -> Iterator[None]:
    """What the registers would tell this room: the plant's credit code, and that the county supervises it."""
    before = activation._resolver, activation._supervisor
    activation.register_resolver(lambda code: plant if code == CREDIT_CODE else None)
    activation.register_supervisor(lambda organizations, on: {plant.pk: {county.pk}})
    yield
    activation._resolver, activation._supervisor = before


@pytest.fixture
def anybody() -> APIClient:
    """A caller who is not signed in, answered in English."""
    return APIClient(headers={"accept-language": "en"})


@pytest.fixture
def client_of(anybody: APIClient) -> Callable[[Membership | User], APIClient]:
    """A client that signed in through the API and acts with the membership."""

    def sign_in(who: Membership | User) -> APIClient:
        user = who.user if isinstance(who, Membership) else who
        answer = anybody.post(AUTH + "token/", {"username": user.username, "password": PASSWORD}, format="json")
        assert answer.status_code == 201, answer.json()
        headers = {"accept-language": "en", "authorization": f"Token {answer.json()['token']}"}
        if isinstance(who, Membership):
            headers["x-membership"] = str(who.pk)
        return APIClient(headers=headers)

    return sign_in


def code(answer: Any) -> str:
    """The stable code of the first error."""
    return str(answer.json()["errors"][0]["code"])
