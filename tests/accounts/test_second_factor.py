"""One-time codes and recovery codes, and what they do to tokens."""

import time
from collections.abc import Callable, Iterator

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from rest_framework.test import APIClient

from accounts.models import Membership, PendingSecondFactor, User
from tests.accounts.conftest import AUTH, PASSWORD, code

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.urls")]

SignIn = Callable[[Membership | User], APIClient]


@pytest.fixture(autouse=True)
def middle_of_a_period() -> Iterator[None]:
    """The clock stands still in the middle of a period: a code made now is the one the service expects."""
    moment = int(time.time()) // 30 * 30 + 15
    with time_machine.travel(moment, tick=False):
        yield


def one_time(secret: str, step: int = 0) -> str:
    """The code of now, or of so many periods earlier or later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


def switch_on(client: APIClient) -> tuple[str, list[str]]:
    begun = client.post(AUTH + "totp/", {"password": PASSWORD}, format="json")
    assert begun.status_code == 201
    secret = begun.json()["secret"]
    confirmed = client.post(AUTH + "totp/confirm/", {"code": one_time(secret, -1)}, format="json")
    assert confirmed.status_code == 200, confirmed.json()
    return secret, confirmed.json()["recovery_codes"]


def ask_token(client: APIClient, otp: str | None = None, password: str = PASSWORD) -> object:
    body = {"username": "chief", "password": password} | ({} if otp is None else {"otp": otp})
    return client.post(AUTH + "token/", body, format="json")


def test_a_token_needs_a_code_once_the_factor_is_on(client_of: SignIn, anybody: APIClient, chief: Membership) -> None:
    secret, _ = switch_on(client_of(chief))
    none = ask_token(anybody)
    assert (none.status_code, code(none)) == (401, "otp_required")
    wrong = ask_token(anybody, "000000" if one_time(secret) != "000000" else "000001")
    assert (wrong.status_code, code(wrong)) == (401, "invalid_credentials")
    assert ask_token(anybody, one_time(secret)).status_code == 201


def test_without_the_right_password_nothing_tells_of_the_factor(
    client_of: SignIn, anybody: APIClient, chief: Membership
) -> None:
    secret, _ = switch_on(client_of(chief))
    assert code(ask_token(anybody, password="not-the-password")) == "invalid_credentials"
    assert code(ask_token(anybody, one_time(secret), password="not-the-password")) == "invalid_credentials"


def test_a_code_works_once(client_of: SignIn, anybody: APIClient, chief: Membership) -> None:
    secret, _ = switch_on(client_of(chief))
    otp = one_time(secret)
    assert ask_token(anybody, otp).status_code == 201
    assert code(ask_token(anybody, otp)) == "invalid_credentials"


def test_a_recovery_code_works_once_and_only_for_its_owner(
    client_of: SignIn, anybody: APIClient, chief: Membership
) -> None:
    _, recovery = switch_on(client_of(chief))
    assert len(set(recovery)) == 10
    assert ask_token(anybody, recovery[3]).status_code == 201
    assert code(ask_token(anybody, recovery[3])) == "invalid_credentials"
    assert ask_token(anybody, recovery[4]).status_code == 201


def test_wrong_codes_lock_out_like_wrong_passwords(client_of: SignIn, anybody: APIClient, chief: Membership) -> None:
    secret, _ = switch_on(client_of(chief))
    for _ in range(settings.AXES_FAILURE_LIMIT - 1):
        assert code(ask_token(anybody, "wrong")) == "invalid_credentials"
    assert code(ask_token(anybody, "wrong")) == "locked_out"
    assert code(ask_token(anybody, one_time(secret))) == "locked_out"


def test_tokens_from_before_the_factor_end_when_it_is_switched_on(client_of: SignIn, chief: Membership) -> None:
    before, other = client_of(chief), client_of(chief)
    switch_on(before)
    assert [client.get(AUTH + "me/").status_code for client in (before, other)] == [401, 401]


def test_a_factor_switched_on_elsewhere_stops_tokens_too(client_of: SignIn, chief: Membership) -> None:
    client = client_of(chief)
    Authenticator.objects.create(user=chief.user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert client.get(AUTH + "me/").status_code == 401


def test_secrets_are_stored_encrypted(client_of: SignIn, anybody: APIClient, chief: Membership) -> None:
    client = client_of(chief)
    secret = client.post(AUTH + "totp/", {"password": PASSWORD}, format="json").json()["secret"]
    assert secret not in PendingSecondFactor.objects.get().secret
    assert client.post(AUTH + "totp/confirm/", {"code": one_time(secret)}, format="json").status_code == 200
    assert secret not in str(Authenticator.objects.get(type=Authenticator.Type.TOTP).data)
    assert PendingSecondFactor.objects.count() == 0


def test_beginning_needs_the_password_and_confirming_a_right_code(client_of: SignIn, chief: Membership) -> None:
    client = client_of(chief)
    assert code(client.post(AUTH + "totp/", {"password": "wrong"}, format="json")) == "password_wrong"
    early = client.post(AUTH + "totp/confirm/", {"code": "123456"}, format="json")
    assert (early.status_code, code(early)) == (409, "second_factor_not_begun")
    uri = client.post(AUTH + "totp/", {"password": PASSWORD}, format="json").json()["uri"]
    assert uri.startswith("otpauth://totp/chief%40example.org?")
    assert code(client.post(AUTH + "totp/confirm/", {"code": "nonsense"}, format="json")) == "otp_wrong"
    assert client.get(AUTH + "me/").json()["second_factor"] is False


def test_switching_off_needs_password_and_code(client_of: SignIn, anybody: APIClient, chief: Membership) -> None:
    secret, recovery = switch_on(client_of(chief))
    token = ask_token(anybody, one_time(secret)).json()["token"]
    client = APIClient(headers={"authorization": f"Token {token}"})
    body = {"password": PASSWORD, "otp": "wrong"}
    assert code(client.delete(AUTH + "totp/", body, format="json")) == "otp_wrong"
    body = {"password": "wrong", "otp": recovery[0]}
    assert code(client.delete(AUTH + "totp/", body, format="json")) == "password_wrong"
    body = {"password": PASSWORD, "otp": recovery[0]}
    assert client.delete(AUTH + "totp/", body, format="json").status_code == 204
    assert Authenticator.objects.count() == 0
    assert ask_token(anybody).status_code == 201


@pytest.mark.parametrize(("method", "path"), [("delete", "totp/"), ("post", "recovery-codes/")])
def test_wrong_codes_of_somebody_signed_in_count_as_failed_sign_ins(
    client_of: SignIn, anybody: APIClient, chief: Membership, method: str, path: str
) -> None:
    secret, recovery = switch_on(client_of(chief))
    token = ask_token(anybody, one_time(secret)).json()["token"]
    client = APIClient(headers={"authorization": f"Token {token}"})
    ask = getattr(client, method)
    wrong, right = ({"password": PASSWORD, "otp": otp} for otp in ("wrong", recovery[0]))
    for _ in range(settings.AXES_FAILURE_LIMIT - 1):
        assert code(ask(AUTH + path, wrong, format="json")) == "otp_wrong"
    assert code(ask(AUTH + path, wrong, format="json")) == "locked_out"
    answer = ask(AUTH + path, right, format="json")
    assert (answer.status_code, code(answer)) == (429, "locked_out")
    assert code(ask_token(anybody, recovery[0])) == "locked_out"
    assert Authenticator.objects.filter(type=Authenticator.Type.TOTP).count() == 1


def test_new_recovery_codes_kill_the_old(client_of: SignIn, anybody: APIClient, chief: Membership) -> None:
    secret, old = switch_on(client_of(chief))
    token = ask_token(anybody, one_time(secret)).json()["token"]
    client = APIClient(headers={"authorization": f"Token {token}"})
    body = {"password": PASSWORD, "otp": old[0]}
    new = client.post(AUTH + "recovery-codes/", body, format="json").json()["recovery_codes"]
    assert not set(new) & set(old)
    assert code(ask_token(anybody, old[1])) == "invalid_credentials"
    assert ask_token(anybody, new[1]).status_code == 201


def test_the_web_sign_in_asks_for_the_same_factor(client_of: SignIn, client: APIClient, chief: Membership) -> None:
    switch_on(client_of(chief))
    answer = client.post("/accounts/login/", {"login": "chief", "password": PASSWORD})
    assert answer["Location"].startswith("/accounts/2fa/authenticate/")
    assert client.get(AUTH + "me/").status_code == 401
